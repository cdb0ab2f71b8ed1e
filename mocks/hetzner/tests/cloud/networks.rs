use mock_hetzner::Hetzner;
use serde_json::{Value, json};

use crate::client::Client;

fn network(client: &Client) -> String {
    let subnet =
        json!({ "type": "cloud", "ip_range": "10.0.1.0/24", "network_zone": "eu-central" });
    let body = json!({ "name": "a", "ip_range": "10.0.0.0/16", "subnets": [subnet] });
    client.make("networks", "network", &body)
}

fn ranges(client: &Client, network: &str) -> Vec<String> {
    let shown = client.get(network);
    let subnets = shown["network"]["subnets"].as_array().unwrap();
    let range = |subnet: &Value| subnet["ip_range"].as_str().unwrap().to_owned();
    subnets.iter().map(range).collect()
}

#[test]
fn a_network_has_its_subnets_from_the_beginning() {
    let client = Client::new();
    let network = network(&client);
    let shown = &client.get(&network)["network"];
    assert_eq!(shown["subnets"][0]["gateway"], "10.0.0.1");
    assert_eq!(shown["protection"], json!({ "delete": false }));
    assert_eq!(shown["created"], "2026-01-01T00:00:00+00:00");
}

#[test]
fn everything_that_is_wrong_with_a_network_is_told_with_its_field() {
    let client = Client::new();
    let body = json!({
        "name": "", "ip_range": "2001:db8::/32", "colour": "red",
        "subnets": [{ "type": "cloud", "ip_range": "10.0.0.0/31" }],
        "labels": { "a": "v1:b" },
    });
    assert_eq!(
        client.wrong("networks", &body),
        [
            "colour is not known",
            "name is shorter than 1 characters",
            "labels has an invalid value: 'v1:b'",
            "ip_range is not an IPv4 network in CIDR notation",
            "subnets.0.network_zone is missing",
            "subnets.0.ip_range is smaller than a /30",
        ]
    );
    for (range, why) in [
        (
            "100.64.0.0/16",
            "ip_range is not inside a private range (RFC 1918)",
        ),
        ("10.0.0.0/25", "ip_range is smaller than a /24"),
        (
            "10.0.0.1/16",
            "ip_range has bits set behind its prefix length",
        ),
    ] {
        let body = json!({ "name": "a", "ip_range": range });
        assert_eq!(client.wrong("networks", &body), [why]);
    }
}

#[test]
fn a_name_is_given_once() {
    let client = Client::new();
    network(&client);
    let body = json!({ "name": "a", "ip_range": "10.1.0.0/16" });
    let reply = client.ask("POST", "networks", &body);
    assert_eq!((reply.status, reply.code()), (409, "uniqueness_error"));
    let other = client.make(
        "networks",
        "network",
        &json!({ "name": "b", "ip_range": "10.1.0.0/16" }),
    );
    let reply = client.ask("PUT", &other, &json!({ "name": "a" }));
    assert_eq!(reply.code(), "uniqueness_error");
}

#[test]
fn a_subnet_is_there_when_its_action_has_ended_and_nothing_is_changed_meanwhile() {
    let mut client = Client::new();
    let network = network(&client);
    let add = format!("{network}/actions/add_subnet");
    let subnet =
        json!({ "type": "cloud", "network_zone": "eu-central", "ip_range": "10.0.2.0/24" });
    let action = &client.post(&add, &subnet)["action"];
    assert_eq!(
        (&action["status"], &action["finished"]),
        (&json!("running"), &Value::Null)
    );
    assert_eq!(ranges(&client, &network), ["10.0.1.0/24"]);
    let other = json!({ "type": "cloud", "network_zone": "eu-central" });
    assert_eq!(client.refused(&add, &other), "conflict");
    client.wait(1);
    let path = format!("actions/{}", action["id"]);
    assert_eq!(client.get(&path)["action"]["progress"], 50);
    client.wait(1);
    assert_eq!(client.get(&path)["action"]["status"], "success");
    assert_eq!(ranges(&client, &network), ["10.0.1.0/24", "10.0.2.0/24"]);
    // Without a range it takes the first /24 that is free.
    client.post(&add, &other);
    client.wait(2);
    assert_eq!(ranges(&client, &network).last().unwrap(), "10.0.0.0/24");
    let overlap =
        json!({ "type": "cloud", "network_zone": "eu-central", "ip_range": "10.0.2.128/25" });
    assert_eq!(
        client.wrong(&add, &overlap),
        ["ip_range overlaps with another subnet"]
    );
    let outside =
        json!({ "type": "cloud", "network_zone": "eu-central", "ip_range": "10.1.0.0/24" });
    assert_eq!(
        client.wrong(&add, &outside),
        ["ip_range is not inside the network"]
    );
    let zone = json!({ "type": "cloud", "network_zone": "moon" });
    assert_eq!(
        client.wrong(&add, &zone),
        ["network_zone is not a network zone"]
    );
}

#[test]
fn a_subnet_with_a_server_stays_and_a_network_with_one_goes_without_a_word() {
    let mut client = Client::new();
    let network = network(&client);
    let id: u64 = network.rsplit('/').next().unwrap().parse().unwrap();
    let server = client.mock.with(|cloud: &mut Hetzner| {
        let body = json!({
            "name": "s", "server_type": "cx23", "image": "debian-13", "networks": [id],
        });
        cloud.make("servers", body)
    });
    let members = client.get(&format!("{network}/members"));
    assert_eq!(members["members"][0]["ip"], "10.0.1.1");
    let delete = format!("{network}/actions/delete_subnet");
    let range = json!({ "ip_range": "10.0.1.0/24" });
    assert_eq!(client.refused(&delete, &range), "service_error");
    client.wait(2);
    assert_eq!(client.ask("DELETE", &network, &Value::Null).status, 204);
    let server = client.get(&format!("servers/{server}"));
    assert_eq!(server["server"]["private_net"], json!([]));
    // It was somebody else's.
    assert_eq!(client.mock.violations().len(), 1);
}

#[test]
fn a_protected_network_is_not_deleted() {
    let mut client = Client::new();
    let network = network(&client);
    let protect = format!("{network}/actions/change_protection");
    client.post(&protect, &json!({ "delete": true }));
    client.wait(2);
    assert_eq!(
        client.ask("DELETE", &network, &Value::Null).code(),
        "protected"
    );
    client.post(&protect, &json!({ "delete": false }));
    client.wait(2);
    assert_eq!(client.ask("DELETE", &network, &Value::Null).status, 204);
    assert_eq!(
        client.ask("GET", &network, &Value::Null).code(),
        "not_found"
    );
}

#[test]
fn a_route_leads_to_an_address_of_the_network() {
    let mut client = Client::new();
    let network = network(&client);
    let add = format!("{network}/actions/add_route");
    let route = |gateway: &str| json!({ "destination": "10.100.0.0/24", "gateway": gateway });
    let why = ["gateway is not an address of the network"];
    for gateway in ["10.0.0.1", "10.1.0.2"] {
        assert_eq!(client.wrong(&add, &route(gateway)), why);
    }
    client.post(&add, &route("10.0.1.2"));
    client.wait(2);
    let shown = client.get(&network);
    assert_eq!(shown["network"]["routes"], json!([route("10.0.1.2")]));
}
