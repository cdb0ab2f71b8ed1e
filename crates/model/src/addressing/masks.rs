//! How the ranges are cut: node masks, sizes of services, and how much fits.

use ipnet::IpNet;

use super::{
    Addressing, Draft, NETWORK, block,
    limits::{Bound, SERVICES, SPREADS, Size, Spread},
};
use crate::{CniKind, Family, Finding, IpFamily, Severity, cidr, codes};

impl Draft<'_> {
    /// The node mask of a family, held against the pods' CIDR of that family.
    pub(super) fn node_mask(&mut self, family: Family, pods: &[Option<IpNet>]) -> u8 {
        let network = &self.cluster.spec.cluster_network;
        let (given, default) = match family {
            Family::V4 => (network.node_cidr_mask_size_ipv4, 24),
            Family::V6 => (network.node_cidr_mask_size_ipv6, 64),
        };
        let field = mask_field(family);
        let mask = given.unwrap_or(default);
        if given.is_none() {
            self.choose(&field, mask);
        }
        let net = pods.iter().flatten().find(|net| Family::of(net) == family);
        if mask > family.bits() {
            let message = format!(
                "a node mask of {mask} does not exist: {family} addresses have {} bits",
                family.bits()
            );
            self.findings
                .push(Finding::error(codes::NETWORK_NODE_MASK, message).at(field));
        } else if let Some(net) = net {
            let fault = mask_fault(net, mask).or_else(|| self.spread_fault(net, mask));
            self.findings.extend(fault.map(|fault| fault.at(field)));
        }
        mask
    }

    pub(super) fn unused_mask(&mut self, family: IpFamily) {
        let given = self.cluster.spec.cluster_network.node_cidr_mask_size_ipv6;
        if given.is_some() && !family.is_dual_stack() {
            let message = "the cluster has no IPv6, so the IPv6 node mask is not used";
            let finding = Finding::warning(codes::NETWORK_NODE_MASK, message);
            self.findings.push(
                finding
                    .at(mask_field(Family::V6))
                    .remedy("remove it, or set ipFamily to IPv4+IPv6"),
            );
        }
    }

    /// The sizes that the control plane takes.
    pub(super) fn service_sizes(&mut self, services: &[Option<IpNet>]) {
        for (index, net) in services.iter().enumerate() {
            let Some(net) = net else { continue };
            let broken = SERVICES
                .iter()
                .filter(|size| size.when.holds(self.cluster))
                .find_map(|size| size_fault(net, size));
            self.findings
                .extend(broken.map(|finding| finding.at(block("services", index))));
        }
    }

    /// How many nodes and services fit, once everything else is known.
    pub(super) fn capacity(&mut self, addressing: &Addressing) {
        let (nodes, services) = (addressing.nodes(), addressing.service_count());
        let addresses = addressing.pod_addresses_v4();
        let message = format!(
            "{nodes} nodes fit, each with {addresses} IPv4 addresses for pods, and {services} services"
        );
        self.findings
            .push(Finding::note(codes::NETWORK_CAPACITY, message).at(NETWORK));
    }
}

impl Addressing {
    /// How many nodes the pods' range of a family holds; none of a family that there is not.
    pub fn nodes_of(&self, family: Family) -> u128 {
        let mask = match family {
            Family::V4 => Some(self.node_mask_v4),
            Family::V6 => self.node_mask_v6,
        };
        let net = self.pods_of(family);
        net.zip(mask)
            .map_or(0, |(net, mask)| cidr::subnet_count(&net, mask))
    }

    /// How many nodes fit: the family that holds fewer decides.
    pub fn nodes(&self) -> u128 {
        let families = self.family.families().iter();
        families
            .map(|family| self.nodes_of(*family))
            .min()
            .unwrap_or(0)
    }

    /// How many IPv4 addresses one node has for its pods.
    pub fn pod_addresses_v4(&self) -> u64 {
        1 << 32_u8.saturating_sub(self.node_mask_v4)
    }

    /// How many services fit: the family that holds fewer decides.
    pub fn service_count(&self) -> u128 {
        let rooms = self.services.iter();
        rooms
            .map(|net| cidr::address_count(net).saturating_sub(2))
            .min()
            .unwrap_or(0)
    }
}

fn mask_field(family: Family) -> String {
    format!("{NETWORK}.nodeCidrMaskSize{family}")
}

/// What a rule says of a range of services.
fn size_fault(net: &IpNet, size: &Size) -> Option<Finding> {
    if !size.families.contains(&Family::of(net)) {
        return None;
    }
    let length = net.max_prefix_len();
    let bits = length - net.prefix_len();
    let (wrong, remedy) = match size.bound {
        Bound::Most(most) if bits > most => {
            ("large", format!("a prefix of /{} or longer", length - most))
        }
        Bound::Fewest(fewest) if bits < fewest => (
            "small",
            format!("a prefix of /{} or shorter", length - fewest),
        ),
        Bound::Most(_) | Bound::Fewest(_) => return None,
    };
    let message = match size.severity {
        Severity::Error => format!("{net} is too {wrong} for services: {}", size.why),
        Severity::Warning | Severity::Note => {
            let room = cidr::address_count(net).saturating_sub(2);
            format!("{net} has room for {room} services: {}", size.why)
        }
    };
    let mut finding = Finding::new(size.severity, codes::NETWORK_SERVICE_SIZE, message)
        .remedy(format!("use {remedy}"));
    finding.reference = Some(size.when.source.into());
    Some(finding)
}

fn mask_fault(net: &IpNet, mask: u8) -> Option<Finding> {
    let prefix = net.prefix_len();
    if mask > prefix {
        return None;
    }
    let message = format!(
        "a node mask of {mask} does not divide {net} among nodes: it has to be longer than {prefix}"
    );
    let remedy = format!(
        "use {} to {}, or a larger CIDR for pods",
        prefix + 1,
        Family::of(net).bits()
    );
    Some(Finding::error(codes::NETWORK_NODE_MASK, message).remedy(remedy))
}

impl Draft<'_> {
    /// A node mask that is longer than the pods' prefix by more than somebody takes.
    fn spread_fault(&self, net: &IpNet, mask: u8) -> Option<Finding> {
        let (family, spread) = (Family::of(net), mask - net.prefix_len());
        let Spread {
            when,
            bits_max,
            by_controller,
            who,
            ..
        } = SPREADS.iter().find(|rule| {
            rule.families.contains(&family)
                && spread > rule.bits_max
                && rule.when.holds(self.cluster)
        })?;
        let message = format!(
            "a node mask of {mask} is {spread} bits from the pods' {net}, and {who} takes at most {bits_max} for {family}"
        );
        let allocates = *by_controller && self.cluster.cni() == CniKind::Cilium;
        let mut finding = if allocates {
            let message = message + "; Cilium allocates by itself and is not affected";
            Finding::warning(codes::NETWORK_NODE_MASK_SPREAD, message)
        } else {
            Finding::error(codes::NETWORK_NODE_MASK_SPREAD, message)
        };
        finding.reference = Some(when.source.into());
        let remedy = format!(
            "use {}, or a longer prefix for pods",
            net.prefix_len() + bits_max
        );
        Some(finding.remedy(remedy))
    }
}
