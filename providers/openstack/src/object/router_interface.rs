//! A router's interface in a subnet, and the other ports that are listed with it.

use std::collections::BTreeSet;

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Handle, Key, Later, Listing, ObjectRef, Owner, Owners,
    Progress, Reach, Resource, Result, Scope, Told,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    api::Api,
    object::{
        network::Network,
        router::{FixedIp, Router},
        security_group::SecurityGroup,
        subnet::Subnet,
    },
};

/// One router joined to one subnet.
///
/// It carries no label: a router and a subnet are joined at most once, so that pair is its key,
/// and its id. Several IPv6 subnets of one network share one port of the router; each of them is
/// an interface of its own here, and is detached by its subnet.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct RouterInterface {
    /// The router. Writers to one router take turns.
    pub router: Handle<Router>,
    /// The subnet.
    pub subnet: Handle<Subnet>,
}

/// A port, as far as it tells what is attached to what.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PortState {
    /// The router and the subnet that it joins, if it is a router's interface.
    pub interface: Option<Interface>,
    /// The port's id.
    pub port: String,
    /// The port's name.
    pub name: String,
    /// What it is for: `compute:nova`, `network:router_interface`.
    pub device_owner: String,
    /// The network that it is in.
    pub network: String,
    /// Its addresses; of an interface, those in its subnet.
    #[serde(default)]
    pub addresses: Vec<FixedIp>,
}

/// What an interface joins.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Interface {
    /// The router.
    pub router: String,
    /// The subnet.
    pub subnet: String,
}

impl Interface {
    /// The two ids, as one.
    pub fn key(&self) -> String {
        format!("{}/{}", self.router, self.subnet)
    }
}

/// A port on the wire.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Port {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) name: String,
    pub(crate) network_id: String,
    #[serde(default)]
    pub(crate) device_id: String,
    #[serde(default)]
    pub(crate) device_owner: String,
    #[serde(default)]
    pub(crate) fixed_ips: Vec<FixedIp>,
    #[serde(default)]
    pub(crate) security_groups: Vec<String>,
    #[serde(default)]
    pub(crate) created_at: Option<String>,
}

impl Port {
    /// Whether it is a router's: plain, distributed, or highly available.
    pub(crate) fn is_router_interface(&self) -> bool {
        matches!(
            self.device_owner.as_str(),
            "network:router_interface"
                | "network:router_interface_distributed"
                | "network:ha_router_replicated_interface"
        )
    }

    /// Whether it is Neutron's own, which comes and goes with subnets and routers.
    pub(crate) fn is_neutrons_own(&self) -> bool {
        self.is_router_interface()
            || matches!(
                self.device_owner.as_str(),
                "network:dhcp"
                    | "network:distributed"
                    | "network:router_gateway"
                    | "network:router_centralized_snat"
                    | "network:router_ha_interface"
                    | "network:floatingip"
                    | "network:floatingip_agent_gateway"
            )
    }

    fn found(self) -> Vec<Found<PortState>> {
        if self.is_router_interface() {
            let subnets: BTreeSet<_> = self
                .fixed_ips
                .iter()
                .map(|ip| ip.subnet_id.clone())
                .collect();
            return subnets
                .into_iter()
                .map(|subnet| self.interface(subnet))
                .collect();
        }
        match self.is_neutrons_own() {
            true => Vec::new(),
            false => vec![self.foreign()],
        }
    }

    fn interface(&self, subnet: String) -> Found<PortState> {
        let interface = Interface {
            router: self.device_id.clone(),
            subnet,
        };
        let joins = [
            ObjectRef::of::<Subnet>(&interface.subnet),
            ObjectRef::of::<Router>(&interface.router),
        ];
        let (key, state) = (interface.key(), self.state(Some(interface)));
        // Anybody may attach a router of theirs to a subnet of ours.
        Found::natural(key.clone(), key, Owner::Unlabelled, state)
            .joining(joins)
            .made_at(self.created())
    }

    fn foreign(self) -> Found<PortState> {
        let subnets: BTreeSet<_> = self
            .fixed_ips
            .iter()
            .map(|ip| ip.subnet_id.clone())
            .collect();
        let network = [ObjectRef::of::<Network>(&self.network_id)];
        let subnets = subnets.into_iter().map(ObjectRef::of::<Subnet>);
        let groups = self.security_groups.iter();
        let groups = groups.map(ObjectRef::of::<SecurityGroup>);
        Found::foreign(&self.id, self.state(None))
            .joining(network.into_iter().chain(subnets).chain(groups))
            .made_at(self.created())
    }

    fn created(&self) -> Option<Timestamp> {
        self.created_at
            .as_deref()
            .and_then(|text| text.parse().ok())
    }

