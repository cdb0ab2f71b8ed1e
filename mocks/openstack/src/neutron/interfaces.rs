//! Joining subnets to routers. An interface has no id of its own: it is a port.

use std::sync::Arc;

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use super::access::is_set;
use super::addresses::{Span, net_of};
use super::network_check::{DELEGATION, INTERIM};
use super::port_addresses::unchangeable;
use super::resource::Resource;
use super::routers::GATEWAY;
use super::subnets::has_address;
use super::{Neutron, Said, intake};
use crate::refused::{Answer, Refused};
use crate::release::Release;

const INTERFACE: &str = "network:router_interface";

/// Marks a port that was there before it became an interface.
const GIVEN: &str = "_given";

/// What the request says the interface is.
enum Asked {
    Port {
        port: String,
        subnet: Option<String>,
    },
    Subnet(String),
}

fn bad(message: impl AsRef<str>) -> Refused {
    Refused::bad("router", message)
}

impl Neutron<'_> {
    pub(super) fn interface(&mut self, router: &str, action: &str, bytes: &[u8]) -> Answer<Said> {
        let body = intake::parse(bytes)?;
        let router = self.writable(Resource::Router, router, action)?;
        let said = match action {
            "add_router_interface" => self.add_interface(&router, asked(&body, false)?)?,
            _ => self.remove_interface(&router, asked(&body, true)?)?,
        };
        self.bump(Resource::Router, &router.id);
        Ok((200, Some(said)))
    }

    fn add_interface(&mut self, router: &Object, asked: Asked) -> Answer<Value> {
        match asked {
            Asked::Subnet(id) => {
                let subnet = self.visible(Resource::Subnet, &id)?;
                let port = self.add_by_subnet(router, &subnet)?;
                self.joined(router, &port, &[id])
            }
            Asked::Port { port, .. } => {
                let subnets = self.add_by_port(router, &port)?;
                self.joined(router, &port, &subnets)
            }
        }
    }

    fn add_by_subnet(&mut self, router: &Object, subnet: &Arc<Object>) -> Answer<String> {
        let Some(gateway) = subnet.body.get("gateway_ip").and_then(Value::as_str) else {
            return Err(bad("Subnet for router interface must have a gateway IP"));
        };
        if !self.owns(subnet) && !self.caller.admin {
            return Err(bad(format!(
                "Cannot add interface to router because subnet {} is not owned by project making \
                 the request",
                subnet.id
            )));
        }
        check_address_mode(subnet)?;
        self.check_router_subnets(&router.id, std::slice::from_ref(subnet))?;
        let ip = json!({ "subnet_id": subnet.id, "ip_address": gateway });
        let v6 = subnet.body["ip_version"] == 6 && subnet.text("subnetpool_id") != DELEGATION;
        let shared = if v6 {
            self.v6_port(router, subnet.text("network_id"))
        } else {
            None
        };
        if let Some(port) = shared {
            let mut ips = port.body.get("fixed_ips").cloned().unwrap_or(json!([]));
            if let Some(ips) = ips.as_array_mut() {
                ips.push(ip);
            }
            self.change_port(&port, Body::from_iter([("fixed_ips".to_owned(), ips)]))?;
            return Ok(port.id.clone());
        }
        let port = self.make_port(Body::from_iter([
            ("name".to_owned(), json!("")),
            ("network_id".to_owned(), json!(subnet.text("network_id"))),
            ("project_id".to_owned(), json!(router.text("project_id"))),
            ("device_id".to_owned(), json!(router.id)),
            ("device_owner".to_owned(), json!(INTERFACE)),
            ("admin_state_up".to_owned(), json!(true)),
            ("fixed_ips".to_owned(), json!([ip])),
            ("dns_name".to_owned(), json!("")),
            ("binding:vnic_type".to_owned(), json!("normal")),
            ("status".to_owned(), json!(self.wired())),
        ]))?;
        self.bump(Resource::Port, &port);
        Ok(port)
    }

    /// What the agents make of a port of a router.
    fn wired(&self) -> &'static str {
        if self.config.alone { "DOWN" } else { "ACTIVE" }
    }

    /// All IPv6 subnets of one network share one port of the router.
    fn v6_port(&self, router: &Object, network: &str) -> Option<Arc<Object>> {
        let has_v6 = |port: &Object| {
            let ips = port.body.get("fixed_ips").and_then(Value::as_array);
            ips.into_iter()
                .flatten()
                .any(|ip| ip["ip_address"].as_str().is_some_and(is_v6))
        };
        self.router_ports(&router.id).into_iter().find(|port| {
            port.text("device_owner") == INTERFACE
                && port.text("network_id") == network
                && has_v6(port)
        })
    }

    fn add_by_port(&mut self, router: &Object, id: &str) -> Answer<Vec<String>> {
        let port = self.visible(Resource::Port, id)?;
        if !port.text("device_id").is_empty() {
            return Err(Refused::conflict(
                "PortInUse",
                format!(
                    "Unable to complete operation on port {id} for network {}. Port already has an \
                     attached device {}.",
                    port.text("network_id"),
                    port.text("device_id")
                ),
            ));
        }
        let ips = port
            .body
            .get("fixed_ips")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        if ips.is_empty() {
            return Err(bad("Router port must have at least one fixed IP"));
        }
        let mut subnets = Vec::new();
        for ip in &ips {
            let subnet = ip["subnet_id"].as_str().unwrap_or_default();
            let subnet = self.parent(Resource::Subnet, subnet)?;
            check_address_mode(&subnet)?;
            subnets.push(subnet);
        }
        if ips
            .iter()
            .any(|ip| ip["ip_address"].as_str().is_some_and(is_v6))
            && let Some(other) = self.v6_port(router, port.text("network_id"))
        {
            return Err(bad(format!(
                "Cannot have multiple router ports with the same network id if both contain IPv6 \
                 subnets. Existing port {} has IPv6 subnet(s) and network id {}",
                other.id,
                port.text("network_id")
            )));
        }
        self.check_router_subnets(&router.id, &subnets)?;
        if subnets
            .iter()
            .filter(|subnet| subnet.body["ip_version"] == 4)
            .count()
            > 1
        {
            return Err(bad("Cannot have multiple IPv4 subnets on router port"));
        }
        let own = Body::from_iter([
            ("device_id".to_owned(), json!(router.id)),
            ("device_owner".to_owned(), json!(INTERFACE)),
            ("status".to_owned(), json!(self.wired())),
            (GIVEN.to_owned(), json!(true)),
        ]);
        self.change_plainly(Resource::Port, id, own)?;
        Ok(subnets.iter().map(|subnet| subnet.id.clone()).collect())
    }

    /// No subnet twice behind one router, and none that overlaps with another one behind it.
    pub(super) fn check_router_subnets(&self, router: &str, new: &[Arc<Object>]) -> Answer<()> {
        let ports = self.router_ports(router);
        for subnet in new {
            if ports.iter().any(|port| has_address(port, &subnet.id, None)) {
                let id = &subnet.id;
                return Err(bad(format!("Router already has a port on subnet {id}")));
            }
        }
        let behind: Vec<Arc<Object>> = ports
            .iter()
            .filter(|port| port.text("device_owner") != GATEWAY)
            .flat_map(|port| {
                port.body
                    .get("fixed_ips")
                    .and_then(Value::as_array)
                    .cloned()
            })
            .flatten()
            .filter_map(|ip| self.find(Resource::Subnet, ip["subnet_id"].as_str()?))
            .collect();
        for subnet in new.iter().filter(|subnet| subnet.text("cidr") != INTERIM) {
            let span = Span::of(net_of(subnet.text("cidr")));
            let other = behind
                .iter()
                .find(|other| Span::of(net_of(other.text("cidr"))).overlaps(span));
            if let Some(other) = other {
                return Err(bad(format!(
                    "Cidr {} of subnet {} overlaps with cidr {} of subnet {}",
                    subnet.text("cidr"),
                    subnet.id,
                    other.text("cidr"),
                    other.id
                )));
            }
        }
        Ok(())
    }

    fn remove_interface(&mut self, router: &Object, asked: Asked) -> Answer<Value> {
        match asked {
            Asked::Port { port, subnet } => self.remove_by_port(router, &port, subnet.as_deref()),
            Asked::Subnet(subnet) => self.remove_by_subnet(router, &subnet),
        }
    }

    fn remove_by_port(&mut self, router: &Object, id: &str, subnet: Option<&str>) -> Answer<Value> {
        let mut ports = self.router_ports(&router.id).into_iter();
        let port = ports.find(|port| port.id == id && port.text("device_owner") == INTERFACE);
        let port = port.ok_or_else(|| {
            let message = format!(
                "Router {} does not have an interface with id {id}",
                router.id
            );
            Refused::new(404, "RouterInterfaceNotFound", message)
        })?;
        if subnet.is_some_and(|subnet| !has_address(&port, subnet, None)) {
            return Err(Refused::new(
                400,
                "SubnetMismatchForPort",
                format!(
                    "Subnet on port {id} does not match the requested subnet {}.",
                    subnet.unwrap_or_default()
                ),
            ));
        }
        let ips = port
            .body
            .get("fixed_ips")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let subnets: Vec<String> = ips
            .iter()
            .filter_map(|ip| ip["subnet_id"].as_str())
            .map(str::to_owned)
            .collect();
        for subnet in &subnets {
            self.without_floating_ips(&router.id, subnet)?;
        }
        let said = self.joined(router, id, &subnets)?;
        self.store.remove(Resource::Port.plural(), id);
        Ok(said)
    }

    fn remove_by_subnet(&mut self, router: &Object, id: &str) -> Answer<Value> {
        let is_v6_subnet = self.visible(Resource::Subnet, id)?.body["ip_version"] == 6;
        let mut ports = self.router_ports(&router.id).into_iter();
        let port = ports
            .find(|port| port.text("device_owner") == INTERFACE && has_address(port, id, None));
        let port = port.ok_or_else(|| {
            let message = format!("Router {} has no interface on subnet {id}", router.id);
            Refused::new(404, "RouterInterfaceNotFoundForSubnet", message)
        })?;
        self.without_floating_ips(&router.id, id)?;
        let said = self.joined(router, &port.id, &[id.to_owned()])?;
        let ips = port
            .body
            .get("fixed_ips")
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        match ips > 1 {
            true if !is_v6_subnet => return Err(unchangeable(&port.id)),
            true => self.drop_addresses(&port.id, id),
            false => drop(self.store.remove(Resource::Port.plural(), &port.id)),
        }
        Ok(said)
    }

    fn joined(&self, router: &Object, port: &str, subnets: &[String]) -> Answer<Value> {
        let port = self.parent(Resource::Port, port)?;
        let mut said = json!({
            "id": router.id,
            "port_id": port.id,
            "network_id": port.text("network_id"),
            "subnet_id": subnets.last(),
            "subnet_ids": subnets,
        });
        let project = json!(port.text("project_id"));
        match self.config.release {
            Release::Zed => said["tenant_id"] = project,
            // Neutron 29 has lost whose a port is that was given to the router.
            Release::V2026_2 if is_set(&port.body, GIVEN) => said["tenant_id"] = Value::Null,
            Release::V2026_2 => said["project_id"] = project,
        }
        Ok(said)
    }
}

fn is_v6(address: &str) -> bool {
    address.contains(':')
}

fn asked(body: &Body, removal: bool) -> Answer<Asked> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    match (text("port_id"), text("subnet_id")) {
        (Some(port), subnet) if removal || subnet.is_none() => Ok(Asked::Port { port, subnet }),
        (Some(_), _) => Err(bad("Cannot specify both subnet-id and port-id")),
        (None, Some(subnet)) => Ok(Asked::Subnet(subnet)),
        (None, None) => Err(bad("Either subnet_id or port_id must be specified")),
    }
}

fn check_address_mode(subnet: &Object) -> Answer<()> {
    let set = |name: &str| subnet.body.get(name).is_some_and(|mode| !mode.is_null());
    if set("ipv6_address_mode") && !set("ipv6_ra_mode") {
        return Err(bad(format!(
            "IPv6 subnet {} configured to receive RAs from an external router cannot be added to \
             Neutron Router.",
            subnet.id
        )));
    }
    Ok(())
}
