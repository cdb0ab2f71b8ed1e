use std::sync::Arc;

use ipnet::IpNet;
use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use super::access::is_set;
use super::addresses::{Span, eui64, net_of, pools_around};
use super::network_check::{DELEGATION, INTERIM};
use super::networks::goes_by_itself;
use super::resource::Resource;
use super::subnet_check::{address_of, check_delegation, check_subnet, checked_pools, version};
use super::subnet_cidr::{Source, Wanted, pool_version};
use super::{Neutron, Resource::Subnet};
use crate::refused::{Answer, Refused};
use crate::release::Release;

/// Whether ports give themselves an address in it, so that every port of the network gets one.
pub(super) fn is_automatic(subnet: &Body) -> bool {
    let mode = |name: &str| subnet.get(name).and_then(Value::as_str).unwrap_or_default();
    let automatic = |name: &str| matches!(mode(name), "slaac" | "dhcpv6-stateless");
    automatic("ipv6_address_mode") || automatic("ipv6_ra_mode")
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
        let was = self.find(Subnet, &object.id);
        self.change_plainly(Subnet, &object.id, asked)?;
        if was == self.find(Subnet, &object.id) {
            // Neutron 21 counts an update that changes nothing, too.
            if self.config.release != Release::Zed {
                return Ok(());
            }
            self.bump(Subnet, &object.id);
        }
        self.bump(Resource::Network, object.text("network_id"));
        Ok(())
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
