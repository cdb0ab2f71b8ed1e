//! The servers of a project, for a cluster that runs. Neutron knows them by their ports, so that nobody has to ask Nova.

use std::collections::BTreeMap;

use groundwork_provider::{Machine, Machines, Result};
use ipnet::IpNet;

use crate::{
    api::Api,
    watched::port::{Port, listed},
};

/// Every server that has a port, in one listing. Floating IP addresses stand apart from ports, and are not asked for.
pub(crate) async fn machines(api: &Api) -> Result<Machines> {
    let ports = listed(api, &[("project_id", api.project())]).await?;
    Ok(Machines {
        all: of_ports(&ports),
        has_public: false,
    })
}

fn of_ports(ports: &[Port]) -> Vec<Machine> {
    let mut servers: BTreeMap<&str, Vec<IpNet>> = BTreeMap::new();
    for port in ports {
        let Some(server) = port.server() else {
            continue;
        };
        let own = port
            .fixed_ips
            .iter()
            .map(|fixed| IpNet::from(fixed.ip_address));
        servers.entry(server).or_default().extend(own);
    }
    let machine = |(id, addresses): (&str, Vec<IpNet>)| Machine {
        id: id.to_owned(),
        addresses,
    };
    servers.into_iter().map(machine).collect()
}
