//! A client with a token, in virtual time.

use std::time::Duration;

use bytes::Bytes;
use mock_cloud::{Mock, Options, Outcome};
use mock_digitalocean::{Config, DigitalOcean};
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
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub(crate) fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }
}

impl Client {
    pub(crate) fn new() -> Self {
        Self::of(Config::default())
    }

    pub(crate) fn of(config: Config) -> Self {
        let token = config.tokens[0].text.clone();
        Self {
            mock: Mock::new(Box::new(DigitalOcean::new(config)), Options::default()),
            now: Duration::ZERO,
            token,
        }
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    pub(crate) fn ask(&self, method: &str, path: &str, body: &Value) -> Reply {
        let text = match body.is_null() {
            true => String::new(),
            false => body.to_string(),
        };
        let request = http::Request::builder()
            .method(method)
            .uri(format!("http://mock/v2/{path}"))
            .header("authorization", format!("Bearer {}", self.token))
            .body(Bytes::from(text))
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

    /// A request that has to be refused: status and message.
    pub(crate) fn refused(&self, method: &str, path: &str, body: &Value) -> (u16, String) {
        let reply = self.ask(method, path, body);
        (reply.status, reply.message().to_owned())
    }

    /// Makes an object; what the reply shows of it.
    pub(crate) fn make(&self, kind: &str, singular: &str, body: &Value) -> Value {
        let reply = self.ask("POST", kind, body);
        assert!(matches!(reply.status, 201 | 202), "{kind}: {}", reply.body);
        reply.body[singular].clone()
    }

    /// Makes an object; its path.
    pub(crate) fn made(&self, kind: &str, singular: &str, body: &Value) -> String {
        let made = self.make(kind, singular, body);
        let id = made["id"].as_str().map(str::to_owned);
        format!("{kind}/{}", id.unwrap_or_else(|| made["id"].to_string()))
    }
}
