//! What can be said of the documents without a cloud. Pure.

use groundwork_kit::{
    access::{Access, Sources},
    document::given,
};
use groundwork_model::{Code, Finding, cidr};
use groundwork_provider::Target;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use ring::digest::{SHA256, digest};

use crate::{
    codes,
    spec::{Datacenter, Spec, field},
};

/// The IPv4 range of a network that is made, as the reference system has it.
pub(crate) const RANGE: Ipv4Net = Ipv4Net::new_assert(std::net::Ipv4Addr::new(10, 0, 0, 0), 16);
/// The IPv6 range that the reference system gives to every cluster's network.
const REFERENCE: (&str, &str) = ("kkp", "fd00::/48");
/// The smallest subnet of Azure
/// (<https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq>).
const LONGEST: u8 = 29;
/// The one length of an IPv6 subnet
/// (<https://learn.microsoft.com/azure/virtual-network/ip-services/ipv6-overview>).
pub(crate) const SUBNET_LENGTH: u8 = 64;

const FAMILY: &str = "set ipFamily to IPv4+IPv6, or remove it";

/// Ranges that the document asks for, as far as they can be used.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ranges {
    pub(crate) network: Option<Ipv4Net>,
    pub(crate) network_ipv6: Option<Ipv6Net>,
    pub(crate) subnet: Option<Ipv4Net>,
    pub(crate) subnet_ipv6: Option<Ipv6Net>,
}

/// Everything that is wrong with the documents, or that a person should know.
pub(crate) fn check(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = location(target).into_iter().collect();
    findings.extend(names(&target.spec));
    let (asked, wrong) = ranges(target);
    findings.extend(wrong);
    findings.extend(nested(target, &asked));
    findings.extend(load_balancer_sku(&target.spec));
    findings.extend(without_ipv6(target));
    findings.extend(ignored(&target.spec));
    findings.extend(access(target).findings);
    findings
}

/// From where the cluster's nodes may be reached.
pub(crate) fn access(target: &Target<Spec, Datacenter>) -> Access {
    let spec = &target.spec;
    let sources = Sources {
        section: "spec.cloud.azure",
        ssh: spec.ssh_sources.as_deref(),
        node_ports: spec.node_ports_allowed_ip_ranges.as_ref(),
        node_ports_legacy: given(&spec.node_ports_allowed_ip_range),
        ..Sources::default()
    };
    Access::of(&target.addressing, &sources)
}

/// The cluster's own /48: 40 bits of its installation and key, so that two clusters can be joined (RFC 4193
/// section 3.2).
pub(crate) fn own_range(target: &Target<Spec, Datacenter>) -> Ipv6Net {
    let text = format!("{}\n{}", target.installation, target.key());
    let digest = digest(&SHA256, text.as_bytes());
    let mut octets = [0_u8; 16];
    octets[0] = 0xfd;
    octets[1..6].copy_from_slice(&digest.as_ref()[..5]);
    Ipv6Net::new_assert(octets.into(), 48)
}

/// The first /64 of a range that no other one has a part of.
pub(crate) fn first_free(within: &Ipv6Net, others: &[IpNet]) -> Option<Ipv6Net> {
    let mut all = within.subnets(SUBNET_LENGTH).ok()?;
    all.find(|net| {
        !others
            .iter()
            .any(|other| cidr::overlap(other, &IpNet::V6(*net)))
    })
}

/// The ranges that the document asks for, and what is wrong with them.
pub(crate) fn ranges(target: &Target<Spec, Datacenter>) -> (Ranges, Vec<Finding>) {
    let spec = &target.spec;
    let mut findings = Vec::new();
    let mut v4 = |name: &str, text: &Option<String>| {
        let net = ipv4(name, given(text)?);
        net.map_err(|finding| findings.push(finding)).ok()
    };
    let network = v4("vnetCidr", &spec.vnet_cidr);
    let subnet = v4("subnetCidr", &spec.subnet_cidr);
    let mut v6 = |name: &str, text: Option<&str>| {
        let net = ipv6(name, text?);
        net.map_err(|finding| findings.push(finding)).ok()
    };
    let reference = |text| match text {
        text if REFERENCE.0 == text => REFERENCE.1,
        text => text,
    };
    let network_ipv6 = v6("vnetIpv6Cidr", given(&spec.vnet_ipv6_cidr).map(reference));
    let subnet_ipv6 = v6("subnetIpv6Cidr", given(&spec.subnet_ipv6_cidr));
    let ranges = Ranges {
        network,
        network_ipv6,
        subnet,
        subnet_ipv6,
    };
    (ranges, findings)
}

