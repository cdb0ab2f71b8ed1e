#!/bin/bash
# netplan's `optional-addresses`, by which IPv6 is not to hold up the boot of a node, becomes a key that systemd-networkd does not know.
#
# Versions: netplan 0.106-2+deb12u1 and systemd 252.39-1~deb12u2, both of Debian 12; run from the unpacked packages, networkd in namespaces of its own.
# Seen: `optional-addresses: [ipv6-ra, dhcp6]` is written as two lines OptionalAddresses= of [Link]; networkd says "Unknown key" to both and ignores them. For
#   NetworkManager nothing is written: the file is the same without the key. netplan checks the words of the list (`ipv6` is refused), so that it looks at work.
# A good engineer would guess: what is checked, and written for one renderer alone, is what that renderer understands.
# Who is hurt: whoever has that line so that dual-stack nodes come up also where no router announces: they wait just as long as without it.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT; chmod 755 "$tmp"; cd "$tmp"
apt-get download -qq netplan.io=0.106-2+deb12u1 libnetplan0=0.106-2+deb12u1 systemd=252.39-1~deb12u2 libsystemd-shared=252.39-1~deb12u2 2>/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
generate=$(find root -name generate -type f)
libraries=$PWD/$(dirname "$(find root -name 'libnetplan.so*' | head -1)"):$PWD/$(dirname "$(find root -name 'libsystemd-shared*.so' | head -1)")

# One link with these lines, for this renderer: the generator's exit code.
ask() {
    rm -rf node && mkdir -p node/etc/netplan
    { printf 'network:\n  version: 2\n  renderer: %s\n  ethernets:\n    eth0:\n' "$1"; printf '      %s\n' "${@:2}"; } > node/etc/netplan/node.yaml
    chmod 600 node/etc/netplan/node.yaml
    local code=0; LD_LIBRARY_PATH=$libraries "$generate" --root-dir node > said 2>&1 || code=$?
    echo "$1, ${*: -1}: exit $code"
}
both=('dhcp4: true' 'dhcp6: true')
{
    ask networkd "${both[@]}" 'optional-addresses: [ipv6]'
    ask NetworkManager "${both[@]}"; cp node/run/NetworkManager/system-connections/netplan-eth0.nmconnection without
    ask NetworkManager "${both[@]}" 'optional-addresses: [ipv6-ra, dhcp6]'; cmp without node/run/NetworkManager/system-connections/netplan-eth0.nmconnection && echo "the same file"
    ask networkd "${both[@]}" 'optional-addresses: [ipv6-ra, dhcp6]'; grep '^Optional' node/run/systemd/network/10-netplan-eth0.network
    # As no root, which it would give up for a user of its own.
    LD_LIBRARY_PATH=$libraries SYSTEMD_LOG_TARGET=console unshare --user --map-user=1000 --map-group=1000 --keep-caps --net --mount bash -c '
        mount -t tmpfs -o uid=1000,gid=1000 run /run && mkdir -p /run/systemd/network /run/systemd/netif
        cat node/run/systemd/network/10-netplan-eth0.network > /run/systemd/network/10-netplan-eth0.network
        timeout 3 root/lib/systemd/systemd-networkd' > log 2>&1 || true
    grep -o 'Unknown key .*' log || cat log
} | tee seen
diff - seen <<'T' && echo "as stated"
networkd, optional-addresses: [ipv6]: exit 1
NetworkManager, dhcp6: true: exit 0
NetworkManager, optional-addresses: [ipv6-ra, dhcp6]: exit 0
the same file
networkd, optional-addresses: [ipv6-ra, dhcp6]: exit 0
OptionalAddresses=ipv6-ra
OptionalAddresses=dhcp6
Unknown key 'OptionalAddresses' in section [Link], ignoring.
Unknown key 'OptionalAddresses' in section [Link], ignoring.
T
