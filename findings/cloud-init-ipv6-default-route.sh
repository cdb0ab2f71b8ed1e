#!/bin/bash
# The IPv6 default route of a node, written as `to: "::/0"` in a network configuration of version 2, is another route for two renderers of cloud-init.
#
# Version: cloud-init 22.4.2-1+deb12u4, the one of Debian 12. Its modules are run from the unpacked package; nothing is installed.
# Seen: netplan's renderer keeps "::/0". systemd-networkd's writes "::/64", which leads nowhere, and NetworkManager's does the same.
#   "0.0.0.0/0" and "::/1" are right in all three. Nothing warns.
# A good engineer would guess: a file means one route, whatever renders it, and the IPv6 default route is treated as the IPv4 one is.
# Who is hurt: a dual-stack node with a static default route boots, and reaches nothing outside of its subnet over IPv6.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT; chmod 755 "$tmp"; cd "$tmp"
apt-get download -qq cloud-init=22.4.2-1+deb12u4 2>/dev/null
dpkg-deb -x cloud-init_*.deb root
python3 -m venv venv
venv/bin/pip -q install --disable-pip-version-check PyYAML==6.0.2 configobj==5.0.9 Jinja2==3.1.4 requests==2.32.3 jsonpatch==1.33
cat > render.py <<'P'
import importlib, logging, pathlib
logging.disable(logging.CRITICAL)
from cloudinit.net import network_state

def rendered(name, to, via):
    link = {"match": {"macaddress": "52:54:00:12:34:56"}, "set-name": "eth0", "addresses": ["192.0.2.10/24", "2001:db8::10/64"], "routes": [{"to": to, "via": via}]}
    state = network_state.parse_net_config_data({"version": 2, "ethernets": {"eth0": link}})
    target = pathlib.Path("out", name, to.replace("/", "-"))
    importlib.import_module(f"cloudinit.net.{name}").Renderer({}).render_network_state(state, target=f"{target}/")
    texts = [file.read_text() for file in sorted(target.rglob("*")) if file.is_file()]
    return [word for word in "\n".join(texts).replace("=", " ").replace(",", " ").split() if word.startswith(("::/", "0.0.0.0/"))]

for name in ("netplan", "networkd", "network_manager"):
    for to, via in (("::/0", "2001:db8::1"), ("::/1", "2001:db8::1"), ("0.0.0.0/0", "192.0.2.1")):
        print(name, to, *(rendered(name, to, via) or ["-"]))
P
PYTHONPATH=root/usr/lib/python3/dist-packages venv/bin/python render.py | tee seen
cat > expected <<'T'
netplan ::/0 ::/0
netplan ::/1 ::/1
netplan 0.0.0.0/0 0.0.0.0/0
networkd ::/0 ::/64
networkd ::/1 ::/1
networkd 0.0.0.0/0 0.0.0.0/0
network_manager ::/0 ::/64
network_manager ::/1 ::/1
network_manager 0.0.0.0/0 0.0.0.0/0
T
diff expected seen
