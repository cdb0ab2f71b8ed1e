//! Firewalls: rules are replaced as a whole, and those of others stay.

use conformance::{Lab, own, subjects::HetznerSubject};
use groundwork_provider::Action;
use mock_hetzner::Hetzner;
use serde_json::{Value, json};

use crate::site::{applied, body, refused, warned, with};

/// Adds a rule as somebody else would.
fn add_rule(lab: &Lab<'_>, rule: Value) -> String {
    let firewall = own(&lab.mock, "firewalls");
    let mut rules = firewall.body["rules"].as_array().unwrap().clone();
    rules.push(rule);
    lab.mock.with(|cloud: &mut Hetzner| {
        cloud.act(
            "firewalls",
            &firewall.id,
            "set_rules",
            json!({ "rules": rules }),
        );
    });
    firewall.id
}

fn sources(firewall: &Value, port: &str) -> Vec<Value> {
    let rules = firewall["rules"].as_array().unwrap().iter();
    let of_port = rules.filter(|rule| rule["port"] == port);
    of_port
        .flat_map(|rule| rule["source_ips"].as_array().unwrap().clone())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_source_comes_and_goes_and_rules_of_others_stay() {
    let subject = HetznerSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let open = json!({ "sshSources": ["192.0.2.0/24", "2001:db8::/32"] });
    applied(&process, &with(&lab, &subject, open)).await;
    let theirs = json!({
        "direction": "in", "protocol": "tcp", "port": "4444", "source_ips": ["198.51.100.7/32"],
        "description": "a colleague's",
    });
    let id = add_rule(&lab, theirs);
    lab.quiet().await;
    let narrow = with(&lab, &subject, json!({ "sshSources": ["2001:db8::/32"] }));
    let ran = applied(&process, &narrow).await;
    let changed = ran
        .planned
        .plan
        .mutating()
        .map(|item| item.address.as_str());
    assert_eq!(changed.collect::<Vec<_>>(), ["firewall"]);
    let told = warned(&ran.planned.plan.findings, "ACCESS-FOREIGN-RULES");
    assert!(
        told[0].contains("tcp 4444 from 198.51.100.7/32"),
        "{told:?}"
    );
    let firewall = body(&lab, "firewalls", &id);
    assert_eq!(sources(&firewall, "22"), ["2001:db8::/32"]);
    assert_eq!(sources(&firewall, "4444"), ["198.51.100.7/32"]);
}

/// One rule about what goes out shuts out all else.
#[tokio::test(start_paused = true)]
async fn a_rule_of_others_about_what_goes_out_is_told() {
    let subject = HetznerSubject::default();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), with(&lab, &subject, json!({})));
    applied(&process, &request).await;
    let out = json!({
        "direction": "out", "protocol": "tcp", "port": "443", "destination_ips": ["0.0.0.0/0"],
    });
    add_rule(&lab, out);
    lab.quiet().await;
    let plan = process.plan(&request).await.unwrap().plan;
    assert!(plan.is_empty(), "{plan:#?}");
    let told = warned(&plan.findings, "HETZNER-OUTBOUND");
    assert!(told[0].contains("tcp 443 to 0.0.0.0/0"), "{told:?}");
}

/// Rules of others leave no room for ours: that is told before the API refuses it.
#[tokio::test(start_paused = true)]
async fn rules_of_others_may_leave_no_room() {
    let subject = HetznerSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    applied(&process, &with(&lab, &subject, json!({}))).await;
    let firewall = own(&lab.mock, "firewalls");
    let theirs: Vec<Value> = (1..=49)
        .map(|port| {
            json!({
                "direction": "in", "protocol": "tcp", "port": port.to_string(),
                "source_ips": ["192.0.2.0/24"],
            })
        })
        .collect();
    lab.mock.with(|cloud: &mut Hetzner| {
        cloud.act(
            "firewalls",
            &firewall.id,
            "set_rules",
            json!({ "rules": theirs }),
        );
    });
    lab.quiet().await;
    let errors = refused(&lab, &with(&lab, &subject, json!({}))).await;
    assert_eq!(errors[0].code, "HETZNER-RULES");
    assert!(
        errors[0].message.contains("53 rules"),
        "{}",
        errors[0].message
    );
}

/// A firewall that a document names, and that lets SSH in from nowhere, is fit unless SSH is asked for.
#[tokio::test(start_paused = true)]
async fn a_named_firewall_is_verified_and_its_owner_is_told_what_to_call() {
    let subject = HetznerSubject::default();
    let lab = Lab::open(&subject);
    let rule = |protocol: &str, port: Option<&str>| {
        json!({
            "direction": "in", "protocol": protocol, "port": port, "source_ips": ["0.0.0.0/0"],
        })
    };
    let rules = [
        rule("icmp", None),
        rule("tcp", Some("30000-32767")),
        rule("udp", Some("30000-32767")),
    ];
    let id = lab.mock.with(|cloud: &mut Hetzner| {
        cloud.make("firewalls", json!({ "name": "of IPv4", "rules": rules }))
    });
    let request = with(&lab, &subject, json!({ "firewall": "of IPv4" }));
    let plan = lab.process().plan(&request).await.unwrap().plan;
    assert_eq!(plan.item("firewall").unwrap().action, Action::Verified);
    assert!(plan.item("firewall-selector").is_none());
    assert_eq!(warned(&plan.findings, "HETZNER-UNAPPLIED").len(), 1);
    let lacking = plan
        .findings
        .iter()
        .find(|finding| finding.code == "ACCESS-GROUP-RULES");
    let remedy = lacking.unwrap().remedy.as_deref().unwrap();
    let call = format!(
        "hcloud firewall add-rule --direction in --protocol tcp --port 30000-32767 --source-ips ::/0 {id}"
    );
    assert!(remedy.contains(&call), "{remedy}");
}
