//! Arithmetic of CIDRs: pure, and without overflow in either family.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use crate::{Family, Finding, Special, codes};

/// Reads a CIDR strictly: canonical (no bits behind the prefix), decimal without leading zeros, no
/// zone, not IPv4-mapped. Ranges that are set aside otherwise are [`routable`]'s business.
///
/// # Errors
/// A finding at `field` that names the right value where there is one.
pub fn parse_cidr(text: &str, field: &str) -> Result<IpNet, Finding> {
    let net = network(text, field)?;
    let canonical = net.trunc();
    if canonical == net {
        return Ok(net);
    }
    let message = format!(
        "{text} has bits behind its prefix of {}: it names an address, not a network",
        net.prefix_len()
    );
    let remedy = format!("write {canonical}");
    Err(Finding::error(codes::NETWORK_CIDR_HOST_BITS, message)
        .at(field)
        .remedy(remedy))
}

/// Reads a range of pods or services as the API server does, which takes one that is not canonical
/// and makes it so without a word: the canonical range, and a warning where it was written otherwise.
///
/// # Errors
/// As [`parse_cidr`], but for bits behind the prefix.
pub fn parse_range(text: &str, field: &str) -> Result<(IpNet, Option<Finding>), Finding> {
    let canonical = network(text, field)?.trunc();
    let doubt = (canonical.to_string() != text).then(|| {
        let message =
            format!("{text} is read as {canonical}, as the API server does without a word");
        Finding::warning(codes::NETWORK_CIDR_HOST_BITS, message)
            .at(field)
            .remedy(format!("write {canonical}"))
    });
    Ok((canonical, doubt))
}

/// What both ways to read a CIDR have in common: all but the bits behind the prefix.
fn network(text: &str, field: &str) -> Result<IpNet, Finding> {
    let net = syntax(text).map_err(|(message, remedy)| {
        let finding = Finding::error(codes::NETWORK_CIDR_SYNTAX, message).at(field);
        finding.remedy(remedy)
    })?;
    if Special::of(&net) == Some(Special::Ipv4Mapped) && net.prefix_len() >= 96 {
        return Err(mapped(text, net, field));
    }
    Ok(net)
}

fn syntax(text: &str) -> Result<IpNet, (String, String)> {
    const LIKE: &str = "write an address and a prefix length, such as 10.0.0.0/16 or fd00::/64";
    let fault = |why: &str| (format!("{text:?} is not a CIDR: {why}"), LIKE.to_owned());
    let (address, length) = text
        .split_once('/')
        .ok_or_else(|| fault("it has no prefix length"))?;
    if let Some((bare, _)) = address.split_once('%') {
        let message = format!("{text:?} has a zone id, which means something on one host only");
        return Err((message, format!("write {bare}/{length}")));
    }
    let ip: IpAddr = address.parse().map_err(|_| match without_zeros(address) {
        Some(ip) => {
            let message = format!("{text:?} has leading zeros, which some programs read as octal");
            (message, format!("write {ip}/{length}"))
        }
        None => fault("its address cannot be read"),
    })?;
    let bits = Family::of_address(&ip).bits();
    let digits = length.bytes().all(|b| b.is_ascii_digit())
        && (length.len() == 1 || !length.starts_with('0'));
    let length: u8 = length
        .parse()
        .ok()
        .filter(|_| digits)
        .filter(|length| *length <= bits)
        .ok_or_else(|| {
            fault(&format!(
                "its prefix length is not a number from 0 to {bits}"
            ))
        })?;
    IpNet::new(ip, length).map_err(|_| fault("its prefix length is too long"))
}

/// The address that `010.0.0.1` looks like.
fn without_zeros(address: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u8> = address
        .split('.')
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    <[u8; 4]>::try_from(parts).ok().map(Ipv4Addr::from)
}

fn mapped(text: &str, net: IpNet, field: &str) -> Finding {
    let message =
        format!("{text} is IPv4-mapped: an IPv4 network written as IPv6, which no route carries");
    let finding = Finding::error(codes::NETWORK_CIDR_SPECIAL, message).at(field);
    match net.addr() {
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(v4) => finding.remedy(format!("write {v4}/{}", net.prefix_len() - 96)),
            None => finding,
        },
        IpAddr::V4(_) => finding,
    }
}

/// Whether pods, services or nodes can have addresses of a network.
///
/// # Errors
/// The network lies in, or reaches over, a range that is set aside for something else.
pub fn routable(net: IpNet, field: &str) -> Result<(), Finding> {
    let Some(special) = Special::of(&net) else {
        return Ok(());
    };
    let verb = if special.net().contains(&net) {
        "lies in"
    } else {
        "reaches over"
    };
    let message = format!(
        "{net} {verb} {} ({special}), which is not for nodes, pods or services",
        special.net()
    );
    let mut finding = Finding::error(codes::NETWORK_CIDR_SPECIAL, message)
        .at(field)
        .remedy(match Family::of(&net) {
            Family::V4 => {
                "use a private range (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16) or one of your own"
            }
            Family::V6 => "use a range of your own, or a unique local one (fd00::/8)",
        });
    finding.reference = Some(special.reference().into());
    Err(finding)
}

/// Whether no bits behind the prefix are set.
pub fn is_canonical(net: &IpNet) -> bool {
    net.trunc() == *net
}

/// Whether two networks share an address. Networks of different families never do.
pub fn overlap(a: &IpNet, b: &IpNet) -> bool {
    a.contains(b) || b.contains(a)
}

