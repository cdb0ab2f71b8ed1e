//! The droplets of an account, for a cluster that runs.

use groundwork_provider::{Machine, Machines, Result};
use serde::Deserialize;

use crate::api::{Api, all};

#[derive(Deserialize)]
struct Droplet {
    id: u64,
    #[serde(default)]
    networks: Networks,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Networks {
    v4: Vec<Address>,
    v6: Vec<Address>,
}

#[derive(Deserialize)]
struct Address {
    ip_address: String,
}

/// Every droplet, in one listing.
pub(crate) async fn machines(api: &Api) -> Result<Machines> {
    let droplets: Vec<Droplet> = all(api, "/v2/droplets", "droplets").await?;
    Ok(droplets.iter().map(machine).collect())
}

fn machine(droplet: &Droplet) -> Machine {
    let Networks { v4, v6 } = &droplet.networks;
    let texts = v4.iter().chain(v6).map(|one| one.ip_address.as_str());
    Machine::new(droplet.id.to_string(), texts.filter_map(Machine::single))
}
