//! aws-cloud-controller-manager 1.37.

use groundwork_kit::kubernetes::Cause;
use groundwork_model::Family;

use super::{Balances, Kind, Settings, ini};
use crate::facts::{Facts, Workload};

const KEY: &str = "NodeIPFamilies";

pub(super) const KIND: Kind = Kind {
    title: "AWS",
    provider: "aws",
    scheme: "aws://",
    part: "aws-cloud-controller-manager",
    read,
    explain: |_, _| None,
    likely: &[
        "NodeIPFamilies of the controller is not set: IPv4 alone is reported",
        "node-ip names an IPv6 address that is not the first one of its interface",
        "the interface has no IPv6 address: the subnet assigns none",
    ],
    switch: "write two lines under [Global] of the controller's cloud configuration: \
             NodeIPFamilies=ipv4, then NodeIPFamilies=ipv6",
    has_internal: true,
    has_two_v4: false,
    // Its name has addresses, of IPv4 alone.
    balances: Balances::First,
    // Instances of one VPC send packets of this size to each other:
    // <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network_mtu.html>.
    packets: |_| Some((9001, "a VPC")),
};

fn read(workload: &Workload, facts: &Facts) -> Settings {
    let unset = || Settings::of(&[Family::V4], format!("{KEY} is not set, which means ipv4"));
    if workload.flag("cloud-config").is_none_or(str::is_empty) {
        return unset();
    }
    let mut texts = facts.mounted(workload);
    let Some(text) = texts.find(|text| text.contains("[Global]") || text.contains("[global]"))
    else {
        return Settings::hidden();
    };
    let values = ini::values(text, KEY);
    let read = |value: &&str| match *value {
        "ipv4" => Some(Family::V4),
        "ipv6" => Some(Family::V6),
        _ => None,
    };
    let families: Option<Vec<Family>> = values.iter().map(read).collect();
    match families {
        Some(families) if families.is_empty() => unset(),
        Some(families) if families.len() == 2 && families[0] == families[1] => {
            mistaken(format!("{KEY} names {} twice", families[0]))
        }
        Some(families) => Settings::of(&families, format!("{KEY} is {}", values.join(" and "))),
        None => {
            let odd: Vec<String> = values
                .iter()
                .map(|value| format!("{KEY}={value}"))
                .collect();
            mistaken(format!(
                "{} is no family: one line a family, in lower case",
                odd.join(", ")
            ))
        }
    }
}

/// The controller takes it without a word, and nodes get no address at all.
fn mistaken(why: String) -> Settings {
    Settings {
        mistake: Some(Cause::new(
            format!(
                "{why}. The controller takes that without a word, and its nodes have no address"
            ),
            KIND.switch,
        )),
        ..Settings::of(&[], why)
    }
}
