use mock_gcp::Gcp;
use serde_json::{Value, json};

use crate::client::{Client, REGION, refusal};

fn rule(more: &Value) -> Value {
    let mut rule = json!({
        "name": "f", "network": "global/networks/n", "allowed": [{ "IPProtocol": "tcp", "ports": ["22"] }],
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        rule[key] = value.clone();
    }
    rule
}

#[test]
fn a_rule_is_completed_and_changed() {
    let mut client = Client::new();
    client.network("n", false);
    client.done("POST", "global/firewalls", &rule(&json!({})));
    let made = client.get("global/firewalls/f");
    assert_eq!(
        (&made["direction"], &made["priority"]),
        (&json!("INGRESS"), &json!(1000))
    );
    assert_eq!(
        (&made["sourceRanges"], &made["disabled"]),
        (&json!(["0.0.0.0/0"]), &json!(false))
    );
    let patch = json!({ "sourceRanges": ["2001:db8::/32"], "targetTags": ["node"] });
    client.done("PATCH", "global/firewalls/f", &patch);
    let changed = client.get("global/firewalls/f");
    assert_eq!(changed["sourceRanges"], json!(["2001:db8::/32"]));
    assert_eq!(changed["allowed"][0]["ports"], json!(["22"]));
    let other = client.ask(
        "PATCH",
        "global/firewalls/f",
        &json!({ "direction": "EGRESS" }),
    );
    assert_eq!(other.reason(), (400, "invalid"));
    client.done("DELETE", "global/firewalls/f", &Value::Null);
    client.done("DELETE", "global/networks/n", &Value::Null);
}

#[test]
fn rules_that_cannot_be_are_refused() {
    let mut client = Client::new();
    client.network("n", false);
    for more in [
        json!({ "sourceRanges": ["10.0.0.0/8", "2001:db8::/32"] }),
        json!({ "sourceRanges": ["2001:db8::/32"], "allowed": [{ "IPProtocol": "icmp" }] }),
        json!({ "sourceRanges": ["10.0.0.0/8"], "allowed": [{ "IPProtocol": "58" }] }),
        json!({ "allowed": [{ "IPProtocol": "esp", "ports": ["1"] }] }),
        json!({ "allowed": [{ "IPProtocol": "gre?" }] }),
        json!({ "allowed": [{ "IPProtocol": "tcp", "ports": ["9-1"] }] }),
        json!({ "denied": [{ "IPProtocol": "all" }] }),
        json!({ "targetTags": ["Not_A_Tag"] }),
        json!({ "sourceRanges": ["10.0.0.1/8"] }),
        json!({ "priority": 65536 }),
        json!({ "direction": "EGRESS", "sourceTags": ["node"] }),
        json!({ "targetTags": ["node"], "targetServiceAccounts": ["a@b"] }),
    ] {
        assert_eq!(
            client.refused("global/firewalls", &rule(&more)),
            refusal(400, "invalid"),
            "{more}"
        );
    }
    let tags = json!({ "sourceTags": ["node"], "allowed": [{ "IPProtocol": "58" }] });
    client.done("POST", "global/firewalls", &rule(&tags));
    assert!(client.get("global/firewalls/f")["sourceRanges"].is_null());
}

#[test]
fn what_holds_in_a_network_has_the_policies_of_others() {
    let mut client = Client::new();
    client.network("n", false);
    client.done("POST", "global/firewalls", &rule(&json!({})));
    let policy = |kind: &str| json!({ "name": "p", "type": kind, "rules": [] });
    let (org, here) = (policy("HIERARCHY"), policy("NETWORK_REGIONAL"));
    client.mock.with(|cloud: &mut Gcp| {
        let both = json!([org, here]);
        cloud.set_policies("projects/mock-project/global/networks/n", both);
    });
    let effective = client.get("global/networks/n/getEffectiveFirewalls");
    assert_eq!(effective["firewalls"][0]["name"], "f");
    assert_eq!(effective["firewallPolicys"], json!([org]));
    let in_region = format!("{REGION}/firewallPolicies/getEffectiveFirewalls");
    let effective = client.get(&format!("{in_region}?network=global%2Fnetworks%2Fn"));
    assert_eq!(effective["firewalls"][0]["name"], "f");
    assert_eq!(effective["firewallPolicys"], json!([org, here]));
    let missing = client.ask("GET", &in_region, &Value::Null);
    assert_eq!(missing.reason(), (400, "required"));
    assert!(client.get("global/networks/n").get("_policies").is_none());
}
