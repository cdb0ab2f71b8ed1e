//! Whether a network, and a subnet that is somebody else's, are fit for nodes. Pure.

use std::collections::BTreeSet;

use groundwork_kit::existing;
use groundwork_model::{Finding, cidr};
use ipnet::IpNet;

use super::Judge;
use crate::{
    check::{SUBNET_LENGTH, first_free},
    codes, id,
    object::{NetworkState, SubnetState},
    spec::field,
};

/// Addresses of an IPv4 range that Azure keeps: network, gateway, two for DNS, broadcast
/// (<https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq>).
const KEPT: u128 = 5;
/// Names of subnets that Azure's own services are in, and nothing else
/// (<https://learn.microsoft.com/azure/virtual-network/virtual-network-for-azure-services>).
const OF_SERVICES: [&str; 5] = [
    "AzureBastionSubnet",
    "AzureFirewallManagementSubnet",
    "AzureFirewallSubnet",
    "GatewaySubnet",
    "RouteServerSubnet",
];

impl Judge<'_> {
    /// Both families in network and subnet, and no more and no less than a /64.
    pub(super) fn families_are_there(&self) -> Vec<Finding> {
        let Some(network) = self.network().filter(|_| self.is_dual()) else {
            return Vec::new();
        };
        let mut findings: Vec<Finding> = Vec::new();
        if network.ipv6().next().is_none() {
            findings.extend(linked(&network));
            let named = self.named_network();
            findings.extend(named.as_ref().map(without_ipv6));
        }
        if let Some(subnet) = self.named_subnet() {
            findings.extend(single(&network, &subnet));
            findings.extend(other_length(&subnet));
        }
        findings
    }

    /// Whether machines can be in it.
    pub(super) fn kept_for_others(&self) -> Option<Finding> {
        let state = self.named_subnet()?;
        let told = state.told();
        let services = state.properties.delegations.iter();
        let services: Vec<&str> = services
            .map(|one| one.properties.service_name.as_str())
            .collect();
        let linked = state.properties.service_association_links.first();
        let is_reserved = OF_SERVICES
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&state.name));
        let why = if !services.is_empty() {
            format!("is delegated to {}", services.join(", "))
        } else if let Some(link) = linked {
            format!("is in use by a service ({})", id::name(&link.id))
        } else if is_reserved {
            "is for a service of Azure".to_owned()
        } else {
            return None;
        };
        let message = format!("{told} {why}: machines cannot be in it");
        let finding = Finding::error(codes::DELEGATED, message).at(field("subnet"));
        Some(
            finding
                .about(told)
                .remedy("name another subnet, or remove subnet: then one is made"),
        )
    }

    /// The API says how many addresses are taken, not of which family: an interface has one of IPv6 at most.
    pub(super) fn full(&self) -> Option<Finding> {
        let state = self.named_subnet()?;
        let ranges = state
            .ranges()
            .into_iter()
            .filter(|net| matches!(net, IpNet::V4(_)));
        let sizes = ranges.map(|net| cidr::address_count(&net).saturating_sub(KEPT));
        let all: u128 = sizes.sum();
        let free = all.saturating_sub(taken(&state));
        let (severity, told) = (existing::room(free)?, state.told());
        let at_most = match state.ipv6() {
            Some(_) if free > 0 => "at most ",
            _ => "",
        };
        let message = format!("{at_most}{free} of the {all} IPv4 addresses of {told} are free");
        let finding = Finding::new(severity, codes::FULL, message).at(field("subnet"));
        Some(finding.about(told).remedy(
            "have its owner give it another IPv4 range (az network vnet subnet update \
             --address-prefixes), or name a larger one",
        ))
    }

    /// What keeps out some machines, or what they ask.
    pub(super) fn policies(&self) -> Vec<Finding> {
        let network = self.named_network().filter(NetworkState::drops_unencrypted);
        let encrypted = network.map(|network| {
            let told = network.told();
            let message = format!(
                "{told} drops what is not encrypted: machines of sizes without encryption reach nobody in it"
            );
            let finding = Finding::warning(codes::POLICY, message).at(field("vnet"));
            finding.about(told).remedy(
                "choose sizes with virtual network encryption in MachineDeployments, or have its owner set \
                 its enforcement to AllowUnencrypted",
            )
        });
        let subnet = self.named_subnet();
        let subnet = subnet.filter(|state| !state.properties.service_endpoint_policies.is_empty());
        let endpoints = subnet.map(|state| {
            let told = state.told();
            let policies = state.properties.service_endpoint_policies.iter();
            let names: Vec<&str> = policies.map(|at| id::name(&at.id)).collect();
            let message = format!(
                "{told} has service endpoint policies ({}): nodes reach only the storage that they name",
                names.join(", ")
            );
            let finding = Finding::note(codes::POLICY, message).at(field("subnet"));
            finding.about(told).remedy("look whether images and volumes of the cluster are among it")
        });
        encrypted.into_iter().chain(endpoints).collect()
    }
}

