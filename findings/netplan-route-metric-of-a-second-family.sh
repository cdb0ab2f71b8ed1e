#!/bin/bash
# A node whose IPv4 default route has a metric of its own cannot be given DHCPv6 by adding `dhcp6: true`: netplan refuses the file.
#
# Version: netplan 0.106-2+deb12u1 of Debian 12; its generator is run on a folder, nothing is installed.
# Seen: `dhcp4-overrides: {route-metric: 50}` beside `dhcp4: true` becomes RouteMetric=50. With `dhcp6: true` added, the generator exits with 1, says that
#   networkd requires the same value in both families, and writes no file for the link, so that the node would come up without IPv4 as well. Written into
#   `dhcp6-overrides` too, it is RouteMetric=50 again. For the renderer NetworkManager the same file passes, and the metric is that of IPv4 alone.
# A good engineer would guess: overrides of one family say nothing about the other, and adding a family takes nothing away.
# Who is hurt: whoever brings a pool of IPv4 nodes to dual-stack by that one line.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT; chmod 755 "$tmp"; cd "$tmp"
apt-get download -qq netplan.io=0.106-2+deb12u1 libnetplan0=0.106-2+deb12u1 2>/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
generate=$(find root -name generate -type f)
export LD_LIBRARY_PATH; LD_LIBRARY_PATH=$PWD/$(dirname "$(find root -name 'libnetplan.so*' | head -1)")

# One link with these lines, for this renderer: the exit code, and the metrics and methods that are written.
ask() {
    rm -rf node && mkdir -p node/etc/netplan
    { printf 'network:\n  version: 2\n  renderer: %s\n  ethernets:\n    eth0:\n' "$1"; printf '      %s\n' "${@:2}"; } > node/etc/netplan/node.yaml
    chmod 600 node/etc/netplan/node.yaml
    local code=0; "$generate" --root-dir node > said 2>&1 || code=$?
    echo "$1 $code $(grep -rhoE '^(DHCP|RouteMetric|method|route-metric)=[a-z0-9]+' node/run 2>/dev/null | tr '\n' ' ')$(grep -oh 'networkd requires[^.]*same value' said || true)"
}
{
    ask networkd 'dhcp4: true' 'dhcp4-overrides: {route-metric: 50}'
    ask networkd 'dhcp4: true' 'dhcp4-overrides: {route-metric: 50}' 'dhcp6: true'
    ask networkd 'dhcp4: true' 'dhcp4-overrides: {route-metric: 50}' 'dhcp6: true' 'dhcp6-overrides: {route-metric: 50}'
    ask NetworkManager 'dhcp4: true' 'dhcp4-overrides: {route-metric: 50}' 'dhcp6: true'
} | tee seen
cat > expected <<'T'
networkd 0 DHCP=ipv4 RouteMetric=50 
networkd 1 networkd requires that route-metric has the same value
networkd 0 DHCP=yes RouteMetric=50 
NetworkManager 0 method=auto route-metric=50 method=auto 
T
diff expected seen
