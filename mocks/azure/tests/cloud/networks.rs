use serde_json::{Value, json};

use crate::client::{Client, inside, named, network, network_body, refusal, subnet_body};

fn subnets(client: &Client) -> Vec<String> {
    let all = client.get(&network("n"))["properties"]["subnets"].clone();
    let all = all.as_array().unwrap().iter();
    all.map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_network_is_made_with_its_subnets() {
    let mut client = Client::with_group();
    let begun = client.begin("PUT", &network("n"), &network_body(json!([named("a", 1)])));
    assert_eq!(
        (begun.status, &begun.body["properties"]["provisioningState"]),
        (201, &json!("Updating"))
    );
    client.pass(4);
    let made = client.get(&network("n"));
    assert_eq!(made["properties"]["provisioningState"], "Succeeded");
    assert_ne!(made["etag"], begun.body["etag"]);
    let subnet = &made["properties"]["subnets"][0];
    assert_eq!(
        subnet["properties"]["addressPrefixes"],
        json!(["10.0.1.0/24", "fd00:1:2:1::/64"])
    );
    assert_eq!(subnet["type"], "Microsoft.Network/virtualNetworks/subnets");
    assert_eq!(&client.get(&network("n/subnets/a")), subnet);
}

#[test]
fn case_means_nothing_in_ids() {
    let mut client = Client::with_network();
    client.done("PUT", &network("n/subnets/Nodes"), &subnet_body(1));
    let path = network("N/SUBNETS/nodes").replace("resourceGroups", "resourcegroups");
    let path = path.replace("Microsoft.Network/", "microsoft.network/") + "?api-version=2024-03-01";
    let found = client.get(&path);
    assert!(
        found["id"]
            .as_str()
            .unwrap()
            .ends_with("/virtualNetworks/n/subnets/Nodes")
    );
    client.done("PUT", &network("n/subnets/nodes"), &subnet_body(2));
    assert_eq!(subnets(&client), ["Nodes"]);
}

/// Before 2023-09-01, a network that says nothing of its subnets loses them.
#[test]
fn what_a_put_leaves_out_stays_or_goes_by_the_version() {
    let mut client = Client::with_network();
    client.done("PUT", &network("n/subnets/a"), &subnet_body(1));
    let mut silent = network_body(json!([]));
    silent["properties"]
        .as_object_mut()
        .unwrap()
        .remove("subnets");
    client.done("PUT", &network("n"), &silent);
    assert_eq!(subnets(&client), ["a"]);
    client.done("PUT", &network("n"), &network_body(json!([named("b", 2)])));
    assert_eq!(subnets(&client), ["b"]);
    client.done(
        "PUT",
        &format!("{}?api-version=2023-06-01", network("n")),
        &silent,
    );
    assert!(subnets(&client).is_empty());
    client.done("PUT", &network("n/subnets/a"), &subnet_body(1));
    client.done("PUT", &network("n"), &network_body(Value::Null));
    assert!(subnets(&client).is_empty());
}

#[test]
fn ranges_are_checked() {
    let client = Client::with_network();
    for (prefixes, code) in [
        (json!(["10.1.0.0/24"]), "NetcfgSubnetRangeOutsideVnet"),
        (
            json!(["10.0.0.0/24", "fd00:9::/64"]),
            "NetcfgSubnetRangeOutsideVnet",
        ),
        (
            json!(["10.0.0.0/24", "fd00:1:2::/60"]),
            "NetcfgInvalidSubnet",
        ),
        (
            json!(["10.0.0.0/24", "fd00:1:2::/80"]),
            "NetcfgInvalidSubnet",
        ),
        (json!(["fd00:1:2::/64"]), "NetcfgInvalidSubnet"),
        (json!(["10.0.0.0/30"]), "NetcfgInvalidSubnet"),
        (json!(["10.0.0.1/24"]), "InvalidCIDRNotation"),
        (json!([]), "NetcfgInvalidSubnet"),
        (json!(["10.0.0/24"]), "InvalidRequestFormat"),
    ] {
        let body = json!({ "properties": { "addressPrefixes": prefixes } });
        let refused = client.refused("PUT", &network("n/subnets/a"), &body);
        assert_eq!(refused, refusal(400, code), "{prefixes}");
    }
    for (prefixes, code) in [
        (json!(["fd00::/48"]), "NetcfgInvalidVirtualNetwork"),
        (
            json!(["10.0.0.0/16", "10.0.1.0/24"]),
            "NetcfgInvalidVirtualNetwork",
        ),
        (json!(["10.0.0.1/16"]), "InvalidCIDRNotation"),
    ] {
        let mut body = network_body(json!([]));
        body["properties"]["addressSpace"]["addressPrefixes"] = prefixes.clone();
        assert_eq!(
            client.refused("PUT", &network("m"), &body),
            refusal(400, code),
            "{prefixes}"
        );
    }
    let both = network_body(json!([named("a", 1), named("b", 1)]));
    assert_eq!(
        client.refused("PUT", &network("n"), &both),
        refusal(400, "NetcfgSubnetRangesOverlap")
    );
    assert!(
        subnets(&client).is_empty(),
        "what is refused leaves nothing behind"
    );
}

#[test]
fn ipv6_comes_to_a_network_and_goes() {
    let mut client = Client::with_group();
    let four = json!({ "properties": { "addressPrefix": "10.0.1.0/24" } });
    let mut body = network_body(json!([{ "name": "a", "properties": four["properties"] }]));
    body["properties"]["addressSpace"]["addressPrefixes"] = json!(["10.0.0.0/16"]);
    client.done("PUT", &network("n"), &body);
    client.done("PUT", &network("n"), &network_body(json!([named("a", 1)])));
    let subnet = client.get(&network("n/subnets/a"));
    assert!(subnet["properties"]["addressPrefix"].is_null());
    assert_eq!(
        subnet["properties"]["addressPrefixes"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    // The network cannot lose what a subnet has.
    body["properties"]
        .as_object_mut()
        .unwrap()
        .remove("subnets");
    let refused = client.refused("PUT", &network("n"), &body);
    assert_eq!(refused, refusal(400, "NetcfgSubnetRangeOutsideVnet"));
    client.done("PUT", &network("n/subnets/a"), &four);
    client.done("PUT", &network("n"), &body);
}

#[test]
fn a_newer_field_is_unknown_to_an_older_version_and_lost_by_its_put() {
    let mut client = Client::with_network();
    let mut body = subnet_body(1);
    body["properties"]["defaultOutboundAccess"] = json!(false);
    let old = format!("{}?api-version=2023-06-01", network("n/subnets/a"));
    let refused = client.ask("PUT", &old, &body);
    assert_eq!(refused.code(), (400, "InvalidRequestFormat"));
    assert!(
        refused.body["error"]["details"][0]["message"]
            .as_str()
            .unwrap()
            .contains("defaultOutboundAccess")
    );
    client.done("PUT", &network("n/subnets/a"), &body);
    let read = client.get(&old);
    assert!(read["properties"]["defaultOutboundAccess"].is_null());
    client.done("PUT", &old, &read);
    let read = client.get(&network("n/subnets/a"));
    assert!(read["properties"]["defaultOutboundAccess"].is_null());
}

#[test]
fn later_versions_make_new_networks_without_a_way_out() {
    let mut client = Client::with_group();
    client.config(|config| config.api_versions.push("2026-07-01".to_owned()));
    client.done("PUT", &network("n"), &network_body(json!([named("a", 1)])));
    let access = |client: &Client, path: &str| {
        client.get(&network(path))["properties"]["defaultOutboundAccess"].clone()
    };
    assert_eq!(access(&client, "n/subnets/a"), Value::Null);
    let newer = |path: &str| format!("{}?api-version=2026-07-01", network(path));
    client.done("PUT", &newer("m"), &network_body(json!([named("a", 1)])));
    assert_eq!(access(&client, "m/subnets/a"), json!(false));
    client.done("PUT", &newer("n/subnets/b"), &subnet_body(2));
    assert_eq!(
        access(&client, "n/subnets/b"),
        Value::Null,
        "a network that exists stays as it is"
    );
}

#[test]
fn a_resource_stays_in_its_region_and_below_the_limit() {
    let mut client = Client::with_network();
    let mut body = network_body(json!([]));
    body["location"] = json!("germanywestcentral");
    let refused = client.refused("PUT", &network("n"), &body);
    assert_eq!(refused, refusal(409, "InvalidResourceLocation"));
    body["location"] = json!("mars");
    let refused = client.refused("PUT", &network("m"), &body);
    assert_eq!(refused, refusal(400, "LocationNotAvailableForResourceType"));
    let elsewhere = network("n").replace("/g/", "/h/");
    let refused = client.refused("PUT", &elsewhere, &network_body(json!([])));
    assert_eq!(refused, refusal(404, "ResourceGroupNotFound"));
    let refused = client.refused("PUT", &network("none/subnets/a"), &subnet_body(1));
    assert_eq!(refused, refusal(404, "ParentResourceNotFound"));
    client.config(|config| config.quotas.insert("VirtualNetworks".to_owned(), 1));
    let refused = client.refused("PUT", &network("m"), &network_body(json!([])));
    assert_eq!(refused, refusal(400, "VirtualNetworkCountLimitReached"));
    let usages = client.get("providers/Microsoft.Network/locations/westeurope/usages");
    let usages = usages["value"].as_array().unwrap();
    let own = usages
        .iter()
        .find(|usage| usage["name"]["value"] == "VirtualNetworks")
        .unwrap();
    assert_eq!(
        (&own["currentValue"], &own["limit"]),
        (&json!(1), &json!(1))
    );
    client.done("DELETE", &network("n"), &Value::Null);
    client.begin("PUT", &network("m"), &network_body(json!([])));
}

#[test]
fn tags_are_changed_alone_and_lost_by_a_put_without_them() {
    let mut client = Client::with_network();
    let patched = client.begin("PATCH", &network("n"), &json!({ "tags": { "a": "b" } }));
    assert_eq!(
        (patched.status, &patched.body["tags"]),
        (200, &json!({ "a": "b" }))
    );
    client.done("PUT", &network("n"), &network_body(json!([])));
    assert!(client.get(&network("n"))["tags"].is_null());
    let wrong = client.refused("PATCH", &network("n"), &json!({ "tags": { "a/b": "c" } }));
    assert_eq!(wrong, refusal(400, "InvalidRequestFormat"));
    let part = client.refused(
        "PATCH",
        &inside("virtualNetworks/n/subnets/a"),
        &json!({ "tags": {} }),
    );
    assert_eq!(part, refusal(405, "MethodNotAllowed"));
}
