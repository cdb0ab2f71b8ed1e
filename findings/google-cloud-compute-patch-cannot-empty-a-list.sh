#!/bin/bash
# Google's client for Python leaves an empty list out of a PATCH: the last NAT of a router, the last secondary range of a subnetwork, the last range of a firewall
#   rule cannot be taken away with it.
#
# Version: google-cloud-compute 1.57.0.
# Seen: `Router(nats=[])` and `Firewall(source_ranges=[])`, patched, are sent as `{}`, which changes nothing and ends as a success. Single fields are kept as given,
#   also where they are false or empty: `disabled=False, description=""` are both sent.
# A good engineer would guess: what I set is sent, and a list that I set to nothing is set to nothing.
# Who is hurt: whoever brings a dual-stack network back to IPv4, or removes a way out, and trusts that the call did not fail.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT; cd "$tmp"
python3 -m venv py && py/bin/pip -q install google-cloud-compute==1.57.0
cat > ask.py <<'P'
import json
import requests
from google.auth.credentials import AnonymousCredentials
from google.cloud import compute_v1 as compute

class Sent(Exception): pass

def send(_session, method, _url, data=None, **_):  # nothing leaves this process
    raise Sent(f"{method} {json.dumps(json.loads(data), sort_keys=True)}")
requests.Session.request = send

def sent(call, **request):
    try: call(**request, retry=None, timeout=1)
    except Sent as what: print(what)

routers = compute.RoutersClient(credentials=AnonymousCredentials())
firewalls = compute.FirewallsClient(credentials=AnonymousCredentials())
router = dict(project="p", region="r", router="n")
firewall = dict(project="p", firewall="f")
sent(routers.patch_unary, **router, router_resource=compute.Router(nats=[compute.RouterNat(name="one")]))
sent(routers.patch_unary, **router, router_resource=compute.Router(nats=[]))
sent(firewalls.patch_unary, **firewall, firewall_resource=compute.Firewall(source_ranges=[]))
sent(firewalls.patch_unary, **firewall, firewall_resource=compute.Firewall(disabled=False, description=""))
P
py/bin/python ask.py | tee seen
diff - seen <<'S' && echo "as stated"
PATCH {"nats": [{"name": "one"}]}
PATCH {}
PATCH {}
PATCH {"description": "", "disabled": false}
S
