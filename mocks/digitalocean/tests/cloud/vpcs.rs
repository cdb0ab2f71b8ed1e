use mock_digitalocean::{Config, DigitalOcean};
use serde_json::{Value, json};

use crate::client::Client;

fn vpc(name: &str) -> Value {
    json!({ "name": name, "region": "fra1" })
}

#[test]
fn everything_that_is_wrong_with_a_vpc_is_told_at_once() {
    let client = Client::new();
    let body = json!({ "name": "a_b", "ip_range": "10.0.0.0/29", "colour": "red" });
    let (status, message) = client.refused("POST", "vpcs", &body);
    assert_eq!(status, 422);
    for words in [
        "colour is not known",
        "region is missing",
        "dashes, and periods",
        "between /16 and /28",
    ] {
        assert!(message.contains(words), "{words}: {message}");
    }
}

#[test]
fn ranges_overlap_with_no_vpc_and_no_subnet_of_the_account() {
    let client = Client::new();
    let range = |range: &str| json!({ "name": "b", "region": "ams3", "ip_range": range });
    let first = client.make("vpcs", "vpc", &vpc("a"));
    let (status, message) =
        client.refused("POST", "vpcs", &range(first["ip_range"].as_str().unwrap()));
    assert_eq!(status, 422);
    assert!(message.contains("overlaps with another VPC"), "{message}");
    let subnets = format!("vpcs/{}/subnets", first["id"].as_str().unwrap());
    client.make(
        &subnets,
        "vpc_subnet",
        &json!({ "name": "s", "ip_range": "10.30.0.0/24" }),
    );
    assert_eq!(
        client.refused("POST", "vpcs", &range("10.30.0.0/20")).0,
        422
    );
    assert_eq!(
        client.refused("POST", "vpcs", &range("10.245.0.0/20")).0,
        422
    );
}

#[test]
fn names_are_given_once() {
    let client = Client::new();
    client.make("vpcs", "vpc", &vpc("a"));
    assert_eq!(client.refused("POST", "vpcs", &vpc("a")).0, 409);
    let other = client.made("vpcs", "vpc", &vpc("b"));
    assert_eq!(
        client.refused("PATCH", &other, &json!({ "name": "a" })).0,
        409
    );
}

#[test]
fn a_vpc_with_members_or_peerings_stays_and_subnets_go_with_it() {
    let mut client = Client::of(Config {
        members_refusal: 409,
        ..Config::default()
    });
    let (one, other) = (
        client.make("vpcs", "vpc", &vpc("a")),
        client.make("vpcs", "vpc", &vpc("b")),
    );
    let path = format!("vpcs/{}", one["id"].as_str().unwrap());
    let subnet = json!({ "name": "s" });
    client.make(&format!("{path}/subnets"), "vpc_subnet", &subnet);
    let body = json!({
        "name": "d", "region": "fra1", "size": "s", "image": "debian-13-x64", "vpc_uuid": one["id"],
    });
    let droplet = client.made("droplets", "droplet", &body);
    assert_eq!(client.refused("DELETE", &path, &Value::Null).0, 409);
    client.ask("DELETE", &droplet, &Value::Null);
    assert_eq!(client.get("droplets")["droplets"], json!([]));
    // It is a member for some time still.
    assert_eq!(client.refused("DELETE", &path, &Value::Null).0, 409);
    client.wait(5);
    let peering = json!({ "name": "p", "vpc_ids": [one["id"], other["id"]] });
    let peering = client.made("vpc_peerings", "vpc_peering", &peering);
    assert_eq!(client.refused("DELETE", &path, &Value::Null).0, 403);
    client.ask("DELETE", &peering, &Value::Null);
    client.wait(2);
    assert_eq!(client.ask("DELETE", &path, &Value::Null).status, 204);
    assert!(
        !client
            .mock
            .inventory()
            .kind("subnets")
            .any(|subnet| subnet.name == "s")
    );
}

#[test]
fn a_droplet_without_a_vpc_makes_the_default_one_of_its_region() {
    let client = Client::new();
    let body = json!({ "name": "d", "region": "sgp1", "size": "s", "image": "debian-13-x64" });
    let droplet = client.make("droplets", "droplet", &body);
    let vpc = client.get(&format!("vpcs/{}", droplet["vpc_uuid"].as_str().unwrap()));
    assert_eq!(
        (&vpc["vpc"]["name"], &vpc["vpc"]["default"]),
        (&json!("default-sgp1"), &json!(true))
    );
}

#[test]
fn what_somebody_elses_api_call_changes_is_seen() {
    let client = Client::new();
    let id = client
        .mock
        .with(|cloud: &mut DigitalOcean| cloud.make("vpcs", vpc("theirs")));
    client.ask("DELETE", &format!("vpcs/{id}"), &Value::Null);
    assert_eq!(
        client.mock.violations().len(),
        2,
        "the VPC, and its own range"
    );
}
