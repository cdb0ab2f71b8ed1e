//! Each kind of credentials, at a server that writes down what it is asked.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use groundwork_kit::{client::Wire, credentials::Fields};
use groundwork_model::Secret;
use groundwork_provider::{Access, Clock, Environment, ErrorKind, Random, World};
use groundwork_transport::{Connector, Failure, Settings, Transport};
use http::{Request, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Identity, Session};
use crate::{api::failures::FAILURES, credentials::KEY};

const PEM: &str = include_str!("../../../../../mocks/gcp/src/service-account.pem");

/// What was asked: where, with which headers, with which body.
type Asked = Arc<Mutex<Vec<Request<Bytes>>>>;

/// A server that gives tokens to everybody.
#[derive(Clone, Default)]
struct Server(Asked);

#[async_trait]
impl Transport for Server {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Failure> {
        let is_impersonation = request.uri().path().ends_with(":generateAccessToken");
        let reply = match is_impersonation {
            true => json!({ "accessToken": "acted", "expireTime": "2027-01-01T01:00:00Z" }),
            false => json!({ "access_token": "given", "expires_in": 3600 }),
        };
        self.0.lock().unwrap().push(request);
        Ok(Response::new(reply.to_string().into()))
    }
}

impl Connector for Server {
    fn connect(&self, _: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Ok(Arc::new(self.clone()))
    }
}

#[derive(Debug)]
struct Then;

#[async_trait]
impl Clock for Then {
    fn now(&self) -> Timestamp {
        "2027-01-01T00:00:00Z".parse().unwrap()
    }

    async fn sleep(&self, _: Duration) {}
}

#[derive(Debug)]
struct Never;

impl Random for Never {
    fn bits(&mut self) -> u128 {
        0
    }
}

fn access(server: &Server, environment: Environment) -> Access<crate::Spec, crate::Datacenter> {
    Access {
        spec: None,
        cloud: None,
        secrets: BTreeMap::new(),
        account: None,
        environment,
        connector: Arc::new(server.clone()),
        world: World::new(Arc::new(Then), Never),
    }
}

fn fields(key: &Value) -> Fields {
    let mut fields = Fields::default();
    fields.put(KEY, Secret::new(key.to_string()));
    fields.put(crate::credentials::PROJECT, Secret::new("p"));
    fields
}

/// Logs in; what was asked on the way.
async fn log_in(key: &Value, environment: Environment) -> (Session, Vec<Request<Bytes>>) {
    let server = Server::default();
    let access = access(&server, environment);
    let wire = Wire::connect(&access, Settings::default(), &FAILURES).unwrap();
    let (identity, _) = Identity::of(&fields(key), &access.environment).unwrap();
    let session = identity.log_in(&wire).await.unwrap();
    let asked = server.0.lock().unwrap().clone();
    (session, asked)
}

fn ambient() -> Environment {
    Environment::of_process([])
}

fn form(request: &Request<Bytes>) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(request.body())
        .into_owned()
        .collect()
}

#[tokio::test]
async fn a_service_account_signs_for_an_hour() {
    let key = json!({
        "type": "service_account", "project_id": "p", "client_email": "a@p.iam", "private_key": PEM,
        "private_key_id": "k1", "token_uri": "https://oauth2.googleapis.com/token",
    });
    let (session, asked) = log_in(&key, Environment::default()).await;
    assert_eq!(session.header, "Bearer given");
    assert_eq!(session.expires, "2027-01-01T01:00:00Z".parse().ok());
    let assertion = form(&asked[0])["assertion"].clone();
    let parts: Vec<Value> = assertion
        .split('.')
        .take(2)
        .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
        .collect();
    assert_eq!(
        parts[0],
        json!({ "alg": "RS256", "typ": "JWT", "kid": "k1" })
    );
    assert_eq!(parts[1]["aud"], "https://oauth2.googleapis.com/token");
    assert_eq!(
        parts[1]["exp"].as_i64().unwrap() - parts[1]["iat"].as_i64().unwrap(),
        3600
    );
}

#[tokio::test]
async fn a_user_s_login_is_refreshed() {
    let key = json!({
        "type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r",
    });
    let (_, asked) = log_in(&key, Environment::default()).await;
    assert_eq!(asked[0].uri(), "https://oauth2.googleapis.com/token");
    let form = form(&asked[0]);
    assert_eq!(
        (&*form["grant_type"], &*form["refresh_token"]),
        ("refresh_token", "r")
    );
}

#[tokio::test]
async fn a_federated_identity_acts_as_a_service_account() {
    let file = std::env::temp_dir().join(format!("groundwork-token-{}", std::process::id()));
    std::fs::write(&file, json!({ "token": "theirs" }).to_string()).unwrap();
    let key = json!({
        "type": "external_account", "audience": "//iam.googleapis.com/pool",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "credential_source": { "file": file, "format": { "type": "json", "subject_token_field_name": "token" } },
        "service_account_impersonation_url":
            "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a:generateAccessToken",
    });
    let (session, asked) = log_in(&key, ambient()).await;
    std::fs::remove_file(&file).unwrap();
    assert_eq!(form(&asked[0])["subject_token"], "theirs");
    assert_eq!(asked[1].headers()["authorization"], "Bearer given");
    assert_eq!(session.header, "Bearer acted");
}

/// What files name is read on the machine of whoever serves many.
#[test]
fn a_federated_identity_is_of_the_process_alone() {
    let key = json!({
        "type": "external_account", "audience": "a", "subject_token_type": "t",
        "token_url": "https://sts.googleapis.com/v1/token", "credential_source": { "file": "/etc/passwd" },
    });
    let refused = Identity::of(&fields(&key), &Environment::default()).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Denied);
    let machine = Identity::of(&Fields::default(), &Environment::default()).unwrap_err();
    assert_eq!(machine.kind, ErrorKind::Denied);
}

#[tokio::test]
async fn a_machine_asks_about_itself() {
    let server = Server::default();
    let access = access(&server, ambient());
    let wire = Wire::connect(&access, Settings::default(), &FAILURES).unwrap();
    let mut fields = Fields::default();
    fields.put(crate::credentials::PROJECT, Secret::new("p"));
    let (identity, project) = Identity::of(&fields, &access.environment).unwrap();
    assert_eq!(project, "p");
    identity.log_in(&wire).await.unwrap();
    let asked = server.0.lock().unwrap();
    assert_eq!(asked[0].headers()["metadata-flavor"], "Google");
    assert_eq!(asked[0].uri().host(), Some("metadata.google.internal"));
}
