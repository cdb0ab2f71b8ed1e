use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use mock_azure::{Azure, Config, Lock};
use mock_cloud::Calendar;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
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

#[test]
fn locks_and_policies_have_a_say() {
    let mut client = Client::with_network();
    let id = format!("{}/{}", client.subscription(), network("n"));
    client.config(|config| config.locks.insert(id.clone(), Lock::CanNotDelete));
    for path in [network("n"), "resourceGroups/g".to_owned()] {
        let refused = client.ask("DELETE", &path, &Value::Null);
        assert_eq!(refused.code(), (409, "ScopeLocked"));
        assert!(refused.message().contains(&id), "{}", refused.message());
    }
    client.done(
        "PUT",
        &network("n/subnets/a"),
        &crate::client::subnet_body(1),
    );
    client.config(|config| config.locks.insert(id, Lock::ReadOnly));
    let refused = client.refused(
        "PUT",
        &network("n/subnets/a"),
        &crate::client::subnet_body(1),
    );
    assert_eq!(refused, refusal(409, "ScopeLocked"));
    client.config(|config| {
        let (kind, policy) = ("Microsoft.Network/virtualNetworks", "no-networks");
        config.locks.clear();
        config.policies.insert(kind.to_owned(), policy.to_owned());
    });
    let refused = client.ask("PUT", &network("m"), &network_body(json!([])));
    assert_eq!(refused.code(), (403, "RequestDisallowedByPolicy"));
    assert!(refused.message().contains("no-networks"));
}

/// What somebody signs, with changes to what it claims.
fn signed(client: &Client, change: impl FnOnce(&mut Value)) -> String {
    let pem = Azure::certificate();
    let der = |label: &str| {
        let (_, text) = pem.split_once(&format!("-----BEGIN {label}-----")).unwrap();
        let text = text.split_once("-----END").unwrap().0;
        STANDARD
            .decode(text.split_whitespace().collect::<String>())
            .unwrap()
    };
    let (id, tenant) = client.config(|config| (config.client_id.clone(), config.tenant.clone()));
    let now = Calendar::default().epoch.as_second();
    let mut claims = json!({
        "aud": format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"), "iss": id,
        "sub": id, "nbf": now, "exp": now + 600,
    });
    change(&mut claims);
    let print = URL_SAFE_NO_PAD.encode(digest(&SHA256, &der("CERTIFICATE")));
    let head = json!({ "alg": "RS256", "typ": "JWT", "x5t#S256": print });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(&head), part(&claims));
    let pair = RsaKeyPair::from_pkcs8(&der("PRIVATE KEY")).unwrap();
    let mut signature = vec![0; pair.public().modulus_len()];
    let random = SystemRandom::new();
    pair.sign(
        &RSA_PKCS1_SHA256,
        &random,
        message.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn shown(client: &Client, assertion: &str) -> (u16, u64) {
    const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let changes = [
        ("client_secret", ""),
        ("client_assertion_type", TYPE),
        ("client_assertion", assertion),
    ];
    let reply = client.log_in(&client.form(&changes));
    (
        reply.status,
        reply.body["error_codes"][0].as_u64().unwrap_or_default(),
    )
}

#[test]
fn a_certificate_opens_the_door_as_well() {
    let client = Client::new();
    assert_eq!(shown(&client, &signed(&client, |_| {})), (200, 0));
    let now = Calendar::default().epoch.as_second();
    let late = signed(&client, |claims| claims["exp"] = json!(now));
    assert_eq!(shown(&client, &late), (401, 700_024));
    let elsewhere = signed(&client, |claims| {
        claims["aud"] = json!("https://elsewhere/")
    });
    assert_eq!(shown(&client, &elsewhere), (401, 700_023));
    let good = signed(&client, |_| {});
    let (message, _) = good.rsplit_once('.').unwrap();
    assert_eq!(shown(&client, &format!("{message}.AAAA")), (401, 700_027));
    assert_eq!(shown(&client, "no-jwt"), (401, 50027));
}

#[test]
fn a_federated_token_is_one_of_somebody_trusted() {
    let client = Client::new();
    let pod = |claims: &mut Value| {
        claims["iss"] = json!("https://oidc.example/");
        claims["sub"] = json!("system:serviceaccount:groundwork:default");
        claims["aud"] = json!("api://AzureADTokenExchange");
    };
    let token = signed(&client, pod);
    assert_eq!(shown(&client, &token), (401, 700_211));
    let trusted = (
        "https://oidc.example/".to_owned(),
        "system:serviceaccount:groundwork:default".to_owned(),
    );
    client.config(|config| config.federated.insert(trusted));
    assert_eq!(shown(&client, &token), (200, 0));
}
