use mock_openstack::Config;
use serde_json::{Value, json};

use crate::client::{Client, refused, with};

#[test]
fn a_new_group_lets_everything_out() {
    let client = Client::new(Config::default());
    let group = client.make(
        "security-groups",
        &json!({ "name": "g", "description": "label" }),
    );
    let rules = group["security_group_rules"].as_array().unwrap();
    let mut families: Vec<&str> = rules
        .iter()
        .map(|rule| rule["ethertype"].as_str().unwrap())
        .collect();
    families.sort_unstable();
    assert_eq!(families, ["IPv4", "IPv6"]);
    assert!(rules.iter().all(|rule| rule["direction"] == "egress"));
    client.refuses(
        "security-groups",
        &json!({ "name": "default" }),
        409,
        "SecurityGroupDefaultAlreadyExists",
    );
}

#[test]
fn rules_are_normalised_and_not_doubled() {
    let client = Client::new(Config::default());
    let group = client.id("security-groups", &json!({ "name": "g" }));
    let rule = |more: Value| {
        with(
            json!({ "security_group_id": group, "direction": "ingress" }),
            &more,
        )
    };
    let six = |protocol: &str| rule(json!({ "ethertype": "IPv6", "protocol": protocol }));
    assert_eq!(
        client.make("security-group-rules", &six("icmpv6"))["protocol"],
        "ipv6-icmp"
    );
    for same in ["ipv6-icmp", "icmp", "58", "1"] {
        client.refuses(
            "security-group-rules",
            &six(same),
            409,
            "SecurityGroupRuleExists",
        );
    }
    let ssh = json!({ "protocol": "tcp", "port_range_min": 22, "port_range_max": 22 });
    client.make(
        "security-group-rules",
        &rule(with(
            ssh.clone(),
            &json!({ "remote_ip_prefix": "0.0.0.0/0" }),
        )),
    );
    client.refuses(
        "security-group-rules",
        &rule(ssh),
        409,
        "SecurityGroupRuleExists",
    );
    let one = client.make(
        "security-group-rules",
        &rule(json!({ "remote_ip_prefix": "10.0.0.5/24" })),
    );
    assert_eq!(
        (&one["remote_ip_prefix"], &one["normalized_cidr"]),
        (&json!("10.0.0.5/24"), &json!("10.0.0.0/24"))
    );
}

#[test]
fn rules_that_make_no_sense_are_refused() {
    let client = Client::new(Config::default());
    let group = client.id("security-groups", &json!({ "name": "g" }));
    for (more, status, kind) in [
        (
            json!({ "remote_ip_prefix": "fd00::/64" }),
            400,
            "SecurityGroupRuleParameterConflict",
        ),
        (json!({ "remote_ip_prefix": "x" }), 400, "InvalidCIDR"),
        (
            json!({ "protocol": "x" }),
            400,
            "SecurityGroupRuleInvalidProtocol",
        ),
        (
            json!({ "protocol": "ipv6-icmp" }),
            400,
            "SecurityGroupEthertypeConflictWithProtocol",
        ),
        (
            json!({ "port_range_min": 1 }),
            400,
            "SecurityGroupProtocolRequiredWithPorts",
        ),
        (
            json!({ "protocol": "tcp", "port_range_min": 1 }),
            400,
            "SecurityGroupInvalidPortRange",
        ),
        (
            json!({ "protocol": "tcp", "port_range_min": 99999 }),
            400,
            "SecurityGroupInvalidPortValue",
        ),
        (
            json!({ "protocol": "gre", "port_range_min": 1 }),
            400,
            "SecurityGroupInvalidProtocolForPort",
        ),
        (json!({ "direction": "up" }), 400, "HTTPBadRequest"),
        (
            json!({ "ethertype": "IPX" }),
            400,
            "SecurityGroupRuleInvalidEtherType",
        ),
        (
            json!({ "remote_group_id": "0".repeat(32) }),
            404,
            "SecurityGroupNotFound",
        ),
        (
            json!({ "remote_group_id": group, "remote_ip_prefix": "10.0.0.0/8" }),
            400,
            "SecurityGroupMultipleRemoteEntites",
        ),
    ] {
        let rule = with(
            json!({ "security_group_id": group, "direction": "ingress" }),
            &more,
        );
        client.refuses("security-group-rules", &rule, status, kind);
    }
}

#[test]
fn rules_come_all_or_none() {
    let client = Client::new(Config::default());
    let group = client.id("security-groups", &json!({ "name": "g" }));
    let rule = |protocol: &str| json!({ "security_group_id": group, "direction": "ingress", "protocol": protocol });
    let bulk = |rules: Value| {
        client.call(
            "POST",
            "security-group-rules",
            &json!({ "security_group_rules": rules }),
        )
    };
    refused(
        &bulk(json!([rule("tcp"), rule("tcp")])),
        409,
        "DuplicateSecurityGroupRuleInPost",
    );
    assert_eq!(bulk(json!([rule("tcp"), rule("udp")])).0, 201);
    refused(
        &bulk(json!([rule("esp"), rule("udp")])),
        409,
        "SecurityGroupRuleExists",
    );
    let query = format!("security_group_id={group}&direction=ingress");
    assert_eq!(client.list("security-group-rules", &query).len(), 2);
}

#[test]
fn a_group_in_use_stays_and_a_gone_one_takes_references_along() {
    let client = Client::new(Config::default());
    let [used, other] =
        ["used", "other"].map(|name| client.id("security-groups", &json!({ "name": name })));
    let rule =
        json!({ "security_group_id": other, "direction": "ingress", "remote_group_id": used });
    let rule = client.id("security-group-rules", &rule);
    let network = client.network("a");
    let port = client.id(
        "ports",
        &json!({ "network_id": network, "security_groups": [used] }),
    );
    let path = format!("security-groups/{used}");
    refused(
        &client.call("DELETE", &path, &Value::Null),
        409,
        "SecurityGroupInUse",
    );
    client.delete(&format!("ports/{port}"));
    client.delete(&path);
    let gone = client.call("GET", &format!("security-group-rules/{rule}"), &Value::Null);
    refused(&gone, 404, "SecurityGroupRuleNotFound");
    let default = client.list("security-groups", "name=default")[0]["id"].clone();
    let path = format!("security-groups/{}", default.as_str().unwrap());
    refused(
        &client.call("DELETE", &path, &Value::Null),
        409,
        "SecurityGroupCannotRemoveDefault",
    );
}
