use mock_hetzner::Hetzner;
use serde_json::{Value, json};

use crate::client::Client;

fn ssh() -> Value {
    json!({
        "direction": "in", "protocol": "tcp", "port": "22",
        "source_ips": ["198.51.100.0/24", "2001:db8:1::/48"],
    })
}

fn by_label(selector: &str) -> Value {
    json!({ "type": "label_selector", "label_selector": { "selector": selector } })
}

#[test]
fn rules_are_replaced_as_a_whole() {
    let mut client = Client::new();
    let firewall = client.make(
        "firewalls",
        "firewall",
        &json!({ "name": "f", "rules": [ssh()] }),
    );
    let shown = client.get(&firewall);
    assert_eq!(shown["firewall"]["rules"][0]["destination_ips"], json!([]));
    let icmp =
        json!({ "direction": "in", "protocol": "icmp", "source_ips": ["0.0.0.0/0", "::/0"] });
    let set = format!("{firewall}/actions/set_rules");
    let started = client.post(&set, &json!({ "rules": [icmp] }));
    assert_eq!(started["actions"][0]["command"], "set_firewall_rules");
    client.wait(2);
    let shown = client.get(&firewall);
    let rules = shown["firewall"]["rules"].as_array().unwrap();
    assert_eq!((rules.len(), &rules[0]["protocol"]), (1, &json!("icmp")));
}

#[test]
fn a_rule_says_what_belongs_together() {
    let client = Client::new();
    let rules = json!([
        { "direction": "in", "protocol": "tcp", "source_ips": ["::/0"] },
        { "direction": "in", "protocol": "icmp", "port": "8", "source_ips": ["::/0"] },
        { "direction": "in", "protocol": "esp", "destination_ips": ["::/0"] },
    ]);
    assert_eq!(
        client.wrong("firewalls", &json!({ "name": "f", "rules": rules })),
        [
            "rules.0.port is missing",
            "rules.1.port is not allowed with this protocol",
            "rules.2.source_ips is missing",
            "rules.2.destination_ips is not allowed in this direction",
        ]
    );
    for port in ["0", "85-80", "http", "1-70000"] {
        let rule = json!({
            "direction": "in", "protocol": "tcp", "port": port, "source_ips": ["::/0"],
        });
        let body = json!({ "name": "f", "rules": [rule] });
        let why = ["rules.0.port is not a port or a range of ports"];
        assert_eq!(client.wrong("firewalls", &body), why, "{port}");
    }
}

#[test]
fn a_firewall_has_fifty_rules_and_five_hundred_addresses() {
    let client = Client::new();
    let many = |rules: usize, addresses: usize| {
        let ips: Vec<String> = (0..addresses)
            .map(|n| format!("198.51.100.{n}/32"))
            .collect();
        let rule = json!({
            "direction": "in", "protocol": "udp", "port": "1-65535", "source_ips": ips,
        });
        json!({ "name": format!("f{rules}-{addresses}"), "rules": vec![rule; rules] })
    };
    client.post("firewalls", &many(50, 10));
    assert_eq!(
        client.refused("firewalls", &many(50, 11)),
        "resource_limit_exceeded"
    );
    assert_eq!(
        client.wrong("firewalls", &many(51, 1)),
        ["rules has more than 50 values"]
    );
    let why = "rules.0.source_ips has more than 100 values";
    assert_eq!(client.wrong("firewalls", &many(1, 101)), [why]);
}

#[test]
fn a_selector_applies_to_servers_that_come_later_and_keeps_the_firewall_in_use() {
    let mut client = Client::new();
    let body = json!({ "name": "f", "rules": [ssh()], "apply_to": [by_label("k8s==a")] });
    let firewall = client.make("firewalls", "firewall", &body);
    client.wait(2);
    let server = client.mock.with(|cloud: &mut Hetzner| {
        let body = json!({
            "name": "s", "server_type": "cx23", "image": "debian-13", "labels": { "k8s": "a" },
        });
        cloud.make("servers", body)
    });
    let shown = client.get(&firewall);
    let applied = &shown["firewall"]["applied_to"][0];
    assert_eq!(
        applied["applied_to_resources"][0]["server"]["id"].to_string(),
        server
    );
    let reply = client.ask("DELETE", &firewall, &Value::Null);
    assert_eq!(reply.code(), "resource_in_use");
    let again = json!({ "apply_to": [by_label("k8s==a")] });
    let apply = format!("{firewall}/actions/apply_to_resources");
    assert_eq!(client.refused(&apply, &again), "firewall_already_applied");
    let remove = format!("{firewall}/actions/remove_from_resources");
    let of_server = json!({ "type": "server", "server": { "id": server.parse::<u64>().unwrap() } });
    let refused = client.refused(&remove, &json!({ "remove_from": [of_server] }));
    assert_eq!(refused, "firewall_managed_by_label_selector");
    client.post(&remove, &json!({ "remove_from": [by_label("k8s==a")] }));
    // It protects until the action has ended.
    let reply = client.ask("DELETE", &firewall, &Value::Null);
    assert_eq!(reply.code(), "resource_in_use");
    client.wait(2);
    assert_eq!(client.ask("DELETE", &firewall, &Value::Null).status, 204);
}

#[test]
fn a_selector_that_is_none_is_told() {
    let client = Client::new();
    let body = json!({ "name": "f", "apply_to": [by_label("k8s in a")] });
    let why = "apply_to.0.label_selector.selector is not a label selector: 'k8s in a'";
    assert_eq!(client.wrong("firewalls", &body), [why]);
    let server = json!({ "type": "server", "server": { "id": 7 } });
    let body = json!({ "name": "f", "apply_to": [server] });
    assert_eq!(
        client.refused("firewalls", &body),
        "firewall_resource_not_found"
    );
}
