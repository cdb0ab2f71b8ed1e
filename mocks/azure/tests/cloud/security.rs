use mock_azure::Azure;
use serde_json::{Value, json};

use crate::client::{Client, inside, network, refusal, subnet_body};

fn rule(changes: &Value) -> Value {
    let mut rule = json!({
        "priority": 400, "direction": "Inbound", "access": "Allow", "protocol": "Tcp",
        "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*",
        "destinationPortRange": "30000-32767",
    });
    for (name, value) in changes.as_object().into_iter().flatten() {
        match value.is_null() {
            true => drop(rule.as_object_mut().unwrap().remove(name)),
            false => rule[name] = value.clone(),
        }
    }
    json!({ "properties": rule })
}

fn with_group() -> Client {
    let mut client = Client::with_network();
    client.done(
        "PUT",
        &inside("networkSecurityGroups/s"),
        &json!({ "location": "westeurope" }),
    );
    client.done(
        "PUT",
        &inside("routeTables/t"),
        &json!({ "location": "westeurope" }),
    );
    client
}

#[test]
fn rules_are_checked() {
    let client = with_group();
    let path = inside("networkSecurityGroups/s/securityRules/r");
    for (changes, code) in [
        (json!({ "priority": 99 }), "SecurityRuleInvalidPriority"),
        (json!({ "protocol": "Icmpv6" }), "InvalidRequestFormat"),
        (
            json!({ "sourceAddressPrefix": "10.0.0.0/33" }),
            "SecurityRuleInvalidAddressPrefix",
        ),
        (
            json!({ "destinationPortRange": "9-8" }),
            "SecurityRuleInvalidPortRange",
        ),
        (
            json!({ "sourceAddressPrefix": null }),
            "SecurityRuleParameterNotSpecified",
        ),
        (
            json!({ "sourceAddressPrefixes": ["10.0.0.0/8"] }),
            "SecurityRuleParameterNotSpecified",
        ),
        (
            json!({ "sourceAddressPrefix": null, "sourceAddressPrefixes": ["*"] }),
            "SecurityRuleParameterContainsUnsupportedValue",
        ),
        (
            json!({ "sourceAddressPrefix": null, "sourceAddressPrefixes": ["10.0.0.0/8", "fd00::/8"] }),
            "ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies",
        ),
        (
            json!({ "sourceAddressPrefix": "10.0.0.0/8", "destinationAddressPrefix": "fd00::/8" }),
            "ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies",
        ),
    ] {
        assert_eq!(
            client.refused("PUT", &path, &rule(&changes)),
            refusal(400, code),
            "{changes}"
        );
    }
}

