//! Floating IPs: addresses of an external network that a router translates to one of a port.

use std::net::IpAddr;
use std::sync::Arc;

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use super::access::is_set;
use super::port_addresses::{FixedIp, held_by};
use super::resource::Resource;
use super::{Neutron, Resource::FloatingIp};
use crate::refused::{Answer, Refused};

/// The owner of the port that holds the address.
const OWNER: &str = "network:floatingip";

/// What a floating IP leads to.
struct Association {
    router: String,
    fixed: IpAddr,
}

fn bad(message: impl AsRef<str>) -> Refused {
    Refused::bad("floatingip", message)
}

fn text(body: &Body, name: &str) -> String {
    let text = body.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

impl Neutron<'_> {
    pub(super) fn make_floating_ip(&mut self, mut body: Body) -> Answer<String> {
        let id = text(&body, "floating_network_id");
        let network = self.visible(Resource::Network, &id)?;
        if !is_set(&network.body, "router:external") {
            return Err(bad(format!("Network {id} is not a valid external network")));
        }
        if !self.has_v4(&id) {
            return Err(bad(format!(
                "Network {id} does not contain any IPv4 subnet"
            )));
        }
        let port = body.remove("port_id").filter(|port| !port.is_null());
        let fixed = body.remove("fixed_ip_address").filter(|ip| !ip.is_null());
        let asked = body
            .remove("floating_ip_address")
            .filter(|ip| !ip.is_null());
        body.insert("status".to_owned(), json!("DOWN"));
        for name in [
            "port_id",
            "fixed_ip_address",
            "router_id",
            "floating_ip_address",
        ] {
            body.insert(name.to_owned(), Value::Null);
        }
        let floating = self.insert(FloatingIp, body);
        let address = self.hold(&floating, &id, asked)?;
        let held = Body::from_iter([("floating_ip_address".to_owned(), json!(address))]);
        self.store
            .update(FloatingIp.plural(), &floating, |body| body.extend(held));
        self.associate(&floating, port, fixed)?;
        Ok(floating)
    }

    /// Makes the port that holds the address: in no project, so that its owner does not see it.
    fn hold(&mut self, floating: &str, network: &str, asked: Option<Value>) -> Answer<IpAddr> {
        let mut body = Body::from_iter([
            ("name".to_owned(), json!("")),
            ("network_id".to_owned(), json!(network)),
            ("project_id".to_owned(), json!("")),
            ("device_id".to_owned(), json!(floating)),
            ("device_owner".to_owned(), json!(OWNER)),
            ("admin_state_up".to_owned(), json!(true)),
            ("dns_name".to_owned(), json!("")),
            ("binding:vnic_type".to_owned(), json!("normal")),
        ]);
        if let Some(address) = asked {
            body.insert("fixed_ips".to_owned(), json!([{ "ip_address": address }]));
        }
        let port = self.make_port(body)?;
        let port = self.parent(Resource::Port, &port)?;
        let mut own = v4(&port).into_iter();
        let first = own.next().map(|one| one.address);
        first.ok_or_else(|| {
            bad(format!(
                "Network {network} does not contain any IPv4 subnet"
            ))
        })
    }

    fn has_v4(&self, network: &str) -> bool {
        let subnets = self.subnets_in(network);
        subnets.iter().any(|subnet| subnet.body["ip_version"] == 4)
    }

    pub(super) fn change_floating_ip(&mut self, object: &Object, mut asked: Body) -> Answer<()> {
        let fixed = asked.remove("fixed_ip_address").filter(|ip| !ip.is_null());
        if let Some(port) = asked.remove("port_id") {
            let port = Some(port).filter(|port| !port.is_null());
            self.associate(&object.id, port, fixed)?;
        } else if fixed.is_some() {
            return Err(bad(
                "fixed_ip_address cannot be specified without a port_id",
            ));
        }
        self.change_plainly(FloatingIp, &object.id, asked)
    }

    /// Leads it to a port, or to none.
    fn associate(
        &mut self,
        floating: &str,
        port: Option<Value>,
        fixed: Option<Value>,
    ) -> Answer<()> {
        let object = self.parent(FloatingIp, floating)?;
        let Some(id) = port.as_ref().and_then(Value::as_str) else {
            if fixed.is_some() {
                return Err(bad(
                    "fixed_ip_address cannot be specified without a port_id",
                ));
            }
            return self.change_plainly(FloatingIp, floating, nowhere());
        };
        let port = self.visible(Resource::Port, id)?;
        let Association { router, fixed } = self.association(&object, &port, fixed.as_ref())?;
        // Its agents make it so.
        let status = if self.config.alone { "DOWN" } else { "ACTIVE" };
        let body = Body::from_iter([
            ("port_id".to_owned(), json!(id)),
            ("fixed_ip_address".to_owned(), json!(fixed)),
            ("router_id".to_owned(), json!(router)),
            ("status".to_owned(), json!(status)),
        ]);
        self.change_plainly(FloatingIp, floating, body)
    }

    fn association(
        &self,
        object: &Object,
        port: &Object,
        asked: Option<&Value>,
    ) -> Answer<Association> {
        let id = &port.id;
        let asked: Option<IpAddr> = asked.and_then(Value::as_str).and_then(|ip| ip.parse().ok());
        let own = v4(port);
        let fixed = match (asked, own.as_slice()) {
            (Some(asked), own) => own
                .iter()
                .find(|one| one.address == asked)
                .ok_or_else(|| bad(format!("Port {id} does not have fixed ip {asked}")))?,
            (None, []) => {
                return Err(bad(format!(
                    "Cannot add floating IP to port {id} that has no fixed IPv4 addresses"
                )));
            }
            (None, [one]) => one,
            (None, _) => {
                return Err(bad(format!(
                    "Port {id} has multiple fixed IPv4 addresses.  Must provide a specific IPv4 address when \
                     assigning a floating IP"
                )));
            }
        };
        let network = object.text("floating_network_id");
        let router = self.way_to(network, &fixed.subnet).ok_or_else(|| {
            let subnet = &fixed.subnet;
            let message = format!(
                "External network {network} is not reachable from subnet {subnet}.  Therefore, cannot \
                 associate Port {id} with a Floating IP."
            );
            Refused::new(404, "ExternalGatewayForFloatingIPNotFound", message)
        })?;
        self.free(object, port, fixed.address)?;
        Ok(Association {
            router,
            fixed: fixed.address,
        })
    }

    /// The router that joins a subnet with an external network.
    fn way_to(&self, network: &str, subnet: &str) -> Option<String> {
        let routers: Vec<Arc<Object>> = self
            .store
            .list(Resource::Router.plural())
            .cloned()
            .collect();
        let leads = |router: &Arc<Object>| {
            let ports = self.router_ports(&router.id);
            let has = |port: &Arc<Object>| held_by(port).iter().any(|own| own.subnet == subnet);
            ports.iter().any(|port| port.text("network_id") == network) && ports.iter().any(has)
        };
        routers
            .iter()
            .find(|router| leads(router))
            .map(|router| router.id.clone())
    }

    /// Each address of a port has one floating IP of an external network.
    fn free(&self, object: &Object, port: &Object, fixed: IpAddr) -> Answer<()> {
        let text = fixed.to_string();
        let network = object.text("floating_network_id");
        let is_same = |other: &&Arc<Object>| {
            other.id != object.id
                && other.text("port_id") == port.id
                && other.text("fixed_ip_address") == text
                && other.text("floating_network_id") == network
        };
        let mut all = self.store.list(FloatingIp.plural());
        if all.find(is_same).is_none() {
            return Ok(());
        }
        let message = format!(
            "Cannot associate floating IP {} ({}) with port {} using fixed IP {text}, as that fixed IP already has a \
             floating IP on external network {network}.",
            object.text("floating_ip_address"),
            object.id,
            port.id
        );
        Err(Refused::conflict(
            "FloatingIPPortAlreadyAssociated",
            message,
        ))
    }

    pub(super) fn delete_floating_ip(&mut self, object: &Object) -> Answer<()> {
        let held = self
            .store
            .by(Resource::Port.plural(), "device_id", &object.id);
        let held: Vec<String> = held.map(|port| port.id.clone()).collect();
        for port in held {
            self.store.remove(Resource::Port.plural(), &port);
        }
        self.store.remove(FloatingIp.plural(), &object.id);
        Ok(())
    }

    /// A port that goes leaves its floating IPs behind, which lead nowhere then.
    pub(super) fn disassociate(&mut self, port: &str) -> Answer<()> {
        for floating in self.floating_ips("port_id", port) {
            self.change_plainly(FloatingIp, &floating.id, nowhere())?;
        }
        Ok(())
    }

    /// Whether a floating IP holds a port.
    pub(super) fn is_held(&self, port: &Object) -> bool {
        port.text("device_owner") == OWNER
            && self.find(FloatingIp, port.text("device_id")).is_some()
    }

    /// Floating IPs keep the interface that they lead through.
    pub(super) fn without_floating_ips(&self, router: &str, subnet: &str) -> Answer<()> {
        let through = self.floating_ips("router_id", router);
        let is_of_subnet = |floating: &Arc<Object>| {
            let port = self.find(Resource::Port, floating.text("port_id"));
            let fixed = floating.text("fixed_ip_address");
            let own = port.iter().flat_map(|port| held_by(port));
            own.into_iter()
                .any(|ip| ip.subnet == subnet && ip.address.to_string() == fixed)
        };
        if !through.iter().any(is_of_subnet) {
            return Ok(());
        }
        let message = format!(
            "Router interface for subnet {subnet} on router {router} cannot be deleted, as it is required by one or \
             more floating IPs."
        );
        Err(Refused::conflict(
            "RouterInterfaceInUseByFloatingIP",
            message,
        ))
    }

    /// They keep the router's gateway, too.
    pub(super) fn gateway_without_floating_ips(&self, router: &str) -> Answer<()> {
        let Some(one) = self.floating_ips("router_id", router).into_iter().next() else {
            return Ok(());
        };
        let message = format!(
            "Gateway cannot be updated for router {router}, since a gateway to external network {} is required by \
             one or more floating IPs.",
            one.text("floating_network_id")
        );
        Err(Refused::conflict(
            "RouterExternalGatewayInUseByFloatingIp",
            message,
        ))
    }

    fn floating_ips(&self, field: &str, value: &str) -> Vec<Arc<Object>> {
        let all = self.store.list(FloatingIp.plural());
        all.filter(|one| one.text(field) == value)
            .cloned()
            .collect()
    }
}

fn v4(port: &Object) -> Vec<FixedIp> {
    let own = held_by(port).into_iter();
    own.filter(|one| one.address.is_ipv4()).collect()
}

/// What one says that leads to no port.
fn nowhere() -> Body {
    Body::from_iter([
        ("port_id".to_owned(), Value::Null),
        ("fixed_ip_address".to_owned(), Value::Null),
        ("router_id".to_owned(), Value::Null),
        ("status".to_owned(), json!("DOWN")),
    ])
}
