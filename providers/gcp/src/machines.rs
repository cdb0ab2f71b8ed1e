//! The instances of a project, for a cluster that runs.

use std::collections::BTreeMap;

use groundwork_provider::{self as provider, ErrorKind, Machine, Machines, Result};
use ipnet::IpNet;
use serde::Deserialize;

use crate::{api::Api, link, object::NetworkState};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Instance {
    name: String,
    /// The URL of its zone.
    #[serde(default)]
    zone: String,
    #[serde(default)]
    network_interfaces: Vec<Interface>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Interface {
    network: String,
    #[serde(rename = "networkIP")]
    ipv4: Option<String>,
    ipv6_address: Option<String>,
    internal_ipv6_prefix_length: Option<u8>,
    access_configs: Vec<Access>,
    ipv6_access_configs: Vec<Access>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Access {
    #[serde(rename = "natIP")]
    nat_ip: Option<String>,
    external_ipv6: Option<String>,
    external_ipv6_prefix_length: Option<u8>,
}

/// The largest packet of each network; none of one that may not be looked at.
type Sizes = BTreeMap<String, Option<u32>>;

/// Every instance of every zone, in one aggregated listing, with what their networks carry, in another one.
pub(crate) async fn machines(api: &Api) -> Result<Machines> {
    let (instances, networks) = tokio::try_join!(
        api.aggregated::<Instance>("instances"),
        api.all::<NetworkState>("global/networks"),
    )?;
    let own = networks.iter();
    let own = own.map(|one| (one.common.address(), Some(one.mtu())));
    let mut sizes: Sizes = own.collect();
    elsewhere(api, &instances, &mut sizes).await?;
    Ok(instances.iter().map(|one| machine(one, &sizes)).collect())
}

/// Networks of other projects, which share theirs with this one.
async fn elsewhere(api: &Api, instances: &[Instance], sizes: &mut Sizes) -> Result<()> {
    let interfaces = instances.iter().flat_map(|one| &one.network_interfaces);
    for interface in interfaces {
        let id = link::relative(&interface.network);
        let is_own = link::part(id, "projects").is_none_or(|project| project == api.project());
        if is_own || sizes.contains_key(id) {
            continue;
        }
        let size = match api.show::<NetworkState>(id).await {
            Ok(network) => network.map(|network| network.mtu()),
            Err(error) if error.kind == ErrorKind::Denied => None,
            Err(error) => return Err(error),
        };
        sizes.insert(id.to_owned(), size);
    }
    Ok(())
}

/// A node's provider id is `gce://PROJECT/ZONE/NAME`.
fn machine(instance: &Instance, sizes: &Sizes) -> Machine {
    let zone = instance.zone.rsplit('/').next().unwrap_or_default();
    let interfaces = instance.network_interfaces.iter();
    let interfaces = interfaces.map(|one| provider::Interface {
        addresses: addresses(one),
        mtu: sizes.get(link::relative(&one.network)).copied().flatten(),
    });
    Machine {
        id: format!("{zone}/{}", instance.name),
        interfaces: interfaces.collect(),
        unknown: None,
    }
}

fn addresses(interface: &Interface) -> Vec<IpNet> {
    let access = &interface.access_configs;
    let public = access.iter().filter_map(|one| one.nat_ip.as_deref());
    let singles = interface.ipv4.as_deref().into_iter().chain(public);
    let mut all: Vec<IpNet> = singles.filter_map(Machine::single).collect();
    let internal = (
        &interface.ipv6_address,
        interface.internal_ipv6_prefix_length,
    );
    let external = interface.ipv6_access_configs.iter();
    let external = external.map(|one| (&one.external_ipv6, one.external_ipv6_prefix_length));
    all.extend([internal].into_iter().chain(external).filter_map(range));
    all
}

/// An interface has a /96 of its own.
fn range((address, length): (&Option<String>, Option<u8>)) -> Option<IpNet> {
    let address = address.as_deref()?.parse().ok()?;
    IpNet::new(address, length.unwrap_or(128)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_named_with_its_zone_and_has_what_its_interfaces_have() {
        let instance: Instance = serde_json::from_value(serde_json::json!({
            "name": "a", "zone": "https://www.googleapis.com/compute/v1/projects/p/zones/europe-west3-a",
            "networkInterfaces": [{
                "network": "https://www.googleapis.com/compute/v1/projects/p/global/networks/n",
                "networkIP": "10.0.0.5", "accessConfigs": [{ "natIP": "192.0.2.5" }],
                "ipv6AccessConfigs": [{ "externalIpv6": "2001:db8::", "externalIpv6PrefixLength": 96 }],
            }],
        }))
        .unwrap();
        let sizes = Sizes::from([("projects/p/global/networks/n".to_owned(), Some(1460))]);
        let machine = machine(&instance, &sizes);
        let told: Vec<String> = machine.addresses().map(IpNet::to_string).collect();
        assert_eq!(machine.id, "europe-west3-a/a");
        assert_eq!(machine.interfaces[0].mtu, Some(1460));
        assert_eq!(told, ["10.0.0.5/32", "192.0.2.5/32", "2001:db8::/96"]);
    }
}
