use mock_openstack::Config;
use serde_json::{Value, json};

use crate::client::{Client, refused, text};

#[test]
fn tags_come_and_go_one_by_one_or_all() {
    let client = Client::new(Config::default());
    let path = format!("networks/{}/tags", client.network("a"));
    assert_eq!(
        client
            .call("PUT", &format!("{path}/a%20tag"), &Value::Null)
            .0,
        201
    );
    assert_eq!(
        client.call("GET", &path, &Value::Null).1,
        json!({ "tags": ["a tag"] })
    );
    let all = json!({ "tags": ["red", "blue"] });
    assert_eq!(client.call("PUT", &path, &all).0, 200);
    assert_eq!(
        client.call("GET", &format!("{path}/red"), &Value::Null).0,
        204
    );
    client.delete(&format!("{path}/red"));
    refused(
        &client.call("DELETE", &format!("{path}/red"), &Value::Null),
        404,
        "TagNotFound",
    );
    assert_eq!(client.list("networks", "tags=blue").len(), 1);
    assert_eq!(client.list("networks", "tags=blue,red").len(), 0);
    client.delete(&path);
    for bad in [
        json!({ "tags": ["x".repeat(256)] }),
        json!({ "tags": ["a", "a"] }),
        json!({}),
    ] {
        refused(&client.call("PUT", &path, &bad), 400, "InvalidInput");
    }
}

#[test]
fn whoever_sees_a_network_can_tag_it() {
    let client = Client::new(Config::default());
    let external = text(&client.list("networks", "router:external=true")[0]["id"]);
    let path = format!("networks/{external}/tags/mine");
    assert_eq!(client.call("PUT", &path, &Value::Null).0, 201);
    // Neutron allows it; the checker does not forget it.
    assert_eq!(client.mock.violations().len(), 1);
    let unseen = client.call(
        "PUT",
        &format!("networks/{}/tags/x", "0".repeat(32)),
        &Value::Null,
    );
    refused(&unseen, 404, "TagResourceNotFound");
}
