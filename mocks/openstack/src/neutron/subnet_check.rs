//! What the values of a subnet have to agree on with each other.

use std::net::IpAddr;

use ipnet::IpNet;
use mock_cloud::Body;
use serde_json::Value;

use super::access::is_set;
use super::addresses::{Span, usable};
use super::subnet_cidr::version_of;
use super::subnets::is_automatic;
use crate::refused::{Answer, Refused};

/// How many name servers a subnet may have.
const NAMESERVERS_MAX: usize = 5;

/// An attribute that is an address.
pub(super) fn address_of(body: &Body, name: &str) -> Option<IpAddr> {
    body.get(name)
        .and_then(Value::as_str)
        .and_then(|text| text.parse().ok())
}

/// 4 or 6.
pub(super) fn version(body: &Body) -> u64 {
    body.get("ip_version")
        .and_then(Value::as_u64)
        .unwrap_or_default()
}

/// What Neutron holds against a subnet with a prefix of its own, and against every change.
pub(super) fn check_subnet(body: &Body, cidr: IpNet, dhcp_was_on: bool) -> Answer<()> {
    let version = version(body);
    let family = |name: &str, address: IpAddr| -> Answer<()> {
        let own = if address.is_ipv6() { 6 } else { 4 };
        if own == version {
            return Ok(());
        }
        Err(Refused::input(format!(
            "{name} '{address}' does not match the ip_version '{version}'"
        )))
    };
    if version_of(cidr) != version {
        let message = format!("cidr '{cidr}' does not match the ip_version '{version}'");
        return Err(Refused::input(message));
    }
    if is_set(body, "enable_dhcp") && !dhcp_was_on {
        check_dhcp(cidr)?;
    }
    if let Some(gateway) = address_of(body, "gateway_ip") {
        family("gateway_ip", gateway)?;
        let edge = !gateway.is_ipv6() && (gateway == cidr.network() || gateway == cidr.broadcast());
        if edge {
            return Err(Refused::input("Gateway is not valid on subnet"));
        }
    }
    let servers = body.get("dns_nameservers").and_then(Value::as_array);
    if servers.is_some_and(|servers| servers.len() > NAMESERVERS_MAX) {
        let message = "Unable to complete operation for new subnet. The number of DNS nameservers \
                       exceeds the limit 5.";
        return Err(Refused::new(400, "DNSNameServersExhausted", message));
    }
    for server in servers.into_iter().flatten().filter_map(Value::as_str) {
        family(
            "dns_nameserver",
            server.parse().expect("the form of the list was checked"),
        )?;
    }
    check_modes(body, cidr)
}

fn check_dhcp(cidr: IpNet) -> Answer<()> {
    let too_long = if version_of(cidr) == 4 { 30 } else { 126 };
    if cidr.prefix_len() > too_long {
        return Err(Refused::input(
            "Subnet has a prefix length that is incompatible with DHCP service enabled",
        ));
    }
    let network = cidr.network();
    if network.is_multicast() {
        return Err(Refused::input(
            "Multicast IP subnet is not supported if enable_dhcp is True",
        ));
    }
    if network.is_loopback() {
        return Err(Refused::input(
            "Loopback IP subnet is not supported if enable_dhcp is True",
        ));
    }
    if !network.is_ipv6() && network.is_unspecified() {
        let message = "First IP '0.0.0.0' of network is not supported if enable_dhcp is True.";
        return Err(Refused::input(message));
    }
    Ok(())
}

