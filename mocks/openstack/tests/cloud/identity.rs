use std::time::Duration;

use mock_openstack::Config;
use serde_json::{Value, json};

use crate::client::Client;

fn log_in(client: &Client, method: &str, part: &Value, scope: &Value) -> (u16, Value) {
    let mut auth = json!({ "identity": { "methods": [method], method: part } });
    if !scope.is_null() {
        auth["scope"] = scope.clone();
    }
    let path = "/identity/v3/auth/tokens";
    let response = client.exchange("POST", path, &json!({ "auth": auth }), &[]);
    (
        response.status().as_u16(),
        serde_json::from_slice(response.body()).unwrap(),
    )
}

#[test]
fn a_user_comes_in_by_name_or_id_and_by_credential() {
    let client = Client::new(Config::default());
    let domain = json!({ "name": "Default" });
    let by_name = json!({ "name": "demo", "domain": domain, "password": "secret" });
    let by_id = json!({ "id": "2".repeat(32), "password": "secret" });
    let project = json!({ "project": { "name": "demo", "domain": { "id": "default" } } });
    let project_id = json!({ "project": { "id": "d".repeat(32) } });
    let credential = json!({ "id": "c".repeat(32), "secret": "application-secret" });
    let named = json!({ "name": "demo-credential", "secret": "application-secret", "user": by_id });
    for (method, part, scope) in [
        ("password", json!({ "user": by_name }), &project),
        ("password", json!({ "user": by_id }), &project_id),
        ("password", json!({ "user": by_id }), &Value::Null),
        ("application_credential", credential, &Value::Null),
        ("application_credential", named, &Value::Null),
    ] {
        let (status, body) = log_in(&client, method, &part, scope);
        assert_eq!(
            (status, &body["token"]["project"]["name"]),
            (201, &json!("demo")),
            "{part}"
        );
    }
}

#[test]
fn whoever_cannot_prove_it_stays_out() {
    let client = Client::new(Config::default());
    let user = |name: &str, password: &str| json!({ "user": { "name": name, "domain": { "id": "default" }, "password": password } });
    let other = json!({ "project": { "name": "other", "domain": { "id": "default" } } });
    for (method, part, scope, status) in [
        ("password", user("demo", "wrong"), Value::Null, 401),
        ("password", user("nobody", "secret"), Value::Null, 401),
        ("password", user("demo", "secret"), other.clone(), 401),
        (
            "password",
            json!({ "user": { "name": "demo", "password": "secret" } }),
            Value::Null,
            400,
        ),
        (
            "application_credential",
            json!({ "id": "c".repeat(32), "secret": "x" }),
            Value::Null,
            401,
        ),
        (
            "application_credential",
            json!({ "id": "0".repeat(32), "secret": "x" }),
            Value::Null,
            404,
        ),
        ("token", json!({ "id": "nonsense" }), Value::Null, 404),
    ] {
        assert_eq!(
            log_in(&client, method, &part, &scope).0,
            status,
            "{method} {part}"
        );
    }
}

#[test]
fn the_catalog_names_region_interfaces_and_the_address_the_client_used() {
    let client = Client::new(Config::default());
    let part = json!({ "user": { "id": "2".repeat(32), "password": "secret" } });
    let (_, body) = log_in(&client, "password", &part, &Value::Null);
    let services = body["token"]["catalog"].as_array().unwrap();
    let network = services
        .iter()
        .find(|service| service["type"] == "network")
        .unwrap();
    let interfaces: Vec<&str> = network["endpoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|endpoint| {
            assert_eq!(endpoint["url"], "http://cloud.example/networking");
            assert_eq!(endpoint["region"], "RegionOne");
            endpoint["interface"].as_str().unwrap()
        })
        .collect();
    assert_eq!(interfaces, ["public", "internal", "admin"]);
}

/// Clients look for machines and load balancers before they remove a network.
#[test]
fn machines_and_load_balancers_are_in_the_catalog_and_there_are_none() {
    let client = Client::new(Config::default());
    let part = json!({ "user": { "id": "2".repeat(32), "password": "secret" } });
    let (_, body) = log_in(&client, "password", &part, &Value::Null);
    let services = body["token"]["catalog"].as_array().unwrap();
    for (kind, list, key) in [
        ("compute", "/servers/detail", "servers"),
        (
            "load-balancer",
            "/v2.0/lbaas/loadbalancers",
            "loadbalancers",
        ),
    ] {
        let service = services.iter().find(|service| service["type"] == kind);
        let url = service.unwrap()["endpoints"][0]["url"].as_str().unwrap();
        let path = url.strip_prefix("http://cloud.example").unwrap();
        let token = [("x-auth-token", client.token.as_str())];
        let reply = client.exchange("GET", &format!("{path}{list}"), &Value::Null, &token);
        assert_eq!(reply.status(), 200, "{kind}");
        let body: Value = serde_json::from_slice(reply.body()).unwrap();
        assert_eq!(body, json!({ key: [] }), "{kind}");
    }
}

#[test]
fn a_token_ends_and_neutron_says_so() {
    let mut client = Client::new(Config {
        token_ttl: Duration::from_secs(60),
        ..Config::default()
    });
    assert_eq!(client.call("GET", "networks", &Value::Null).0, 200);
    client.now = Duration::from_secs(59);
    assert_eq!(client.call("GET", "networks", &Value::Null).0, 200);
    client.now = Duration::from_secs(60);
    let (status, body) = client.call("GET", "networks", &Value::Null);
    assert_eq!((status, &body["error"]["code"]), (401, &json!(401)));
}

#[test]
fn discovery_and_request_ids() {
    let client = Client::new(Config::default());
    let ids: Vec<String> = [
        ("/", 300),
        ("/v3", 200),
        ("/networking/", 200),
        ("/nothing", 404),
    ]
    .into_iter()
    .map(|(path, status)| {
        let response = client.exchange("GET", path, &Value::Null, &[]);
        assert_eq!(response.status(), status, "{path}");
        response.headers()["x-openstack-request-id"]
            .to_str()
            .unwrap()
            .to_owned()
    })
    .collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
}
