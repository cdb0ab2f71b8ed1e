#!/bin/bash
# Neutron 29.0.0 (2026.2) takes a subnet whose prefix a router is to get by DHCPv6 prefix delegation (201,
# `::/64`), and lets a router join it (200), although nothing in the package asks for prefixes any more: the
# code of the agents is gone. The subnet keeps `::/64`, and nobody is told. A client that waits for the real
# prefix waits for ever; the extensions and the answers are the same as those of releases that delegate.
#
# Runs Neutron's WSGI application in one process, on SQLite, without Keystone. Fails when that changes.
set -euo pipefail
pins=$(cd "$(dirname "$0")/.." && pwd)/crates/xtask/openstack/requirements-2026.2.txt
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --requirement "$pins"

cat > neutron.conf <<CONF
[DEFAULT]
auth_strategy = noauth
core_plugin = ml2
service_plugins = router
api_paste_config = $folder/venv/etc/neutron/api-paste.ini
transport_url = fake://
state_path = $folder/state
log_file = $folder/neutron.log
[oslo_concurrency]
lock_path = $folder/lock
[oslo_messaging_notifications]
driver = noop
[database]
connection = sqlite:///$folder/neutron.db
[ml2]
type_drivers = local
tenant_network_types = local
mechanism_drivers = openvswitch
CONF

export OS_NEUTRON_CONFIG_DIR=$folder OS_NEUTRON_CONFIG_FILES=neutron.conf
venv/bin/python - 2> log <<'PYTHON' || { tail -n 20 log >&2; exit 1; }
import importlib.metadata
import importlib.util
import json
import os

from neutron.db.migration.models import head
from sqlalchemy import create_engine

head.get_metadata().create_all(create_engine(f"sqlite:///{os.getcwd()}/neutron.db"))

from neutron.wsgi.api import application
from webob import Request


def ask(method, path, key=None, **fields):
    request = Request.blank("/v2.0" + path, method=method)
    if fields:
        body = {key: {"project_id": "p", **fields}} if key else fields
        request.body, request.content_type = json.dumps(body).encode(), "application/json"
    answer = request.get_response(application)
    return answer.status_int, json.loads(answer.body)


version = importlib.metadata.version("neutron")
assert version == "29.0.0", version
network = ask("POST", "/networks", "network", name="n")[1]["network"]["id"]
modes = {"ipv6_ra_mode": "slaac", "ipv6_address_mode": "slaac"}
status, made = ask(
    "POST", "/subnets", "subnet", network_id=network, ip_version=6, subnetpool_id="prefix_delegation", **modes
)
print(f"neutron {version}: POST subnet with subnetpool_id prefix_delegation: {status}, cidr {made['subnet']['cidr']}")
assert (status, made["subnet"]["cidr"]) == (201, "::/64"), (status, made)

router = ask("POST", "/routers", "router", name="r")[1]["router"]["id"]
subnet = made["subnet"]["id"]
status, _ = ask("PUT", f"/routers/{router}/add_router_interface", subnet_id=subnet)
cidr = ask("GET", f"/subnets/{subnet}")[1]["subnet"]["cidr"]
print(f"a router joins it: {status}, cidr {cidr}")
assert (status, cidr) == (200, "::/64"), (status, cidr)

gone = [name for name in ("neutron.agent.linux.pd", "neutron.agent.linux.dibbler") if importlib.util.find_spec(name)]
print(f"modules that would ask for a prefix: {gone or 'none'}")
assert not gone, gone
PYTHON