fn check_modes(body: &Body, cidr: IpNet) -> Answer<()> {
    let mode = |name: &str| body.get(name).and_then(Value::as_str);
    let (ra, address) = (mode("ipv6_ra_mode"), mode("ipv6_address_mode"));
    if version(body) == 4 {
        let set = [("ipv6_ra_mode", ra), ("ipv6_address_mode", address)];
        return match set.into_iter().find(|(_, mode)| mode.is_some()) {
            Some((name, _)) => Err(Refused::input(format!(
                "{name} is not valid when ip_version is 4"
            ))),
            None => Ok(()),
        };
    }
    if ra.is_none() && address.is_none() {
        return Ok(());
    }
    if !is_set(body, "enable_dhcp") {
        return Err(Refused::input(
            "ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False",
        ));
    }
    if let (Some(ra), Some(address)) = (ra, address)
        && ra != address
    {
        return Err(Refused::input(format!(
            "ipv6_ra_mode set to '{ra}' with ipv6_address_mode set to '{address}' is not valid. If \
             both attributes are set, they must be the same value"
        )));
    }
    if is_automatic(body) && cidr.prefix_len() != 64 {
        return Err(Refused::input(format!(
            "Invalid CIDR {cidr} for IPv6 address mode. OpenStack uses the EUI-64 address format, \
             which requires the prefix to be /64"
        )));
    }
    Ok(())
}

/// A delegated prefix is IPv6, and its ports make their own addresses.
pub(super) fn check_delegation(body: &Body) -> Answer<()> {
    if version(body) != 6 {
        let message = "Prefix Delegation can only be used with IPv6 subnets.";
        return Err(Refused::bad("subnets", message));
    }
    let mode = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    for (name, title) in [("ipv6_ra_mode", "RA"), ("ipv6_address_mode", "Address")] {
        if !matches!(mode(name), "slaac" | "dhcpv6-stateless") {
            let message =
                format!("IPv6 {title} Mode must be SLAAC or Stateless for Prefix Delegation.");
            return Err(Refused::bad("subnets", message));
        }
    }
    Ok(())
}

/// Allocation pools: inside of the subnet, apart from each other and from the gateway.
pub(super) fn checked_pools(
    pools: &Value,
    cidr: IpNet,
    gateway: Option<IpAddr>,
) -> Answer<Vec<Span>> {
    let mut spans: Vec<Span> = Vec::new();
    let bounds = usable(cidr);
    for pool in pools.as_array().into_iter().flatten() {
        let end = |name: &str| {
            pool[name]
                .as_str()
                .and_then(|text| text.parse::<IpAddr>().ok())
        };
        let span = end("start")
            .zip(end("end"))
            .and_then(|(start, end)| Span::between(start, end));
        let span = span.filter(|span| span.v6 == bounds.v6).ok_or_else(|| {
            let message = format!(
                "The allocation pool {{'start': {}, 'end': {}}} is not valid.",
                pool["start"], pool["end"]
            );
            Refused::new(400, "InvalidAllocationPool", message)
        })?;
        if span.first < bounds.first || span.last > bounds.last {
            return Err(Refused::new(
                400,
                "OutOfBoundsAllocationPool",
                format!(
                    "The allocation pool {} spans beyond the subnet cidr {cidr}.",
                    shown(span)
                ),
            ));
        }
        if let Some(other) = spans.iter().find(|other| other.overlaps(span)) {
            return Err(Refused::conflict(
                "OverlappingAllocationPools",
                format!(
                    "Found overlapping allocation pools: {} {} for subnet {cidr}.",
                    shown(*other),
                    shown(span)
                ),
            ));
        }
        spans.push(span);
    }
    let inside = |gateway: IpAddr| spans.iter().find(|span| span.contains(gateway)).copied();
    match gateway.and_then(|gateway| Some((gateway, inside(gateway)?))) {
        Some((gateway, pool)) => Err(Refused::conflict(
            "GatewayConflictWithAllocationPools",
            format!(
                "Gateway ip {gateway} conflicts with allocation pool {}.",
                shown(pool)
            ),
        )),
        None => Ok(spans),
    }
}

/// As messages name a range.
fn shown(span: Span) -> String {
    let end = |number| super::addresses::address(number, span.v6);
    format!("{}-{}", end(span.first), end(span.last))
}
