#!/bin/bash
# `openstack router set --external-gateway N --fixed-ip subnet=SIX` gives the router its IPv6 address and takes the IPv4 address away; on a port it would add.
#
# Versions: python-openstackclient 10.5.0, openstacksdk 4.22.0.
# Seen: for a router whose gateway has an address of subnet `four`, the PUT holds one of subnet `six` alone, and no `enable_snat`, which was false. The same
#   option of `port set` sends what was there and then the new address. `router set --route` and `subnet set --dns-nameserver` keep what was there too, but put
#   what is new before it, so that a resolver asks the new server first.
# A good engineer would guess: `set` with an option that can be repeated adds, as it does elsewhere in this program, and at the end.
# Who is hurt: whoever makes an IPv4 router dual-stack by hand. Neutron (29.0.0) takes the list as the whole of it, so that the IPv4 address of the way out is gone,
#   and where `enable_snat` is left out it puts its default, which is true, in its place.
set -euo pipefail
tmp=$(mktemp -d); trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$tmp"' EXIT; cd "$tmp"
python3 -m venv py && py/bin/pip -q install --disable-pip-version-check python-openstackclient==10.5.0 openstacksdk==4.22.0
cat > serve.py <<'P'
# What Neutron answers where nothing is looked up but these three; each PUT is written down, and changes nothing.
import http.server, json

HAS = {
    "router": {"id": "r", "name": "r", "routes": [{"destination": "10.9.0.0/16", "nexthop": "192.0.2.2"}], "external_gateway_info": {
        "network_id": "n", "enable_snat": False, "external_fixed_ips": [{"subnet_id": "four", "ip_address": "192.0.2.9"}]}},
    "port": {"id": "p", "name": "p", "network_id": "n", "fixed_ips": [{"subnet_id": "four", "ip_address": "192.0.2.8"}]},
    "network": {"id": "n", "name": "n"},
    "subnet": {"id": "six", "name": "six", "ip_version": 6, "cidr": "2001:db8::/64", "network_id": "n", "dns_nameservers": ["192.0.2.53"]},
}

class Neutron(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def answer(self, what, status=200):
        text = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json"); self.send_header("Content-Length", str(len(text)))
        self.end_headers(); self.wfile.write(text)
    def do_GET(self):
        path, _, query = self.path.partition("?")
        kind, *name = path.removeprefix("/v2.0").strip("/").split("/")
        one = HAS.get(kind.removesuffix("s"))
        if not kind: here = f"http://127.0.0.1:{self.server.server_port}/v2.0/"; self.answer({"versions": [{"id": "v2.0", "status": "CURRENT", "links": [{"rel": "self", "href": here}]}]})
        elif name: self.answer({kind.removesuffix("s"): one}, 200 if one else 404)
        else: self.answer({kind: [one] if one else []})
    def do_PUT(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with open("sent", "a") as sent: print(json.dumps(body, sort_keys=True), file=sent)
        self.answer(body)

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Neutron)
open("port", "w").write(f"{server.server_port}\n")
server.serve_forever()
P
py/bin/python serve.py & server=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
here=http://127.0.0.1:$(cat port)
unset "${!OS_@}" 2>/dev/null || true
export no_proxy='*'
ask() { OS_NETWORK_ENDPOINT_OVERRIDE=$here/v2.0 py/bin/openstack --os-auth-type none --os-endpoint "$here" "$@"; }
ask router set --external-gateway n --fixed-ip subnet=six r
ask port set --fixed-ip subnet=six p
ask router set --route destination=2001:db8:9::/64,gateway=2001:db8::2 r
ask subnet set --dns-nameserver 2001:db8::53 six
cat sent
diff - sent <<'T' && echo "as stated"
{"router": {"external_gateway_info": {"external_fixed_ips": [{"subnet_id": "six"}], "network_id": "n"}}}
{"port": {"fixed_ips": [{"ip_address": "192.0.2.8", "subnet_id": "four"}, {"subnet_id": "six"}]}}
{"router": {"routes": [{"destination": "2001:db8:9::/64", "nexthop": "2001:db8::2"}, {"destination": "10.9.0.0/16", "nexthop": "192.0.2.2"}]}}
{"subnet": {"dns_nameservers": ["2001:db8::53", "192.0.2.53"]}}
T
