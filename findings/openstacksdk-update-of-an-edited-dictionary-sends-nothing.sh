#!/bin/bash
# An IPv6 subnet that is added to a router's external gateway, and handed to openstacksdk's update_router, is not sent, and the router that comes back shows it.
#
# Version: openstacksdk 4.22.0.
# Seen: `gateway = router.external_gateway_info` is the resource's own dictionary. Once it is edited, `update_router(router, external_gateway_info=gateway)`
#   compares it with itself, finds no difference, makes no request and returns a router with both subnets. With the id instead of the object, or with a copy
#   that is edited, the same call is a PUT. A port's `fixed_ips` that grew by one is sent in the same way of writing, since a list is handed out as a copy;
#   but what is in the list is not copied, so that an edited end of an allocation pool stays here as well.
# A good engineer would guess: what is named in an update is sent, or at least what comes back is what the server has.
# Who is hurt: whoever gives a router or a pool of OpenStack its second family by a script: the script, and its check of the answer, are content.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT; cd "$tmp"
python3 -m venv py && py/bin/pip -q install --disable-pip-version-check openstacksdk==4.22.0
cat > ask.py <<'P'
import copy, json
import requests
from keystoneauth1 import session, token_endpoint
from openstack import connection

HOST = "http://network.invalid/v2.0"
HAS = {
    "routers": {"router": {"id": "r", "external_gateway_info": {"network_id": "n", "external_fixed_ips": [{"subnet_id": "four"}]}}},
    "ports": {"port": {"id": "p", "fixed_ips": [{"subnet_id": "four"}]}},
    "subnets": {"subnet": {"id": "s", "allocation_pools": [{"start": "2001:db8::2", "end": "2001:db8::9"}]}},
}
sent = []

def answer(_session, method, url, data=None, **_):  # nothing leaves this process
    kind = url.removeprefix(HOST).strip("/").split("/")[0]
    text = json.dumps(HAS.get(kind, {"versions": [{"id": "v2.0", "status": "CURRENT", "links": [{"rel": "self", "href": HOST}]}]}))
    if method == "PUT":
        sent.append(json.loads(data)); text = data
    response = requests.Response()
    response.status_code, response.url, response._content = 200, url, text.encode()
    response.headers["Content-Type"] = "application/json"
    response.request = requests.Request(method, url).prepare()
    return response
requests.Session.request = answer
network = connection.Connection(session=session.Session(auth=token_endpoint.Token(HOST, "t")), network_endpoint_override=HOST).network

def told(how, shown):
    print(how, "sent", json.dumps(sent) if sent else "nothing", "shows", json.dumps(shown)); sent.clear()

SIX = {"subnet_id": "six"}
def names(router): return [one["subnet_id"] for one in router.external_gateway_info["external_fixed_ips"]]

router = network.get_router("r"); gateway = router.external_gateway_info; gateway["external_fixed_ips"].append(SIX)
told("router:", names(network.update_router(router, external_gateway_info=gateway)))
told("router by id:", names(network.update_router("r", external_gateway_info=gateway)))
router = network.get_router("r"); gateway = copy.deepcopy(router.external_gateway_info); gateway["external_fixed_ips"].append(SIX)
told("router, a copy:", names(network.update_router(router, external_gateway_info=gateway)))
port = network.get_port("p"); fixed = port.fixed_ips; fixed.append(SIX)
told("port:", [one["subnet_id"] for one in network.update_port(port, fixed_ips=fixed).fixed_ips])
subnet = network.get_subnet("s"); pools = subnet.allocation_pools; pools[0]["end"] = "2001:db8::ffff"
told("subnet:", network.update_subnet(subnet, allocation_pools=pools).allocation_pools[0]["end"])
P
py/bin/python ask.py | tee seen
diff - seen <<'T' && echo "as stated"
router: sent nothing shows ["four", "six"]
router by id: sent [{"router": {"external_gateway_info": {"network_id": "n", "external_fixed_ips": [{"subnet_id": "four"}, {"subnet_id": "six"}]}}}] shows ["four", "six"]
router, a copy: sent [{"router": {"external_gateway_info": {"network_id": "n", "external_fixed_ips": [{"subnet_id": "four"}, {"subnet_id": "six"}]}}}] shows ["four", "six"]
port: sent [{"port": {"fixed_ips": [{"subnet_id": "four"}, {"subnet_id": "six"}]}}] shows ["four", "six"]
subnet: sent nothing shows "2001:db8::ffff"
T
