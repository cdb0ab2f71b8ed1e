//! What the documents ask for, read from their texts. Pure: a text that cannot be is a finding,
//! which the check reports, and which nothing is compiled with.

use std::{collections::BTreeSet, net::IpAddr};

use groundwork_kit::document::given;
use groundwork_model::{Family, Finding, cidr};
use groundwork_provider::Target;
use ipnet::IpNet;

use crate::{
    codes,
    object::subnet::AllocationPool,
    spec::{Datacenter, Spec, field},
};

/// The reference system's range of an IPv4 subnet.
pub(crate) const IPV4_DEFAULT: &str = "192.168.1.0/24";
/// The longest prefix with room for a gateway, a DHCP port and a node.
const IPV4_PREFIX_MAX: u8 = 29;

/// `subnetCidr`.
pub(crate) fn ipv4_cidr(target: &Target<Spec, Datacenter>) -> Result<Option<IpNet>, Finding> {
    let text = given(&target.spec.subnet_cidr);
    let net = text.map(|text| range(text, "subnetCidr", Family::V4));
    let net = net.transpose()?;
    match net.filter(|net| net.prefix_len() > IPV4_PREFIX_MAX) {
        Some(net) => Err(Finding::error(
            codes::SUBNET_SIZE,
            format!("{net} has no room for nodes beside the gateway and DHCP"),
        )
        .at(field("subnetCidr"))
        .remedy(format!(
            "write a range with a prefix of at most /{IPV4_PREFIX_MAX}; a /24 has room for 252 nodes"
        ))),
        None => Ok(net),
    }
}

/// `ipv6SubnetCidr`: a /64 where nodes find their addresses by themselves.
pub(crate) fn ipv6_cidr(target: &Target<Spec, Datacenter>) -> Result<Option<IpNet>, Finding> {
    let text = given(&target.spec.ipv6_subnet_cidr);
    let net = text.map(|text| range(text, "ipv6SubnetCidr", Family::V6));
    let net = net.transpose()?;
    let mode = target.spec.ipv6_ra_mode.unwrap_or_default();
    match net.filter(|net| mode.is_automatic() && net.prefix_len() != 64) {
        Some(net) => {
            let message = format!(
                "{net} is a /{}, but with {} nodes find their addresses in a /64 only",
                net.prefix_len(),
                mode.as_str()
            );
            let finding = Finding::error(codes::PREFIX_LENGTH, message).at(field("ipv6SubnetCidr"));
            Err(finding.remedy("write a /64, or set ipv6RAMode to dhcpv6-stateful"))
        }
        None => Ok(net),
    }
}

/// A range that nodes can have addresses of.
fn range(text: &str, name: &str, family: Family) -> Result<IpNet, Finding> {
    let place = field(name);
    let net = cidr::parse_cidr(text, &place)?;
    cidr::routable(net, &place)?;
    if Family::of(&net) == family {
        return Ok(net);
    }
    let message = format!("{net} is not an {family} range");
    let finding = Finding::error(codes::SUBNET_FAMILY, message).at(place);
    Err(finding.remedy(format!("write an {family} range into {name}")))
}

/// `subnetAllocationPool`: the first and the last address that nodes get.
pub(crate) fn allocation_pool(
    target: &Target<Spec, Datacenter>,
) -> Result<Option<AllocationPool>, Finding> {
    let Some(text) = given(&target.spec.subnet_allocation_pool) else {
        return Ok(None);
    };
    let cidr = given(&target.spec.subnet_cidr).unwrap_or(IPV4_DEFAULT);
    let refused = |why: String| {
        let finding = Finding::error(codes::ALLOCATION_POOL, why);
        Err(finding
            .at(field("subnetAllocationPool"))
            .remedy("write two addresses of the subnet, such as 192.168.1.10-192.168.1.200"))
    };
    // What is wrong with the range itself is said of the range.
    let net: Option<IpNet> = cidr.parse().ok();
    let pool = pool(text).filter(|pool| net.is_none_or(|net| holds(&net, pool)));
    let Some(pool) = pool else {
        return refused(format!(
            "{text} is not a first and a last address in {cidr}"
        ));
    };
    match net.map(|net| cidr::first_host(&net)) {
        Some(gateway) if pool.start <= gateway && gateway <= pool.end => refused(format!(
            "{text} has {gateway} in it, which is the router's address"
        )),
        Some(_) | None => Ok(Some(pool)),
    }
}

fn pool(text: &str) -> Option<AllocationPool> {
    let (start, end) = text.split_once('-')?;
    let (start, end) = (start.trim().parse().ok()?, end.trim().parse().ok()?);
    (start <= end).then_some(AllocationPool { start, end })
}

fn holds(net: &IpNet, pool: &AllocationPool) -> bool {
    let hosts = cidr::first_host(net)..=cidr::last_host(net);
    hosts.contains(&pool.start) && hosts.contains(&pool.end)
}

/// The datacenter's name servers, of either family.
pub(crate) fn name_servers(target: &Target<Spec, Datacenter>) -> (BTreeSet<IpAddr>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut read = |(index, text): (usize, &String)| {
        let server = text.trim().parse::<IpAddr>();
        if server.is_err() {
            let place = format!("spec.openstack.dnsServers[{index}]");
            let message = format!("{text} is not an address");
            let finding = Finding::error(codes::DNS_SERVER, message);
            findings.push(
                finding
                    .at(target.datacenter.field(&place))
                    .remedy("write the name server's address"),
            );
        }
        server.ok()
    };
    let servers = target.cloud.dns_servers.iter().enumerate();
    let servers = servers.filter_map(&mut read).collect();
    (servers, findings)
}
