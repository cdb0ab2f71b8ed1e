use mock_openstack::Config;
use serde_json::{Value, json};

use crate::client::{Client, refused, text};

#[test]
fn a_port_gets_an_address_of_each_family_and_the_default_group() {
    let client = Client::new(Config::default());
    let id = client.network("a");
    let four = client.subnet(&id, "10.0.0.0/24");
    client.subnet(&id, "fd00::/64");
    let port = client.make("ports", &json!({ "network_id": id }));
    let ips = port["fixed_ips"].as_array().unwrap();
    assert_eq!((ips.len(), &ips[0]["subnet_id"]), (2, &json!(four)));
    // The automatic address is made from the MAC address.
    let mac = text(&port["mac_address"]).replace(':', "");
    let tail = mac[8..].trim_start_matches('0').to_owned();
    assert!(text(&ips[1]["ip_address"]).ends_with(&tail), "{port}");
    let group = text(&port["security_groups"][0]);
    assert_eq!(client.show("security-groups", &group)["name"], "default");
}

#[test]
fn addresses_are_given_out_once() {
    let client = Client::new(Config::default());
    let id = client.network("a");
    let subnet = client.subnet(&id, "10.0.0.0/30");
    let asked = |address: &str| {
        let ips = json!([{ "subnet_id": subnet, "ip_address": address }]);
        json!({ "network_id": id, "fixed_ips": ips })
    };
    client.refuses("ports", &asked("10.9.0.2"), 400, "InvalidIpForSubnet");
    client.make("ports", &asked("10.0.0.2"));
    client.refuses(
        "ports",
        &asked("10.0.0.2"),
        409,
        "IpAddressAlreadyAllocated",
    );
    client.refuses(
        "ports",
        &json!({ "network_id": id }),
        409,
        "IpAddressGenerationFailure",
    );
    let six = client.subnet(&id, "fd00::/64");
    let ips = json!([{ "subnet_id": six, "ip_address": "fd00::77" }]);
    let body = json!({ "network_id": id, "fixed_ips": ips });
    client.refuses("ports", &body, 400, "AllocationOnAutoAddressSubnet");
}

#[test]
fn ports_of_routers_are_not_deleted_as_ports() {
    let client = Client::new(Config::default());
    let subnet = client.subnet(&client.network("a"), "10.0.0.0/24");
    let router = client.id("routers", &json!({}));
    let join = format!("routers/{router}/add_router_interface");
    let port = text(&client.call("PUT", &join, &json!({ "subnet_id": subnet })).1["port_id"]);
    let gone = client.call("DELETE", &format!("ports/{port}"), &Value::Null);
    refused(&gone, 409, "ServicePortInUse");
}
