//! Each way to show who asks, at the mock's token endpoint.

use ::conformance::{Lab, Subject, Variant, merged, subjects::AzureSubject};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use groundwork_provider::Environment;
use serde_json::{Value, json};

/// A document that says nothing of who asks.
fn bare(subject: &AzureSubject) -> Value {
    let none = json!({ "tenantID": null, "clientID": null, "clientSecret": null });
    let patch = json!({ "spec": { "cloud": { "azure": none } } });
    merged(subject.cluster(Variant::DualStack), &patch)
}

fn ambient(subject: &mut AzureSubject, more: &[(&str, &str)]) {
    let config = &subject.config;
    let all = [
        ("AZURE_TENANT_ID", config.tenant.as_str()),
        ("AZURE_CLIENT_ID", config.client_id.as_str()),
    ];
    let all = all.iter().chain(more);
    let all: Vec<(String, String)> = all
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    subject.environment = Environment::of_process(all);
}

/// What is asked of the token endpoint, once a plan is made.
async fn asked(subject: &AzureSubject) -> Vec<String> {
    let lab = Lab::open(subject);
    let planned = lab.process().plan(&lab.request(&bare(subject))).await;
    planned.unwrap_or_else(|why| panic!("{why:?}"));
    let calls = lab.mock.calls();
    calls
        .iter()
        .filter(|call| call.path.ends_with("/token"))
        .map(|call| call.path.clone())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn an_application_shows_its_secret() {
    let mut subject = AzureSubject::default();
    let secret = subject.config.client_secret.clone();
    ambient(&mut subject, &[("AZURE_CLIENT_SECRET", &secret)]);
    let expected = format!("/{}/oauth2/v2.0/token", subject.config.tenant);
    assert_eq!(asked(&subject).await, [expected], "one token for all calls");
}

#[tokio::test(start_paused = true)]
async fn an_application_shows_its_certificate() {
    let mut subject = AzureSubject::default();
    let pem = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../mocks/azure/src/application.pem"
    );
    ambient(&mut subject, &[("AZURE_CLIENT_CERTIFICATE_PATH", pem)]);
    assert_eq!(asked(&subject).await.len(), 1);
}

/// A pod has a token of its cluster's in a file, which the application trusts.
#[tokio::test(start_paused = true)]
async fn a_pod_shows_the_token_of_its_service_account() {
    let whose = (
        "https://oidc.example/",
        "system:serviceaccount:network:groundwork",
    );
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({
        "iss": whose.0, "sub": whose.1, "aud": "api://AzureADTokenExchange",
        "nbf": 0, "exp": 4_102_444_800_i64,
    });
    let token = format!(
        "{}.{}.c2lnbmVk",
        part(json!({ "alg": "RS256" })),
        part(claims)
    );
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/token-of-a-pod");
    std::fs::write(file, token).expect("the folder is ours");
    let mut subject = AzureSubject::default();
    let trusted = (whose.0.to_owned(), whose.1.to_owned());
    subject.config.federated.insert(trusted);
    ambient(&mut subject, &[("AZURE_FEDERATED_TOKEN_FILE", file)]);
    let expected = format!("/{}/oauth2/v2.0/token", subject.config.tenant);
    assert_eq!(asked(&subject).await, [expected]);
}

#[tokio::test(start_paused = true)]
async fn a_machine_asks_about_itself() {
    let mut subject = AzureSubject::default();
    ambient(
        &mut subject,
        &[("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")],
    );
    assert_eq!(asked(&subject).await, ["/metadata/identity/oauth2/token"]);
}

/// The machine's own account is never that of a controller's tenant.
#[tokio::test(start_paused = true)]
async fn who_brings_nothing_acts_as_nobody() {
    let subject = AzureSubject::default();
    let lab = Lab::open(&subject);
    let planned = lab.process().plan(&lab.request(&bare(&subject))).await;
    let why = planned.err().expect("nobody asks");
    let why = format!("{why:?}");
    assert!(why.contains("there are no credentials for Azure"), "{why}");
    assert_eq!(lab.mock.calls(), []);
}
