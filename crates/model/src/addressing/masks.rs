//! How the ranges are cut: node masks, sizes of services, and how much fits.

use ipnet::IpNet;

use super::{Addressing, Draft, NETWORK, block};
use crate::{CniKind, Family, Finding, IpFamily, cidr, codes};

/// Bits between the pods' prefix and a node's: what kube-controller-manager can count.
const SPREAD_MAX: u8 = 16;
/// Most host bits of the services' IPv4 CIDR, and of the IPv6 one: kube-apiserver refuses more.
const SERVICE_BITS_MAX: u8 = 20;
/// Fewest host bits: kube-apiserver refuses a range of fewer than 8 addresses.
const SERVICE_BITS_MIN: u8 = 3;

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
            self.findings
                .extend(mask_fault(net, mask, self.cluster.cni()).map(|fault| fault.at(field)));
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

    /// The sizes that kube-apiserver takes.
    pub(super) fn service_sizes(&mut self, services: &[Option<IpNet>]) {
        for (index, net) in services.iter().enumerate() {
            let Some(net) = net else { continue };
            let bits = net.max_prefix_len() - net.prefix_len();
            let (wrong, at) = if bits > SERVICE_BITS_MAX {
                (
                    "large",
                    format!("at least /{}", net.max_prefix_len() - SERVICE_BITS_MAX),
                )
            } else if bits < SERVICE_BITS_MIN {
                (
                    "small",
                    format!("at most /{}", net.max_prefix_len() - SERVICE_BITS_MIN),
                )
            } else {
                continue;
            };
            let message = format!("{net} is too {wrong} for services: the API server takes {at}");
            let finding =
                Finding::error(codes::NETWORK_SERVICE_SIZE, message).at(block("services", index));
            self.findings
                .push(finding.remedy(format!("use a prefix length of {at}")));
        }
    }

    /// How many nodes and services fit, once everything else is known.
    pub(super) fn capacity(&mut self, addressing: &Addressing) {
        let masks = [Some(addressing.node_mask_v4), addressing.node_mask_v6];
        let parts = addressing.pods.iter().zip(masks.into_iter().flatten());
        let nodes = parts
            .map(|(net, mask)| cidr::subnet_count(net, mask))
            .min()
            .unwrap_or(0);
        let services = addressing
            .services
            .iter()
            .map(|net| cidr::address_count(net).saturating_sub(2));
        let services = services.min().unwrap_or(0);
        let addresses = 1_u64 << 32_u8.saturating_sub(addressing.node_mask_v4);
        let message = format!(
            "{nodes} nodes fit, each with {addresses} IPv4 addresses for pods, and {services} services"
        );
        self.findings
            .push(Finding::note(codes::NETWORK_CAPACITY, message).at(NETWORK));
    }
}

fn mask_field(family: Family) -> String {
    format!("{NETWORK}.nodeCidrMaskSize{family}")
}

fn mask_fault(net: &IpNet, mask: u8, cni: CniKind) -> Option<Finding> {
    let family = Family::of(net);
    let prefix = net.prefix_len();
    if mask <= prefix {
        let message = format!(
            "a node mask of {mask} leaves no node a part of {net}: it has to be longer than {prefix}"
        );
        let remedy = format!(
            "use {} to {}, or a larger CIDR for pods",
            prefix + 1,
            family.bits()
        );
        return Some(Finding::error(codes::NETWORK_NODE_MASK, message).remedy(remedy));
    }
    if mask - prefix <= SPREAD_MAX {
        return None;
    }
    let message = format!(
        "a node mask of {mask} is {} bits from the pods' {net}, and kube-controller-manager takes at most {SPREAD_MAX}",
        mask - prefix
    );
    let remedy = format!("use {}, or a longer prefix for pods", prefix + SPREAD_MAX);
    Some(
        match cni {
            CniKind::Canal | CniKind::None => {
                Finding::error(codes::NETWORK_NODE_MASK_SPREAD, message)
            }
            CniKind::Cilium => {
                let message = message + "; Cilium allocates by itself and is not affected";
                Finding::warning(codes::NETWORK_NODE_MASK_SPREAD, message)
            }
        }
        .remedy(remedy),
    )
}
