//! digitalocean-cloud-controller-manager 0.1.67 and 0.1.68.

use groundwork_model::Family;

use super::{Balances, Kind, Settings};
use crate::facts::{Facts, Workload};

pub(super) const KIND: Kind = Kind {
    title: "DigitalOcean",
    provider: "digitalocean",
    scheme: "digitalocean://",
    part: "digitalocean-cloud-controller-manager",
    read,
    explain: |_, _| None,
    likely: &[
        "node-ip names an IPv6 address other than the droplet's first one, which alone is reported",
        "the droplet has no IPv6: it was created without it",
        "the droplet has no private IPv4 address",
        "a droplet has no public IPv4 address, and the controller is older than 0.1.68: it updates \
         no node at all",
    ],
    switch: "switch IPv6 on for the droplets: the controller reports both families by itself",
    has_internal: true,
    has_two_v4: true,
    balances: Balances::First,
    packets: |_| Some((1500, "a network")),
};

fn read(_: &Workload, _: &Facts) -> Settings {
    Settings::of(&Family::BOTH, "the controller has no setting for families")
}
