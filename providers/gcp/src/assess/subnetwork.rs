//! Whether a subnetwork that is somebody else's is fit for nodes. Pure.

use groundwork_model::{Finding, Severity};
use ipnet::IpNet;

use super::Judge;
use crate::{
    codes, link,
    object::SubnetworkState,
    spec::{AccessType, field},
};

/// Addresses below which a subnetwork is as good as full.
const FREE_MIN: u128 = 8;
/// Addresses of an IPv4 range that the cloud keeps: network, gateway, the last two
/// (<https://cloud.google.com/vpc/docs/subnets#unusable-ip-addresses-in-every-subnet>).
const KEPT: u128 = 4;
/// The prefix that each machine's interface gets of an IPv6 range.
const OF_MACHINE: u8 = 96;
/// Purposes with which machines can be in a subnetwork.
const FOR_MACHINES: [&str; 2] = ["PRIVATE", "PRIVATE_RFC_1918"];

impl Judge<'_> {
    /// Its families, and its kind of IPv6 addresses.
    pub(super) fn subnetwork_is_fit(&self) -> Vec<Finding> {
        let asked = self.target.spec.ipv6_access_type;
        let Some(state) = self.named_subnetwork() else {
            return Vec::new();
        };
        let elsewhere = self.in_another_network(&state);
        let of_families = match (self.is_dual(), state.is_dual()) {
            (true, false) => vec![single(&state, self.target.spec.access_type())],
            (true, true) => [
                asked.and_then(|asked| other_kind(&state, asked)),
                without_prefix(&state),
                machines_alone(&state),
            ]
            .into_iter()
            .flatten()
            .collect(),
            (false, true) => vec![dual(&state)],
            (false, false) => Vec::new(),
        };
        elsewhere.into_iter().chain(of_families).collect()
    }

    /// The document may name a network as well.
    fn in_another_network(&self, state: &SubnetworkState) -> Option<Finding> {
        let network = self.network()?;
        let (is, named) = (link::relative(&state.network), network.common.address());
        if is == named {
            return None;
        }
        let message = format!(
            "{} is in {is}, and the document names {}",
            state.told(),
            network.told()
        );
        let finding = Finding::error(codes::SUBNETWORK_NETWORK, message).at(field("subnetwork"));
        Some(finding.about(state.told()).remedy(format!(
            "write {is} into network, or name a subnetwork of {}",
            network.common.name
        )))
    }

    /// Some are for load balancers, NAT or services alone.
    pub(super) fn purpose(&self) -> Option<Finding> {
        let state = self.named_subnetwork()?;
        let purpose = state.purpose.as_deref().unwrap_or(FOR_MACHINES[0]);
        let is_draining = state.state.as_deref() == Some("DRAINING");
        let why = match FOR_MACHINES.contains(&purpose) {
            false => format!("has the purpose {purpose}: machines cannot be in it"),
            true if is_draining => "is being drained".to_owned(),
            true => return None,
        };
        let message = format!("{} {why}", state.told());
        let finding = Finding::error(codes::PURPOSE, message).at(field("subnetwork"));
        Some(
            finding
                .about(state.told())
                .remedy("name a subnetwork whose purpose is PRIVATE"),
        )
    }

    /// By its size: how many machines there are, the API tells elsewhere. What the cloud keeps for
    /// itself is not free.
    pub(super) fn too_small(&self) -> Option<Finding> {
        let state = self.named_subnetwork()?;
        let (told, all) = (state.told(), room(&state)?);
        let (severity, message) = match all {
            0 => (Severity::Error, format!("{told} has no address for a node")),
            1..FREE_MIN => (
                Severity::Warning,
                format!("{told} has addresses for {all} nodes at most"),
            ),
            _ => return None,
        };
        let finding = Finding::new(severity, codes::FULL, message).at(field("subnetwork"));
        Some(finding.about(told).remedy(format!(
            "have its owner call: gcloud compute networks subnets expand-ip-range {} --region={} \
             --prefix-length=LENGTH; or name a larger one",
            state.common.name,
            state.region()
        )))
    }
}

