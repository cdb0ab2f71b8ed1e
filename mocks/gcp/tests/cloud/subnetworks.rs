use mock_gcp::{Config, Gcp};
use serde_json::{Value, json};

use crate::client::{Client, REGION, refusal, subnetwork};

const EXTERNAL: &str = "EXTERNAL";

fn dual(access: &str) -> Value {
    json!({ "stackType": "IPV4_IPV6", "ipv6AccessType": access })
}

#[test]
fn an_external_prefix_comes_after_the_operation() {
    let mut client = Client::new();
    client.network("n", false);
    let path = client.subnetwork("s", "n", &dual(EXTERNAL));
    assert!(client.get(&path)["externalIpv6Prefix"].is_null());
    client.pass(1);
    let made = client.get(&path);
    let prefix = made["externalIpv6Prefix"].as_str().unwrap();
    assert!(
        prefix.starts_with("2600:1900:4") && prefix.ends_with(":0:0:0:0/64"),
        "{prefix}"
    );
    assert_eq!(made["ipv6GceEndpoint"], "VM_AND_FR");
    assert_eq!(made["gatewayAddress"], "10.0.0.1");
    assert!(
        made["systemReservedExternalIpv6Ranges"][0]
            .as_str()
            .unwrap()
            .ends_with("/96")
    );
    let routes = client.get("global/routes")["items"]
        .as_array()
        .unwrap()
        .clone();
    let ranges: Vec<&str> = routes
        .iter()
        .map(|route| route["destRange"].as_str().unwrap())
        .collect();
    assert!(
        ranges.contains(&"::/0") && ranges.contains(&"10.0.0.0/24"),
        "{ranges:?}"
    );
    assert!(
        ranges.iter().any(|range| range.ends_with("::/64")),
        "{ranges:?}"
    );
}