/// At least so many IPv4 addresses are taken.
fn taken(state: &SubnetState) -> u128 {
    let all = &state.properties.ip_configurations;
    if state.ipv6().is_none() {
        return all.len() as u128;
    }
    let interfaces = all
        .iter()
        .map(|one| id::parent(&one.id).to_ascii_lowercase());
    let mut several = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for interface in interfaces {
        if !seen.insert(interface.clone()) {
            several.insert(interface);
        }
    }
    (all.len() - several.len()) as u128
}

fn without_ipv6(network: &NetworkState) -> Finding {
    let (told, common) = (network.told(), &network.common);
    let message = format!("{told} has no IPv6 range, and the cluster has both families");
    let finding = Finding::error(codes::NETWORK_IPV6, message).at(field("vnet"));
    let ranges: Vec<String> = network.ranges().iter().map(ToString::to_string).collect();
    finding.about(told).remedy(format!(
        "have its owner call: az network vnet update --resource-group {} --name {} --address-prefixes {} \
         IPV6-RANGE",
        id::part(&common.id, "resourceGroups").unwrap_or_default(),
        common.name,
        ranges.join(" ")
    ))
}

/// Such links are of old kinds of services.
fn linked(network: &NetworkState) -> Option<Finding> {
    let mut subnets = network.properties.subnets.iter();
    let has_link = |subnet: &&SubnetState| !subnet.properties.resource_navigation_links.is_empty();
    let (told, subnet) = (network.told(), subnets.find(has_link)?);
    let links = subnet.properties.resource_navigation_links.iter();
    let names: Vec<&str> = links.map(|link| id::name(&link.id)).collect();
    let message = format!(
        "{told} cannot get an IPv6 range: {} has resource navigation links ({})",
        subnet.told(),
        names.join(", ")
    );
    let finding = Finding::error(codes::NETWORK_IPV6, message)
        .at(field("vnet"))
        .about(told);
    Some(finding.remedy("have that service taken out of the network, or name another network"))
}

fn single(network: &NetworkState, subnet: &SubnetState) -> Option<Finding> {
    if subnet.ipv6().is_some() {
        return None;
    }
    let told = subnet.told();
    let message = format!("{told} has no IPv6 range, and the cluster has both families");
    let finding = Finding::error(codes::SUBNET_IPV6, message)
        .at(field("subnet"))
        .about(told);
    let others: Vec<IpNet> = network
        .properties
        .subnets
        .iter()
        .flat_map(SubnetState::ranges)
        .collect();
    let free = network.ipv6().find_map(|net| first_free(&net, &others));
    let free = free.map_or_else(|| "IPV6-RANGE".to_owned(), |net| net.to_string());
    let ranges: Vec<String> = subnet.ranges().iter().map(ToString::to_string).collect();
    let common = &network.common;
    Some(finding.remedy(format!(
        "have its owner call: az network vnet subnet update --resource-group {} --vnet-name {} --name {} \
         --address-prefixes {} {free}",
        id::part(&common.id, "resourceGroups").unwrap_or_default(),
        common.name,
        subnet.name,
        ranges.join(" ")
    )))
}

fn other_length(subnet: &SubnetState) -> Option<Finding> {
    let net = subnet
        .ipv6()
        .filter(|net| net.prefix_len() != SUBNET_LENGTH)?;
    let told = subnet.told();
    let message =
        format!("{told} has {net}, and an IPv6 range of a subnet is exactly a /{SUBNET_LENGTH}");
    let finding = Finding::error(codes::RANGE, message).at(field("subnet"));
    Some(
        finding
            .about(told)
            .remedy(format!("name a subnet with an IPv6 /{SUBNET_LENGTH}")),
    )
}