/// How many machines fit into it, whatever their families.
pub(super) fn room(state: &SubnetworkState) -> Option<u128> {
    let v4 = state
        .ip_cidr_range
        .map(|net| groundwork_model::cidr::address_count(&IpNet::V4(net)).saturating_sub(KEPT));
    let v6 = state.ipv6().filter(|_| state.is_dual()).map(|net| {
        let kept = state.system_reserved_external_ipv6_ranges.iter();
        let kept = kept.chain(&state.system_reserved_internal_ipv6_ranges);
        let of = |net: &IpNet| groundwork_model::cidr::subnet_count(net, OF_MACHINE).max(1);
        let kept = kept
            .filter(|one| IpNet::V6(net).contains(*one))
            .map(of)
            .sum();
        groundwork_model::cidr::subnet_count(&IpNet::V6(net), OF_MACHINE).saturating_sub(kept)
    });
    v4.into_iter().chain(v6).min()
}

fn single(state: &SubnetworkState, access: AccessType) -> Finding {
    let (told, stack) = (state.told(), state.stack());
    let message = format!("{told} is {stack}, and the cluster has both families");
    let finding = Finding::error(codes::STACK, message).at(field("subnetwork"));
    finding.about(told).remedy(format!(
        "have its owner call: gcloud compute networks subnets update {} --region={} \
         --stack-type=IPV4_IPV6 --ipv6-access-type={}",
        state.common.name,
        state.region(),
        state.ipv6_access_type.as_deref().unwrap_or(access.as_str())
    ))
}

/// A cluster of IPv4 in it works: its machines are made without IPv6.
fn dual(state: &SubnetworkState) -> Finding {
    let message = format!(
        "{} has both families, and the cluster has IPv4 alone",
        state.told()
    );
    let finding = Finding::note(codes::STACK, message).at(field("subnetwork"));
    let finding = finding.about(state.told());
    finding.remedy(
        "KKP takes only a subnetwork of the cluster's own families: set ipFamily to IPv4+IPv6, or \
                    name another",
    )
}

fn other_kind(state: &SubnetworkState, asked: AccessType) -> Option<Finding> {
    let is = state
        .ipv6_access_type
        .as_deref()
        .filter(|is| *is != asked.as_str())?;
    let message = format!(
        "{} has {is} IPv6 addresses, and ipv6AccessType asks for {}",
        state.told(),
        asked.as_str()
    );
    let finding = Finding::error(codes::ACCESS_TYPE, message).at(field("ipv6AccessType"));
    Some(finding.about(state.told()).remedy(
        "name a subnetwork of that kind, or remove ipv6AccessType: the kind of one cannot be changed",
    ))
}

fn without_prefix(state: &SubnetworkState) -> Option<Finding> {
    if state.ipv6().is_some() {
        return None;
    }
    let message = format!("{} has no IPv6 range yet", state.told());
    let finding = Finding::error(codes::PREFIX, message).at(field("subnetwork"));
    Some(
        finding
            .about(state.told())
            .remedy("wait until it has one, or have its owner look why not"),
    )
}

/// One's own addresses, brought to the cloud, are for machines alone.
fn machines_alone(state: &SubnetworkState) -> Option<Finding> {
    let endpoint = state.ipv6_gce_endpoint.as_deref();
    let message = format!(
        "load balancers cannot have IPv6 addresses of {}",
        state.told()
    );
    let finding = Finding::warning(codes::ENDPOINT, message).at(field("subnetwork"));
    let finding = finding.about(state.told()).remedy(
        "name a subnetwork whose IPv6 range is Google's own if the cluster needs load balancers there",
    );
    (endpoint == Some("VM_ONLY")).then_some(finding)
}
