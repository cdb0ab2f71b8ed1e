#!/bin/bash
# `accept-ra` of a netplan file decides about router announcements with systemd-networkd, and is read, and lost, for NetworkManager.
#
# Version: netplan 0.106-2+deb12u1 of Debian 12; its generator is run on a folder, nothing is installed.
# Seen: networkd gets IPv6AcceptRA=yes or no as told. The file for NetworkManager is the same, letter for letter, with `accept-ra: true`, with false and without
#   the key. With `dhcp6: true` it is method=auto, which takes announcements, also where they are refused. With a static IPv6 address it is method=manual, and
#   with `dhcp4: true` alone method=ignore, also where announcements are asked for. The generator exits with 0 and says nothing.
# A good engineer would guess: netplan means the same to both, and refuses what a renderer cannot do, as it does with other keys.
# Who is hurt: a node with a static address whose default route comes by announcements has it on a server, and not on an image with NetworkManager; a node that
#   was told to refuse them makes a second address there, which becomes the source of what it sends.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT; chmod 755 "$tmp"; cd "$tmp"
apt-get download -qq netplan.io=0.106-2+deb12u1 libnetplan0=0.106-2+deb12u1 2>/dev/null
for package in *.deb; do dpkg-deb -x "$package" root; done
generate=$(find root -name generate -type f)
export LD_LIBRARY_PATH; LD_LIBRARY_PATH=$PWD/$(dirname "$(find root -name 'libnetplan.so*' | head -1)")

# One link with these lines, for this renderer: the file that is written.
write() {
    rm -rf node && mkdir -p node/etc/netplan
    { printf 'network:\n  version: 2\n  renderer: %s\n  ethernets:\n    eth0:\n' "$1"; printf '      %s\n' "${@:2}"; } > node/etc/netplan/node.yaml
    chmod 600 node/etc/netplan/node.yaml
    "$generate" --root-dir node > said 2>&1 && [ ! -s said ]
    cat "node/run/${file[$1]}"
}
declare -A file=([networkd]=systemd/network/10-netplan-eth0.network [NetworkManager]=NetworkManager/system-connections/netplan-eth0.nmconnection)
for lines in 'dhcp6: true' 'addresses: ["2001:db8::5/64"]' 'dhcp4: true'; do
    for renderer in networkd NetworkManager; do
        write "$renderer" "$lines" > without
        write "$renderer" "$lines" 'accept-ra: true' > taken
        write "$renderer" "$lines" 'accept-ra: false' > refused
        if cmp -s taken refused; then cmp without taken && echo "$renderer, $lines: all the same, $(sed -n '/^\[ipv6\]/,$s/^method=/method=/p' taken)"
        else echo "$renderer, $lines: $(grep -h '^IPv6AcceptRA' taken refused | tr '\n' ' ')"; fi
    done
done | tee seen
diff - seen <<'T' && echo "as stated"
networkd, dhcp6: true: IPv6AcceptRA=yes IPv6AcceptRA=no 
NetworkManager, dhcp6: true: all the same, method=auto
networkd, addresses: ["2001:db8::5/64"]: IPv6AcceptRA=yes IPv6AcceptRA=no 
NetworkManager, addresses: ["2001:db8::5/64"]: all the same, method=manual
networkd, dhcp4: true: IPv6AcceptRA=yes IPv6AcceptRA=no 
NetworkManager, dhcp4: true: all the same, method=ignore
T
