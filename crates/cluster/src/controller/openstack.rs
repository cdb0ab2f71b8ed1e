//! openstack-cloud-controller-manager 1.36.

use groundwork_model::Family;

use super::{Balances, Kind, Settings, ini};
use crate::facts::{Facts, Workload};

pub(super) const KIND: Kind = Kind {
    title: "OpenStack",
    provider: "openstack",
    scheme: "openstack://",
    part: "openstack-cloud-controller-manager",
    read,
    explain: |_, _| None,
    likely: &[
        "node-ip names an address that is not on the server's port: one that the guest alone has, or \
         an allowed address pair",
        "the port got its IPv6 address late: the controller tries again after up to three minutes, \
         and at once when the Node changes (kubectl label node NAME wake=1)",
        "[Networking] ipv6-support-disabled is set in the cloud's configuration",
        "two servers have the node's name",
    ],
    switch: "take ipv6-support-disabled out of [Networking] in the cloud's configuration",
    has_internal: true,
    has_two_v4: false,
    balances: Balances::First,
    packets: |_| None,
};

fn read(workload: &Workload, facts: &Facts) -> Settings {
    let mut texts = facts.mounted(workload);
    // Most clusters keep it in a Secret, since it has the password.
    let Some(text) = texts.find(|text| text.contains("[Networking]") || text.contains("[Global]"))
    else {
        return Settings::hidden();
    };
    let settings = match ini::is_set(text, "ipv6-support-disabled") {
        true => Settings::of(&[Family::V4], "ipv6-support-disabled is set"),
        false => Settings::of(&Family::BOTH, "both families are on"),
    };
    let network = |key| ini::values(text, key).pop().filter(|name| !name.is_empty());
    let hides = match (
        network("public-network-name"),
        network("internal-network-name"),
    ) {
        (Some(name), _) => Some(format!(
            "public-network-name is {name:?}: if that is the network of the nodes, all their \
             addresses are reported as external"
        )),
        (None, Some(name)) => Some(format!(
            "internal-network-name is {name:?}: addresses of other networks are not reported as \
             internal"
        )),
        (None, None) => None,
    };
    Settings {
        hides_internal: hides,
        ..settings
    }
}