fn ipv4(name: &str, text: &str) -> Result<Ipv4Net, Finding> {
    match cidr::parse_cidr(text, &field(name))? {
        IpNet::V4(net) if (8..=LONGEST).contains(&net.prefix_len()) => Ok(net),
        IpNet::V4(net) => {
            let message = format!("{net} is no length of a network or a subnet of Azure");
            let finding = Finding::error(codes::RANGE, message).at(field(name));
            Err(finding.remedy(format!("write a range from /8 to /{LONGEST}")))
        }
        IpNet::V6(net) => {
            let message = format!("{net} is IPv6");
            let finding = Finding::error(codes::RANGE, message).at(field(name));
            Err(finding.remedy("write an IPv4 range, such as 10.0.0.0/16"))
        }
    }
}

fn ipv6(name: &str, text: &str) -> Result<Ipv6Net, Finding> {
    let is_subnet = name == "subnetIpv6Cidr";
    let (wrong, remedy) = match is_subnet {
        true => (
            "an IPv6 subnet of Azure is exactly a /64",
            "write a /64 of the network's range",
        ),
        false => (
            "a network's IPv6 range holds at least one /64",
            "write a /48, or any up to /64",
        ),
    };
    let net = cidr::parse_cidr(text, &field(name))?;
    if let IpNet::V6(net) = net
        && (net.prefix_len() == SUBNET_LENGTH || !is_subnet && net.prefix_len() < SUBNET_LENGTH)
    {
        return Ok(net);
    }
    let message = format!("{net} cannot be used: {wrong}");
    let finding = Finding::error(codes::RANGE, message).at(field(name));
    Err(finding.remedy(remedy))
}

/// A subnet is inside its network, and nothing overlaps with what pods and services have.
fn nested(target: &Target<Spec, Datacenter>, asked: &Ranges) -> Vec<Finding> {
    let mut findings = Vec::new();
    let makes_network = given(&target.spec.vnet).is_none();
    let network = asked.network.unwrap_or(RANGE);
    let outside = |name: &str, subnet: IpNet, network: IpNet| {
        let message = format!("{subnet} is not inside the network's range {network}");
        let finding = Finding::error(codes::RANGE, message).at(field(name));
        finding.remedy(format!("write a part of {network}, or remove it"))
    };
    if let Some(subnet) = asked
        .subnet
        .filter(|net| makes_network && !network.contains(net))
    {
        findings.push(outside("subnetCidr", subnet.into(), network.into()));
    }
    let ipv6 = asked.network_ipv6.unwrap_or_else(|| own_range(target));
    if let Some(subnet) = asked
        .subnet_ipv6
        .filter(|net| makes_network && !ipv6.contains(net))
    {
        findings.push(outside("subnetIpv6Cidr", subnet.into(), ipv6.into()));
    }
    if makes_network {
        findings.extend(target.addressing.overlaps_of_nodes(network.into()));
    }
    if makes_network && target.is_dual_stack() {
        findings.extend(target.addressing.overlaps_of_nodes(ipv6.into()));
    }
    findings
}

fn location(target: &Target<Spec, Datacenter>) -> Option<Finding> {
    if target.cloud.location().is_some() {
        return None;
    }
    let name = &target.datacenter.name;
    let message = format!("datacenter {name} does not say in which region its machines run");
    let place = target.datacenter.field("spec.azure.location");
    let finding = Finding::error(codes::LOCATION, message).at(place);
    Some(finding.remedy("set location, such as westeurope"))
}

