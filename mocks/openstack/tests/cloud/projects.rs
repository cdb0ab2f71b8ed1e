use mock_openstack::{Config, Release, Role};
use serde_json::{Value, json};

use crate::client::{Client, refused, subnet, text};

#[test]
fn projects_do_not_see_each_other() {
    let client = Client::new(Config::default());
    let other = client.also("other");
    let id = other.network("theirs");
    let path = format!("networks/{id}");
    refused(
        &client.call("GET", &path, &Value::Null),
        404,
        "NetworkNotFound",
    );
    refused(
        &client.call("DELETE", &path, &Value::Null),
        404,
        "NetworkNotFound",
    );
    assert_eq!(client.list("networks", "name=theirs"), [] as [Value; 0]);
    client.refuses(
        "ports",
        &json!({ "network_id": id }),
        404,
        "NetworkNotFound",
    );
    assert_eq!(
        client.also("admin").list("networks", "name=theirs").len(),
        1
    );
}

#[test]
fn external_networks_are_seen_and_not_touched() {
    let client = Client::new(Config::default());
    let id = text(&client.list("networks", "router:external=true")[0]["id"]);
    let path = format!("networks/{id}");
    let rename = json!({ "network": { "name": "x" } });
    refused(
        &client.call("PUT", &path, &rename),
        403,
        "PolicyNotAuthorized",
    );
    refused(
        &client.call("DELETE", &path, &Value::Null),
        403,
        "PolicyNotAuthorized",
    );
    client.refuses("subnets", &subnet(&id, "10.0.0.0/24"), 403, "HTTPForbidden");
    assert_eq!(
        client.list("subnets", ""),
        [] as [Value; 0],
        "their subnets are not shown"
    );
}

#[test]
fn a_reader_reads() {
    let config = Config::of(Release::V2026_2).with_project("guests", Role::Reader);
    let client = Client::new(config).also("guests");
    assert_eq!(client.list("networks", "").len(), 1);
    client.refuses(
        "networks",
        &json!({ "name": "x" }),
        403,
        "PolicyNotAuthorized",
    );
}

#[test]
fn a_subnet_of_another_project_trips_neutron_up() {
    let client = Client::new(Config::default());
    let id = client.network("ours");
    client.also("admin").subnet(&id, "10.0.0.0/24");
    let path = format!("networks/{id}");
    refused(
        &client.call("DELETE", &path, &Value::Null),
        500,
        "HTTPInternalServerError",
    );
    client.also("admin").delete(&path);
}

#[test]
fn quotas_count_what_a_project_has() {
    let client = Client::new(Config::default().with_quota("network", 2));
    client.network("a");
    let two = json!({ "networks": [{}, {}] });
    refused(&client.call("POST", "networks", &two), 409, "OverQuota");
    client.network("b");
    client.refuses("networks", &json!({}), 409, "OverQuota");
    client.also("other").network("c");
    let project = "d".repeat(32);
    let (_, body) = client.call(
        "GET",
        &format!("quotas/{project}/details.json"),
        &Value::Null,
    );
    let used = json!({ "limit": 2, "used": 2, "reserved": 0 });
    assert_eq!(body["quota"]["network"], used);
    let path = format!("quotas/{project}");
    let more = json!({ "quota": { "network": 3 } });
    refused(
        &client.call("PUT", &path, &more),
        403,
        "PolicyNotAuthorized",
    );
    assert_eq!(client.also("admin").call("PUT", &path, &more).0, 200);
    client.network("c");
    let strangers = client.call("GET", &format!("quotas/{}", "e".repeat(32)), &Value::Null);
    refused(&strangers, 403, "PolicyNotAuthorized");
}
