//! Controllers that report both families by themselves, where the machine has both.

use super::{Balances, Kind, Settings};

pub(super) const GOOGLE: Kind = Kind {
    title: "Google Cloud",
    provider: "gcp",
    scheme: "gce://",
    part: "gcp-cloud-controller-manager",
    read: |_, _| Settings::hidden(),
    explain: |_, _| None,
    likely: &[
        "the interface of the machine has the stack type IPV4_ONLY",
        "node-ip names an address that is not the interface's",
    ],
    switch: "give the machine's interface the stack type IPV4_IPV6, in a subnet that has it",
    has_internal: true,
    has_two_v4: false,
    balances: Balances::First,
    // 1460 unless the network says more: <https://cloud.google.com/vpc/docs/mtu>.
    packets: |_| None,
};

/// Its service has ended, and its controller with it; installations of others run on.
pub(super) const EQUINIX: Kind = Kind {
    title: "Equinix Metal",
    provider: "packet",
    scheme: "equinixmetal://",
    part: "cloud-provider-equinix-metal",
    read: |_, _| Settings::hidden(),
    explain: |_, _| None,
    likely: &[
        "the server has got its IPv6 address after the kubelet has started",
        "node-ip names an address that is not the server's",
    ],
    switch: "give the server an IPv6 address of the project's block in its metro",
    has_internal: true,
    has_two_v4: true,
    balances: Balances::Unknown,
    packets: |_| Some((1500, "the network")),
};

pub(super) const AZURE: Kind = Kind {
    title: "Azure",
    provider: "azure",
    scheme: "azure://",
    part: "azure-cloud-controller-manager",
    read: |_, _| Settings::hidden(),
    explain: |_, _| None,
    likely: &[
        "the interface of the machine has no IPv6 configuration",
        "node-ip names an address that is not the interface's",
    ],
    switch: "give the machine's interface an IPv6 configuration, in a subnet that has both families",
    has_internal: true,
    has_two_v4: false,
    balances: Balances::Unknown,
    packets: |_| Some((1500, "a virtual network")),
};
