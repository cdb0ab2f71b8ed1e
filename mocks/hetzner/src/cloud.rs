use std::collections::BTreeMap;
use std::time::Duration;

use http::Method;
use mock_cloud::{
    Buckets, Cloud, Description, Object, Refusal, Request, Requests, Response, Schedule, Store,
    header, reply,
};
use mock_rest::segments;
use serde_json::Value;

use crate::actions::{Action, Step};
use crate::config::Config;
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

/// What changes by itself, so that a difference in it alone means nothing.
const VOLATILE: &[&str] = &["created"];

/// What objects are looked up by.
const INDEXED: &[&str] = &["name"];

/// One project of Hetzner Cloud, with all it holds.
#[derive(Clone, Debug)]
pub struct Hetzner {
    /// What the project is like. It may change while the cloud runs: another limit, another delay.
    /// Locations are made only once, by [`Hetzner::new`].
    pub config: Config,
    pub(crate) store: Store,
    pub(crate) now: Duration,
    pub(crate) schedule: Schedule<Step>,
    pub(crate) actions: BTreeMap<u64, Action>,
    /// How many objects of each kind have been made.
    pub(crate) made: BTreeMap<Resource, u64>,
    /// Somebody else is at work, whose actions take no time.
    pub(crate) is_hand: bool,
    buckets: Buckets<()>,
    requests: Requests,
}

/// What is answered: status, body, and the pages that a listing links to.
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
    pub(crate) links: Option<String>,
}

impl Said {
    pub(crate) fn new(status: u16, body: Value) -> Self {
        Self {
            status,
            body: Some(body),
            links: None,
        }
    }

    pub(crate) fn nothing() -> Self {
        Self {
            status: 204,
            body: None,
            links: None,
        }
    }
}

impl Hetzner {
    /// A project in which nobody has been at work.
    pub fn new(config: Config) -> Self {
        let mut cloud = Self {
            store: Store::new(config.seed, VOLATILE, INDEXED),
            config,
            now: Duration::ZERO,
            schedule: Schedule::default(),
            actions: BTreeMap::new(),
            made: BTreeMap::new(),
            is_hand: false,
            buckets: Buckets::default(),
            requests: Requests::default(),
        };
        cloud.furnish();
        cloud
    }

    fn dispatch(&mut self, request: &Request) -> Answer<Said> {
        if !self.buckets.take((), self.config.rate(), self.now) {
            let most = self.config.requests_per_hour;
            let message = format!("limit of {most} requests per hour reached");
            return Err(Refused::new(429, "rate_limit_exceeded", message));
        }
        let is_read = request.method() == Method::GET;
        let bearer = header(request, "authorization").and_then(|text| text.strip_prefix("Bearer "));
        let token = self
            .config
            .tokens
            .iter()
            .find(|token| Some(token.text.as_str()) == bearer);
        let Some(token) = token else {
            let message = "unable to authenticate";
            return Err(Refused::new(401, "unauthorized", message));
        };
        if token.is_read_only && !is_read {
            let message = "only GET requests are allowed with this token";
            return Err(Refused::new(403, "token_readonly", message));
        }
        self.attempt(|cloud| cloud.route(request))
    }

    /// Works on the cloud; what is refused half-way through leaves nothing behind.
    pub(crate) fn attempt<R>(&mut self, work: impl FnOnce(&mut Self) -> Answer<R>) -> Answer<R> {
        let mark = self.schedule.mark();
        let actions = self.actions.len();
        self.store.begin();
        let result = work(self);
        if result.is_err() {
            self.store.roll_back();
            self.schedule.roll_back(mark);
            while self.actions.len() > actions {
                self.actions.pop_last();
            }
        }
        result
    }

    /// What every response tells of the limit on requests.
    fn with_limits(&self, response: Response) -> Response {
        let level = self.buckets.level(&(), self.config.rate(), self.now);
        let full = self.config.calendar.at(self.now + level.full_in);
        let headers = [
            ("ratelimit-limit", level.limit.to_string()),
            ("ratelimit-remaining", level.left.to_string()),
            ("ratelimit-reset", full.as_second().to_string()),
        ];
        headers.iter().fold(response, |response, (name, value)| {
            reply::with_header(response, name, value)
        })
    }
}

impl Cloud for Hetzner {
    fn name(&self) -> &'static str {
        "hetzner"
    }

    fn handle(&mut self, now: Duration, request: Request) -> Response {
        self.advance(now);
        self.requests.count();
        let response = match self.dispatch(&request) {
            Ok(Said {
                status,
                body,
                links,
            }) => {
                let response = match body {
                    Some(body) => reply::json(status, &body),
                    None => reply::empty(status),
                };
                match links {
                    Some(links) => reply::with_header(response, "link", &links),
                    None => response,
                }
            }
            Err(refused) => refused.response(),
        };
        let response = self.with_limits(response);
        reply::with_header(response, "x-correlation-id", &self.requests.id())
    }

    fn mutating(&self, request: &Request) -> bool {
        request.method() != Method::GET
    }

    fn listing(&self, request: &Request) -> bool {
        let parts = segments(request.uri().path());
        let is_collection = |plural: &String| Resource::by_plural(plural).is_some();
        request.method() == Method::GET && parts.len() == 2 && is_collection(&parts[1])
    }

    fn creates(&self, request: &Request) -> bool {
        request.method() == Method::POST && segments(request.uri().path()).len() == 2
    }

    fn refusal(&self, request: &Request, why: Refusal) -> Response {
        match why {
            Refusal::Conflict => Refused::conflict().response(),
            Refusal::Quota => {
                let parts = segments(request.uri().path());
                let resource = parts.get(1).and_then(|plural| Resource::by_plural(plural));
                let what = resource.map_or("project", Resource::singular);
                Refused::over_limit(what).response()
            }
            // What stands in front of the API answers these without a body.
            Refusal::Server(status @ (502 | 504)) => reply::empty(status),
            Refusal::Server(status) => {
                let code = if status == 503 {
                    "unavailable"
                } else {
                    "server_error"
                };
                Refused::new(status, code, "the request could not be answered").response()
            }
            Refusal::Throttled(seconds) => {
                let message = "limit of requests reached";
                let refused = Refused::new(429, "rate_limit_exceeded", message);
                reply::with_retry_after(self.with_limits(refused.response()), seconds)
            }
        }
    }

    fn environment(&self, base_url: &str) -> Vec<(String, String)> {
        let token = self.config.tokens.first().map(|token| token.text.clone());
        let endpoint = format!("{base_url}/v1");
        let pairs = [
            ("HCLOUD_ENDPOINT", endpoint),
            ("HCLOUD_TOKEN", token.unwrap_or_default()),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value)).to_vec()
    }

    fn store(&self) -> &Store {
        &self.store
    }

    fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    fn describe(&self, object: &Object) -> Description {
        let labels = object.body.get("labels").and_then(Value::as_object);
        let lines: Vec<String> = labels
            .into_iter()
            .flatten()
            .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
            .collect();
        let nets = object.body.get("private_net").and_then(Value::as_array);
        let mut joins: Vec<String> = nets
            .into_iter()
            .flatten()
            .map(|net| crate::tables::id_text(&net["network"]))
            .collect();
        if let Some(assignee) = object.body.get("assignee_id").filter(|id| id.is_u64()) {
            joins.push(crate::tables::id_text(assignee));
        }
        Description {
            name: object.text("name").to_owned(),
            owner: "project".to_owned(),
            text: lines.join("\n"),
            joins,
        }
    }

    fn fork(&self) -> Box<dyn Cloud> {
        Box::new(self.clone())
    }
}
