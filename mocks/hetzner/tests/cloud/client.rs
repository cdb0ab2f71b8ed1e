//! A client with a token, in virtual time.

use std::time::Duration;

use bytes::Bytes;
use mock_cloud::{Mock, Options, Outcome};
use mock_hetzner::{Config, Hetzner};
use serde_json::Value;

/// A mock, and the time.
pub(crate) struct Client {
    pub(crate) mock: Mock,
    pub(crate) now: Duration,
    pub(crate) token: String,
}

/// A reply: status, headers and body.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    /// The code of an error; empty where it is none.
    pub(crate) fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

impl Client {
    pub(crate) fn new() -> Self {
        Self::of(Config::default())
    }

    pub(crate) fn of(config: Config) -> Self {
        let token = config.tokens[0].text.clone();
        Self {
            mock: Mock::new(Box::new(Hetzner::new(config)), Options::default()),
            now: Duration::ZERO,
            token,
        }
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    pub(crate) fn ask(&self, method: &str, path: &str, body: &Value) -> Reply {
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send(method, path, text)
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: String) -> Reply {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("http://mock/v1/{path}"))
            .header("authorization", format!("Bearer {}", self.token))
            .body(Bytes::from(body))
            .unwrap();
        let Outcome::Respond(response) = self.mock.serve_once(self.now, request).outcome else {
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

    /// A POST that has to succeed.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        let reply = self.ask("POST", path, body);
        assert_eq!(reply.status, 201, "{path}: {}", reply.body);
        reply.body
    }

    /// The code with which a POST is refused.
    pub(crate) fn refused(&self, path: &str, body: &Value) -> String {
        self.ask("POST", path, body).code().to_owned()
    }

    /// The fields that a POST is told of, each with what is wrong.
    pub(crate) fn wrong(&self, path: &str, body: &Value) -> Vec<String> {
        let reply = self.ask("POST", path, body);
        assert_eq!(reply.code(), "invalid_input", "{}", reply.body);
        let fields = reply.body["error"]["details"]["fields"]
            .as_array()
            .unwrap()
            .clone();
        fields
            .iter()
            .map(|field| {
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                format!("{} {}", text(&field["name"]), text(&field["messages"][0]))
            })
            .collect()
    }

    /// Makes an object; the path of it.
    pub(crate) fn make(&self, kind: &str, singular: &str, body: &Value) -> String {
        let made = self.post(kind, body);
        format!("{kind}/{}", made[singular]["id"])
    }
}
