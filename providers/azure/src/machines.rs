//! The machines of a subscription, for a cluster that runs. `Microsoft.Network` knows their addresses by their network
//! interfaces, so that nobody has to ask `Microsoft.Compute`.

use std::{collections::BTreeMap, net::IpAddr};

use groundwork_provider::{Interface, Machine, Machines, Result, Unlisted};
use ipnet::IpNet;
use serde::Deserialize;

use crate::{
    api::Api,
    object::{AddressState, Reference},
};

/// What operations name: machines are no objects of a network.
pub(crate) const KIND: &str = "azure.machine/1";

/// Uniform scale sets keep the interfaces of their instances to themselves: each set is asked for its own
/// (<https://learn.microsoft.com/azure/virtual-machine-scale-sets/virtual-machine-scale-sets-orchestration-modes>).
const SCALE_SETS: Unlisted = Unlisted {
    part: "/virtualMachineScaleSets/",
    what: "instances of uniform scale sets",
};

#[derive(Deserialize)]
struct NetworkInterface {
    #[serde(default)]
    properties: Properties,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Properties {
    virtual_machine: Option<Reference>,
    ip_configurations: Vec<Configuration>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Configuration {
    properties: Own,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Own {
    #[serde(rename = "privateIPAddress")]
    private: String,
    /// Given where the machine has a whole range.
    #[serde(rename = "privateIPAddressPrefixLength")]
    length: Option<u8>,
    #[serde(rename = "publicIPAddress")]
    public: Option<Reference>,
}

/// Public addresses by their ids.
type Public = BTreeMap<String, IpAddr>;

/// Every machine that has an interface, whatever resource group it is in: one listing of interfaces, and one of public
/// addresses.
pub(crate) async fn machines(api: &Api) -> Result<Machines> {
    let (interfaces, addresses) = tokio::try_join!(
        api.all_of_network::<NetworkInterface>("networkInterfaces"),
        api.all_of_network::<AddressState>("publicIPAddresses"),
    )?;
    let public = addresses.iter();
    let public = public.filter_map(|one| Some((one.common.address(), one.properties.ip_address?)));
    let unlisted = Some(SCALE_SETS);
    let machines = of_interfaces(&interfaces, &public.collect());
    Ok(Machines {
        unlisted,
        ..machines
    })
}

fn of_interfaces(all: &[NetworkInterface], public: &Public) -> Machines {
    let interfaces = all.iter().filter_map(|one| {
        let machine = one.properties.virtual_machine.as_ref()?;
        let parts = one.properties.ip_configurations.iter();
        let addresses = parts.flat_map(|part| addresses(&part.properties, public));
        let interface = Interface {
            addresses: addresses.collect(),
            mtu: None,
        };
        Some((known_as(&machine.address()), interface))
    });
    Machines::of_interfaces(interfaces)
}

/// A machine's name is unique in its resource group, so that its id begins with that:
/// `GROUP/providers/Microsoft.Compute/virtualMachines/NAME` of
/// `azure:///subscriptions/…/resourceGroups/GROUP/providers/…`.
fn known_as(id: &str) -> String {
    let end = id.split_once("/resourceGroups/");
    end.map_or(id, |(_, end)| end).to_owned()
}

fn addresses(own: &Own, public: &Public) -> Vec<IpNet> {
    let private = Machine::single(&own.private);
    let private = private.and_then(|single| match own.length {
        Some(length) => IpNet::new(single.addr(), length).ok(),
        None => Some(single),
    });
    let public = own.public.as_ref().and_then(|at| public.get(&at.address()));
    private
        .into_iter()
        .chain(public.copied().map(IpNet::from))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn interface(machine: &str, parts: serde_json::Value) -> NetworkInterface {
        let properties = json!({ "virtualMachine": { "id": machine }, "ipConfigurations": parts });
        serde_json::from_value(json!({ "properties": properties })).unwrap()
    }

    /// As ids come: one resource, written in several ways.
    #[test]
    fn a_machine_has_what_all_its_interfaces_have_in_whatever_case_its_id_is() {
        let address =
            "/subscriptions/0A/resourceGroups/RG/providers/Microsoft.Network/publicIPAddresses/P";
        let public = Public::from([(crate::id::canonical(address), "20.50.0.9".parse().unwrap())]);
        let first = interface(
            "/subscriptions/0a/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/Node-1",
            json!([
                { "properties": { "privateIPAddress": "10.0.0.5", "publicIPAddress": { "id": address.to_lowercase() } } },
                { "properties": { "privateIPAddress": "fd00::5" } },
            ]),
        );
        let second = interface(
            "/subscriptions/0a/resourcegroups/rg/providers/microsoft.compute/virtualmachines/node-1",
            json!([{ "properties": { "privateIPAddress": "10.1.0.16", "privateIPAddressPrefixLength": 28 } }]),
        );
        let loose: NetworkInterface = serde_json::from_value(json!({ "properties": {} })).unwrap();
        let all = of_interfaces(&[first, second, loose], &public).all;
        assert_eq!(all.len(), 1, "{all:?}");
        let told: Vec<String> = all[0].addresses().map(IpNet::to_string).collect();
        assert_eq!(
            told,
            ["10.0.0.5/32", "20.50.0.9/32", "fd00::5/128", "10.1.0.16/28"]
        );
        let id = "rg/providers/microsoft.compute/virtualmachines/node-1";
        assert_eq!(all[0].id.to_lowercase(), id);
    }
}
