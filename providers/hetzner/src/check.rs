//! What can be said of the documents without a cloud. Pure.

use groundwork_kit::{
    access::{Access, Sources},
    document::{given, is_private},
};
use groundwork_model::{Finding, cidr};
use groundwork_provider::Target;
use ipnet::{IpNet, Ipv4Net};

use crate::{
    codes,
    object::{EFFECTIVE_MAX, RULES_MAX, grouped},
    spec::{Datacenter, Spec, field},
};

/// The range of a network that is made, and the length of its subnet: as Hetzner's console has them.
pub(crate) const RANGE: Ipv4Net = Ipv4Net::new_assert(std::net::Ipv4Addr::new(10, 0, 0, 0), 16);
const SUBNET_LENGTH: u8 = 24;

/// Everything that is wrong with them, or that a person should know.
pub(crate) fn check(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = location(target).into_iter().collect();
    findings.extend(datacenter(target));
    findings.extend(konnectivity(target));
    findings.extend(ranges(target));
    let access = access(target);
    findings.extend(too_many(target, &access));
    findings.extend(access.told(&target.spec.firewall));
    findings
}

/// From where the cluster's nodes may be reached.
pub(crate) fn access(target: &Target<Spec, Datacenter>) -> Access {
    let spec = &target.spec;
    let sources = Sources {
        section: "spec.cloud.hetzner",
        ssh: spec.ssh_sources.as_deref(),
        node_ports: spec.node_ports_allowed_ip_ranges.as_ref(),
        ..Sources::default()
    };
    Access::of(&target.addressing, &sources)
}

fn location(target: &Target<Spec, Datacenter>) -> Option<Finding> {
    if target.cloud.location().is_some() {
        return None;
    }
    let name = &target.datacenter.name;
    let message = format!("datacenter {name} does not say in which location its servers run");
    let place = target.datacenter.field("spec.hetzner.location");
    let finding = Finding::error(codes::LOCATION, message).at(place);
    Some(finding.remedy("set location, such as fsn1"))
}

/// Servers and primary IPs lost the field in July 2026; the listing answers 410 since October.
fn datacenter(target: &Target<Spec, Datacenter>) -> Option<Finding> {
    let name = given(&target.cloud.datacenter)?;
    let message = format!(
        "datacenter is {name}, and Hetzner's API has no datacenters since 2026-10-01: whoever asks \
         for one to make a server gets no answer"
    );
    let place = target.datacenter.field("spec.hetzner.datacenter");
    let finding = Finding::warning(codes::DATACENTER, message).at(place);
    let location = target.cloud.location().unwrap_or("fsn1");
    Some(finding.remedy(format!("set location: {location} and datacenter: \"\"")))
}

fn konnectivity(target: &Target<Spec, Datacenter>) -> Option<Finding> {
    let network = &target.cluster.spec.cluster_network;
    let is_off = network.konnectivity_enabled == Some(false);
    if !is_off || !target.is_dual_stack() {
        return None;
    }
    let message = "Konnectivity is off: the API server takes the first external address of a node, \
                   which was IPv6 before hcloud-cloud-controller-manager 1.13.0";
    let finding = Finding::warning(codes::KONNECTIVITY, message);
    let finding = finding.at("spec.clusterNetwork.konnectivityEnabled");
    Some(finding.remedy("remove the field: Konnectivity is on"))
}

/// The range that a field asks for, if it does: private, and of at most `longest` bits.
fn asked(
    text: &Option<String>,
    name: &str,
    code: groundwork_model::Code,
    longest: u8,
) -> Result<Option<Ipv4Net>, Finding> {
    let Some(text) = given(text) else {
        return Ok(None);
    };
    let wrong = |why: String| {
        let finding = Finding::error(code, format!("{text} {why}")).at(field(name));
        let remedy = format!(
            "write a /{longest} or larger of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, or \
             remove {name}"
        );
        Err(finding.remedy(remedy))
    };
    match cidr::parse_cidr(text, &field(name))? {
        IpNet::V6(_) => wrong("is IPv6, and networks of Hetzner are of IPv4 alone".to_owned()),
        IpNet::V4(net) if !is_private(&net) => {
            wrong("is not a private range (RFC 1918)".to_owned())
        }
        IpNet::V4(net) if net.prefix_len() > longest => {
            wrong(format!("is smaller than a /{longest}"))
        }
        IpNet::V4(net) => Ok(Some(net)),
    }
}

/// The range that the document asks for.
pub(crate) fn network_cidr(spec: &Spec) -> Result<Option<Ipv4Net>, Finding> {
    asked(&spec.network_cidr, "networkCidr", codes::NETWORK_CIDR, 24)
}

fn asked_subnet(spec: &Spec) -> Result<Option<Ipv4Net>, Finding> {
    asked(&spec.subnet_cidr, "subnetCidr", codes::SUBNET_CIDR, 30)
}

/// The range of the subnet: the one that the document asks for, else the first part of the network's.
pub(crate) fn subnet_cidr(spec: &Spec, network: Ipv4Net) -> Result<Ipv4Net, Finding> {
    let Some(asked) = asked_subnet(spec)? else {
        let length = network.prefix_len().max(SUBNET_LENGTH);
        return Ok(Ipv4Net::new_assert(network.network(), length));
    };
    if network.contains(&asked) {
        return Ok(asked);
    }
    let message = format!("{asked} is not inside the network's range {network}");
    let finding = Finding::error(codes::SUBNET_CIDR, message).at(field("subnetCidr"));
    Err(finding.remedy("write a part of networkCidr, or remove subnetCidr"))
}

fn ranges(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    let network = match network_cidr(&target.spec) {
        Ok(network) => network.unwrap_or(RANGE),
        Err(finding) => {
            let subnet = asked_subnet(&target.spec).err();
            return [finding].into_iter().chain(subnet).collect();
        }
    };
    match subnet_cidr(&target.spec, network) {
        Ok(subnet) => target.addressing.overlaps_of_nodes(subnet.into()),
        Err(finding) => vec![finding],
    }
}

/// A firewall takes 50 rules, and 500 where each counts once for each of its addresses.
fn too_many(target: &Target<Spec, Datacenter>, access: &Access) -> Option<Finding> {
    if given(&target.spec.firewall).is_some() {
        return None;
    }
    let rules = grouped(&access.rules);
    let effective: usize = rules.iter().map(|rule| rule.effective()).sum();
    if rules.len() <= RULES_MAX && effective <= EFFECTIVE_MAX {
        return None;
    }
    let message = format!(
        "the allowed ranges make {} rules with {effective} addresses, and a firewall takes \
         {RULES_MAX} rules with {EFFECTIVE_MAX}; node ports count twice, for TCP and UDP",
        rules.len()
    );
    let finding = Finding::error(codes::RULES, message);
    let finding = finding.at(field("nodePortsAllowedIPRanges"));
    Some(finding.remedy("allow fewer, larger ranges in sshSources and nodePortsAllowedIPRanges"))
}
