use mock_gcp::{Config, Gcp};
use serde_json::{Value, json};

use crate::client::{Client, assertion, refusal};

#[test]
fn a_signed_assertion_gets_a_token_and_opens_the_apis_by_itself() {
    let mut client = Client::new();
    assert_eq!(client.get("global/networks")["kind"], "compute#networkList");
    client.token = assertion(&client.mock, |_| {});
    assert_eq!(client.get("global/networks")["kind"], "compute#networkList");
    let named = |claims: &mut Value| {
        claims["aud"] = json!("https://compute.googleapis.com/");
        claims["scope"] = Value::Null;
    };
    client.token = assertion(&client.mock, named);
    assert_eq!(client.get("global/networks")["kind"], "compute#networkList");
}

#[test]
fn an_assertion_for_somebody_else_or_another_time_gets_no_token() {
    let client = Client::new();
    let told = |change: fn(&mut Value)| {
        let reply = client.log_in(&assertion(&client.mock, change));
        assert_eq!(
            (reply.status, &reply.body["error"]),
            (400, &json!("invalid_grant"))
        );
        reply.body["error_description"].as_str().unwrap().to_owned()
    };
    let audience = told(|claims| claims["aud"] = json!("https://elsewhere.invalid/token"));
    assert!(audience.contains("audience"), "{audience}");
    let long = told(|claims| claims["exp"] = json!(claims["iat"].as_i64().unwrap() + 7200));
    assert!(long.contains("short-lived"), "{long}");
    let past = told(|claims| {
        claims["iat"] = json!(0);
        claims["exp"] = json!(3600);
    });
    assert!(past.contains("short-lived"), "{past}");
    let issuer = told(|claims| claims["iss"] = json!("somebody@else.invalid"));
    assert!(issuer.contains("account"), "{issuer}");
    let scope = told(|claims| claims["scope"] = json!("openid"));
    assert!(scope.contains("scope"), "{scope}");
}

#[test]
fn a_signature_over_something_else_is_none() {
    let client = Client::new();
    let good = assertion(&client.mock, |_| {});
    let other = assertion(&client.mock, |claims| claims["sub"] = json!("admin"));
    let (claims, _) = other.rsplit_once('.').unwrap();
    let (_, signature) = good.rsplit_once('.').unwrap();
    let reply = client.log_in(&format!("{claims}.{signature}"));
    assert_eq!(reply.body["error_description"], "Invalid JWT Signature.");
}

#[test]
fn a_token_expires() {
    let mut client = Client::new();
    client.pass(3599);
    client.get("global/networks");
    client.pass(1);
    let reply = client.ask("GET", "global/networks", &Value::Null);
    assert_eq!(reply.reason(), (401, "authError"));
    assert_eq!(reply.body["error"]["status"], "UNAUTHENTICATED");
}

#[test]
fn what_is_switched_off_is_said() {
    let mut client = Client::new();
    let told = |client: &Client, change: fn(&mut Config)| {
        client
            .mock
            .with(|cloud: &mut Gcp| change(&mut cloud.config));
        let reply = client.ask("GET", "global/networks", &Value::Null);
        assert_eq!(reply.body["error"]["status"], "PERMISSION_DENIED");
        let info = reply.body["error"]["details"][0]["reason"]
            .as_str()
            .unwrap()
            .to_owned();
        (reply.status, reply.reason().1.to_owned(), info)
    };
    let unpaid = told(&client, |config| config.is_unpaid = true);
    assert_eq!(
        unpaid,
        (403, "forbidden".to_owned(), "BILLING_DISABLED".to_owned())
    );
    let disabled = told(&client, |config| {
        config
            .disabled_apis
            .insert("compute.googleapis.com".to_owned());
    });
    assert_eq!(
        disabled,
        (
            403,
            "accessNotConfigured".to_owned(),
            "SERVICE_DISABLED".to_owned()
        )
    );
    client.token.clear();
    assert_eq!(
        client.ask("GET", "global/networks", &Value::Null).status,
        401
    );
}

#[test]
fn permissions_are_tested_and_held() {
    let client = Client::of(Config {
        denied: ["compute.networks.create".to_owned()].into(),
        ..Config::default()
    });
    let asked = json!({ "permissions": ["compute.networks.create", "compute.networks.get"] });
    let uri = "http://mock/v1/projects/mock-project:testIamPermissions";
    let reply = client.send("POST", uri, asked.to_string());
    assert_eq!(
        reply.body,
        json!({ "permissions": ["compute.networks.get"] })
    );
    let none = json!({ "permissions": ["compute.networks.create"] });
    assert_eq!(client.send("POST", uri, none.to_string()).body, json!({}));
    let body = json!({ "name": "n", "autoCreateSubnetworks": false });
    assert_eq!(
        client.refused("global/networks", &body),
        refusal(403, "forbidden")
    );
}

#[test]
fn another_project_is_not_there() {
    let client = Client::new();
    let uri = "http://mock/compute/v1/projects/other/global/networks";
    let reply = client.send("GET", uri, String::new());
    assert_eq!(reply.reason(), (404, "notFound"));
}
