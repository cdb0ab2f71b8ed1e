//! Machines: templates, what is in a folder, and who has IPv6 on which network.

use std::net::Ipv6Addr;

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, ObjectRef, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use super::Folder;
use crate::{
    api::{
        Api,
        collector::{Object, Wanted},
        xml::Element,
    },
    path,
};

const TEMPLATE: &str = "summary.config.template";
const GUEST: &str = "guest.net";
/// Addresses that are kept of one machine.
const ADDRESSES_MAX: usize = 4;

/// A machine, or a template of machines.
#[derive(Debug)]
pub struct Machine;

/// What vCenter says of a machine, as far as it matters here.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct MachineState {
    /// Its id: `vm-42`.
    pub id: String,
    /// Its name, as people see it.
    pub name: String,
    /// The folder that it is in.
    pub parent: String,
    /// Whether it is a template.
    pub template: bool,
    /// The networks that it is on.
    pub networks: Vec<String>,
    /// Global IPv6 addresses that its tools report, each with the name of its network.
    pub ipv6: Vec<(String, Ipv6Addr)>,
}

/// Addresses that somebody has been given: neither those that a machine gives itself on each link, nor
/// those that lead nowhere.
fn is_global(address: &Ipv6Addr) -> bool {
    !(address.is_unicast_link_local()
        || address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast())
}

/// The addresses of one interface, each with the network that it is on.
fn addresses(interface: &Element) -> Vec<(String, Ipv6Addr)> {
    let network = path::decoded(interface.text_at("network"));
    let texts = interface.children("ipAddress");
    let addresses = texts.filter_map(|text| text.text.parse().ok());
    let global = addresses.filter(is_global).take(ADDRESSES_MAX);
    global.map(|address| (network.clone(), address)).collect()
}

fn machine(object: Object) -> Option<MachineState> {
    let interfaces = object.property(GUEST).map(|guest| &guest.inside);
    let ipv6 = interfaces.into_iter().flatten().flat_map(addresses);
    Some(MachineState {
        id: object.of.id.clone(),
        name: path::decoded(object.text("name")),
        parent: object
            .reference("parent")
            .map(|parent| parent.id)
            .unwrap_or_default(),
        template: object.text(TEMPLATE) == "true",
        networks: object.ids("network"),
        ipv6: ipv6.collect(),
    })
}

#[async_trait]
impl Listing for Machine {
    const KIND: &'static str = "vsphere.machine/1";
    type Api = Api;
    type State = MachineState;

    fn told(state: &MachineState) -> Told {
        Told::named(&state.name).with_remedy("move it to another folder, or delete it")
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<MachineState>>> {
        let wanted = Wanted {
            of: "VirtualMachine",
            paths: &["name", "parent", TEMPLATE, "network", GUEST],
        };
        let machines = api.everything(&[wanted], &[], machine).await?;
        let found = |state: MachineState| {
            let folder = ObjectRef::of::<Folder>(&*state.parent);
            Found::foreign(state.id.clone(), state).joining([folder])
        };
        Ok(machines.into_iter().map(found).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_machine_gives_itself_is_no_evidence() {
        let interface = r"<net><network>a%2fb</network><ipAddress>10.0.0.5</ipAddress>
            <ipAddress>fe80::1</ipAddress><ipAddress>2001:db8::5</ipAddress>
            <ipAddress>fd12:3456::7</ipAddress><ipAddress>::1</ipAddress><ipAddress>x</ipAddress></net>";
        let interface = Element::parse(interface.as_bytes()).unwrap();
        let found = addresses(&interface);
        let texts: Vec<String> = found.iter().map(|(on, at)| format!("{on} {at}")).collect();
        assert_eq!(texts, ["a/b 2001:db8::5", "a/b fd12:3456::7"]);
    }
}
