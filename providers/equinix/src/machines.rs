//! The devices of a project, for a cluster that runs.

use groundwork_provider::{Machine, Machines, Result};
use serde::Deserialize;

use crate::api::Api;

/// Where they are listed, below the project.
const DEVICES: &str = "devices";

#[derive(Deserialize)]
struct Device {
    id: String,
    #[serde(default)]
    ip_addresses: Vec<Address>,
}

#[derive(Deserialize)]
struct Address {
    address: Option<String>,
}

/// Every device, in one listing.
pub(crate) async fn machines(api: &Api) -> Result<Machines> {
    let devices: Vec<Device> = api.of_project(DEVICES, DEVICES).await?;
    Ok(devices.iter().map(machine).collect())
}

/// A node's provider id is `equinixmetal://ID`.
fn machine(device: &Device) -> Machine {
    let texts = device.ip_addresses.iter();
    let texts = texts.filter_map(|one| one.address.as_deref());
    Machine::new(device.id.as_str(), texts.filter_map(Machine::single))
}