/// How many addresses a network has; `::/0` saturates.
pub fn address_count(net: &IpNet) -> u128 {
    power(u32::from(net.max_prefix_len() - net.prefix_len()))
}

/// How many subnets of a prefix length a network has: 0 when the length does not fit; saturates.
pub fn subnet_count(net: &IpNet, length: u8) -> u128 {
    if length > net.max_prefix_len() {
        return 0;
    }
    length
        .checked_sub(net.prefix_len())
        .map_or(0, |bits| power(u32::from(bits)))
}

fn power(bits: u32) -> u128 {
    1_u128.checked_shl(bits).unwrap_or(u128::MAX)
}

/// The nth subnet (from 0) of a prefix length; `None` when there is none.
pub fn nth_subnet(net: &IpNet, length: u8, n: u128) -> Option<IpNet> {
    let count = subnet_count(net, length);
    // `::/0` has 2^128 subnets of /128: the count saturates, and every n is one of them.
    if n >= count && count != u128::MAX {
        return None;
    }
    let step = u32::from(net.max_prefix_len() - length);
    let offset = if step >= 128 { 0 } else { n.checked_shl(step)? };
    from_bits(
        Family::of(net),
        bits(net.network()).checked_add(offset)?,
        length,
    )
}

/// The first subnet of a prefix length that overlaps with none of those in use.
pub fn first_free_subnet(net: &IpNet, length: u8, used: &[IpNet]) -> Option<IpNet> {
    if subnet_count(net, length) == 0 {
        return None;
    }
    let mut taken: Vec<_> = used.iter().filter(|other| overlap(net, other)).collect();
    taken.sort_by_key(|other| (bits(other.network()), other.prefix_len()));
    let last = bits(net.broadcast());
    let mut start = bits(net.network());
    for other in taken {
        let candidate = from_bits(Family::of(net), start, length)?;
        if overlap(&candidate, other) {
            start = round_up(
                bits(other.broadcast()).checked_add(1)?,
                net.max_prefix_len() - length,
            )?;
        }
        if start > last {
            return None;
        }
    }
    from_bits(Family::of(net), start, length)
}

/// The next number whose lowest bits are zero.
fn round_up(number: u128, zeros: u8) -> Option<u128> {
    let mask = power(u32::from(zeros)).wrapping_sub(1);
    Some(number.checked_add(mask)? & !mask)
}

/// The first address that a host can have: the network's own where it has at most two addresses.
pub fn first_host(net: &IpNet) -> IpAddr {
    match address_count(net) {
        0..=2 => net.network(),
        _ => address(Family::of(net), bits(net.network()) + 1),
    }
}

/// The last address that a host can have: in IPv4, the one before the broadcast address.
pub fn last_host(net: &IpNet) -> IpAddr {
    match (Family::of(net), address_count(net)) {
        (Family::V6, _) | (_, 0..=2) => net.broadcast(),
        (Family::V4, _) => address(Family::V4, bits(net.broadcast()) - 1),
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

fn address(family: Family, bits: u128) -> IpAddr {
    match family {
        Family::V4 => Ipv4Addr::from_bits(u32::try_from(bits).unwrap_or(u32::MAX)).into(),
        Family::V6 => Ipv6Addr::from_bits(bits).into(),
    }
}

fn from_bits(family: Family, bits: u128, length: u8) -> Option<IpNet> {
    IpNet::new(address(family, bits), length).ok()
}

/// Findings for ranges that are routed together (same router, network or peer) and overlap: nodes,
/// pods and services of one cluster, in either family. Each range comes with what it is.
pub fn overlaps(named: &[(String, IpNet)]) -> Vec<Finding> {
    overlapping(named)
        .into_iter()
        .map(|(a, b)| overlap_finding(&named[a], &named[b]))
        .collect()
}

/// The findings of [`overlaps`] between one range and the others, without those among the others.
pub fn overlaps_of(one: &(String, IpNet), others: &[(String, IpNet)]) -> Vec<Finding> {
    let met = others.iter().filter(|other| overlap(&other.1, &one.1));
    met.map(|other| overlap_finding(other, one)).collect()
}

/// The pairs that overlap, by their indices.
pub fn overlapping(named: &[(String, IpNet)]) -> Vec<(usize, usize)> {
    let pairs = (0..named.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
    pairs
        .filter(|(a, b)| overlap(&named[*a].1, &named[*b].1))
        .collect()
}

pub(crate) fn overlap_finding(a: &(String, IpNet), b: &(String, IpNet)) -> Finding {
    let message = format!(
        "{} ({}) and {} ({}) overlap: an address in both would reach one of them only",
        a.0, a.1, b.0, b.1
    );
    Finding::error(codes::NETWORK_OVERLAP, message).remedy("move one of them to a range of its own")
}

/// Notes for ranges of ours that stand elsewhere in the account as well, where nothing routes
/// between the two.
pub fn twins(ours: &[(String, IpNet)], elsewhere: &[(String, IpNet)]) -> Vec<Finding> {
    let pairs = ours
        .iter()
        .flat_map(|a| elsewhere.iter().map(move |b| (a, b)));
    pairs
        .filter(|(a, b)| overlap(&a.1, &b.1))
        .map(|(a, b)| twin(a, b))
        .collect()
}

fn twin(a: &(String, IpNet), b: &(String, IpNet)) -> Finding {
    let message = format!(
        "{} ({}) overlaps with {} ({}): harmless unless the two are connected one day",
        a.0, a.1, b.0, b.1
    );
    Finding::note(codes::NETWORK_OVERLAP, message)
}
