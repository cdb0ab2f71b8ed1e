//! A client with a service account, in virtual time.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use mock_cloud::{Calendar, Mock, Options, Outcome};
use mock_gcp::{Config, Gcp};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

use crate::described;

/// Where the objects of a region are.
pub(crate) const REGION: &str = "regions/europe-west3";

/// A mock, the time, and who asks.
pub(crate) struct Client {
    pub(crate) mock: Mock,
    pub(crate) now: Duration,
    pub(crate) token: String,
}

/// A reply: status, body, and how long it took.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) delay: Duration,
}

impl Reply {
    /// Status and reason of a refusal.
    pub(crate) fn reason(&self) -> (u16, &str) {
        let reason = self.body["error"]["errors"][0]["reason"].as_str();
        (self.status, reason.unwrap_or_default())
    }

    pub(crate) fn message(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap_or_default()
    }
}

/// What a service account says of itself, signed with its key.
pub(crate) fn assertion(mock: &Mock, change: impl FnOnce(&mut Value)) -> String {
    let environment = mock.environment("http://mock");
    let key: Value = serde_json::from_str(&environment[0].1).unwrap();
    let now = Calendar::default().epoch.as_second();
    let mut claims = json!({
        "iss": key["client_email"], "aud": "http://mock/token", "iat": now, "exp": now + 3600,
        "scope": "https://www.googleapis.com/auth/cloud-platform",
    });
    change(&mut claims);
    let head = json!({ "alg": "RS256", "typ": "JWT", "kid": key["private_key_id"] });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(&head), part(&claims));
    let pem = key["private_key"].as_str().unwrap();
    let der: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(der).unwrap()).unwrap();
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

impl Client {
    pub(crate) fn new() -> Self {
        Self::of(Config::default())
    }

    /// One of a project without the network `default`.
    pub(crate) fn of(config: Config) -> Self {
        let config = Config {
            has_default_network: false,
            ..config
        };
        let mut client = Self {
            mock: Mock::new(Box::new(Gcp::new(config)), Options::default()),
            now: Duration::ZERO,
            token: String::new(),
        };
        let assertion = assertion(&client.mock, |_| {});
        let granted = client.log_in(&assertion);
        client.token = granted.body["access_token"].as_str().unwrap().to_owned();
        client
    }

    pub(crate) fn log_in(&self, assertion: &str) -> Reply {
        let grant = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer";
        let form = format!("grant_type={grant}&assertion={assertion}");
        self.send("POST", "http://mock/token", form)
    }

    pub(crate) fn ask(&self, method: &str, path: &str, body: &Value) -> Reply {
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let uri = format!("http://mock/compute/v1/projects/mock-project/{path}");
        self.send(method, uri.trim_end_matches('/'), text)
    }

    pub(crate) fn send(&self, method: &str, uri: &str, body: String) -> Reply {
        self.send_as(method, uri, body, &[])
    }

    /// Sends a request with more headers, and holds the exchange against Google's own description.
    pub(crate) fn send_as(
        &self,
        method: &str,
        uri: &str,
        body: String,
        headers: &[(&str, &str)],
    ) -> Reply {
        let request = http::Request::builder().method(method).uri(uri);
        let request = request.header("authorization", format!("Bearer {}", self.token));
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let request = request.body(Bytes::from(body)).unwrap();
        let asked = request.clone();
        let reply = self.mock.serve_once(self.now, request);
        let Outcome::Respond(response) = reply.outcome else {
            panic!("no fault was asked for");
        };
        described::check(&asked, &response);
        Reply {
            status: response.status().as_u16(),
            body: serde_json::from_slice(response.body()).unwrap_or_default(),
            delay: reply.delay,
        }
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let reply = self.ask("GET", path, &Value::Null);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        reply.body
    }

    /// Begins something that has to be taken; the operation.
    pub(crate) fn begin(&self, method: &str, path: &str, body: &Value) -> Value {
        let reply = self.ask(method, path, body);
        assert_eq!(reply.status, 200, "{method} {path}: {}", reply.body);
        assert_eq!(reply.body["kind"], "compute#operation", "{method} {path}");
        reply.body
    }

    /// Waits for an operation with the server's help, and returns it.
    pub(crate) fn wait(&mut self, operation: &Value) -> Value {
        let link = operation["selfLink"].as_str().unwrap();
        let (_, path) = link.split_once("/projects/mock-project/").unwrap();
        let reply = self.ask("POST", &format!("{path}/wait"), &Value::Null);
        self.now += reply.delay;
        assert_eq!(reply.body["status"], "DONE");
        reply.body
    }

    /// Does something and waits until it is done without an error.
    pub(crate) fn done(&mut self, method: &str, path: &str, body: &Value) {
        let operation = self.begin(method, path, body);
        let operation = self.wait(&operation);
        assert!(operation["error"].is_null(), "{method} {path}: {operation}");
    }

    /// A custom network, and what it needs for internal IPv6 if that is asked for.
    pub(crate) fn network(&mut self, name: &str, has_ula: bool) {
        let mut body = json!({ "name": name, "autoCreateSubnetworks": false });
        if has_ula {
            body["enableUlaInternalIpv6"] = json!(true);
        }
        self.done("POST", "global/networks", &body);
    }

    /// A subnetwork in a network, with what else it has; its path.
    pub(crate) fn subnetwork(&mut self, name: &str, network: &str, more: &Value) -> String {
        self.done(
            "POST",
            &format!("{REGION}/subnetworks"),
            &subnetwork(name, network, more),
        );
        format!("{REGION}/subnetworks/{name}")
    }

    pub(crate) fn pass(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    /// Status and reason of a refused POST.
    pub(crate) fn refused(&self, path: &str, body: &Value) -> (u16, String) {
        let reply = self.ask("POST", path, body);
        let (status, reason) = reply.reason();
        (status, reason.to_owned())
    }
}

pub(crate) fn subnetwork(name: &str, network: &str, more: &Value) -> Value {
    let mut body = json!({
        "name": name, "network": format!("global/networks/{network}"), "ipCidrRange": "10.0.0.0/24",
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    body
}

pub(crate) fn refusal(status: u16, reason: &str) -> (u16, String) {
    (status, reason.to_owned())
}
