use mock_azure::Config;
use serde_json::{Value, json};

use crate::client::{Client, inside, network, network_body, refusal};

#[test]
fn a_secret_opens_the_door_for_an_hour() {
    let mut client = Client::with_group();
    assert_eq!(client.get("resourceGroups/g")["name"], "g");
    client.pass(3600);
    let late = client.ask("GET", "resourceGroups/g", &Value::Null);
    assert_eq!(late.code(), (401, "ExpiredAuthenticationToken"));
    assert!(late.header("www-authenticate").starts_with("Bearer"));
    client.token.clear();
    let nobody = client.ask("GET", "resourceGroups/g", &Value::Null);
    assert_eq!(nobody.code(), (401, "AuthenticationFailed"));
    "made-up".clone_into(&mut client.token);
    let unknown = client.ask("GET", "resourceGroups/g", &Value::Null);
    assert_eq!(unknown.code(), (401, "InvalidAuthenticationToken"));
}

#[test]
fn the_directory_says_what_is_wrong_with_a_login() {
    let client = Client::new();
    let error = |changes: &[(&str, &str)]| {
        let reply = client.log_in(&client.form(changes));
        (
            reply.status,
            reply.body["error_codes"][0].as_u64().unwrap_or_default(),
        )
    };
    assert_eq!(error(&[("client_secret", "wrong")]), (401, 7_000_215));
    assert_eq!(error(&[("client_secret", "")]), (401, 7_000_218));
    assert_eq!(error(&[("client_id", "nobody")]), (400, 700_016));
    assert_eq!(error(&[("grant_type", "password")]), (400, 70003));
    assert_eq!(
        error(&[("scope", "https://graph.microsoft.com/.default")]),
        (400, 500_011)
    );
    client.config(|config| config.is_secret_expired = true);
    assert_eq!(error(&[]), (401, 7_000_222));
    client.config(|config| "another".clone_into(&mut config.tenant));
    let uri = "http://mock/wrong-tenant/oauth2/v2.0/token";
    let reply = client.send("POST", uri, client.form(&[]), &[]);
    assert_eq!(reply.body["error_codes"][0], 90002);
}

#[test]
fn a_token_of_another_tenant_opens_nothing_here() {
    let other = "0e4e4e4e-7b10-4000-8000-0000000000dd";
    let mut client = Client::of(Config {
        other_tenants: [other.to_owned()].into(),
        ..Config::default()
    });
    let uri = format!("http://mock/{other}/oauth2/v2.0/token");
    let reply = client.send("POST", &uri, client.form(&[]), &[]);
    reply.body["access_token"]
        .as_str()
        .unwrap()
        .clone_into(&mut client.token);
    let refused = client.ask("GET", "resourcegroups", &Value::Null);
    assert_eq!(refused.code(), (401, "InvalidAuthenticationTokenTenant"));
}

#[test]
fn a_machine_has_its_own_endpoint() {
    let client = Client::new();
    let at = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01\
              &resource=https%3A%2F%2Fmanagement.azure.com%2F";
    let reply = client.send("GET", at, String::new(), &[("metadata", "true")]);
    assert!(reply.body["access_token"].is_string());
    assert_eq!(client.send("GET", at, String::new(), &[]).status, 400);
}

#[test]
fn each_action_is_allowed_or_named() {
    let mut client = Client::with_group();
    client.config(|config| {
        config.not_actions = vec!["Microsoft.Network/virtualNetworks/write".to_owned()];
    });
    let refused = client.ask("PUT", &network("n"), &network_body(json!([])));
    assert_eq!(refused.code(), (403, "AuthorizationFailed"));
    assert!(
        refused
            .message()
            .contains("'Microsoft.Network/virtualNetworks/write'")
    );
    client.config(|config| {
        config.not_actions = vec!["Microsoft.Network/networkSecurityGroups/join/action".to_owned()];
    });
    client.done(
        "PUT",
        &inside("networkSecurityGroups/s"),
        &json!({ "location": "westeurope" }),
    );
    let group = format!(
        "{}/{}",
        client.subscription(),
        inside("networkSecurityGroups/s")
    );
    let properties =
        json!({ "addressPrefix": "10.0.0.0/24", "networkSecurityGroup": { "id": group } });
    let subnet = json!({ "name": "a", "properties": properties });
    let linked = client.refused("PUT", &network("n"), &network_body(json!([subnet])));
    assert_eq!(linked, refusal(403, "LinkedAuthorizationFailed"));
    let path = "providers/Microsoft.Authorization/permissions?api-version=2022-04-01";
    let said = client.get(path);
    assert_eq!(said["value"][0]["actions"], json!(["*"]));
    assert_eq!(said["value"][0]["notActions"].as_array().unwrap().len(), 1);
}

/// Who may begin something may not know how it stands.
#[test]
fn how_an_operation_stands_is_allowed_by_itself() {
    let mut client = Client::with_group();
    let begun = client.begin("PUT", &network("n"), &network_body(json!([])));
    client.config(|config| {
        config.not_actions = vec!["Microsoft.Network/locations/*".to_owned()];
    });
    assert_eq!(client.poll(&begun).code(), (403, "AuthorizationFailed"));
    client.config(|config| {
        config.not_actions = vec!["Microsoft.Resources/subscriptions/*/read".to_owned()];
    });
    for path in [
        "resources",
        "resourceGroups/g/resources",
        "resourceGroups/g",
    ] {
        let refused = client.refused("GET", path, &Value::Null);
        assert_eq!(refused, refusal(403, "AuthorizationFailed"), "{path}");
    }
    client.config(|config| config.not_actions.clear());
    client.pass(4);
    assert_eq!(client.poll(&begun).body["status"], "Succeeded");
}

#[test]
fn a_disabled_subscription_can_only_be_read() {
    let client = Client::with_group();
    client.config(|config| "Disabled".clone_into(&mut config.subscription_state));
    let refused = client.refused(
        "PUT",
        "resourceGroups/h",
        &json!({ "location": "westeurope" }),
    );
    assert_eq!(refused, refusal(409, "ReadOnlyDisabledSubscription"));
    assert_eq!(client.get("")["state"], "Disabled");
    assert_eq!(client.get("resourceGroups/g")["name"], "g");
}

#[test]
fn a_provider_has_to_be_registered() {
    let client = Client::with_group();
    client.config(|config| config.unregistered.insert("Microsoft.Network".to_owned()));
    let refused = client.refused("PUT", &network("n"), &network_body(json!([])));
    assert_eq!(refused, refusal(409, "MissingSubscriptionRegistration"));
    let at = "providers/Microsoft.Network?api-version=2021-04-01";
    assert_eq!(client.get(at)["registrationState"], "NotRegistered");
    let at = "providers/Microsoft.Network/register?api-version=2021-04-01";
    assert_eq!(
        client.begin("POST", at, &Value::Null).body["registrationState"],
        "Registered"
    );
    client.begin("PUT", &network("n"), &network_body(json!([])));
}

#[test]
fn another_subscription_is_not_there() {
    let client = Client::new();
    let other =
        "http://mock/subscriptions/00000000-0000-4000-8000-000000000000?api-version=2021-04-01";
    let reply = client.send("GET", other, String::new(), &[]);
    assert_eq!(reply.code(), (404, "SubscriptionNotFound"));
    let malformed = "http://mock/subscriptions/mine?api-version=2021-04-01";
    let reply = client.send("GET", malformed, String::new(), &[]);
    assert_eq!(reply.code(), (400, "InvalidSubscriptionId"));
}
