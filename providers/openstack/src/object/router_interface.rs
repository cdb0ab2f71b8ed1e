//! A router's interface in a subnet.

use async_trait::async_trait;
use groundwork_kit::client::Call;
use groundwork_provider::{
    Cx, Diff, Facts, Found, Handle, Key, Later, Listing, Look, ObjectRef, Owner, Progress,
    Resource, Result, Scope, Told,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Router, Subnet};
use crate::{
    api::Api,
    watched::port::{Port, Ports},
};

/// One router joined to one subnet.
///
/// It carries no label: a router and a subnet are joined at most once, so that pair is its key,
/// and its id. Several IPv6 subnets of one network share one port of the router; each of them is
/// an interface of its own here, and is detached by its subnet.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct RouterInterface {
    /// The router.
    pub router: Handle<Router>,
    pub subnet: Handle<Subnet>,
}

/// What Neutron says an interface is.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct InterfaceState {
    /// The router and the subnet that it joins.
    pub interface: Interface,
    pub port: String,
    pub name: String,
}

/// What an interface joins.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Interface {
    pub router: String,
    pub subnet: String,
}

impl Interface {
    /// The two ids, as one.
    pub fn key(&self) -> String {
        format!("{}/{}", self.router, self.subnet)
    }

    /// Those that a port is: one in each subnet that it has an address in.
    pub(crate) fn of(port: &Port) -> impl Iterator<Item = Self> {
        let subnets = port.is_interface().then(|| port.subnets());
        subnets.into_iter().flatten().map(|subnet| Self {
            router: port.device_id.clone(),
            subnet: subnet.to_owned(),
        })
    }
}

/// The interfaces among ports. Anybody may attach a router of theirs to a subnet of ours.
fn found(port: &Found<Port>) -> impl Iterator<Item = Found<InterfaceState>> {
    Interface::of(&port.state).map(|interface| {
        let joins = [
            ObjectRef::of::<Subnet>(&interface.subnet),
            ObjectRef::of::<Router>(&interface.router),
        ];
        let key = interface.key();
        let state = InterfaceState {
            interface,
            port: port.id.clone(),
            name: port.state.name.clone(),
        };
        Found::natural(key.clone(), key, Owner::Unlabelled, state)
            .joining(joins)
            .made_at(port.created)
    })
}

/// The ports that hold what a scope is about: an interface is named by its router and its subnet.
fn of_routers(scope: &Scope) -> Scope {
    let named = scope
        .ids
        .iter()
        .filter_map(|id| Some(id.split_once('/')?.0.to_owned()));
    Scope {
        owners: scope.owners.clone(),
        within: scope.within.iter().cloned().chain(named).collect(),
        ..Scope::default()
    }
}

#[async_trait]
impl Listing for RouterInterface {
    const KIND: &'static str = "openstack.router-interface/1";
    type Api = Api;
    type State = InterfaceState;

    fn told(state: &InterfaceState) -> Told {
        Told::named(&state.name).with_detail("network:router_interface")
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<InterfaceState>>> {
        let ports = Ports::list(api, &of_routers(scope)).await?;
        Ok(ports.iter().flat_map(found).collect())
    }

    async fn derive(look: &Look<'_, Api>, scope: &Scope) -> Result<Vec<Found<InterfaceState>>> {
        let ports = look.list::<Ports>(&of_routers(scope)).await?;
        Ok(ports.iter().flat_map(|port| found(port)).collect())
    }
}

/// What `add_router_interface` answers.
#[derive(Deserialize)]
struct Added {
    port_id: String,
}

#[async_trait]
impl Resource for RouterInterface {
    fn id(state: &InterfaceState) -> String {
        state.interface.key()
    }

    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        Ok(Key::Natural(self.interface(facts)?.key()))
    }

    fn diff(&self, _: &Facts<'_>, _: &InterfaceState) -> Result<Diff, Later> {
        Ok(Diff::Same)
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<InterfaceState>> {
        let interface = self.interface(cx)?;
        let path = format!("/v2.0/routers/{}/add_router_interface", interface.router);
        let body = json!({ "subnet_id": interface.subnet });
        let added: Added = cx.api.client.put(&path, body).await?;
        Ok(Progress::Done(InterfaceState {
            interface,
            port: added.port_id,
            name: String::new(),
        }))
    }

    async fn delete(cx: &Cx<'_, Api>, state: &InterfaceState) -> Result<Progress<InterfaceState>> {
        let Interface { router, subnet } = &state.interface;
        let path = format!("/v2.0/routers/{router}/remove_router_interface");
        let call = Call::put(path, json!({ "subnet_id": subnet }));
        cx.api.client.done_if_any(&call).await?;
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
