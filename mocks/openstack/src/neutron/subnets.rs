use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use super::access::is_set;
use super::addresses::{Span, eui64, net_of, pools_around, usable};
use super::network_check::{DELEGATION, INTERIM};
use super::networks::goes_by_itself;
use super::subnet_cidr::{Source, Wanted, pool_version, version_of};
use super::tables::Resource;
use super::{Neutron, Resource::Subnet};
use crate::refused::{Answer, Refused};

/// How many name servers a subnet may have.
const NAMESERVERS_MAX: usize = 5;

/// Whether ports give themselves an address in it, so that every port of the network gets one.
pub(super) fn is_automatic(subnet: &Body) -> bool {
    let mode = |name: &str| subnet.get(name).and_then(Value::as_str).unwrap_or_default();
    let automatic = |name: &str| matches!(mode(name), "slaac" | "dhcpv6-stateless");
    automatic("ipv6_address_mode") || automatic("ipv6_ra_mode")
}

fn address_of(body: &Body, name: &str) -> Option<IpAddr> {
    body.get(name)
        .and_then(Value::as_str)
        .and_then(|text| text.parse().ok())
}

fn version(body: &Body) -> u64 {
    body.get("ip_version")
        .and_then(Value::as_u64)
        .unwrap_or_default()
}

