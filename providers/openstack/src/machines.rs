//! The servers of a project, for a cluster that runs. Neutron knows them by their ports, so that nobody has to ask Nova.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use groundwork_provider::{ErrorKind, Interface, Machines, Result};
use ipnet::IpNet;
use serde::Deserialize;

use crate::{
    api::Api,
    object::{NetworkState, Object},
    watched::port::{Port, listed},
};

/// An address outside that a router translates to a port's own.
#[derive(Deserialize)]
struct FloatingIp {
    floating_ip_address: IpAddr,
    port_id: Option<String>,
}

/// What Neutron keeps apart from ports.
#[derive(Default)]
struct Around {
    /// By port.
    floating: BTreeMap<String, Vec<IpAddr>>,
    /// By network.
    sizes: BTreeMap<String, u32>,
}

/// Every server that has a port, with what belongs to the ports: three listings.
pub(crate) async fn machines(api: &Api) -> Result<Machines> {
    let ports = listed(api, &[("project_id", api.project())]).await?;
    let around = around(api, &ports).await?;
    let server = |port: &Port| Some((port.server()?.to_owned(), interface(port, &around)));
    Ok(Machines::of_interfaces(ports.iter().filter_map(server)))
}

async fn around(api: &Api, ports: &[Port]) -> Result<Around> {
    let servers = ports.iter().filter(|port| port.server().is_some());
    let networks: BTreeSet<String> = servers.map(|port| port.network_id.clone()).collect();
    let (floating, networks) = tokio::try_join!(
        floating(api),
        api.list_ids::<NetworkState>(NetworkState::PATH, "networks", &networks),
    )?;
    let mut around = Around::default();
    for one in floating {
        if let Some(port) = one.port_id {
            let all = around.floating.entry(port).or_default();
            all.push(one.floating_ip_address);
        }
    }
    let size = |one: NetworkState| Some((one.id, one.mtu.filter(|size| *size > 0)?));
    around.sizes = networks.into_iter().filter_map(size).collect();
    Ok(around)
}

/// Those of the project. A cloud without routers has none.
async fn floating(api: &Api) -> Result<Vec<FloatingIp>> {
    let own = [("project_id", api.project())];
    match api.list("/v2.0/floatingips", "floatingips", &own).await {
        Err(error) if error.kind == ErrorKind::Conflict => Ok(Vec::new()),
        listed => listed,
    }
}

fn interface(port: &Port, around: &Around) -> Interface {
    let own = port.fixed_ips.iter().map(|fixed| fixed.ip_address);
    let floating = around.floating.get(&port.id).into_iter().flatten();
    Interface {
        addresses: own.chain(floating.copied()).map(IpNet::from).collect(),
        mtu: around.sizes.get(&port.network_id).copied(),
    }
}
