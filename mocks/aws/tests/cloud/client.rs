//! A client of the Query protocol that signs its requests, in virtual time.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use mock_aws::{Aws, Config};
use mock_cloud::{Faults, Mock, Options, Outcome};
use ring::{digest, hmac};

/// A mock, and the time.
pub(crate) struct Client {
    pub(crate) mock: Mock,
    pub(crate) now: Duration,
    pub(crate) key: String,
    pub(crate) secret: String,
    /// How far the clock of the client is ahead.
    pub(crate) ahead_s: i64,
    epoch: Timestamp,
}

/// A reply: status, and the XML or JSON.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Client {
    pub(crate) fn new() -> Self {
        Self::of(Config::default())
    }

    pub(crate) fn of(config: Config) -> Self {
        let (epoch, key) = (config.epoch, config.keys[0].clone());
        Self {
            mock: Mock::new(Box::new(Aws::new(config)), Options::default()),
            now: Duration::ZERO,
            key: key.id,
            secret: key.secret,
            ahead_s: 0,
            epoch,
        }
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    pub(crate) fn faults(&self, faults: Faults) {
        self.mock.set_faults(1, faults);
    }

    /// One call of EC2; `None` where no reply arrives.
    pub(crate) fn ask(&self, action: &str, parameters: &[(&str, &str)]) -> Option<Reply> {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", action)
            .append_pair("Version", "2016-11-15");
        form.extend_pairs(parameters);
        self.ask_service("ec2", form.finish())
    }

    /// One call of a service; `None` where no reply arrives.
    pub(crate) fn ask_service(&self, service: &str, body: String) -> Option<Reply> {
        let request = self.signed(service, body);
        let response = self.mock.serve_once(self.now, request).outcome;
        let response = match response {
            Outcome::Respond(response) => response,
            Outcome::Drop | Outcome::Refuse | Outcome::Truncate(_) => return None,
        };
        Some(Reply {
            status: response.status().as_u16(),
            text: String::from_utf8(response.body().to_vec()).unwrap(),
        })
    }

    /// The same for what has to succeed.
    pub(crate) fn call(&self, action: &str, parameters: &[(&str, &str)]) -> Reply {
        let reply = self.ask(action, parameters).unwrap();
        assert_eq!(reply.status, 200, "{action}: {}", reply.text);
        reply
    }

    /// The code of an error, for what has to be refused.
    pub(crate) fn refused(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        let reply = self.ask(action, parameters).unwrap();
        assert_ne!(reply.status, 200, "{action}: {}", reply.text);
        reply.first("Code")
    }

    fn signed(&self, service: &str, body: String) -> mock_cloud::Request {
        let at = self.epoch + jiff::SignedDuration::from_secs(self.ahead_s) + self.now;
        let time = at.strftime("%Y%m%dT%H%M%SZ").to_string();
        let day = &time[..8];
        let scope = format!("{day}/eu-central-1/{service}/aws4_request");
        let canonical = format!(
            "POST\n/\n\nhost:localhost\nx-amz-date:{time}\n\nhost;x-amz-date\n{}",
            sha256(body.as_bytes())
        );
        let text = format!(
            "AWS4-HMAC-SHA256\n{time}\n{scope}\n{}",
            sha256(canonical.as_bytes())
        );
        let mut key = format!("AWS4{}", self.secret).into_bytes();
        for part in [day, "eu-central-1", service, "aws4_request", &text] {
            let own = hmac::Key::new(hmac::HMAC_SHA256, &key);
            key = hmac::sign(&own, part.as_bytes()).as_ref().to_vec();
        }
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders=host;x-amz-date, Signature={}",
            self.key,
            hex(&key)
        );
        http::Request::post("http://localhost/")
            .header("x-amz-date", time)
            .header("authorization", authorization)
            .body(Bytes::from(body))
            .unwrap()
    }
}

impl Reply {
    /// The texts of all elements of this name.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let parts = self.text.split(&open).skip(1);
        parts
            .map(|part| part.split(&close).next().unwrap().to_owned())
            .collect()
    }

    /// The first of them.
    pub(crate) fn first(&self, name: &str) -> String {
        let all = self.all(name);
        all.first()
            .unwrap_or_else(|| panic!("no {name} in {}", self.text))
            .clone()
    }
}

fn sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
