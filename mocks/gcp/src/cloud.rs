use std::collections::BTreeMap;
use std::time::Duration;

use http::Method;
use mock_cloud::{
    Cloud, Description, Idempotency, Object, Refusal, Request, Requests, Response, Schedule, Store,
    reply,
};
use mock_rest::{Query, segments};
use serde_json::Value;

use crate::auth::Tokens;
use crate::collection::Collection;
use crate::config::Config;
use crate::links::path;
use crate::operations::{Operation, Step};
use crate::refused::{Answer, Refused};

/// What changes by itself, so that a difference in it alone means nothing.
const VOLATILE: &[&str] = &["creationTimestamp", "fingerprint"];

/// What objects are looked up by.
const INDEXED: &[&str] = &["network"];

/// One project of Google Cloud, with all it holds.
#[derive(Clone, Debug)]
pub struct Gcp {
    /// What the project is like. It may change while the cloud runs: another quota, another delay.
    /// Regions and the network `default` are made only once, by [`Gcp::new`].
    pub config: Config,
    pub(crate) store: Store,
    pub(crate) now: Duration,
    pub(crate) schedule: Schedule<Step>,
    pub(crate) operations: BTreeMap<u64, Operation>,
    pub(crate) repeated: Idempotency<String>,
    pub(crate) tokens: Tokens,
    /// Somebody else is at work, whose operations take no time.
    pub(crate) is_hand: bool,
    /// Another project, which shares its networks with this one.
    pub(crate) host: Option<Box<Self>>,
    requests: Requests,
}

impl Gcp {
    /// A project in which nobody has been at work.
    pub fn new(config: Config) -> Self {
        let mut cloud = Self {
            store: Store::new(config.seed, VOLATILE, INDEXED),
            config,
            now: Duration::ZERO,
            schedule: Schedule::default(),
            operations: BTreeMap::new(),
            repeated: Idempotency::default(),
            tokens: Tokens::default(),
            is_hand: false,
            host: None,
            requests: Requests::default(),
        };
        cloud.furnish();
        cloud
    }

    /// Works on the cloud; what is refused half-way through leaves nothing behind.
    pub(crate) fn attempt<R>(&mut self, work: impl FnOnce(&mut Self) -> Answer<R>) -> Answer<R> {
        let mark = self.schedule.mark();
        let operations = self.operations.len();
        self.store.begin();
        let result = work(self);
        if result.is_err() {
            self.store.roll_back();
            self.schedule.roll_back(mark);
            while self.operations.len() > operations {
                self.operations.pop_last();
            }
        }
        result
    }

    fn answer(&mut self, request: &Request) -> Response {
        let parts = segments(request.uri().path());
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        if parts.last().is_some_and(|last| *last == "token") {
            return self.token(&parts, request);
        }
        let said = self.entered(request).and_then(|()| {
            self.attempt(|cloud| match parts.as_slice() {
                ["compute", "v1", "projects", rest @ ..] => cloud.compute(rest, request),
                ["v1" | "v3", "projects", rest] => cloud.resource_manager(rest, request),
                _ => Err(Refused::no_route()),
            })
        });
        match said {
            Ok(body) => reply::json(200, &body),
            Err(refused) => refused.response(),
        }
    }
}