#[test]
fn an_internal_prefix_is_of_the_networks_range() {
    let mut client = Client::new();
    client.network("plain", false);
    let path = format!("{REGION}/subnetworks");
    let internal = subnetwork("s", "plain", &dual("INTERNAL"));
    assert_eq!(client.refused(&path, &internal), refusal(400, "invalid"));
    client.network("n", true);
    let one = client.subnetwork("s", "n", &dual("INTERNAL"));
    client.pass(1);
    let range: ipnet::Ipv6Net = client.get("global/networks/n")["internalIpv6Range"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let prefix: ipnet::Ipv6Net = client.get(&one)["internalIpv6Prefix"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(
        range.contains(&prefix) && prefix.prefix_len() == 64,
        "{range} {prefix}"
    );
    assert_eq!(
        client.get(&one)["ipv6CidrRange"],
        client.get(&one)["internalIpv6Prefix"]
    );
}

#[test]
fn a_prefix_of_ones_own_is_for_machines_alone() {
    let mut client = Client::new();
    client.network("n", false);
    let pool = |name: &str, mode: &str| {
        let body = json!({
            "name": name, "region": "europe-west3", "ipCidrRange": "2001:db8:1::/48", "mode": mode,
        });
        client
            .mock
            .with(|cloud: &mut Gcp| cloud.make("publicDelegatedPrefixes", body))
    };
    let (good, bad) = (
        pool("good", "EXTERNAL_IPV6_SUBNETWORK_CREATION"),
        pool("bad", "DELEGATION"),
    );
    let with = |pool: &str| {
        let mut body = dual(EXTERNAL);
        body["ipCollection"] = json!(pool);
        body
    };
    let path = format!("{REGION}/subnetworks");
    let wrong = subnetwork("s", "n", &with(&bad));
    assert_eq!(client.refused(&path, &wrong), refusal(400, "invalid"));
    let path = client.subnetwork("s", "n", &with(&good));
    client.pass(1);
    let made = client.get(&path);
    assert!(
        made["externalIpv6Prefix"]
            .as_str()
            .unwrap()
            .starts_with("2001:db8:1:")
    );
    assert_eq!(made["ipv6GceEndpoint"], "VM_ONLY");
}

#[test]
fn from_ipv4_to_dual_stack_and_back_takes_the_fingerprint() {
    let mut client = Client::new();
    client.network("n", false);
    let path = client.subnetwork("s", "n", &json!({}));
    let before = client.get(&path)["fingerprint"].clone();
    let mut patch = dual(EXTERNAL);
    assert_eq!(
        client.ask("PATCH", &path, &patch).reason(),
        (412, "conditionNotMet")
    );
    patch["fingerprint"] = before.clone();
    client.done("PATCH", &path, &patch);
    client.pass(1);
    let made = client.get(&path);
    assert!(made["externalIpv6Prefix"].is_string());
    assert_ne!(made["fingerprint"], before);
    assert_eq!(
        client.ask("PATCH", &path, &patch).reason(),
        (412, "conditionNotMet")
    );
    let other = json!({ "ipv6AccessType": "INTERNAL", "fingerprint": made["fingerprint"] });
    assert_eq!(
        client.ask("PATCH", &path, &other).reason(),
        (400, "invalid")
    );
    let back = json!({ "stackType": "IPV4_ONLY", "fingerprint": made["fingerprint"] });
    client.done("PATCH", &path, &back);
    let back = client.get(&path);
    assert!(back["externalIpv6Prefix"].is_null() && back["ipv6AccessType"].is_null());
    client.network("m", true);
    let mut internal = dual("INTERNAL");
    internal["fingerprint"] = back["fingerprint"].clone();
    assert_eq!(
        client.ask("PATCH", &path, &internal).reason(),
        (400, "invalid")
    );
}

#[test]
fn ipv6_that_machines_use_stays() {
    let mut client = Client::new();
    client.network("n", false);
    let path = client.subnetwork("s", "n", &dual(EXTERNAL));
    client.pass(1);
    let interface = json!({ "subnetwork": path, "stackType": "IPV4_IPV6" });
    let body = json!({ "name": "vm", "networkInterfaces": [interface] });
    client.done("POST", "zones/europe-west3-a/instances", &body);
    let machine = client.get("zones/europe-west3-a/instances/vm");
    let nic = &machine["networkInterfaces"][0];
    assert_eq!(
        (&nic["networkIP"], &nic["name"]),
        (&json!("10.0.0.2"), &json!("nic0"))
    );
    assert_eq!(nic["ipv6AccessConfigs"][0]["externalIpv6PrefixLength"], 96);
    let fingerprint = client.get(&path)["fingerprint"].clone();
    let back = json!({ "stackType": "IPV4_ONLY", "fingerprint": fingerprint });
    let used = (400, "resourceInUseByAnotherResource");
    assert_eq!(client.ask("PATCH", &path, &back).reason(), used);
    assert_eq!(client.ask("DELETE", &path, &Value::Null).reason(), used);
}

#[test]
fn ranges_do_not_meet() {
    let mut client = Client::new();
    client.network("n", false);
    client.subnetwork("s", "n", &json!({}));
    let path = format!("{REGION}/subnetworks");
    for range in [
        "10.0.0.0/16",
        "10.0.0.128/25",
        "224.0.0.0/24",
        "10.1.0.0/30",
    ] {
        let body = subnetwork("t", "n", &json!({ "ipCidrRange": range }));
        assert_eq!(
            client.refused(&path, &body),
            refusal(400, "invalid"),
            "{range}"
        );
    }
    let secondary = json!({
        "ipCidrRange": "10.9.0.0/24",
        "secondaryIpRanges": [{ "rangeName": "pods", "ipCidrRange": "10.0.0.0/20" }],
    });
    let body = subnetwork("t", "n", &secondary);
    let reply = client.ask("POST", &path, &body);
    assert!(
        reply
            .message()
            .contains("conflicts with existing subnetwork 's'"),
        "{}",
        reply.message()
    );
    client.done(
        "POST",
        &format!("{path}/s/expandIpCidrRange"),
        &json!({ "ipCidrRange": "10.0.0.0/20" }),
    );
    assert_eq!(
        client.get(&format!("{path}/s"))["ipCidrRange"],
        "10.0.0.0/20"
    );
    let smaller = client.refused(
        &format!("{path}/s/expandIpCidrRange"),
        &json!({ "ipCidrRange": "10.0.0.0/24" }),
    );
    assert_eq!(smaller, refusal(400, "invalid"));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let mut client = Client::new();
    client.network("n", false);
    let path = format!("{REGION}/subnetworks");
    let auto = json!({ "name": "auto", "autoCreateSubnetworks": true });
    client.done("POST", "global/networks", &auto);
    for (network, more) in [
        ("n", json!({ "stackType": "IPV4_IPV6" })),
        ("n", json!({ "ipv6AccessType": EXTERNAL })),
        (
            "n",
            json!({ "stackType": "IPV6_ONLY", "ipv6AccessType": EXTERNAL }),
        ),
        ("n", json!({ "ipCidrRange": null })),
        ("n", json!({ "network": "https://elsewhere.invalid/n" })),
        ("n", json!({ "network": "n" })),
        ("missing", json!({})),
        ("auto", dual(EXTERNAL)),
    ] {
        let (status, _) = client.refused(&path, &subnetwork("s", network, &more));
        assert_eq!(status, 400, "{network} {more}");
    }
}

#[test]
fn the_organisation_may_forbid_ipv6() {
    let mut client = Client::of(Config {
        constraints: ["constraints/compute.disableVpcExternalIpv6".to_owned()].into(),
        ..Config::default()
    });
    client.network("n", false);
    let path = format!("{REGION}/subnetworks");
    let reply = client.ask("POST", &path, &subnetwork("s", "n", &dual(EXTERNAL)));
    assert_eq!(reply.reason(), (412, "conditionNotMet"));
    assert!(
        reply
            .message()
            .starts_with("Constraint constraints/compute.disableVpcExternalIpv6")
    );
}

#[test]
fn a_profile_restricts_its_networks() {
    let mut client = Client::new();
    let features = json!({ "subnetworkStackTypes": ["IPV4_ONLY"] });
    let profile = client
        .mock
        .with(|cloud: &mut Gcp| cloud.add_profile("rdma", features));
    let body = json!({ "name": "n", "autoCreateSubnetworks": false, "networkProfile": profile });
    client.done("POST", "global/networks", &body);
    let path = format!("{REGION}/subnetworks");
    let reply = client.refused(&path, &subnetwork("s", "n", &dual(EXTERNAL)));
    assert_eq!(reply, refusal(400, "invalid"));
}
