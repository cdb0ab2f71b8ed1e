//! Ports: what is attached to networks. Read only, but for the interfaces of routers, which are objects
//! of their own.

use std::collections::BTreeSet;

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Look, ObjectRef, Owners, Reach, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{FixedIp, Network, Router, SecurityGroup, Subnet, Word},
};

/// The device owners of routers' interfaces: plain, distributed, or highly available.
const INTERFACES: [&str; 3] = [
    "network:router_interface",
    "network:router_interface_distributed",
    "network:ha_router_replicated_interface",
];
/// Those of Neutron's other ports, which come and go with subnets and routers.
const NEUTRONS_OWN: [&str; 7] = [
    "network:dhcp",
    "network:distributed",
    "network:router_gateway",
    "network:router_centralized_snat",
    "network:router_ha_interface",
    "network:floatingip",
    "network:floatingip_agent_gateway",
];
/// That of load balancers' addresses.
const OCTAVIA: &str = "Octavia";

/// What Neutron says a port is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Port {
    pub id: String,
    #[serde(default)]
    pub name: String,
    /// The network that it is in.
    pub network_id: String,
    /// The device that it belongs to: the id of a server or router.
    #[serde(default)]
    pub device_id: String,
    /// What kind of device that is: `compute:nova`, `network:router_interface`.
    #[serde(default)]
    pub device_owner: Word,
    #[serde(default)]
    pub fixed_ips: Box<[FixedIp]>,
    #[serde(default)]
    pub security_groups: Box<[String]>,
    #[serde(default)]
    pub created_at: Option<Box<str>>,
}

impl Port {
    /// Whether it is a router's.
    pub(crate) fn is_interface(&self) -> bool {
        INTERFACES.contains(&&*self.device_owner)
    }

    /// Whether it is Neutron's own.
    pub(crate) fn is_neutrons_own(&self) -> bool {
        self.is_interface() || NEUTRONS_OWN.contains(&&*self.device_owner)
    }

    /// The subnets that it has addresses in.
    pub(crate) fn subnets(&self) -> BTreeSet<&str> {
        let addresses = self.fixed_ips.iter();
        addresses.map(|fixed| fixed.subnet_id.as_str()).collect()
    }

    /// The load balancer whose address it is.
    fn load_balancer(&self) -> Option<&str> {
        let id = self.device_id.strip_prefix("lb-");
        let id = id.unwrap_or(&self.device_id);
        (*self.device_owner == *OCTAVIA).then_some(id)
    }

    /// The server that it is a port of.
    pub(crate) fn server(&self) -> Option<&str> {
        let is_server = self.device_owner.starts_with("compute:");
        is_server.then_some(&self.device_id)
    }

    fn found(mut self) -> Found<Self> {
        let subnets = self.subnets().into_iter().map(ObjectRef::of::<Subnet>);
        let of = match self.is_interface() {
            true => ObjectRef::of::<Router>(&self.device_id),
            false => ObjectRef::of::<Network>(&self.network_id),
        };
        let groups = self.security_groups.iter();
        let groups = groups.map(ObjectRef::of::<SecurityGroup>);
        let joins: Vec<_> = subnets.chain([of]).chain(groups).collect();
        // It is known of the listing then, and the state need not hold it a second time.
        let created = self.created_at.take();
        let created = created.and_then(|text| text.parse().ok());
        Found::foreign(self.id.clone(), self)
            .joining(joins)
            .made_at(created)
    }
}

/// All ports of the project, and those of routers that are named: one listing for all that is derived
/// from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports;

#[async_trait]
impl Listing for Ports {
    const KIND: &'static str = "openstack.ports/1";
    /// A router that others share with us has its ports in their project.
    const REACH: Reach = Reach::Parents;
    type Api = Api;
    type State = Port;

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<Port>>> {
        let own = (scope.owners != Owners::Nobody).then(|| ("project_id", api.project()));
        let of_routers = scope.within.iter().map(|id| ("device_id", id.as_str()));
        let mut ports = Vec::new();
        for query in own.into_iter().chain(of_routers) {
            ports.extend(api.list_as(PORTS.0, PORTS.1, &[query], Port::found).await?);
        }
        Ok(ports)
    }
}

/// Where the API has ports, and the member that holds them.
const PORTS: (&str, &str) = ("/v2.0/ports", "ports");

/// The ports that a query selects.
pub(crate) async fn listed(api: &Api, query: &[(&str, &str)]) -> Result<Vec<Port>> {
    api.list(PORTS.0, PORTS.1, query).await
}

/// A port of a machine, of a load balancer, of anything that is not Neutron's own: what may hang on a
/// network that is to be removed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DevicePort;

#[async_trait]
impl Listing for DevicePort {
    const KIND: &'static str = "openstack.port/1";
    type Api = Api;
    type State = Port;

    /// Neutron lets nobody but Nova and Octavia delete their ports.
    fn told(state: &Port) -> Told {
        let told = Told::named(&state.name);
        let (what, id, remedy) = match (state.server(), state.load_balancer()) {
            (Some(id), _) => ("server", id, "delete the server that the port is of"),
            (None, Some(id)) => {
                let remedy = "delete the load balancer that the port is of";
                ("load balancer", id, remedy)
            }
            (None, None) => return told.with_detail(&state.device_owner),
        };
        told.with_detail(format!("of {what} {id}").trim_end())
            .with_remedy(remedy)
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<Port>>> {
        let ports = Ports::list(api, scope).await?.into_iter();
        Ok(ports
            .filter(|found| !found.state.is_neutrons_own())
            .collect())
    }

    async fn derive(look: &Look<'_, Api>, scope: &Scope) -> Result<Vec<Found<Port>>> {
        let ports = look.list::<Ports>(scope).await?;
        let ports = ports.iter().filter(|found| !found.state.is_neutrons_own());
        Ok(ports.map(|found| Found::clone(found)).collect())
    }
}

/// The ports on one network, whoever's, to count whom a new IPv6 subnet would reach.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NetworkPort;

#[async_trait]
impl Listing for NetworkPort {
    const KIND: &'static str = "openstack.network-port/1";
    const REACH: Reach = Reach::Parents;
    type Api = Api;
    type State = Port;

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<Port>>> {
        let networks = scope.within.iter();
        let networks: Vec<_> = networks.map(|id| ("network_id", id.as_str())).collect();
        if networks.is_empty() {
            return Ok(Vec::new());
        }
        let ports = listed(api, &networks).await?.into_iter();
        let devices = ports.filter(|port| !port.is_neutrons_own());
        Ok(devices.map(Port::found).collect())
    }
}
