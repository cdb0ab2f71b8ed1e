//! A client with an application's secret, in virtual time.

use std::time::Duration;

use bytes::Bytes;
use mock_azure::{Azure, Config};
use mock_cloud::{Mock, Options, Outcome};
use serde_json::{Value, json};

use crate::described;

/// The latest version of `Microsoft.Network`, as its own client of late 2026 sends it.
pub(crate) const VERSION: &str = "2026-03-01";
const GROUPS: &str = "2021-04-01";
const AT: &str = "http://mock";

/// A mock, the time, and who asks.
pub(crate) struct Client {
    pub(crate) mock: Mock,
    pub(crate) now: Duration,
    pub(crate) token: String,
}

/// A reply: status, headers, body.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    /// Status and code of a refusal.
    pub(crate) fn code(&self) -> (u16, &str) {
        (
            self.status,
            self.body["error"]["code"].as_str().unwrap_or_default(),
        )
    }

    pub(crate) fn message(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl Client {
    pub(crate) fn new() -> Self {
        Self::of(Config::default())
    }

    pub(crate) fn of(config: Config) -> Self {
        let options = Options {
            watch: Some(described::check),
            ..Options::default()
        };
        let mut client = Self {
            mock: Mock::new(Box::new(Azure::new(config)), options),
            now: Duration::ZERO,
            token: String::new(),
        };
        let form = client.form(&[]);
        let reply = client.log_in(&form);
        client.token = reply.body["access_token"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        client
    }

    pub(crate) fn config<T>(&self, read: impl FnOnce(&mut Config) -> T) -> T {
        self.mock.with(|cloud: &mut Azure| read(&mut cloud.config))
    }

    /// What an application shows of itself, with changes.
    pub(crate) fn form(&self, changes: &[(&str, &str)]) -> String {
        let (client, secret) =
            self.config(|config| (config.client_id.clone(), config.client_secret.clone()));
        let mut pairs = vec![
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", client),
            ("client_secret", secret),
            ("scope", "https://management.azure.com/.default".to_owned()),
        ];
        for (name, value) in changes {
            pairs.retain(|(own, _)| own != name);
            if !value.is_empty() {
                pairs.push((name, (*value).to_owned()));
            }
        }
        let pairs: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("&")
    }

    pub(crate) fn log_in(&self, form: &str) -> Reply {
        let tenant = self.config(|config| config.tenant.clone());
        self.send(
            "POST",
            &format!("{AT}/{tenant}/oauth2/v2.0/token"),
            form.to_owned(),
            &[],
        )
    }

    pub(crate) fn subscription(&self) -> String {
        self.config(|config| format!("/subscriptions/{}", config.subscription))
    }

    /// The address of a path below the subscription, with the version that it needs.
    pub(crate) fn at(&self, path: &str) -> String {
        let subscription = self.subscription();
        let version = match path.contains("Microsoft.Network") {
            true => VERSION,
            false => GROUPS,
        };
        let join = if path.contains('?') { '&' } else { '?' };
        let path = format!("{AT}{subscription}/{path}");
        let path = path.trim_end_matches('/');
        match path.contains("api-version=") {
            true => path.to_owned(),
            false => format!("{path}{join}api-version={version}"),
        }
    }

    pub(crate) fn ask(&self, method: &str, path: &str, body: &Value) -> Reply {
        self.ask_if(method, path, body, &[])
    }

    /// The same with headers.
    pub(crate) fn ask_if(
        &self,
        method: &str,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Reply {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send(method, &self.at(path), body, headers)
    }

    pub(crate) fn send(
        &self,
        method: &str,
        uri: &str,
        body: String,
        headers: &[(&str, &str)],
    ) -> Reply {
        let request = http::Request::builder().method(method).uri(uri);
        let request = match self.token.is_empty() {
            true => request,
            false => request.header("authorization", format!("Bearer {}", self.token)),
        };
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let request = request.body(Bytes::from(body)).unwrap();
        let reply = self.mock.serve_once(self.now, request);
        let Outcome::Respond(response) = reply.outcome else {
            panic!("no fault was asked for");
        };
        Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: serde_json::from_slice(response.body()).unwrap_or_default(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let reply = self.ask("GET", path, &Value::Null);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        reply.body
    }

    /// Begins something that has to be taken.
    pub(crate) fn begin(&self, method: &str, path: &str, body: &Value) -> Reply {
        let reply = self.ask(method, path, body);
        assert!(
            reply.status < 300,
            "{method} {path}: {} {}",
            reply.status,
            reply.body
        );
        reply
    }

    /// Asks how an operation stands.
    pub(crate) fn poll(&self, begun: &Reply) -> Reply {
        self.send(
            "GET",
            begun.header("azure-asyncoperation"),
            String::new(),
            &[],
        )
    }

    /// Does something, and waits until it is done without an error.
    pub(crate) fn done(&mut self, method: &str, path: &str, body: &Value) {
        let begun = self.begin(method, path, body);
        self.pass(4);
        if !begun.header("azure-asyncoperation").is_empty() {
            let said = self.poll(&begun);
            assert_eq!(
                said.body,
                json!({ "status": "Succeeded" }),
                "{method} {path}"
            );
        }
    }

    /// Code and status of a request that is refused.
    pub(crate) fn refused(&self, method: &str, path: &str, body: &Value) -> (u16, String) {
        let reply = self.ask(method, path, body);
        let (status, code) = reply.code();
        (status, code.to_owned())
    }

    pub(crate) fn pass(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    /// A resource group `g`.
    pub(crate) fn with_group() -> Self {
        let mut client = Self::new();
        client.done(
            "PUT",
            "resourceGroups/g",
            &json!({ "location": "westeurope" }),
        );
        client
    }

    /// The same with a network `n` of both families, without subnets.
    pub(crate) fn with_network() -> Self {
        let mut client = Self::with_group();
        client.done("PUT", &network("n"), &network_body(json!([])));
        client
    }
}

/// The path of something of `Microsoft.Network` in the group `g`.
pub(crate) fn inside(path: &str) -> String {
    format!("resourceGroups/g/providers/Microsoft.Network/{path}")
}

pub(crate) fn network(name: &str) -> String {
    inside(&format!("virtualNetworks/{name}"))
}

/// A network of both families with these subnets.
pub(crate) fn network_body(subnets: Value) -> Value {
    json!({
        "location": "westeurope",
        "properties": {
            "addressSpace": { "addressPrefixes": ["10.0.0.0/16", "fd00:1:2::/48"] },
            "subnets": subnets,
        },
    })
}

/// A subnet of both families, the n-th of its network.
pub(crate) fn subnet_body(number: u8) -> Value {
    let prefixes = [
        format!("10.0.{number}.0/24"),
        format!("fd00:1:2:{number:x}::/64"),
    ];
    json!({ "properties": { "addressPrefixes": prefixes } })
}

/// The same as a part of its network.
pub(crate) fn named(name: &str, number: u8) -> Value {
    let mut body = subnet_body(number);
    body["name"] = json!(name);
    body
}

pub(crate) fn refusal(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
