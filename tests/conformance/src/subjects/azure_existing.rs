//! A network of Azure that is somebody else's, and how it can be unfit.

use mock_azure::Azure as AzureCloud;
use mock_cloud::Mock;
use serde_json::{Value, json};

use super::azure::{change, make, subnet};
use crate::{Existing, Violation, merged};

/// A network that is fit, under names of its own.
pub(super) fn existing(mock: &Mock, document: Value) -> Existing {
    let group = make(mock, "resourceGroups", "companys", json!({}));
    let space = json!({ "addressSpace": { "addressPrefixes": ["10.5.0.0/16", "fd05:5::/56"] } });
    let network = make(
        mock,
        "virtualNetworks",
        "companys/net",
        json!({ "properties": space }),
    );
    let address = |name: &str, version: &str| {
        let body = json!({
            "sku": { "name": "StandardV2" },
            "properties": { "publicIPAllocationMethod": "Static", "publicIPAddressVersion": version },
        });
        make(mock, "publicIPAddresses", &format!("companys/{name}"), body)
    };
    let (v4, v6) = (address("out-v4", "IPv4"), address("out-v6", "IPv6"));
    let gateway = json!({
        "sku": { "name": "StandardV2" },
        "properties": { "publicIpAddresses": [{ "id": v4 }], "publicIpAddressesV6": [{ "id": v6 }] },
    });
    let gateway = make(mock, "natGateways", "companys/out", gateway);
    let table = make(mock, "routeTables", "companys/routes", json!({}));
    let security = make(mock, "networkSecurityGroups", "companys/rules", rules());
    let inside = json!({ "properties": {
        "addressPrefixes": ["10.5.0.0/20", "fd05:5:0:1::/64"], "defaultOutboundAccess": false,
        "natGateway": { "id": gateway }, "routeTable": { "id": table },
        "networkSecurityGroup": { "id": security },
    } });
    let inside = make(mock, "subnets", "companys/net/nodes", inside);
    let section = json!({
        "resourceGroup": "companys", "vnet": "net", "subnet": "nodes", "routeTable": "routes",
        "securityGroup": "rules",
    });
    let patch = json!({ "spec": { "cloud": { "azure": section } } });
    Existing {
        document: merged(document, &patch),
        ids: vec![group, network, inside, security, table],
    }
}

/// What nodes need, said otherwise than we would.
fn rules() -> Value {
    let rule = |name: &str, priority: u32, protocol: &str, ports: &str| {
        json!({ "name": name, "properties": {
            "direction": "Inbound", "access": "Allow", "priority": priority, "protocol": protocol,
            "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*",
            "destinationPortRange": ports,
        } })
    };
    let all = [
        rule("ssh", 200, "Tcp", "22"),
        rule("nodes", 210, "*", "30000-32767"),
        rule("icmp", 220, "Icmp", "*"),
    ];
    json!({ "properties": { "securityRules": all } })
}

/// Each is told by the word that it names.
pub(super) fn violations() -> Vec<Violation> {
    vec![
        Violation {
            what: "a subnet of IPv4 alone",
            make: |mock, existing| {
                let prefixes = json!({ "addressPrefixes": ["10.5.0.0/20"], "addressPrefix": null });
                change(
                    mock,
                    "subnets",
                    &existing.ids[2],
                    json!({ "properties": prefixes }),
                );
            },
            names: "subnets/nodes",
        },
        Violation {
            what: "a subnet that does not exist",
            make: |mock, existing| {
                mock.with(|cloud: &mut AzureCloud| cloud.delete("subnets", &existing.ids[2]));
            },
            names: "nodes",
        },
        Violation {
            what: "a route table that does not exist",
            make: |mock, existing| {
                let off = json!({ "properties": { "routeTable": null } });
                change(mock, "subnets", &existing.ids[2], off);
                mock.with(|cloud: &mut AzureCloud| cloud.delete("routeTables", &existing.ids[4]));
            },
            names: "routeTables/routes",
        },
        Violation {
            what: "a network without IPv6",
            make: |mock, existing| {
                let only = json!({ "properties": { "addressPrefixes": ["10.5.0.0/20"] } });
                change(mock, "subnets", &existing.ids[2], only);
                let space = json!({ "addressSpace": { "addressPrefixes": ["10.5.0.0/16"] } });
                change(
                    mock,
                    "virtualNetworks",
                    &existing.ids[1],
                    json!({ "properties": space }),
                );
                subnet(mock, "companys/net/other", &["10.5.16.0/24"]);
            },
            names: "virtualNetworks/net",
        },
    ]
}
