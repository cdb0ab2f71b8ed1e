use serde_json::{Value, json};

use crate::client::Client;

fn server(client: &Client, location: &str) -> String {
    let body = json!({
        "name": format!("s-{location}"), "server_type": "cx23", "image": "debian-13",
        "location": location,
    });
    client.make("servers", "server", &body)
}

#[test]
fn a_server_has_an_address_and_a_range_until_it_is_deleted() {
    let mut client = Client::new();
    let server = server(&client, "fsn1");
    client.wait(2);
    let shown = &client.get(&server)["server"];
    assert_eq!(shown["status"], "running");
    assert_eq!(shown["location"]["network_zone"], "eu-central");
    assert!(shown.get("datacenter").is_none());
    let v6 = shown["public_net"]["ipv6"]["ip"].as_str().unwrap();
    assert!(v6.ends_with("::/64"), "{v6}");
    let ips = || {
        client.get("primary_ips")["primary_ips"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(ips(), 2);
    assert_eq!(client.ask("DELETE", &server, &Value::Null).status, 200);
    client.wait(2);
    assert_eq!(client.ask("GET", &server, &Value::Null).code(), "not_found");
    let ips = client.get("primary_ips");
    assert_eq!(ips["primary_ips"], json!([]));
}

#[test]
fn a_server_joins_a_network_only_in_its_zone_and_by_and_by() {
    let mut client = Client::new();
    let subnet =
        json!({ "type": "cloud", "ip_range": "10.0.1.0/24", "network_zone": "eu-central" });
    let body = json!({ "name": "n", "ip_range": "10.0.0.0/16", "subnets": [subnet] });
    let network = client.post("networks", &body)["network"]["id"].clone();
    let (near, far) = (server(&client, "hel1"), server(&client, "ash"));
    let attach = |server: &str, ip: Option<&str>| {
        let mut body = json!({ "network": network });
        if let Some(ip) = ip {
            body["ip"] = json!(ip);
        }
        client.ask(
            "POST",
            &format!("{server}/actions/attach_to_network"),
            &body,
        )
    };
    assert_eq!(attach(&far, None).code(), "no_subnet_available");
    assert_eq!(attach(&near, Some("10.0.2.7")).code(), "ip_not_available");
    assert_eq!(attach(&near, Some("10.0.1.7")).status, 201);
    assert_eq!(attach(&near, None).code(), "server_already_attached");
    let status = |client: &Client| {
        let members = client.get(&format!("networks/{network}/members"));
        let status = members["members"][0]["status"].as_str();
        status.map(str::to_owned)
    };
    assert_eq!(status(&client).as_deref(), Some("attaching"));
    client.wait(2);
    assert_eq!(status(&client).as_deref(), Some("ok"));
    let detach = format!("{near}/actions/detach_from_network");
    client.post(&detach, &json!({ "network": network }));
    assert_eq!(status(&client).as_deref(), Some("detaching"));
    client.wait(2);
    assert_eq!(status(&client), None);
}
