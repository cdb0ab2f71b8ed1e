//! The instances of a region, for a cluster that runs. EC2 knows their addresses by their network interfaces.

use std::collections::BTreeMap;

use groundwork_provider::{Machine, Machines, Result};
use ipnet::IpNet;

use crate::api::Api;

/// Every instance that has an interface, in one listing.
pub(crate) async fn machines(api: &Api) -> Result<Machines> {
    let mut instances: BTreeMap<String, Vec<IpNet>> = BTreeMap::new();
    for (instance, addresses) in api.interfaces_of_instances().await? {
        instances.entry(instance).or_default().extend(addresses);
    }
    let machine = |(id, addresses)| Machine::new(id, addresses);
    Ok(Machines {
        all: instances.into_iter().map(machine).collect(),
        ..Machines::default()
    })
}
