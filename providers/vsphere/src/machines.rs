//! The machines of a vCenter, for a cluster that runs. vCenter knows their addresses from VMware Tools alone.

use std::net::IpAddr;

use groundwork_provider::{Interface, Machine, Machines, Result, Unknown};
use ipnet::IpNet;

use crate::api::{
    Api,
    collector::{Object, Wanted},
    xml::Element,
};

/// Cloud controllers name a node after it, in lower case.
const UUID: &str = "summary.config.uuid";
const TEMPLATE: &str = "summary.config.template";
const POWER: &str = "runtime.powerState";
const TOOLS: &str = "guest.toolsRunningStatus";
const GUEST: &str = "guest.net";
/// What an interface has for its device where it has none: a bridge, or one of a network plugin.
const NO_DEVICE: &str = "-1";
/// Addresses that are kept of one interface.
const ADDRESSES_MAX: usize = 64;

/// Every machine that the user may see, in one look.
pub(crate) async fn machines(api: &Api) -> Result<Machines> {
    let wanted = Wanted {
        of: "VirtualMachine",
        paths: &[UUID, TEMPLATE, POWER, TOOLS, GUEST],
    };
    let all = api.everything(&[wanted], &[], machine).await?;
    Ok(all.into_iter().collect())
}

/// Templates are no machines.
fn machine(object: Object) -> Option<Machine> {
    if object.text(TEMPLATE) == "true" {
        return None;
    }
    let interfaces: Vec<Interface> = object
        .property(GUEST)
        .into_iter()
        .flat_map(|guest| &guest.inside)
        .filter(|one| one.text_at("deviceConfigId") != NO_DEVICE)
        .map(interface)
        .collect();
    let has_any = interfaces.iter().any(|one| !one.addresses.is_empty());
    Some(Machine {
        id: object.text(UUID).to_owned(),
        unknown: unknown(&object, has_any),
        interfaces,
    })
}

/// What is told of a machine without VMware Tools is what was so when they ran the last time.
fn unknown(object: &Object, has_any: bool) -> Option<Unknown> {
    if object.text(POWER) != "poweredOn" {
        return Some(Unknown::Off);
    }
    let why = match (object.text(TOOLS), has_any) {
        ("guestToolsRunning", true) => return None,
        ("guestToolsRunning", false) => "VMware Tools tell no address",
        (_, _) => "VMware Tools do not run",
    };
    let remedy = "install open-vm-tools in it and start them: the cloud controller knows addresses from them alone, too";
    Some(Unknown::Silent { why, remedy })
}

/// Addresses of the link itself are on every interface, and no node is reached by them.
fn interface(of: &Element) -> Interface {
    let is_link_local = |ip: &IpAddr| match ip {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    let texts = of.children("ipAddress");
    let ips = texts.filter_map(|text| text.text.parse::<IpAddr>().ok());
    let ips = ips.filter(|ip| !ip.is_loopback() && !is_link_local(ip));
    Interface {
        addresses: ips.take(ADDRESSES_MAX).map(IpNet::from).collect(),
        mtu: None,
    }
}
