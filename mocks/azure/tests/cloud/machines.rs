use serde_json::{Value, json};

use crate::client::{Client, inside, network, refusal, subnet_body};

fn interface(client: &Client, versions: &[&str]) -> Value {
    let subnet = format!("{}/{}", client.subscription(), network("n/subnets/a"));
    let parts = versions.iter().enumerate().map(|(number, version)| {
        json!({
            "name": format!("c{number}"),
            "properties": { "subnet": { "id": subnet }, "privateIPAddressVersion": version },
        })
    });
    let parts: Vec<Value> = parts.collect();
    json!({ "location": "westeurope", "properties": { "ipConfigurations": parts } })
}

fn with_subnet() -> Client {
    let mut client = Client::with_network();
    client.done("PUT", &network("n/subnets/a"), &subnet_body(1));
    client
}

#[test]
fn a_machine_has_an_address_of_each_family() {
    let mut client = with_subnet();
    let path = inside("networkInterfaces/i");
    let only_six = interface(&client, &["IPv6"]);
    let refused = client.refused("PUT", &path, &only_six);
    assert_eq!(
        refused,
        refusal(400, "NetworkInterfaceRequiresIPv4Configuration")
    );
    let both = interface(&client, &["IPv4", "IPv6"]);
    client.done("PUT", &path, &both);
    let parts = client.get(&path)["properties"]["ipConfigurations"].clone();
    let address = |number: usize| parts[number]["properties"]["privateIPAddress"].clone();
    assert_eq!(
        (address(0), address(1)),
        (json!("10.0.1.4"), json!("fd00:1:2:1::4"))
    );
    client.done("PUT", &path, &both);
    assert_eq!(client.get(&path)["properties"]["ipConfigurations"], parts);
    client.done("PUT", &inside("networkInterfaces/j"), &both);
    let other =
        client.get(&inside("networkInterfaces/j"))["properties"]["ipConfigurations"].clone();
    assert_eq!(other[0]["properties"]["privateIPAddress"], "10.0.1.5");
}

#[test]
fn what_is_in_a_subnet_keeps_it_and_its_ranges() {
    let mut client = with_subnet();
    let both = interface(&client, &["IPv4", "IPv6"]);
    client.done("PUT", &inside("networkInterfaces/i"), &both);
    let inside_it = client.get(&network("n/subnets/a"))["properties"]["ipConfigurations"].clone();
    assert!(
        inside_it[0]["id"]
            .as_str()
            .unwrap()
            .ends_with("/networkInterfaces/i/ipConfigurations/c0")
    );
    for (method, path, body, code) in [
        (
            "DELETE",
            network("n/subnets/a"),
            Value::Null,
            "InUseSubnetCannotBeDeleted",
        ),
        (
            "DELETE",
            network("n"),
            Value::Null,
            "InUseSubnetCannotBeDeleted",
        ),
        (
            "PUT",
            network("n/subnets/a"),
            json!({ "properties": { "addressPrefix": "10.0.1.0/24" } }),
            "InUsePrefixCannotBeDeleted",
        ),
        (
            "PUT",
            network("n"),
            crate::client::network_body(json!([])),
            "InUseSubnetCannotBeDeleted",
        ),
    ] {
        assert_eq!(
            client.refused(method, &path, &body),
            refusal(400, code),
            "{method} {path}"
        );
    }
    client.done("DELETE", &inside("networkInterfaces/i"), &Value::Null);
    client.done("DELETE", &network("n"), &Value::Null);
}

#[test]
fn a_subnet_is_full_when_its_addresses_are_taken() {
    let mut client = Client::with_network();
    let small = json!({ "properties": { "addressPrefix": "10.0.1.0/29" } });
    client.done("PUT", &network("n/subnets/a"), &small);
    let body = interface(&client, &["IPv4"]);
    for name in ["i", "j", "k"] {
        client.done("PUT", &inside(&format!("networkInterfaces/{name}")), &body);
    }
    let full = client.refused("PUT", &inside("networkInterfaces/l"), &body);
    assert_eq!(full, refusal(400, "SubnetIsFull"));
    let six = interface(&client, &["IPv4", "IPv6"]);
    let refused = client.refused("PUT", &inside("networkInterfaces/k"), &six);
    assert_eq!(refused, refusal(400, "SubnetHasNoPrefixOfIPVersion"));
    let mut taken = body.clone();
    let properties = &mut taken["properties"]["ipConfigurations"][0]["properties"];
    properties["privateIPAddress"] = json!("10.0.1.5");
    let refused = client.refused("PUT", &inside("networkInterfaces/l"), &taken);
    assert_eq!(refused, refusal(400, "PrivateIPAddressIsAllocated"));
    taken["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"] =
        json!("10.0.2.5");
    let refused = client.refused("PUT", &inside("networkInterfaces/l"), &taken);
    assert_eq!(refused, refusal(400, "PrivateIPAddressNotInSubnet"));
}

#[test]
fn a_load_balancer_holds_its_subnet_and_its_address() {
    let mut client = with_subnet();
    let subnet = client.get(&network("n/subnets/a"))["id"].clone();
    let address = json!({
        "location": "westeurope", "sku": { "name": "Standard" },
        "properties": { "publicIPAllocationMethod": "Static" },
    });
    client.done("PUT", &inside("publicIPAddresses/p"), &address);
    let public = client.get(&inside("publicIPAddresses/p"))["id"].clone();
    let balancer = json!({
        "location": "westeurope", "sku": { "name": "Standard" },
        "properties": {
            "frontendIPConfigurations": [
                { "name": "in", "properties": { "subnet": { "id": subnet } } },
                { "name": "out", "properties": { "publicIPAddress": { "id": public } } },
            ],
            "backendAddressPools": [{ "name": "nodes" }],
        },
    });
    client.done("PUT", &inside("loadBalancers/l"), &balancer);
    let made = client.get(&inside("loadBalancers/l"));
    let part = &made["properties"]["frontendIPConfigurations"][0];
    assert_eq!(part["properties"]["privateIPAddress"], "10.0.1.4");
    assert_eq!(
        made["properties"]["backendAddressPools"][0]["properties"]["provisioningState"],
        "Succeeded"
    );
    for (path, code) in [
        (network("n/subnets/a"), "InUseSubnetCannotBeDeleted"),
        (
            inside("publicIPAddresses/p"),
            "PublicIPAddressCannotBeDeleted",
        ),
    ] {
        let held = client.ask("DELETE", &path, &Value::Null);
        assert_eq!(held.code(), (400, code));
        assert!(
            held.message().contains("/loadBalancers/l/"),
            "{}",
            held.message()
        );
    }
}
