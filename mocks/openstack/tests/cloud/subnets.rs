use mock_openstack::Config;
use serde_json::{Value, json};

use crate::client::{Client, refused, subnet, with};

#[test]
fn what_does_not_go_together_is_refused() {
    let client = Client::new(Config::default());
    let id = client.network("a");
    client.subnet(&id, "192.168.1.0/24");
    let v4 = |more: Value| with(subnet(&id, "10.0.0.0/24"), &more);
    let v6 = |more: Value| with(subnet(&id, "fd00::/64"), &more);
    let pools = |start: &str, end: &str| json!({ "start": start, "end": end });
    for (attributes, status, kind) in [
        (
            v4(json!({ "cidr": "192.168.1.128/25" })),
            400,
            "InvalidInput",
        ),
        (v4(json!({ "cidr": "fd00::/64" })), 400, "InvalidInput"),
        (v4(json!({ "cidr": "10.0.0.0/31" })), 400, "InvalidInput"),
        (v4(json!({ "cidr": "224.0.0.0/24" })), 400, "InvalidInput"),
        (v4(json!({ "cidr": "nothing" })), 400, "InvalidInput"),
        (v4(json!({ "gateway_ip": "10.0.0.0" })), 400, "InvalidInput"),
        (v4(json!({ "gateway_ip": "fd00::1" })), 400, "InvalidInput"),
        (
            v4(json!({ "dns_nameservers": ["fd00::1"] })),
            400,
            "InvalidInput",
        ),
        (
            v4(json!({ "dns_nameservers": ["x"] })),
            400,
            "HTTPBadRequest",
        ),
        (v4(json!({ "ipv6_ra_mode": "slaac" })), 400, "InvalidInput"),
        (v4(json!({ "ip_version": 5 })), 400, "HTTPBadRequest"),
        (
            v4(json!({ "allocation_pools": [pools("", "")] })),
            400,
            "HTTPBadRequest",
        ),
        (
            v4(json!({ "allocation_pools": [pools("10.9.0.2", "10.9.0.9")] })),
            400,
            "OutOfBoundsAllocationPool",
        ),
        (
            v4(json!({ "allocation_pools": [pools("10.0.0.1", "10.0.0.9")] })),
            409,
            "GatewayConflictWithAllocationPools",
        ),
        (
            v4(json!({ "network_id": "0".repeat(32) })),
            404,
            "NetworkNotFound",
        ),
        (v6(json!({ "cidr": "fd00::/80" })), 400, "InvalidInput"),
        (
            v6(json!({ "ipv6_ra_mode": "dhcpv6-stateless" })),
            400,
            "InvalidInput",
        ),
        (v6(json!({ "enable_dhcp": false })), 400, "InvalidInput"),
        (
            json!({ "network_id": id, "ip_version": 4 }),
            400,
            "BadRequest",
        ),
        (
            json!({ "network_id": id, "cidr": "10.0.0.0/24" }),
            400,
            "HTTPBadRequest",
        ),
    ] {
        client.refuses("subnets", &attributes, status, kind);
    }
}

#[test]
fn what_is_left_open_is_chosen_as_neutron_does() {
    let client = Client::new(Config::default());
    let id = client.network("a");
    let v4 = client.make("subnets", &subnet(&id, "10.0.0.7/24"));
    assert_eq!(
        (&v4["cidr"], &v4["gateway_ip"]),
        (&json!("10.0.0.0/24"), &json!("10.0.0.1"))
    );
    let pool = json!([{ "start": "10.0.0.2", "end": "10.0.0.254" }]);
    assert_eq!(v4["allocation_pools"], pool);
    let none = with(subnet(&id, "10.1.0.0/24"), &json!({ "gateway_ip": null }));
    assert_eq!(client.make("subnets", &none)["gateway_ip"], Value::Null);
    // The network address itself, where no pool is in between.
    assert_eq!(
        client.make("subnets", &subnet(&id, "fd00::/64"))["gateway_ip"],
        "fd00::"
    );
}

#[test]
fn a_gateway_that_a_router_holds_stays() {
    let client = Client::new(Config::default());
    let subnet = client.subnet(&client.network("a"), "10.0.0.0/24");
    let router = client.id("routers", &json!({}));
    let join = format!("routers/{router}/add_router_interface");
    assert_eq!(
        client.call("PUT", &join, &json!({ "subnet_id": subnet })).0,
        200
    );
    let path = format!("subnets/{subnet}");
    let moved = json!({ "subnet": { "gateway_ip": "10.0.0.9" } });
    refused(&client.call("PUT", &path, &moved), 409, "GatewayIpInUse");
    refused(
        &client.call("DELETE", &path, &Value::Null),
        409,
        "SubnetInUse",
    );
    for fixed in ["cidr", "ipv6_ra_mode", "network_id"] {
        let change = json!({ "subnet": { fixed: "x" } });
        refused(&client.call("PUT", &path, &change), 400, "HTTPBadRequest");
    }
}

#[test]
fn an_automatic_subnet_gives_every_port_an_address_and_takes_it_back() {
    let client = Client::new(Config::default());
    let id = client.network("a");
    client.subnet(&id, "10.0.0.0/24");
    let port = client.id("ports", &json!({ "network_id": id }));
    let addresses = || {
        client.show("ports", &port)["fixed_ips"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(addresses(), 1);
    let six = client.subnet(&id, "fd00::/64");
    assert_eq!(addresses(), 2);
    client.delete(&format!("subnets/{six}"));
    assert_eq!(addresses(), 1);
}
