use mock_openstack::Config;
use serde_json::{Value, json};

use crate::client::{Client, refused};

#[test]
fn attributes_are_checked_before_anything_is_made() {
    let client = Client::new(Config::default());
    for (attributes, status, kind) in [
        (json!({ "colour": "red" }), 400, "HTTPBadRequest"),
        (json!({ "tags": ["red"] }), 400, "HTTPBadRequest"),
        (json!({ "status": "DOWN" }), 400, "HTTPBadRequest"),
        (json!({ "name": 3 }), 400, "HTTPBadRequest"),
        (json!({ "name": "x".repeat(256) }), 400, "HTTPBadRequest"),
        (
            json!({ "description": "x".repeat(256) }),
            400,
            "HTTPBadRequest",
        ),
        (json!({ "admin_state_up": "perhaps" }), 400, "InvalidInput"),
        (json!({ "mtu": 9000 }), 400, "InvalidInput"),
        (json!({ "project_id": "another" }), 400, "HTTPBadRequest"),
        (json!({ "shared": true }), 403, "PolicyNotAuthorized"),
        (
            json!({ "router:external": true }),
            403,
            "PolicyNotAuthorized",
        ),
        (
            json!({ "provider:segmentation_id": 7 }),
            403,
            "PolicyNotAuthorized",
        ),
    ] {
        client.refuses("networks", &attributes, status, kind);
    }
    assert_eq!(
        client.list("networks", "router:external=false"),
        [] as [Value; 0]
    );
    let made = client.make("networks", &json!({ "description": "x".repeat(255) }));
    assert_eq!(made["mtu"], 1450);
    assert!(
        made.get("provider:network_type").is_none(),
        "that is for admins"
    );
}

#[test]
fn several_are_made_at_once_or_none() {
    let client = Client::new(Config::default());
    let two = json!({ "networks": [{ "name": "a" }, { "name": "b" }] });
    let (status, body) = client.call("POST", "networks", &two);
    assert_eq!(
        (status, body["networks"].as_array().unwrap().len()),
        (201, 2)
    );
    let id = client.network("c");
    let bad = json!({ "subnets": [
        { "network_id": id, "ip_version": 4, "cidr": "10.0.0.0/24" },
        { "network_id": id, "ip_version": 4, "cidr": "10.0.0.0/25" },
    ] });
    refused(&client.call("POST", "subnets", &bad), 400, "InvalidInput");
    assert_eq!(client.list("subnets", ""), [] as [Value; 0]);
}

#[test]
fn a_change_is_held_against_the_revision() {
    let client = Client::new(Config::default());
    let id = client.network("a");
    let path = format!("networks/{id}");
    let body = json!({ "network": { "name": "b" } });
    let at = |number: i64| format!("revision_number={number}");
    let stale = client.call_with("PUT", &path, &body, &[("if-match", &at(7))]);
    refused(&stale, 412, "RevisionNumberConstraintFailed");
    let current = client.show("networks", &id)["revision_number"]
        .as_i64()
        .unwrap();
    let (status, body) = client.call_with("PUT", &path, &body, &[("if-match", &at(current))]);
    assert_eq!(
        (status, &body["network"]["revision_number"]),
        (200, &json!(current + 1))
    );
}

#[test]
fn a_network_takes_its_subnets_with_it_but_not_its_ports() {
    let client = Client::new(Config::default());
    let id = client.network("a");
    client.subnet(&id, "10.0.0.0/24");
    client.subnet(&id, "fd00::/64");
    let port = client.id("ports", &json!({ "network_id": id }));
    refused(
        &client.call("DELETE", &format!("networks/{id}"), &Value::Null),
        409,
        "NetworkInUse",
    );
    client.delete(&format!("ports/{port}"));
    client.delete(&format!("networks/{id}"));
    assert_eq!(client.list("subnets", ""), [] as [Value; 0]);
}

#[test]
fn what_belongs_to_an_absent_extension_is_unknown() {
    let config = Config::default()
        .without_extension("standard-attr-tag")
        .without_extension("subnet_allocation")
        .without_extension("standard-attr-description")
        .without_extension("router");
    let client = Client::new(config);
    client.refuses(
        "networks",
        &json!({ "description": "x" }),
        400,
        "HTTPBadRequest",
    );
    let id = client.network("a");
    assert!(client.show("networks", &id).get("tags").is_none());
    let tag = client.call("PUT", &format!("networks/{id}/tags/red"), &Value::Null);
    refused(&tag, 404, "HTTPNotFound");
    for collection in ["subnetpools", "routers"] {
        refused(
            &client.call("GET", collection, &Value::Null),
            404,
            "HTTPNotFound",
        );
        assert_eq!(client.call("GET", "extensions/router", &Value::Null).0, 404);
    }
}