impl Neutron<'_> {
    pub(super) fn make_subnet(&mut self, mut body: Body) -> Answer<String> {
        let source = self.source(&body)?;
        match &source {
            Source::Cidr(cidr) => check_subnet(&body, *cidr, false)?,
            Source::Delegated => check_delegation(&body)?,
            // Neutron does not look at the modes of a subnet from a pool.
            Source::Pool { .. } => {}
        }
        let network = body
            .get("network_id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let network = self.parent(Resource::Network, &network)?;
        let (cidr, pool) = self.prefix(&body, &source)?;
        self.fill(&mut body, &source, cidr)?;
        self.check_overlap(&network.id, cidr)?;
        self.check_affinity(&network.id, version(&body), pool.as_deref())?;
        body.insert("cidr".to_owned(), json!(cidr.to_string()));
        body.insert("subnetpool_id".to_owned(), json!(pool));
        for name in ["prefixlen", "use_default_subnetpool"] {
            body.remove(name);
        }
        for name in ["dns_nameservers", "host_routes", "service_types"] {
            body.entry(name).or_insert(json!([]));
        }
        for name in ["ipv6_ra_mode", "ipv6_address_mode"] {
            body.entry(name).or_insert(Value::Null);
        }
        let shared = network.body.get("shared").cloned().unwrap_or(json!(false));
        body.insert("shared".to_owned(), shared);
        let id = self.insert(Subnet, body);
        self.bump(Resource::Network, &network.id);
        self.give_addresses(&id, &network)?;
        Ok(id)
    }

    /// The prefix, and the pool that is recorded.
    fn prefix(&self, body: &Body, source: &Source) -> Answer<(IpNet, Option<String>)> {
        match source {
            Source::Cidr(cidr) => Ok((*cidr, None)),
            Source::Delegated => Ok((net_of(INTERIM), Some(DELEGATION.to_owned()))),
            Source::Pool { id, wanted } => {
                let pool = self.visible(Resource::SubnetPool, id)?;
                let (asked, own) = (version(body), pool_version(&pool));
                if asked != own {
                    let message =
                        format!("Cannot allocate IPv{asked} subnet from IPv{own} subnet pool");
                    return Err(Refused::bad("subnets", message));
                }
                let project = body
                    .get("project_id")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                let cidr = self.allocated(project, &pool, *wanted)?;
                Ok((cidr, Some(pool.id.clone())))
            }
        }
    }

    /// Gateway and allocation pools, where the request leaves them open.
    fn fill(&self, body: &mut Body, source: &Source, cidr: IpNet) -> Answer<()> {
        let chosen = matches!(
            source,
            Source::Pool {
                wanted: Wanted { cidr: None, .. },
                ..
            }
        );
        if !body.contains_key("gateway_ip") || (chosen && body["gateway_ip"].is_null()) {
            let network = Span::of(cidr);
            // Neutron 21 gives IPv6 subnets of a chosen prefix the network address as gateway.
            let first = if network.v6 && !chosen {
                network.first
            } else {
                network.first + 1
            };
            let gateway = super::addresses::address(first, network.v6);
            body.insert("gateway_ip".to_owned(), json!(gateway.to_string()));
        }
        let gateway = address_of(body, "gateway_ip");
        let pools = match body.get("allocation_pools") {
            Some(pools) => checked_pools(pools, cidr, gateway)?,
            None => pools_around(cidr, gateway),
        };
        let pools: Vec<Value> = pools.into_iter().map(Span::json).collect();
        body.insert("allocation_pools".to_owned(), json!(pools));
        Ok(())
    }

    /// Ports that are already there get an address in an automatic subnet; gateways of routers get
    /// one in a subnet of a family they lack.
    fn give_addresses(&mut self, id: &str, network: &Object) -> Answer<()> {
        let subnet = self.parent(Subnet, id)?;
        let automatic = is_automatic(&subnet.body);
        let external = is_set(&network.body, "router:external");
        let ports: Vec<Arc<Object>> = self.ports_in(&network.id);
        for port in ports {
            let owner = port.text("device_owner");
            if automatic && !owner.starts_with("network:router_interface") {
                let ip = eui64(net_of(subnet.text("cidr")), port.text("mac_address"));
                self.add_address(&port.id, id, ip);
            } else if external && owner == "network:router_gateway" {
                self.give_gateway_address(&port, &subnet)?;
            }
        }
        Ok(())
    }

    pub(super) fn change_subnet(&mut self, object: &Object, asked: Body) -> Answer<()> {
        let cidr = net_of(object.text("cidr"));
        let mut wanted = asked.clone();
        wanted.insert("ip_version".to_owned(), object.body["ip_version"].clone());
        let was_on = is_set(&object.body, "enable_dhcp");
        check_subnet(&wanted, cidr, was_on)?;
        if version(&object.body) == 6 && asked.get("enable_dhcp") == Some(&json!(false)) {
            let moded = !object.body["ipv6_ra_mode"].is_null()
                || !object.body["ipv6_address_mode"].is_null();
            if moded {
                return Err(Refused::input(
                    "Cannot disable enable_dhcp with ipv6 attributes set",
                ));
            }
        }
        self.check_gateway_change(object, &asked)?;
        let merged = |name: &str| asked.get(name).or_else(|| object.body.get(name));
        let gateway = merged("gateway_ip").and_then(Value::as_str);
        let gateway = gateway.and_then(|text| text.parse().ok());
        if asked.contains_key("allocation_pools") || asked.contains_key("gateway_ip") {
            let pools = merged("allocation_pools").cloned().unwrap_or(json!([]));
            checked_pools(&pools, cidr, gateway)?;
        }
        self.change_plainly(Subnet, &object.id, asked)
    }

    /// A gateway that a router has as its address stays.
    fn check_gateway_change(&self, object: &Object, asked: &Body) -> Answer<()> {
        let current = object.text("gateway_ip");
        let new = asked.get("gateway_ip").and_then(Value::as_str);
        if new.is_none_or(|new| new == current) {
            return Ok(());
        }
        let holds = |port: &&Arc<Object>| {
            port.text("device_owner")
                .starts_with("network:router_interface")
                && has_address(port, &object.id, Some(current))
        };
        match self.ports_in(object.text("network_id")).iter().find(holds) {
            Some(port) => Err(Refused::conflict(
                "GatewayIpInUse",
                format!(
                    "Current gateway ip {current} already in use by port {}. Unable to update.",
                    port.id
                ),
            )),
            None => Ok(()),
        }
    }

    pub(super) fn delete_subnet(&mut self, object: &Object) -> Answer<()> {
        let network = object.text("network_id").to_owned();
        let mut ports = self.ports_in(&network);
        ports.retain(|port| has_address(port, &object.id, None));
        let automatic = is_automatic(&object.body);
        let holds = |port: &Arc<Object>| {
            let router = port
                .text("device_owner")
                .starts_with("network:router_interface");
            router || (!automatic && !goes_by_itself(port))
        };
        if ports.iter().any(holds) {
            return Err(Refused::conflict(
                "SubnetInUse",
                format!(
                    "Unable to complete operation on subnet {}: One or more ports have an IP \
                     allocation from this subnet.",
                    object.id
                ),
            ));
        }
        for port in ports {
            self.drop_addresses(&port.id, &object.id);
        }
        self.store.remove(Subnet.plural(), &object.id);
        self.bump(Resource::Network, &network);
        Ok(())
    }
}

/// Whether a port has an address in a subnet: any, or this one.
pub(super) fn has_address(port: &Object, subnet: &str, address: Option<&str>) -> bool {
    let ips = port.body.get("fixed_ips").and_then(Value::as_array);
    let fits = |ip: &Value| {
        ip["subnet_id"] == subnet && address.is_none_or(|address| ip["ip_address"] == address)
    };
    ips.is_some_and(|ips| ips.iter().any(fits))
}

/// What Neutron holds against a subnet with a prefix of its own, and against every change.
fn check_subnet(body: &Body, cidr: IpNet, dhcp_was_on: bool) -> Answer<()> {
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

fn check_delegation(body: &Body) -> Answer<()> {
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

fn checked_pools(pools: &Value, cidr: IpNet, gateway: Option<IpAddr>) -> Answer<Vec<Span>> {
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
