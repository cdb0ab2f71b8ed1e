//! Security groups: stateful, and with rules that an administrator thought of.

use crate::site::{DUAL, Rig, rig, with};
use mock_cloud::Hand as _;
use mock_openstack::{Config, OpenStack, Release};
use serde_json::{Value, json};

const NAME: &str = "kubernetes-example";

fn group(os: &OpenStack) -> (String, Value) {
    let id = os.named("security_groups", NAME).remove(0);
    let body = os.body("security_groups", &id).unwrap();
    (id, body.into())
}

impl Rig {
    fn make_stateless(&self) {
        self.with(|os| {
            let id = group(os).0;
            os.change("security_groups", &id, json!({ "stateful": false }));
        });
    }
}

#[tokio::test(start_paused = true)]
async fn a_group_that_somebody_made_stateless_is_made_stateful_again() {
    for release in Release::ALL {
        let rig = rig(Config::of(release));
        rig.apply(DUAL).await;
        rig.make_stateless();
        let pass = rig.apply(DUAL).await;
        assert_eq!(pass.done(), ["~ security-group stateful"], "{release}");
        assert_eq!(rig.with(|os| group(os).1["stateful"].clone()), json!(true));
    }
}

#[tokio::test(start_paused = true)]
async fn a_stateless_group_in_use_is_told_with_what_helps() {
    let rig = rig(Config::default());
    rig.apply(DUAL).await;
    rig.make_stateless();
    rig.with(|os| {
        let network = os.named("networks", NAME).remove(0);
        let node = json!({ "network_id": network, "security_groups": [group(os).0] });
        os.make("demo", "ports", node);
    });
    let remedy = rig.remedy(DUAL).await;
    assert!(remedy.contains("off the ports"), "{remedy}");
}

#[tokio::test(start_paused = true)]
async fn a_cloud_without_stateless_groups_is_not_asked_about_them() {
    let rig = rig(Config::default().without_extension("stateful-security-group"));
    let pass = rig.apply(DUAL).await;
    assert!(pass.done().contains(&"+ security-group".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_named_stateless_group_is_a_warning() {
    let rig = rig(Config::default());
    rig.with(|os| {
        let group = json!({ "name": "theirs", "stateful": false });
        let group = os.make("demo", "security_groups", group);
        for (ethertype, protocol) in [("IPv4", "icmp"), ("IPv6", "ipv6-icmp")] {
            let rule = json!({
                "security_group_id": group, "direction": "ingress", "ethertype": ethertype,
                "protocol": protocol,
            });
            os.make("demo", "security_group_rules", rule);
        }
    });
    let pass = rig.plan(&with(DUAL, "securityGroups: theirs")).await;
    assert!(pass.codes().contains("OPENSTACK-STATELESS"));
}

/// Nothing is taken for granted of the rules that a new group comes with.
#[tokio::test(start_paused = true)]
async fn whatever_rules_a_new_group_has_ours_are_there_once() {
    let icmp = json!({ "direction": "ingress", "ethertype": "IPv6", "protocol": "ipv6-icmp" });
    let ssh = json!({
        "direction": "ingress", "ethertype": "IPv4", "protocol": "tcp", "port_range_min": 22,
        "port_range_max": 22, "remote_ip_prefix": "0.0.0.0/0",
    });
    let shut = Config {
        group_rules: vec![icmp, ssh],
        ..Config::of(Release::V2026_2)
    };
    let rig = rig(shut);
    let pass = rig.apply(DUAL).await;
    assert!(
        rig.apply(DUAL).await.done().is_empty(),
        "nothing is missing"
    );
    let state = pass.known("security-group").state.to_value();
    let rules = &state["security_group_rules"];
    let egress = |ethertype: &str| {
        let rules = rules.as_array().unwrap().iter();
        let out = rules.filter(|rule| rule["direction"] == "egress");
        out.filter(|rule| rule["ethertype"] == ethertype).count()
    };
    assert_eq!((egress("IPv4"), egress("IPv6")), (1, 1), "{rules:#}");
}
