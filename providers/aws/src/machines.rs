//! The instances of a region, for a cluster that runs. EC2 knows their addresses by their network interfaces.

use groundwork_provider::{Interface, Machines, Result};

use crate::api::Api;

/// Every instance that has an interface, in one listing.
pub(crate) async fn machines(api: &Api) -> Result<Machines> {
    let all = api.interfaces_of_instances().await?.into_iter();
    let interface = |(instance, addresses)| {
        let mtu = None;
        (instance, Interface { addresses, mtu })
    };
    Ok(Machines::of_interfaces(all.map(interface)))
}
