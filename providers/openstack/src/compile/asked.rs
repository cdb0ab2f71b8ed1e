//! What the documents ask for, read from their texts. Pure: a text that cannot be is a finding,
//! which the check reports, and which nothing is compiled with.

use std::{collections::BTreeSet, net::IpAddr};

use groundwork_kit::document::given;
use groundwork_model::{Family, Finding, cidr};
use ipnet::IpNet;

use crate::{
    codes,
    object::AllocationPool,
    spec::{Target, field},
};

/// The reference system's range of an IPv4 subnet.
const IPV4_DEFAULT: &str = "192.168.1.0/24";

/// The same, read.
pub(crate) fn ipv4_default() -> IpNet {
    IPV4_DEFAULT.parse().expect("it is a CIDR")
}

/// The longest prefix with room for a gateway, a DHCP port and a node.
const IPV4_PREFIX_MAX: u8 = 29;

/// `subnetCidr`.
pub(crate) fn ipv4_cidr(target: &Target) -> Result<Option<IpNet>, Finding> {
    let net = range(&target.spec.subnet_cidr, "subnetCidr", Family::V4)?;
    let Some(small) = net.filter(|net| net.prefix_len() > IPV4_PREFIX_MAX) else {
        return Ok(net);
    };
    let message = format!("{small} has no room for nodes beside the gateway and DHCP");
    let finding = Finding::error(codes::SUBNET_SIZE, message).at(field("subnetCidr"));
    Err(finding.remedy(format!(
        "write a range with a prefix of at most /{IPV4_PREFIX_MAX}; a /24 has room for 252 nodes"
    )))
}

/// `ipv6SubnetCidr`: a /64 where nodes find their addresses by themselves.
pub(crate) fn ipv6_cidr(target: &Target) -> Result<Option<IpNet>, Finding> {
    let net = range(&target.spec.ipv6_subnet_cidr, "ipv6SubnetCidr", Family::V6)?;
    let mode = target.spec.ipv6_ra_mode.unwrap_or_default();
    let Some(unfit) = net.filter(|net| mode.is_automatic() && net.prefix_len() != 64) else {
        return Ok(net);
    };
    let message = format!(
        "{unfit} is a /{}, but with {} nodes find their addresses in a /64 only",
        unfit.prefix_len(),
        mode.as_str()
    );
    let finding = Finding::error(codes::PREFIX_LENGTH, message).at(field("ipv6SubnetCidr"));
    Err(finding.remedy("write a /64, or set ipv6RAMode to dhcpv6-stateful"))
}

/// A range that nodes can have addresses of.
fn range(text: &Option<String>, name: &str, family: Family) -> Result<Option<IpNet>, Finding> {
    let Some(text) = given(text) else {
        return Ok(None);
    };
    let place = field(name);
    let net = cidr::parse_cidr(text, &place)?;
    cidr::routable(net, &place)?;
    if Family::of(&net) == family {
        return Ok(Some(net));
    }
    let message = format!("{net} is not an {family} range");
    let finding = Finding::error(codes::SUBNET_FAMILY, message).at(place);
    Err(finding.remedy(format!("write an {family} range into {name}")))
}

/// `subnetAllocationPool`: the first and the last address that nodes get.
pub(crate) fn allocation_pool(target: &Target) -> Result<Option<AllocationPool>, Finding> {
    let Some(text) = given(&target.spec.subnet_allocation_pool) else {
        return Ok(None);
    };
    let refused = |why: &str| {
        let finding = Finding::error(codes::ALLOCATION_POOL, format!("{text} {why}"));
        let finding = finding.at(field("subnetAllocationPool"));
        Err(finding.remedy("write two addresses of the subnet, such as 192.168.1.10-192.168.1.200"))
    };
    let cidr = given(&target.spec.subnet_cidr).unwrap_or(IPV4_DEFAULT);
    // What is wrong with the range itself is said of the range.
    let net: Option<IpNet> = cidr.parse().ok();
    let pool = pool(text).filter(|pool| net.is_none_or(|net| holds(&net, pool)));
    let Some(pool) = pool else {
        return refused(&format!("is not a first and a last address in {cidr}"));
    };
    match net.map(|net| cidr::first_host(&net)) {
        Some(gateway) if pool.start <= gateway && gateway <= pool.end => refused(&format!(
            "has {gateway} in it, which is the router's address"
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
pub(crate) fn name_servers(target: &Target) -> (BTreeSet<IpAddr>, Vec<Finding>) {
    let (mut servers, mut findings) = (BTreeSet::new(), Vec::new());
    for (index, text) in target.cloud.dns_servers.iter().enumerate() {
        let Ok(server) = text.trim().parse() else {
            let place = format!("spec.openstack.dnsServers[{index}]");
            let message = format!("{text} is not an address");
            let finding = Finding::error(codes::DNS_SERVER, message);
            let finding = finding.at(target.datacenter.field(&place));
            findings.push(finding.remedy("write the name server's address"));
            continue;
        };
        servers.insert(server);
    }
    (servers, findings)
}
