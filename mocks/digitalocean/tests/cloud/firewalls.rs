use serde_json::{Value, json};

use crate::client::Client;

fn rule(ports: &str, peers: &Value) -> Value {
    json!({ "protocol": "tcp", "ports": ports, "sources": peers })
}

fn firewall(client: &Client) -> String {
    client.make("tags", "tag", &json!({ "name": "t" }));
    let rules = json!([rule(
        "22",
        &json!({ "addresses": ["192.0.2.0/24", "::/0"], "tags": ["t"] })
    )]);
    let body = json!({ "name": "fw", "inbound_rules": rules, "tags": ["t"] });
    client.made("firewalls", "firewall", &body)
}

#[test]
fn a_firewall_has_a_rule_and_knows_what_it_names() {
    let client = Client::new();
    let (status, message) = client.refused("POST", "firewalls", &json!({ "name": "fw" }));
    assert_eq!(
        (status, message.as_str()),
        (422, "at least one rule must be specified")
    );
    let unknown = json!({ "name": "fw", "inbound_rules": [rule("22", &json!({ "tags": ["t"] }))] });
    assert_eq!(
        client.refused("POST", "firewalls", &unknown).1,
        "tag t does not exist"
    );
    let wrong = json!({
        "name": "fw",
        "inbound_rules": [{ "protocol": "gre", "ports": "9-1", "sources": { "addresses": ["a"] } }],
    });
    let message = client.refused("POST", "firewalls", &wrong).1;
    for words in [
        "protocol is not one of",
        "ports is not a port",
        "addresses.0 is not an address",
    ] {
        assert!(message.contains(words), "{words}: {message}");
    }
}

#[test]
fn rules_are_added_and_removed_whatever_the_order_of_their_lists() {
    let client = Client::new();
    let path = firewall(&client);
    let rules = format!("{path}/rules");
    let swapped = rule(
        "22",
        &json!({ "tags": ["t"], "addresses": ["::/0", "192.0.2.0/24"] }),
    );
    let nobody = rule("80", &json!({ "addresses": [] }));
    let add = json!({ "inbound_rules": [nobody, swapped.clone()] });
    assert_eq!(client.ask("POST", &rules, &add).status, 204);
    let shown = client.get(&path);
    let inbound = shown["firewall"]["inbound_rules"].as_array().unwrap();
    assert_eq!(inbound.len(), 2, "an equal rule is one rule: {inbound:?}");
    assert_eq!(inbound[1]["sources"], json!({}), "nobody");
    let remove = json!({ "inbound_rules": [swapped] });
    assert_eq!(client.ask("DELETE", &rules, &remove).status, 204);
    assert_eq!(client.ask("DELETE", &rules, &remove).status, 404);
}

#[test]
fn replacing_a_firewall_resets_what_is_left_out() {
    let client = Client::new();
    let path = firewall(&client);
    let body = json!({ "name": "fw", "inbound_rules": [rule("all", &json!({}))] });
    let shown = client.ask("PUT", &path, &body).body["firewall"].clone();
    assert_eq!(
        (&shown["tags"], &shown["inbound_rules"][0]["ports"]),
        (&json!([]), &json!("0"))
    );
}

#[test]
fn a_tag_that_is_deleted_is_gone_from_droplets_and_firewalls() {
    let client = Client::new();
    let path = firewall(&client);
    let body = json!({ "name": "d", "region": "fra1", "size": "s", "image": "a", "tags": ["t"] });
    let droplet = client.made("droplets", "droplet", &body);
    assert_eq!(client.get("tags/t")["tag"]["resources"]["count"], 1);
    assert_eq!(client.ask("DELETE", "tags/t", &Value::Null).status, 204);
    assert_eq!(client.get(&path)["firewall"]["tags"], json!([]));
    assert_eq!(client.get(&droplet)["droplet"]["tags"], json!([]));
}
