use serde_json::{Value, json};

use crate::client::Client;

#[test]
fn an_assigned_address_is_unassigned_before_it_is_deleted() {
    let mut client = Client::new();
    let body = json!({ "name": "six", "type": "ipv6", "location": "fsn1" });
    let ip = client.make("primary_ips", "primary_ip", &body);
    let free = client.get(&ip);
    assert_eq!(free["primary_ip"]["assignee_type"], "unassigned");
    let server = json!({
        "name": "s", "server_type": "cx23", "image": "debian-13",
        "public_net": { "enable_ipv6": false },
    });
    let server = client.post("servers", &server)["server"]["id"].clone();
    let to = json!({ "assignee_id": server, "assignee_type": "server" });
    client.post(&format!("{ip}/actions/assign"), &to);
    client.wait(2);
    let reply = client.ask("DELETE", &ip, &Value::Null);
    assert_eq!(reply.code(), "must_be_unassigned");
    client.post(&format!("{ip}/actions/unassign"), &Value::Null);
    client.wait(2);
    assert_eq!(client.ask("DELETE", &ip, &Value::Null).status, 204);
}

#[test]
fn an_assignee_is_named_with_its_type() {
    let client = Client::new();
    let body = json!({ "name": "six", "type": "ipv6", "assignee_id": 7 });
    assert_eq!(
        client.wrong("primary_ips", &body),
        ["assignee_type is missing"]
    );
}
