use serde_json::{Value, json};

use crate::client::{Client, REGION, refusal};

fn nat(name: &str, more: &Value) -> Value {
    let mut nat = json!({
        "name": name, "natIpAllocateOption": "AUTO_ONLY",
        "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES",
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        nat[key] = value.clone();
    }
    nat
}

fn router(name: &str, nats: &[Value]) -> Value {
    json!({ "name": name, "network": "global/networks/n", "nats": nats })
}

fn listed(subnetwork: &str) -> Value {
    json!({
        "sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS",
        "subnetworks": [{ "name": subnetwork, "sourceIpRangesToNat": ["ALL_IP_RANGES"] }],
    })
}

#[test]
fn a_patch_replaces_the_gateways_and_keeps_the_rest() {
    let mut client = Client::new();
    client.network("n", false);
    let routers = format!("{REGION}/routers");
    let mut body = router("r", &[nat("a", &json!({}))]);
    body["bgp"] = json!({ "asn": 64512 });
    client.done("POST", &routers, &body);
    let path = format!("{routers}/r");
    let made = client.get(&path);
    assert_eq!(made["nats"][0]["type"], "PUBLIC");
    assert!(
        made["network"]
            .as_str()
            .unwrap()
            .starts_with("https://www.googleapis.com/")
    );
    client.done(
        "PATCH",
        &path,
        &json!({ "nats": [nat("b", &json!({}))], "description": "d" }),
    );
    let changed = client.get(&path);
    assert_eq!(
        (&changed["nats"][0]["name"], &changed["bgp"]["asn"]),
        (&json!("b"), &json!(64512))
    );
    client.done("PATCH", &path, &json!({ "nats": null }));
    assert!(client.get(&path)["nats"].is_null());
    let other = client.ask("PATCH", &path, &json!({ "network": "global/networks/m" }));
    assert_eq!(other.reason(), (400, "invalid"));
}

#[test]
fn one_gateway_serves_a_subnetwork() {
    let mut client = Client::new();
    client.network("n", false);
    let routers = format!("{REGION}/routers");
    let one = client.subnetwork("one", "n", &json!({}));
    let other = client.subnetwork("other", "n", &json!({ "ipCidrRange": "10.1.0.0/24" }));
    client.done("POST", &routers, &router("r", &[nat("a", &listed(&one))]));
    assert_eq!(
        client.refused(&routers, &router("s", &[nat("a", &listed(&one))])),
        refusal(400, "invalid")
    );
    assert_eq!(
        client.refused(&routers, &router("s", &[nat("a", &json!({}))])),
        refusal(400, "invalid")
    );
    client.done("POST", &routers, &router("s", &[nat("a", &listed(&other))]));
    let used = client.ask("DELETE", &one, &Value::Null);
    assert_eq!(used.reason(), (400, "resourceInUseByAnotherResource"));
    assert!(used.message().contains("/routers/r"), "{}", used.message());
}

#[test]
fn gateways_say_what_they_serve_and_from_where() {
    let mut client = Client::new();
    client.network("n", false);
    let routers = format!("{REGION}/routers");
    for more in [
        json!({ "sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS" }),
        json!({ "natIpAllocateOption": "MANUAL_ONLY" }),
        json!({ "natIps": ["regions/europe-west3/addresses/a"] }),
        json!({ "natIpAllocateOption": "SOMETIMES" }),
        json!({ "unknown": true }),
        json!({ "name": "Not-A-Name" }),
    ] {
        let (status, _) = client.refused(&routers, &router("r", &[nat("a", &more)]));
        assert_eq!(status, 400, "{more}");
    }
    let twice = router("r", &[nat("a", &json!({})), nat("b", &json!({}))]);
    assert_eq!(client.refused(&routers, &twice), refusal(400, "invalid"));
}

#[test]
fn an_address_that_a_gateway_has_stays() {
    let mut client = Client::new();
    client.network("n", false);
    let addresses = format!("{REGION}/addresses");
    client.done("POST", &addresses, &json!({ "name": "a" }));
    let more = json!({
        "natIpAllocateOption": "MANUAL_ONLY", "natIps": ["regions/europe-west3/addresses/a"],
    });
    client.done(
        "POST",
        &format!("{REGION}/routers"),
        &router("r", &[nat("a", &more)]),
    );
    let used = client.ask("DELETE", &format!("{addresses}/a"), &Value::Null);
    assert_eq!(used.reason(), (400, "resourceInUseByAnotherResource"));
}