/// Texts that cannot be names of resources.
fn names(spec: &Spec) -> Vec<Finding> {
    let table = [
        ("resourceGroup", &spec.resource_group),
        ("vnetResourceGroup", &spec.vnet_resource_group),
        ("vnet", &spec.vnet),
        ("subnet", &spec.subnet),
        ("routeTable", &spec.route_table),
        ("securityGroup", &spec.security_group),
    ];
    let wrong = table.into_iter().filter_map(|(name, text)| {
        let text = given(text).filter(|text| !is_name(text))?;
        let message = format!("{text} is no name of a resource");
        let finding = Finding::error(codes::NAME, message).at(field(name));
        Some(finding.remedy("write its name alone: letters, digits, and . _ - between them"))
    });
    let alone = given(&spec.subnet).filter(|_| given(&spec.vnet).is_none());
    let alone = alone.map(|text| {
        let message = format!("subnet {text} is named, and not which network it is in");
        let finding = Finding::error(codes::NAME, message).at(field("vnet"));
        finding.remedy("name the network as well, or remove subnet")
    });
    wrong.chain(alone).collect()
}

/// The characters that all of these kinds take; parentheses are for resource groups alone.
fn is_name(text: &str) -> bool {
    let is_inner = |c: char| c.is_alphanumeric() || "._-()".contains(c);
    text.chars().count() <= 90 && text.chars().all(is_inner) && !text.ends_with('.')
}

/// The reference system's document has it; Azure has ended it.
fn load_balancer_sku(spec: &Spec) -> Option<Finding> {
    let sku = given(&spec.load_balancer_sku)?;
    if sku.eq_ignore_ascii_case("standard") {
        return None;
    }
    let message = format!(
        "load balancers of SKU {sku} do not exist any more: Azure has ended Basic on 2025-09-30"
    );
    let finding = Finding::error(codes::BASIC, message).at(field("loadBalancerSKU"));
    Some(finding.remedy("set loadBalancerSKU to standard"))
}

/// Fields about IPv6, in a cluster that has none.
fn without_ipv6(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    if target.is_dual_stack() {
        return Vec::new();
    }
    let spec = &target.spec;
    let table = [
        ("vnetIpv6Cidr", &spec.vnet_ipv6_cidr),
        ("subnetIpv6Cidr", &spec.subnet_ipv6_cidr),
    ];
    let given = table.into_iter().filter(|(_, text)| given(text).is_some());
    let why = "is about IPv6, which the cluster does not have";
    given.map(|(name, _)| unused(name, why, FAMILY)).collect()
}

/// Fields about what is made, where it exists. A name that was written back is no news to a check: whether
/// the object is ours says the cloud.
fn ignored(spec: &Spec) -> Vec<Finding> {
    let names =
        |text: &Option<String>| given(text).is_some_and(|name| !name.starts_with("kubernetes-"));
    let (of_network, of_subnet) = (
        "is about a network that is made, and this one exists",
        "is about a subnet that is made, and this one exists",
    );
    let (network, subnet) = (names(&spec.vnet), names(&spec.subnet));
    let table = [
        (
            "vnetCidr",
            network && given(&spec.vnet_cidr).is_some(),
            of_network,
        ),
        (
            "vnetIpv6Cidr",
            network && given(&spec.vnet_ipv6_cidr).is_some(),
            of_network,
        ),
        (
            "subnetCidr",
            subnet && given(&spec.subnet_cidr).is_some(),
            of_subnet,
        ),
        (
            "subnetIpv6Cidr",
            subnet && given(&spec.subnet_ipv6_cidr).is_some(),
            of_subnet,
        ),
        (
            "natGateway",
            subnet && spec.nat_gateway.is_some(),
            of_subnet,
        ),
        (
            "defaultOutboundAccess",
            subnet && spec.default_outbound_access.is_some(),
            of_subnet,
        ),
    ];
    let ignored = table.into_iter().filter(|(_, is_ignored, _)| *is_ignored);
    ignored
        .map(|(name, _, why)| unused(name, why, "remove it"))
        .collect()
}

fn unused(name: &str, why: &str, remedy: &str) -> Finding {
    let code: Code = codes::IGNORED;
    let finding = Finding::warning(code, format!("{name} {why}")).at(field(name));
    finding.remedy(remedy)
}
