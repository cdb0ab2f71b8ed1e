use mock_openstack::Config;
use serde_json::{Value, json};

use crate::client::{Client, Said, refused, text};

fn act(client: &Client, router: &str, verb: &str, body: &Value) -> Said {
    client.call(
        "PUT",
        &format!("routers/{router}/{verb}_router_interface"),
        body,
    )
}

#[test]
fn a_router_leaves_by_an_external_network_in_both_families() {
    let client = Client::new(Config::default());
    let external = text(&client.list("networks", "router:external=true")[0]["id"]);
    let gateway = json!({ "network_id": external });
    let router = client.make("routers", &json!({ "external_gateway_info": gateway }));
    let info = &router["external_gateway_info"];
    assert_eq!(info["external_fixed_ips"].as_array().unwrap().len(), 2);
    assert_eq!(info["enable_snat"], true);
    let path = format!("routers/{}", text(&router["id"]));
    let without = json!({ "router": { "external_gateway_info": null } });
    let (status, body) = client.call("PUT", &path, &without);
    assert_eq!(
        (status, &body["router"]["external_gateway_info"]),
        (200, &Value::Null)
    );
    for (info, status, kind) in [
        (
            json!({ "network_id": external, "enable_snat": false }),
            403,
            "PolicyNotAuthorized",
        ),
        (
            json!({ "network_id": client.network("a") }),
            400,
            "BadRequest",
        ),
        (
            json!({ "network_id": "0".repeat(32) }),
            404,
            "NetworkNotFound",
        ),
        (json!({ "colour": "red" }), 400, "HTTPBadRequest"),
    ] {
        client.refuses(
            "routers",
            &json!({ "external_gateway_info": info }),
            status,
            kind,
        );
    }
    assert_eq!(
        client.list("routers", "").len(),
        1,
        "a refused create leaves nothing"
    );
}

#[test]
fn ipv6_subnets_of_one_network_share_a_port() {
    let client = Client::new(Config::default());
    let id = client.network("a");
    let [four, six, more] =
        ["10.0.0.0/24", "fd00::/64", "fd01::/64"].map(|cidr| client.subnet(&id, cidr));
    let router = client.id("routers", &json!({}));
    let join = |subnet: &str| act(&client, &router, "add", &json!({ "subnet_id": subnet }));
    let ports = [&four, &six, &more].map(|subnet| text(&join(subnet).1["port_id"]));
    assert_ne!(ports[0], ports[1]);
    assert_eq!(ports[1], ports[2]);
    refused(&join(&six), 400, "BadRequest");
    let part = |subnet: &str| act(&client, &router, "remove", &json!({ "subnet_id": subnet }));
    assert_eq!(part(&six).0, 200);
    assert_eq!(
        client.show("ports", &ports[1])["fixed_ips"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    refused(&part(&six), 404, "RouterInterfaceNotFoundForSubnet");
    assert_eq!(part(&more).0, 200);
    assert_eq!(
        client
            .call("GET", &format!("ports/{}", ports[1]), &Value::Null)
            .0,
        404
    );
}

/// Whoever waits for a router's interface to come up waits for its port.
#[test]
fn the_port_of_an_interface_comes_up_with_it() {
    let client = Client::new(Config::default());
    let id = client.network("a");
    let [four, six] = ["10.0.0.0/24", "fd00::/64"].map(|cidr| client.subnet(&id, cidr));
    let made = client.id("ports", &json!({ "network_id": id }));
    assert_eq!(
        client.show("ports", &made)["status"],
        "DOWN",
        "no machine has it"
    );
    let router = client.id("routers", &json!({}));
    for body in [json!({ "subnet_id": four }), json!({ "subnet_id": six })] {
        let joined = act(&client, &router, "add", &body).1;
        let port = client.show("ports", &text(&joined["port_id"]));
        assert_eq!(port["status"], "ACTIVE", "{port}");
    }
    // A port that was made before.
    let second = client.id("routers", &json!({}));
    assert_eq!(
        act(&client, &second, "add", &json!({ "port_id": made })).0,
        200
    );
    assert_eq!(client.show("ports", &made)["status"], "ACTIVE");
}

#[test]
fn what_cannot_be_joined_is_refused() {
    let client = Client::new(Config::default());
    let [one, two] = ["a", "b"].map(|name| client.network(name));
    let subnet = client.subnet(&one, "10.0.0.0/24");
    let overlapping = client.subnet(&two, "10.0.0.0/16");
    let mut bare = crate::client::subnet(&two, "172.16.0.0/24");
    bare["gateway_ip"] = Value::Null;
    let bare = client.id("subnets", &bare);
    let router = client.id("routers", &json!({}));
    let join = |body: Value| act(&client, &router, "add", &body);
    assert_eq!(join(json!({ "subnet_id": subnet })).0, 200);
    for (body, status, kind) in [
        (json!({}), 400, "BadRequest"),
        (json!({ "subnet_id": overlapping }), 400, "BadRequest"),
        (json!({ "subnet_id": bare }), 400, "BadRequest"),
        (
            json!({ "subnet_id": "0".repeat(32) }),
            404,
            "SubnetNotFound",
        ),
        (json!({ "port_id": "0".repeat(32) }), 404, "PortNotFound"),
    ] {
        refused(&join(body), status, kind);
    }
    // Its gateway address is taken behind the first router.
    let second = client.id("routers", &json!({}));
    let taken = act(&client, &second, "add", &json!({ "subnet_id": subnet }));
    refused(&taken, 409, "IpAddressAlreadyAllocated");
    let gone = client.call("DELETE", &format!("routers/{router}"), &Value::Null);
    refused(&gone, 409, "RouterInUse");
}
