//! What holds for every request: who asks, how often, and pages.

use std::collections::BTreeMap;

use mock_hetzner::{Config, Hetzner, Token};
use serde_json::{Value, json};

use crate::client::Client;

#[test]
fn an_unknown_token_opens_nothing_and_a_reader_changes_nothing() {
    let reader = Token {
        text: "reader".to_owned(),
        is_read_only: true,
    };
    let mut config = Config::default();
    config.tokens.push(reader);
    let mut client = Client::of(config);
    client.token = "reader".to_owned();
    client.get("networks");
    let body = json!({ "name": "a", "ip_range": "10.0.0.0/16" });
    assert_eq!(client.refused("networks", &body), "token_readonly");
    client.token = "nobody".to_owned();
    let reply = client.ask("GET", "networks", &Value::Null);
    assert_eq!((reply.status, reply.code()), (401, "unauthorized"));
}

#[test]
fn every_reply_tells_how_many_requests_are_left() {
    let config = Config {
        requests_per_hour: 36,
        ..Config::default()
    };
    let mut client = Client::of(config);
    let first = client.ask("GET", "networks", &Value::Null);
    assert_eq!(first.header("ratelimit-limit"), "36");
    assert_eq!(first.header("ratelimit-remaining"), "35");
    // One comes back in a hundred seconds.
    assert_eq!(
        first.header("ratelimit-reset"),
        (1_767_225_600 + 100).to_string()
    );
    for _ in 0..35 {
        client.get("networks");
    }
    let refused = client.ask("GET", "networks", &Value::Null);
    assert_eq!(
        (refused.status, refused.code()),
        (429, "rate_limit_exceeded")
    );
    assert!(!refused.headers.contains_key("retry-after"));
    client.wait(100);
    client.get("networks");
}

#[test]
fn a_page_has_25_objects_and_never_more_than_50() {
    let config = Config {
        limits: BTreeMap::new(),
        ..Config::default()
    };
    let client = Client::of(config);
    client.mock.with(|cloud: &mut Hetzner| {
        for number in 0..60 {
            let body = json!({
                "name": format!("n{number}"), "ip_range": "10.0.0.0/16",
                "labels": { "half": if number % 2 == 0 { "first" } else { "second" } },
            });
            cloud.make("networks", body);
        }
    });
    let count = |page: &Value| page["networks"].as_array().unwrap().len();
    let first = client.get("networks");
    assert_eq!(count(&first), 25);
    let pagination = json!({
        "page": 1, "per_page": 25, "previous_page": null, "next_page": 2, "last_page": 3,
        "total_entries": 60,
    });
    assert_eq!(first["meta"]["pagination"], pagination);
    let last = client.ask(
        "GET",
        "networks?per_page=50&page=2&sort=id:desc",
        &Value::Null,
    );
    assert_eq!(count(&last.body), 10);
    assert_eq!(last.body["networks"][9]["name"], "n0");
    let links = last.header("link");
    assert!(
        links.starts_with(
            "<http://mock/v1/networks?per_page=50&sort=id%3Adesc&page=1>; rel=\"prev\""
        ),
        "{links}"
    );
    let chosen = client.get("networks?per_page=50&label_selector=half%3D%3Dfirst");
    assert_eq!(count(&chosen), 30);
    assert_eq!(count(&client.get("networks?name=n7")), 1);
    let reply = client.ask("GET", "networks?per_page=51", &Value::Null);
    assert_eq!(reply.code(), "invalid_input");
}

#[test]
fn what_the_api_has_removed_is_gone() {
    let client = Client::new();
    for path in ["datacenters", "datacenters/1", "actions"] {
        let reply = client.ask("GET", path, &Value::Null);
        assert_eq!(
            (reply.status, reply.code()),
            (410, "deprecated_api_endpoint")
        );
    }
    let locations = client.get("locations?name=ash");
    assert_eq!(locations["locations"][0]["network_zone"], "us-east");
}

#[test]
fn limits_and_broken_bodies_are_told_apart() {
    let config = Config {
        limits: BTreeMap::from([("networks".to_owned(), 1)]),
        ..Config::default()
    };
    let client = Client::of(config);
    let body = |name: &str| json!({ "name": name, "ip_range": "10.0.0.0/16" });
    client.post("networks", &body("a"));
    let reply = client.ask("POST", "networks", &body("b"));
    assert_eq!(
        (reply.status, reply.code()),
        (403, "resource_limit_exceeded")
    );
    let reply = client.send("POST", "networks", "{".to_owned());
    assert_eq!((reply.status, reply.code()), (400, "json_error"));
}

#[test]
fn an_action_can_fail_and_changes_nothing_then() {
    let config = Config {
        failing_actions: BTreeMap::from([("add_subnet".to_owned(), "service_error".to_owned())]),
        ..Config::default()
    };
    let mut client = Client::of(config);
    let body = json!({ "name": "a", "ip_range": "10.0.0.0/16" });
    let network = client.make("networks", "network", &body);
    let subnet = json!({ "type": "cloud", "network_zone": "eu-central" });
    let started = client.post(&format!("{network}/actions/add_subnet"), &subnet);
    client.wait(2);
    let ended = client.get(&format!("actions?id={}", started["action"]["id"]));
    let action = &ended["actions"][0];
    assert_eq!(
        (&action["status"], &action["error"]["code"]),
        (&json!("error"), &json!("service_error"))
    );
    assert_eq!(client.get(&network)["network"]["subnets"], json!([]));
}

#[test]
fn ids_of_different_kinds_can_be_the_same() {
    let config = Config {
        ids_repeat: true,
        ..Config::default()
    };
    let client = Client::of(config);
    let network = client.post(
        "networks",
        &json!({ "name": "a", "ip_range": "10.0.0.0/16" }),
    );
    let firewall = client.post("firewalls", &json!({ "name": "a" }));
    assert_eq!(network["network"]["id"], firewall["firewall"]["id"]);
}
