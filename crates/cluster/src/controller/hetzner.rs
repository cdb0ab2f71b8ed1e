//! hcloud-cloud-controller-manager 1.30.1 and 1.34.0.

use std::net::{IpAddr, Ipv6Addr};

use groundwork_kit::kubernetes::Cause;
use groundwork_model::{Family, NodeIp};

use super::{Balances, Kind, Settings};
use crate::facts::{Facts, Node, Value, Workload, ranges};

const FAMILY: &str = "HCLOUD_INSTANCES_ADDRESS_FAMILY";
const NETWORK: &str = "HCLOUD_NETWORK";
const ROUTES: &str = "HCLOUD_NETWORK_ROUTES_ENABLED";

pub(super) const KIND: Kind = Kind {
    title: "Hetzner",
    provider: "hetzner",
    scheme: "hcloud://",
    part: "hcloud-cloud-controller-manager",
    read,
    explain,
    likely: &[
        "HCLOUD_INSTANCES_ADDRESS_FAMILY of the controller is not dualstack",
        "node-ip names another IPv6 address than ::1 of the server's /64, which alone is reported",
        "node-ip names the private IPv4 address, and the controller has no HCLOUD_NETWORK",
        "node-ip names an address that is not the server's",
    ],
    switch: "set HCLOUD_INSTANCES_ADDRESS_FAMILY=dualstack at the cloud controller",
    has_internal: false,
    has_two_v4: true,
    balances: Balances::Both,
    packets,
};

/// A private network carries less than a public interface (<https://docs.hetzner.com/cloud/networks/faq>); nodes whose
/// first address is private talk to each other there.
fn packets(nodes: &[Node]) -> Option<(u32, &'static str)> {
    let is_private = |node: &Node| match node.ips().first() {
        Some(IpAddr::V4(v4)) => v4.is_private(),
        Some(IpAddr::V6(_)) | None => false,
    };
    Some(match nodes.iter().any(is_private) {
        true => (1450, "a private network"),
        false => (1500, "the public network"),
    })
}

fn read(workload: &Workload, _: &Facts) -> Settings {
    let settings = match workload.variable(FAMILY) {
        Value::Hidden => Settings::hidden(),
        Value::Unset | Value::Set("") => Settings::of(
            &[Family::V4],
            format!("{FAMILY} is not set, which means ipv4"),
        ),
        Value::Set("ipv4") => Settings::of(&[Family::V4], format!("{FAMILY} is ipv4")),
        Value::Set("ipv6") => Settings::of(&[Family::V6], format!("{FAMILY} is ipv6")),
        Value::Set("dualstack") => Settings::of(&Family::BOTH, format!("{FAMILY} is dualstack")),
        Value::Set(other) => Settings {
            mistake: Some(Cause::new(
                format!(
                    "{FAMILY} is {other:?}, and the controller ends at once: it takes ipv4, ipv6 and \
                     dualstack, in lower case"
                ),
                KIND.switch,
            )),
            ..Settings::hidden()
        },
    };
    let has_network = !matches!(workload.variable(NETWORK), Value::Unset | Value::Set(""));
    Settings {
        has_network: Some(has_network),
        routeless: has_network.then(|| routeless(workload)).flatten(),
        ..settings
    }
}

/// With two ranges its route controller is left out: "invalid CIDR address", which its log says once.
fn routeless(workload: &Workload) -> Option<Cause> {
    let is_asked = workload.flag("allocate-node-cidrs") == Some("true")
        && workload.flag("configure-cloud-routes") != Some("false")
        && workload.variable(ROUTES) != Value::Set("false");
    let text = workload.flag("cluster-cidr").filter(|_| is_asked)?;
    if ranges(text).len() < 2 {
        return None;
    }
    Some(Cause::new(
        format!(
            "--cluster-cidr of the cloud controller is {text}, and with two ranges it makes no route: it says so in one \
             line of its log (invalid CIDR address), and runs on"
        ),
        format!(
            "switch routes off at the controller ({ROUTES}=false), and let the network plugin tunnel: Hetzner's \
             private network carries no IPv6"
        ),
    ))
}

fn explain(settings: &Settings, ip: &NodeIp) -> Option<Cause> {
    ip.addresses().iter().find_map(|address| match address {
        IpAddr::V6(v6) => of_v6(settings, *v6),
        IpAddr::V4(v4) if v4.is_private() && settings.has_network == Some(false) => {
            let effect = format!("without {NETWORK} the controller reports no private address");
            let cause = Cause::new(
                format!("its node-ip names the private address {v4}, and {effect}"),
                format!("set {NETWORK} at the controller, or name the public address in node-ip"),
            );
            Some(cause.in_common(format!(
                "their node-ip names a private address, and {effect}"
            )))
        }
        IpAddr::V4(_) => None,
    })
}

fn of_v6(settings: &Settings, v6: Ipv6Addr) -> Option<Cause> {
    let reports = |families: &Vec<Family>| families.contains(&Family::V6);
    // A family that is not reported at all is a simpler cause.
    if settings.families.as_ref().is_some_and(|all| !reports(all)) {
        return None;
    }
    let own = v6.to_bits() & u128::from(u64::MAX);
    (own != 1).then(|| {
        let reported = Ipv6Addr::from_bits((v6.to_bits() >> 64 << 64) | 1);
        const REPORTS: &str = "the controller always reports ::1 of a server's /64";
        Cause::new(
            format!("its node-ip names {v6}, and {REPORTS}: {reported}"),
            format!("give the host {reported}, and name that in node-ip"),
        )
        .in_common(format!(
            "their node-ip names another address, and {REPORTS}"
        ))
        .remedy_in_common("give each host ::1 of its /64, and name that in node-ip")
    })
}
