#!/bin/bash
# A whole IPv6 address can be a number in base 60: PyYAML 6.0.4 (YAML 1.1), and yaml 2.8.1 (npm) where it is told to read 1.1.
#
# Seen: `gateway6: 2001:10:20:30:40:50:10:20` is the integer 5602001869620620. Every group after the first is two decimal digits below 60, which is what
#   YAML 1.1 calls a sexagesimal integer. With a prefix length (`/64`), with one group of three digits, or with one letter it is a text again.
#   ruamel.yaml 0.19.1, js-yaml 4.1.0 and yaml 2.8.1 with their defaults (YAML 1.2) read a text.
# Where it meets this field: cloud-init and Ansible read with PyYAML, Kubernetes and netplan do not.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT; cd "$tmp"
python3 -m venv py && py/bin/pip -q install PyYAML==6.0.4 ruamel.yaml==0.19.1
npm install --silent --no-audit --no-fund js-yaml@4.1.0 yaml@2.8.1 >/dev/null
cat > read.py <<'P'
import json, yaml, ruamel.yaml
for text in ("2001:10:20:30:40:50:10:20", "2001:10:20:30:40:50:10:20/64", "2001:10:20:30:40:50:10:200", "2001:10:20:30:40:50:10:2a"):
    print("PyYAML", text, json.dumps(yaml.safe_load(f"gateway6: {text}")["gateway6"]))
    print("ruamel.yaml", text, json.dumps(ruamel.yaml.YAML(typ="safe").load(f"gateway6: {text}")["gateway6"]))
P
cat > read.js <<'J'
const text = "2001:10:20:30:40:50:10:20", yaml = require("yaml");
const show = (name, seen) => console.log(name, text, JSON.stringify(seen));
show("js-yaml", require("js-yaml").load(`gateway6: ${text}`).gateway6);
show("yaml", yaml.parse(`gateway6: ${text}`).gateway6);
show("yaml-1.1", yaml.parse(`gateway6: ${text}`, { version: "1.1" }).gateway6);
J
{ py/bin/python read.py; node read.js; } | tee seen
diff - seen <<'S' && echo "as stated"
PyYAML 2001:10:20:30:40:50:10:20 5602001869620620
ruamel.yaml 2001:10:20:30:40:50:10:20 "2001:10:20:30:40:50:10:20"
PyYAML 2001:10:20:30:40:50:10:20/64 "2001:10:20:30:40:50:10:20/64"
ruamel.yaml 2001:10:20:30:40:50:10:20/64 "2001:10:20:30:40:50:10:20/64"
PyYAML 2001:10:20:30:40:50:10:200 "2001:10:20:30:40:50:10:200"
ruamel.yaml 2001:10:20:30:40:50:10:200 "2001:10:20:30:40:50:10:200"
PyYAML 2001:10:20:30:40:50:10:2a "2001:10:20:30:40:50:10:2a"
ruamel.yaml 2001:10:20:30:40:50:10:2a "2001:10:20:30:40:50:10:2a"
js-yaml 2001:10:20:30:40:50:10:20 "2001:10:20:30:40:50:10:20"
yaml 2001:10:20:30:40:50:10:20 "2001:10:20:30:40:50:10:20"
yaml-1.1 2001:10:20:30:40:50:10:20 5602001869620620
S
