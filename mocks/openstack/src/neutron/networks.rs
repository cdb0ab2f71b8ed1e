use std::sync::Arc;

use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use super::resource::Resource;
use super::{Neutron, Resource::Network};
use crate::refused::{Answer, Refused};

/// The MTU of the wire, and of networks that are the wire.
const WIRE: i64 = 1500;

/// The MTU of a network that is tunnelled over it.
const TUNNEL: i64 = 1450;

/// Ports that Neutron takes away itself with their network.
const OWN_PORTS: [&str; 3] = [
    "network:dhcp",
    "network:distributed",
    "network:floatingip_agent_gateway",
];

/// Whether a port goes by itself when its network or subnet goes.
pub(super) fn goes_by_itself(port: &Object) -> bool {
    OWN_PORTS.contains(&port.text("device_owner"))
}

impl Neutron<'_> {
    pub(super) fn make_network(&mut self, mut body: Body) -> Answer<String> {
        body.entry("provider:network_type")
            .or_insert(json!("geneve"));
        body.entry("provider:physical_network")
            .or_insert(Value::Null);
        let flat = body["provider:network_type"] == "flat";
        let segment = self.store.list(Network.plural()).count() + 1;
        let segment = if flat { Value::Null } else { json!(segment) };
        body.entry("provider:segmentation_id").or_insert(segment);
        let most = if flat { WIRE } else { TUNNEL };
        let mtu = body
            .get("mtu")
            .and_then(Value::as_i64)
            .filter(|mtu| *mtu > 0)
            .unwrap_or(most);
        if mtu > most {
            let message = format!("Requested MTU is too big, maximum is {most}");
            return Err(Refused::input(message));
        }
        body.insert("mtu".to_owned(), json!(mtu));
        body.insert("status".to_owned(), json!("ACTIVE"));
        body.insert("availability_zones".to_owned(), json!([]));
        let project = body
            .get("project_id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        // Neutron makes the default group of a project with the first network or port.
        self.default_security_group(&project);
        Ok(self.insert(Network, body))
    }

    pub(super) fn change_network(&mut self, object: &Object, asked: Body) -> Answer<()> {
        let unshared = asked.get("shared") == Some(&json!(false));
        let ports = || {
            self.store
                .by(Resource::Port.plural(), "network_id", &object.id)
        };
        let foreign = |port: &&Arc<Object>| {
            port.text("project_id") != object.text("project_id")
                && !port.text("device_owner").starts_with("network:")
        };
        if unshared && ports().any(|port| foreign(&port)) {
            let name = object.text("name");
            let message = format!(
                "Unable to reconfigure sharing settings for network {name}. Multiple tenants are \
                 using it."
            );
            return Err(Refused::conflict("InvalidSharedSetting", message));
        }
        let internal = asked.get("router:external") == Some(&json!(false));
        let gateway = |port: &&Arc<Object>| port.text("device_owner") == "network:router_gateway";
        if internal && ports().any(|port| gateway(&port)) {
            let id = &object.id;
            let message = format!(
                "External network {id} cannot be updated to be made non-external, since it has \
                 existing gateway ports."
            );
            return Err(Refused::conflict("ExternalNetworkInUse", message));
        }
        self.change_plainly(Network, &object.id, asked)
    }

    /// Takes the subnets with it, whosever they are, and refuses only because of ports.
    /// Neutron looks for ports before it looks at what the client says it has seen.
    pub(super) fn network_unused(&self, network: &str) -> Answer<()> {
        let ports = self.ports_in(network);
        let used = ports.iter().filter(|port| !goes_by_itself(port));
        let used: Vec<&str> = used.map(|port| port.id.as_str()).collect();
        if used.is_empty() {
            return Ok(());
        }
        let message = format!(
            "Unable to complete operation on network {network}. There are one or more ports still in \
             use on the network, id for these ports is: {}.",
            used.join(",")
        );
        Err(Refused::conflict("NetworkInUse", message))
    }

    pub(super) fn delete_network(&mut self, object: &Object) -> Answer<()> {
        self.network_unused(&object.id)?;
        let subnets = self
            .store
            .by(Resource::Subnet.plural(), "network_id", &object.id);
        let subnets: Vec<Arc<Object>> = subnets.cloned().collect();
        // Neutron 21 does not see the subnets of other projects then, and stumbles over them.
        if !self.caller.admin && subnets.iter().any(|subnet| !self.owns(subnet)) {
            return Err(Refused::fallen());
        }
        for port in self.ports_in(&object.id) {
            self.store.remove(Resource::Port.plural(), &port.id);
        }
        for subnet in subnets {
            self.store.remove(Resource::Subnet.plural(), &subnet.id);
        }
        self.store.remove(Network.plural(), &object.id);
        Ok(())
    }
}