    fn state(&self, interface: Option<Interface>) -> PortState {
        let subnet = interface.as_ref().map(|interface| &interface.subnet);
        let addresses = self.fixed_ips.iter();
        let addresses =
            addresses.filter(|fixed| subnet.is_none_or(|subnet| *subnet == fixed.subnet_id));
        PortState {
            addresses: addresses.cloned().collect(),
            interface,
            port: self.id.clone(),
            name: self.name.clone(),
            device_owner: self.device_owner.clone(),
            network: self.network_id.clone(),
        }
    }
}

/// All ports of the project: the interfaces of routers, and what of others hangs on a network, so
/// that a destroy can name what is in its way. Neutron's own ports are left out.
#[async_trait]
impl Listing for RouterInterface {
    const KIND: &'static str = "openstack.router-interface/1";
    type Api = Api;
    type State = PortState;

    fn told(state: &Self::State) -> Told {
        let told = Told::named(&state.name).with_detail(&state.device_owner);
        if state.interface.is_some() {
            return told;
        }
        // Neutron lets nobody but the service itself delete these ports.
        let owner = state.device_owner.to_lowercase();
        let told = told.called("port");
        if owner.starts_with("compute:") {
            return told.with_remedy("delete the server that the port is of");
        }
        match owner.contains("octavia") || owner.contains("loadbalancer") {
            true => told.with_remedy("delete the load balancer that the port is of"),
            false => told,
        }
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<PortState>>> {
        let mut ports: Vec<Port> = Vec::new();
        if scope.owners != Owners::Nobody {
            ports = api
                .list("/ports", "ports", &[("project_id", api.project())])
                .await?;
        }
        // A router that others share with us has its ports in their project.
        let routers: BTreeSet<_> = scope
            .within
            .iter()
            .map(String::as_str)
            .chain(
                scope
                    .ids
                    .iter()
                    .filter_map(|id| Some(id.split_once('/')?.0)),
            )
            .collect();
        for router in routers {
            ports.extend(
                api.list::<Port>("/ports", "ports", &[("device_id", router)])
                    .await?,
            );
        }
        Ok(ports.into_iter().flat_map(Port::found).collect())
    }
}

/// What `add_router_interface` answers.
#[derive(Deserialize)]
struct Added {
    port_id: String,
    #[serde(default)]
    network_id: String,
}

#[async_trait]
impl Resource for RouterInterface {
    const TURNS: Option<&'static str> = Some(Router::KIND);

    fn id(state: &PortState) -> String {
        state
            .interface
            .as_ref()
            .map_or_else(|| state.port.clone(), Interface::key)
    }

    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        Ok(Key::Natural(self.interface(facts)?.key()))
    }

    fn diff(&self, _: &Facts<'_>, _: &PortState) -> Result<Diff, Later> {
        Ok(Diff::Same)
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<PortState>> {
        let interface = self.interface(cx)?;
        let path = format!("/routers/{}/add_router_interface", interface.router);
        let added: Added = cx
            .api
            .act(&path, json!({ "subnet_id": interface.subnet }))
            .await?;
        Ok(Progress::Done(PortState {
            interface: Some(interface),
            port: added.port_id,
            name: String::new(),
            device_owner: "network:router_interface".to_owned(),
            network: added.network_id,
            addresses: Vec::new(),
        }))
    }

    async fn update(
        &self,
        _: &Cx<'_, Api>,
        state: &PortState,
        _: &[Change],
    ) -> Result<Progress<PortState>> {
        Ok(Progress::Done(state.clone()))
    }

    async fn delete(cx: &Cx<'_, Api>, state: &PortState) -> Result<Progress<PortState>> {
        // A foreign port never gets here: nothing of ours wants it, and nothing labels it.
        if let Some(interface) = &state.interface {
            let path = format!("/routers/{}/remove_router_interface", interface.router);
            let body = json!({ "subnet_id": interface.subnet });
            cx.api.undo(&path, body).await?;
        }
        Ok(Progress::Gone)
    }
}

impl RouterInterface {
    fn interface(&self, facts: &Facts<'_>) -> Result<Interface, Later> {
        Ok(Interface {
            router: facts.id(&self.router.edge())?.to_owned(),
            subnet: facts.id(&self.subnet.edge())?.to_owned(),
        })
    }
}

/// The ports on one network, whoever's: read only, to count whom a new IPv6 subnet would reach.
#[derive(Clone, Copy, Debug)]
pub struct NetworkPort;

#[async_trait]
impl Listing for NetworkPort {
    const KIND: &'static str = "openstack.network-port/1";
    const REACH: Reach = Reach::Parents;
    type Api = Api;
    type State = PortState;

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<PortState>>> {
        let networks: Vec<_> = scope
            .within
            .iter()
            .map(|id| ("network_id", id.as_str()))
            .collect();
        if networks.is_empty() {
            return Ok(Vec::new());
        }
        let ports: Vec<Port> = api.list("/ports", "ports", &networks).await?;
        Ok(ports.into_iter().flat_map(Port::found).collect())
    }
}
