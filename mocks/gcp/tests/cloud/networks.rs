use mock_gcp::Gcp;
use serde_json::{Value, json};

use crate::client::{Client, refusal};

#[test]
fn a_network_has_what_the_api_adds() {
    let mut client = Client::new();
    client.network("n", false);
    let network = client.get("global/networks/n");
    assert_eq!(network["kind"], "compute#network");
    assert!(network["id"].as_str().unwrap().parse::<u64>().is_ok());
    let link = "https://www.googleapis.com/compute/v1/projects/mock-project/global/networks/n";
    assert_eq!(network["selfLink"], link);
    assert_eq!(
        (&network["mtu"], &network["autoCreateSubnetworks"]),
        (&json!(1460), &json!(false))
    );
    assert_eq!(network["routingConfig"]["routingMode"], "REGIONAL");
    assert!(network["subnetworks"].is_null());
    let routes = client.get("global/routes");
    assert_eq!(routes["items"][0]["destRange"], "0.0.0.0/0");
}

#[test]
fn a_number_is_of_one_object_for_good() {
    let mut client = Client::new();
    client.network("n", false);
    let number = client.get("global/networks/n")["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("global/networks/{number}");
    assert_eq!(client.get(&path)["name"], "n");
    client.done("DELETE", &path, &Value::Null);
    client.network("n", false);
    let gone = client.ask("DELETE", &path, &Value::Null);
    assert_eq!(gone.reason(), (404, "notFound"));
}

#[test]
fn names_are_given_once_and_have_their_form() {
    let mut client = Client::new();
    client.network("n", false);
    let body = |name: &str| json!({ "name": name, "autoCreateSubnetworks": false });
    assert_eq!(
        client.refused("global/networks", &body("n")),
        refusal(409, "alreadyExists")
    );
    for name in ["N", "9n", "n-", "", &"n".repeat(64)] {
        assert_eq!(
            client.refused("global/networks", &body(name)),
            refusal(400, "invalid"),
            "{name}"
        );
    }
    assert_eq!(
        client.refused("global/networks", &json!({})),
        refusal(400, "required")
    );
    let unknown = json!({ "name": "m", "autoCreateSubnetworks": false, "labels": {} });
    let reply = client.ask("POST", "global/networks", &unknown);
    assert!(
        reply.message().contains("Unknown name \"labels\""),
        "{}",
        reply.message()
    );
}

#[test]
fn unique_local_addresses_are_drawn_or_asked_for_and_stay() {
    let mut client = Client::new();
    client.network("drawn", true);
    let drawn = client.get("global/networks/drawn")["internalIpv6Range"].clone();
    let text = drawn.as_str().unwrap();
    assert!(
        text.starts_with("fd2") && text.ends_with(":0:0:0:0:0/48"),
        "{text}"
    );
    let body = json!({
        "name": "asked", "autoCreateSubnetworks": false, "enableUlaInternalIpv6": true,
        "internalIpv6Range": "fd20:1:2::/48",
    });
    client.done("POST", "global/networks", &body);
    assert_eq!(
        client.get("global/networks/asked")["internalIpv6Range"],
        "fd20:1:2:0:0:0:0:0/48"
    );
    let other = json!({ "internalIpv6Range": "fd20:1:3::/48" });
    let reply = client.ask("PATCH", "global/networks/asked", &other);
    assert_eq!(reply.reason(), (400, "invalid"));
    let outside = json!({
        "name": "o", "autoCreateSubnetworks": false, "enableUlaInternalIpv6": true,
        "internalIpv6Range": "fd00::/48",
    });
    assert_eq!(
        client.refused("global/networks", &outside),
        refusal(400, "invalid")
    );
}

#[test]
fn a_range_of_somebody_else_makes_the_operation_fail() {
    let mut client = Client::new();
    let body = |name: &str| {
        json!({
            "name": name, "autoCreateSubnetworks": false, "enableUlaInternalIpv6": true,
            "internalIpv6Range": "fd20:1:2::/48",
        })
    };
    client.done("POST", "global/networks", &body("first"));
    let operation = client.begin("POST", "global/networks", &body("second"));
    let operation = client.wait(&operation);
    assert_eq!(operation["httpErrorStatusCode"], 400);
    assert!(
        operation["error"]["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("in use")
    );
    assert_eq!(
        client
            .ask("GET", "global/networks/second", &Value::Null)
            .status,
        404
    );
}

#[test]
fn unique_local_addresses_come_with_a_patch() {
    let mut client = Client::new();
    client.network("n", false);
    client.done(
        "PATCH",
        "global/networks/n",
        &json!({ "enableUlaInternalIpv6": true }),
    );
    assert!(client.get("global/networks/n")["internalIpv6Range"].is_string());
    let off = client.ask(
        "PATCH",
        "global/networks/n",
        &json!({ "enableUlaInternalIpv6": false }),
    );
    assert_eq!(off.reason(), (400, "invalid"));
    let described = client.ask(
        "PATCH",
        "global/networks/n",
        &json!({ "description": "mine" }),
    );
    assert_eq!(described.reason(), (400, "invalid"));
}

#[test]
fn what_is_used_is_not_deleted() {
    let mut client = Client::new();
    client.network("n", false);
    client.subnetwork("s", "n", &json!({}));
    let reply = client.ask("DELETE", "global/networks/n", &Value::Null);
    assert_eq!(reply.reason(), (400, "resourceInUseByAnotherResource"));
    assert!(
        reply
            .message()
            .contains("regions/europe-west3/subnetworks/s"),
        "{}",
        reply.message()
    );
    client.done("DELETE", "regions/europe-west3/subnetworks/s", &Value::Null);
    client.done("DELETE", "global/networks/n", &Value::Null);
    assert!(client.get("global/routes")["items"].is_null());
    let again = client.ask("DELETE", "global/networks/n", &Value::Null);
    assert_eq!(again.reason(), (404, "notFound"));
}

#[test]
fn what_comes_to_hang_on_a_network_makes_its_delete_fail() {
    let mut client = Client::new();
    client.network("n", false);
    let operation = client.begin("DELETE", "global/networks/n", &Value::Null);
    client.mock.with(|cloud: &mut Gcp| {
        use mock_cloud::Hand as _;
        let body = json!({ "name": "r", "network": "https://www.googleapis.com/compute/v1/projects/mock-project/global/networks/n" });
        let body = body.as_object().unwrap().clone();
        cloud.by_hand(|cloud| {
            let id = "projects/mock-project/regions/europe-west3/routers/r";
            mock_cloud::Cloud::store_mut(cloud).insert("routers", id, body);
            Ok::<_, ()>(())
        })
    }).unwrap();
    let operation = client.wait(&operation);
    let error = &operation["error"]["errors"][0];
    assert_eq!(error["code"], "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE");
    client.get("global/networks/n");
}

#[test]
fn a_peering_is_active_when_both_sides_want_it() {
    let mut client = Client::new();
    client.network("one", false);
    client.network("other", false);
    let peering = |name: &str, network: &str| {
        json!({ "networkPeering": {
            "name": name, "network": format!("projects/mock-project/global/networks/{network}"),
            "exchangeSubnetRoutes": true, "stackType": "IPV4_IPV6",
        }})
    };
    client.done(
        "POST",
        "global/networks/one/addPeering",
        &peering("p", "other"),
    );
    let peerings = client.get("global/networks/one")["peerings"].clone();
    assert_eq!(
        (&peerings[0]["state"], &peerings[0]["stackType"]),
        (&json!("INACTIVE"), &json!("IPV4_IPV6"))
    );
    client.done(
        "POST",
        "global/networks/other/addPeering",
        &peering("p", "one"),
    );
    assert_eq!(
        client.get("global/networks/other")["peerings"][0]["state"],
        "ACTIVE"
    );
    let remove = json!({ "name": "p" });
    client.done("POST", "global/networks/one/removePeering", &remove);
    assert!(client.get("global/networks/one")["peerings"].is_null());
}

#[test]
fn a_new_project_has_the_network_default() {
    let mock = mock_cloud::Mock::new(
        Box::new(Gcp::new(mock_gcp::Config::default())),
        mock_cloud::Options::default(),
    );
    let objects = mock.inventory().objects;
    assert_eq!(objects["networks"].len(), 1);
    assert_eq!(objects["subnetworks"].len(), 3);
    assert!(objects["networks"].contains_key("projects/mock-project/global/networks/default"));
}