impl Cloud for Gcp {
    fn name(&self) -> &'static str {
        "gcp"
    }

    fn handle(&mut self, now: Duration, request: Request) -> Response {
        self.advance(now);
        self.requests.count();
        let response = self.answer(&request);
        reply::with_header(response, "x-goog-request-id", &self.requests.id())
    }

    /// A request to wait for an operation is answered when the operation has ended.
    fn holds(&self, now: Duration, request: &Request) -> Duration {
        let parts = segments(request.uri().path());
        let due = match parts.as_slice() {
            [.., collection, name, wait] if collection == "operations" && wait == "wait" => {
                let host = self.host.as_deref();
                let named = |cloud: &Self| Some(cloud.operation_named(name)?.1.due);
                named(self).or_else(|| named(host?))
            }
            _ => None,
        };
        due.unwrap_or_default()
            .saturating_sub(now)
            .min(self.config.wait_max)
    }

    fn mutating(&self, request: &Request) -> bool {
        let path = request.uri().path();
        let asks = ["/wait", "/token", "testIamPermissions"];
        request.method() != Method::GET && !asks.iter().any(|end| path.ends_with(end))
    }

    fn listing(&self, request: &Request) -> bool {
        let parts = segments(request.uri().path());
        let last = parts.last().and_then(|last| Collection::by_plural(last));
        request.method() == Method::GET && last.is_some()
    }

    fn cursor(&self, request: &Request) -> Option<String> {
        Query::of(request).one("pageToken").map(str::to_owned)
    }

    fn creates(&self, request: &Request) -> bool {
        let parts = segments(request.uri().path());
        let last = parts.last().and_then(|last| Collection::by_plural(last));
        request.method() == Method::POST && last.is_some()
    }

    fn refusal(&self, request: &Request, why: Refusal) -> Response {
        match why {
            Refusal::Conflict => Refused::not_ready(request.uri().path()).response(),
            Refusal::Quota => {
                let parts = segments(request.uri().path());
                let collection = parts.last().and_then(|last| Collection::by_plural(last));
                let metric = collection.and_then(Collection::metric);
                Refused::quota(metric.unwrap_or("RESOURCES"), 0).response()
            }
            // What stands in front of the API answers these in a form of its own.
            Refusal::Server(status @ (502 | 504)) => reply::of_type(
                status,
                "text/html",
                "<title>Error (Server Error)!!1</title>",
            ),
            Refusal::Server(status) => {
                let message = "Internal error. Please try again or contact Google Support.";
                Refused::new(status, "backendError", message).response()
            }
            Refusal::Throttled(None) => {
                let message =
                    "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'";
                Refused::new(403, "rateLimitExceeded", message).response()
            }
            Refusal::Throttled(seconds) => {
                let (reason, message) = ("rateLimitExceeded", "Resource has been exhausted");
                let info = "RATE_LIMIT_EXCEEDED";
                let refused = Refused::front(429, reason, message, "RESOURCE_EXHAUSTED", info);
                reply::with_retry_after(refused.response(), seconds)
            }
        }
    }

    fn environment(&self, base_url: &str) -> Vec<(String, String)> {
        let pairs = [
            ("GOOGLE_CREDENTIALS", self.key_file(base_url)),
            ("GOOGLE_CLOUD_PROJECT", self.config.project.clone()),
            (
                "GOOGLE_COMPUTE_CUSTOM_ENDPOINT",
                format!("{base_url}/compute/v1/"),
            ),
            (
                "GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT",
                format!("{base_url}/v1/"),
            ),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value)).to_vec()
    }

    fn pass(&mut self, now: Duration) {
        self.advance(now);
    }

    fn store(&self) -> &Store {
        &self.store
    }

    fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    fn describe(&self, object: &Object) -> Description {
        let mut joins = Vec::new();
        for name in ["network", "subnetwork"] {
            joins.extend(object.body.get(name).and_then(Value::as_str).map(path));
        }
        let interfaces = object
            .body
            .get("networkInterfaces")
            .and_then(Value::as_array);
        for interface in interfaces.into_iter().flatten() {
            joins.extend(interface["subnetwork"].as_str().map(path));
        }
        // A name that the cloud has drawn tells nobody anything.
        let name = match object.body.contains_key("_of") {
            true => "",
            false => object.text("name"),
        };
        Description {
            name: name.to_owned(),
            owner: self.config.project.clone(),
            text: object.text("description").to_owned(),
            joins: joins.into_iter().map(str::to_owned).collect(),
        }
    }

    fn fork(&self) -> Box<dyn Cloud> {
        Box::new(self.clone())
    }
}

/// A list inside a body.
pub(crate) fn items<'a>(body: &'a mock_cloud::Body, name: &str) -> &'a [Value] {
    let list = body.get(name).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

/// An object of JSON, from a literal.
pub(crate) fn object(value: Value) -> mock_cloud::Body {
    value.as_object().cloned().unwrap_or_default()
}