#[test]
fn priorities_are_unique_in_a_direction() {
    let mut client = with_group();
    let at = |name: &str| inside(&format!("networkSecurityGroups/s/securityRules/{name}"));
    client.done("PUT", &at("four"), &rule(&json!({})));
    let refused = client.refused("PUT", &at("six"), &rule(&json!({ "protocol": "*" })));
    assert_eq!(refused, refusal(400, "SecurityRuleConflict"));
    client.done(
        "PUT",
        &at("out"),
        &rule(&json!({ "direction": "Outbound" })),
    );
    let group = client.get(&inside("networkSecurityGroups/s"));
    assert_eq!(
        group["properties"]["securityRules"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        group["properties"]["defaultSecurityRules"]
            .as_array()
            .unwrap()
            .len(),
        6
    );
    // A group that says nothing of its rules has none.
    client.done(
        "PUT",
        &inside("networkSecurityGroups/s"),
        &json!({ "location": "westeurope" }),
    );
    let group = client.get(&inside("networkSecurityGroups/s"));
    assert_eq!(group["properties"]["securityRules"], json!([]));
}

/// Other tools write them as they like.
#[test]
fn words_are_kept_in_the_spelling_of_the_api() {
    let client = with_group();
    let rule = rule(&json!({ "direction": "inbound", "protocol": "tcp", "access": "ALLOW" }));
    let route =
        json!({ "properties": { "addressPrefix": "0.0.0.0/0", "nextHopType": "internet" } });
    client.mock.with(|cloud: &mut Azure| {
        cloud.make("securityRules", "g/s/r", rule);
        cloud.make("routes", "g/t/r", route);
    });
    let shown =
        client.get(&inside("networkSecurityGroups/s/securityRules/r"))["properties"].clone();
    let words = json!([shown["protocol"], shown["direction"], shown["access"]]);
    assert_eq!(words, json!(["Tcp", "Inbound", "Allow"]));
    let shown = client.get(&inside("routeTables/t/routes/r"))["properties"].clone();
    assert_eq!(shown["nextHopType"], "Internet");
}

#[test]
fn routes_are_checked() {
    let mut client = with_group();
    let at = |name: &str| inside(&format!("routeTables/t/routes/{name}"));
    let route = |prefix: &str, hop: &str| json!({ "properties": { "addressPrefix": prefix, "nextHopType": hop } });
    client.done("PUT", &at("a"), &route("0.0.0.0/0", "Internet"));
    for (body, code) in [
        (route("0.0.0.0/0", "None"), "RouteConflict"),
        (
            route("0.0.0.0/1", "VirtualAppliance"),
            "InvalidRouteNextHopIpAddress",
        ),
        (route("10.0.0.1/8", "None"), "InvalidCIDRNotation"),
        (route("everywhere", "None"), "InvalidAddressPrefixFormat"),
        (route("10.0.0.0/8", "Nowhere"), "InvalidRequestFormat"),
    ] {
        assert_eq!(
            client.refused("PUT", &at("b"), &body),
            refusal(400, code),
            "{body}"
        );
    }
}

#[test]
fn what_is_used_stays_and_says_by_whom() {
    let mut client = with_group();
    let id = |path: &str| format!("{}/{}", client.subscription(), inside(path));
    let mut body = subnet_body(1);
    body["properties"]["networkSecurityGroup"] = json!({ "id": id("networksecuritygroups/S") });
    body["properties"]["routeTable"] = json!({ "id": id("routeTables/t") });
    let subnet = id("virtualNetworks/n/subnets/a");
    client.done("PUT", &network("n/subnets/a"), &body);
    for (path, code) in [
        (
            "networkSecurityGroups/s",
            "InUseNetworkSecurityGroupCannotBeDeleted",
        ),
        ("routeTables/t", "InUseRouteTableCannotBeDeleted"),
    ] {
        let refused = client.ask("DELETE", &inside(path), &Value::Null);
        assert_eq!(refused.code(), (400, code));
        assert!(refused.message().contains(&subnet), "{}", refused.message());
        assert_eq!(
            client.get(&inside(path))["properties"]["subnets"],
            json!([{ "id": subnet }])
        );
    }
    client.done("DELETE", &network("n/subnets/a"), &Value::Null);
    client.done("DELETE", &inside("networkSecurityGroups/s"), &Value::Null);
    assert_eq!(
        client
            .ask("DELETE", &inside("networkSecurityGroups/s"), &Value::Null)
            .status,
        204
    );
}

#[test]
fn what_is_referred_to_has_to_be_there_and_ready() {
    let mut client = with_group();
    let refers = |path: &str| {
        let mut body = subnet_body(1);
        body["properties"]["routeTable"] = json!({ "id": path });
        body
    };
    let id = |path: &str| format!("{}/{}", client.subscription(), inside(path));
    for (path, code) in [
        (id("routeTables/none"), "InvalidResourceReference"),
        (id("networkSecurityGroups/s"), "LinkedInvalidPropertyId"),
        ("t".to_owned(), "LinkedInvalidPropertyId"),
    ] {
        let refused = client.refused("PUT", &network("n/subnets/a"), &refers(&path));
        assert_eq!(refused, refusal(400, code), "{path}");
    }
    let table = id("routeTables/t");
    client.begin(
        "PUT",
        &inside("routeTables/t"),
        &json!({ "location": "westeurope" }),
    );
    let early = client.ask("PUT", &network("n/subnets/a"), &refers(&table));
    assert_eq!(early.code(), (429, "RetryableError"));
    assert_eq!(
        early.body["error"]["details"][0]["code"],
        "ReferencedResourceNotProvisioned"
    );
    assert_eq!(early.header("retry-after"), "10");
    client.pass(4);
    client.begin("PUT", &network("n/subnets/a"), &refers(&table));
    let busy = client.ask(
        "PUT",
        &inside("routeTables/t"),
        &json!({ "location": "westeurope" }),
    );
    assert_eq!(
        busy.body["error"]["details"][0]["code"],
        "RetryableErrorDueToAnotherOperation"
    );
}

#[test]
fn a_table_has_so_many_routes_and_no_more() {
    let mut client = with_group();
    let route = |number: usize| {
        let prefix = format!("10.{}.{}.0/24", number / 256, number % 256);
        let properties = json!({ "addressPrefix": prefix, "nextHopType": "None" });
        json!({ "name": format!("r{number}"), "properties": properties })
    };
    let table = |count: usize| {
        let routes: Vec<Value> = (0..count).map(route).collect();
        json!({ "location": "westeurope", "properties": { "routes": routes } })
    };
    client.done("PUT", &inside("routeTables/t"), &table(400));
    let refused = client.refused("PUT", &inside("routeTables/t"), &table(401));
    assert_eq!(refused, refusal(400, "RouteCountLimitReached"));
}
