use serde_json::{Value, json};

use crate::client::{Client, inside, network, refusal, subnet_body};

fn sized(sku: &str, properties: Value) -> Value {
    json!({ "location": "westeurope", "sku": { "name": sku }, "properties": properties })
}

fn address(client: &mut Client, name: &str, sku: &str, version: &str) -> Value {
    let properties = json!({
        "publicIPAllocationMethod": "Static", "publicIPAddressVersion": version,
    });
    let path = inside(&format!("publicIPAddresses/{name}"));
    client.done("PUT", &path, &sized(sku, properties));
    json!([{ "id": client.get(&path)["id"] }])
}

#[test]
fn basic_addresses_have_ended() {
    let client = Client::with_group();
    let path = inside("publicIPAddresses/a");
    for (body, code) in [
        (
            json!({ "location": "westeurope" }),
            "IPv4BasicSkuPublicIpCountLimitReached",
        ),
        (
            sized("Basic", json!({ "publicIPAddressVersion": "IPv6" })),
            "IPv6BasicSkuPublicIpCountLimitReached",
        ),
        (
            sized("Standard", json!({ "publicIPAllocationMethod": "Dynamic" })),
            "StandardSkuPublicIPAddressAllocationMethodMustBeStatic",
        ),
    ] {
        assert_eq!(
            client.refused("PUT", &path, &body),
            refusal(400, code),
            "{body}"
        );
    }
}

#[test]
fn a_gateway_of_both_families_is_a_standard_v2() {
    let mut client = Client::with_network();
    let four = address(&mut client, "four", "StandardV2", "IPv4");
    let six = address(&mut client, "six", "StandardV2", "IPv6");
    let old = address(&mut client, "old", "Standard", "IPv4");
    let path = inside("natGateways/out");
    for (body, code) in [
        (json!({ "location": "westeurope" }), "NatGatewaySkuRequired"),
        (
            sized("Standard", json!({ "publicIpAddresses": four })),
            "NatGatewaySkuMismatch",
        ),
        (
            sized("Standard", json!({ "publicIpAddressesV6": six })),
            "NatGatewayIPv6NotSupported",
        ),
        (
            sized("StandardV2", json!({ "publicIpAddresses": old })),
            "NatGatewaySkuMismatch",
        ),
        (
            sized("StandardV2", json!({ "publicIpAddresses": six })),
            "NatGatewayPublicIpVersionMismatch",
        ),
    ] {
        assert_eq!(
            client.refused("PUT", &path, &body),
            refusal(400, code),
            "{body}"
        );
    }
    let both = json!({ "publicIpAddresses": four, "publicIpAddressesV6": six });
    client.done("PUT", &path, &sized("StandardV2", both.clone()));
    let refused = client.refused("PUT", &path, &sized("Standard", json!({})));
    assert_eq!(refused, refusal(400, "SkuCannotBeChanged"));
    let taken = client.refused(
        "PUT",
        &inside("natGateways/two"),
        &sized("StandardV2", both),
    );
    assert_eq!(taken, refusal(400, "PublicIPAddressInUse"));
    let held = client.ask("DELETE", &inside("publicIPAddresses/six"), &Value::Null);
    assert_eq!(held.code(), (400, "PublicIPAddressCannotBeDeleted"));
    assert!(
        held.message().contains("/natGateways/out"),
        "{}",
        held.message()
    );
    let gateway = client.get(&path);
    let holder = client.get(&inside("publicIPAddresses/six"))["properties"]["natGateway"].clone();
    assert_eq!(holder["id"], gateway["id"]);
    let mut body = subnet_body(1);
    body["properties"]["natGateway"] = json!({ "id": gateway["id"] });
    client.done("PUT", &network("n/subnets/a"), &body);
    let used = client.refused("DELETE", &path, &Value::Null);
    assert_eq!(used, refusal(400, "InUseNatGatewayCannotBeDeleted"));
    client.done("DELETE", &network("n/subnets/a"), &Value::Null);
    client.done("DELETE", &path, &Value::Null);
    client.done("DELETE", &inside("publicIPAddresses/six"), &Value::Null);
}

#[test]
fn some_regions_have_no_standard_v2_and_some_no_zones() {
    let client = Client::with_group();
    let at = |location: &str, sku: &str, zones: Value| {
        json!({
            "location": location, "sku": { "name": sku }, "zones": zones,
            "properties": { "publicIPAllocationMethod": "Static" },
        })
    };
    let path = inside("publicIPAddresses/a");
    let refused = client.refused("PUT", &path, &at("qatarcentral", "StandardV2", json!([])));
    assert_eq!(refused, refusal(400, "SkuNotAvailable"));
    let refused = client.refused("PUT", &path, &at("canadaeast", "Standard", json!(["1"])));
    assert_eq!(
        refused,
        refusal(400, "ResourceTypeAvailabilityZonesNotSupported")
    );
    let places = client.get("locations");
    let zones = |name: &str| {
        let mut places = places["value"].as_array().unwrap().iter();
        let place = places.find(|place| place["name"] == name).unwrap();
        place["availabilityZoneMappings"]
            .as_array()
            .map_or(0, Vec::len)
    };
    assert_eq!((zones("westeurope"), zones("canadaeast")), (3, 0));
}

#[test]
fn a_prefix_has_a_range_of_its_length() {
    let mut client = Client::with_group();
    let path = |name: &str| inside(&format!("publicIPPrefixes/{name}"));
    let six = json!({ "publicIPAddressVersion": "IPv6", "prefixLength": 124 });
    client.done("PUT", &path("six"), &sized("StandardV2", six));
    let range = client.get(&path("six"))["properties"]["ipPrefix"].clone();
    assert!(range.as_str().unwrap().ends_with("/124"), "{range}");
    let refused = client.refused(
        "PUT",
        &path("x"),
        &sized("Standard", json!({ "prefixLength": 24 })),
    );
    assert_eq!(refused, refusal(400, "PublicIpPrefixLengthNotSupported"));
}

#[test]
fn an_older_version_knows_no_ipv6_of_a_gateway() {
    let mut client = Client::with_group();
    let six = address(&mut client, "six", "StandardV2", "IPv6");
    let path = inside("natGateways/out");
    let body = sized("StandardV2", json!({ "publicIpAddressesV6": six }));
    client.done("PUT", &path, &body);
    let old = format!("{path}?api-version=2024-03-01");
    assert!(client.get(&old)["properties"]["publicIpAddressesV6"].is_null());
    assert_eq!(
        client.refused("PUT", &old, &body),
        refusal(400, "InvalidRequestFormat")
    );
}
