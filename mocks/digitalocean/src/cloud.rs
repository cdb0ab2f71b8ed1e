use std::time::Duration;

use http::Method;
use mock_cloud::{
    Cloud, Description, Object, Refusal, Request, Requests, Response, Schedule, Store, header,
    reply,
};
use mock_rest::segments;
use serde_json::Value;

use crate::config::Config;
use crate::limits::Limits;
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

/// What changes by itself, so that a difference in it alone means nothing.
const VOLATILE: &[&str] = &["created_at", "status", "state"];

/// What objects are looked up by.
const INDEXED: &[&str] = &["name", "vpc_uuid"];

/// The account of one team at DigitalOcean, with all it holds.
#[derive(Clone, Debug)]
pub struct DigitalOcean {
    /// What the account is like. It may change while the cloud runs; regions and default VPCs are made
    /// only once, by [`DigitalOcean::new`].
    pub config: Config,
    pub(crate) store: Store,
    pub(crate) now: Duration,
    pub(crate) schedule: Schedule<Step>,
    /// How many droplets have been made: their ids are numbers.
    pub(crate) droplets_made: u64,
    limits: Limits,
    requests: Requests,
}

/// What time does.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// An attribute gets a value.
    Set(Resource, String, &'static str, Value),
    /// An object is gone.
    Remove(Resource, String),
}

/// What is answered: status and body.
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
}

impl Said {
    pub(crate) fn new(status: u16, body: Value) -> Self {
        Self {
            status,
            body: Some(body),
        }
    }

    pub(crate) fn nothing() -> Self {
        Self {
            status: 204,
            body: None,
        }
    }
}

impl DigitalOcean {
    /// An account in which nobody has been at work.
    pub fn new(config: Config) -> Self {
        let mut cloud = Self {
            store: Store::new(config.seed, VOLATILE, INDEXED),
            config,
            now: Duration::ZERO,
            schedule: Schedule::default(),
            droplets_made: 0,
            limits: Limits::default(),
            requests: Requests::default(),
        };
        cloud.furnish();
        cloud
    }

    fn dispatch(&mut self, request: &Request) -> Answer<Said> {
        self.limits.take(&self.config, self.now)?;
        let bearer = header(request, "authorization").and_then(|text| text.strip_prefix("Bearer "));
        let mut tokens = self.config.tokens.iter();
        let token = tokens.find(|token| Some(token.text.as_str()) == bearer);
        let is_read_only = match (token, self.config.is_open && bearer.is_some()) {
            (Some(token), _) => token.is_read_only,
            (None, true) => false,
            (None, false) => return Err(Refused::new(401, "Unable to authenticate you")),
        };
        if is_read_only && request.method() != Method::GET {
            let message = "You are missing the required permission for this action.";
            return Err(Refused::forbidden(message));
        }
        self.attempt(|cloud| cloud.route(request))
    }

    /// Works on the cloud; what is refused half-way through leaves nothing behind.
    pub(crate) fn attempt<R>(&mut self, work: impl FnOnce(&mut Self) -> Answer<R>) -> Answer<R> {
        let mark = self.schedule.mark();
        self.store.begin();
        let result = work(self);
        if result.is_err() {
            self.store.roll_back();
            self.schedule.roll_back(mark);
        }
        result
    }

    /// Lets time pass.
    pub(crate) fn advance(&mut self, now: Duration) {
        self.now = self.now.max(now);
        while let Some((_, step)) = self.schedule.pop_due(self.now) {
            self.take(step);
        }
    }

    pub(crate) fn take(&mut self, step: Step) {
        match step {
            Step::Set(resource, id, attribute, value) => {
                self.store.update(resource.plural(), &id, |body| {
                    body.insert(attribute.to_owned(), value);
                });
            }
            Step::Remove(resource, id) => drop(self.store.remove(resource.plural(), &id)),
        }
    }

    /// Plans a step for after the usual delay.
    pub(crate) fn later(&mut self, step: Step) {
        self.schedule.plan(self.now + self.config.delay, step);
    }

    pub(crate) fn stamp(&self) -> String {
        self.config.calendar.seconds(self.now)
    }
}

impl Cloud for DigitalOcean {
    fn name(&self) -> &'static str {
        "digitalocean"
    }

    fn handle(&mut self, now: Duration, request: Request) -> Response {
        self.advance(now);
        self.requests.count();
        let id = self.requests.id();
        let response = match self.dispatch(&request) {
            Ok(Said { status, body }) => match body {
                Some(body) => reply::json(status, &body),
                None => reply::empty(status),
            },
            Err(refused) => refused.response(&id),
        };
        let response = self.limits.told(&self.config, self.now, response);
        reply::with_header(response, "x-request-id", &id)
    }

    fn mutating(&self, request: &Request) -> bool {
        request.method() != Method::GET
    }

    fn listing(&self, request: &Request) -> bool {
        // `/v2/vpcs`, `/v2/vpcs/{id}/subnets`
        let parts = segments(request.uri().path());
        request.method() == Method::GET && matches!(parts.len(), 2 | 4)
    }

    fn creates(&self, request: &Request) -> bool {
        let parts = segments(request.uri().path());
        let in_vpc = parts.len() == 4 && parts[3] == "subnets";
        request.method() == Method::POST && (parts.len() == 2 || in_vpc)
    }

    fn refusal(&self, _: &Request, why: Refusal) -> Response {
        let id = self.requests.id();
        match why {
            Refusal::Conflict => {
                let message = "The resource has a pending event.";
                Refused::new(409, message).response(&id)
            }
            Refusal::Quota => {
                let message = "You have reached the limit of your account for this resource.";
                Refused::new(403, message).response(&id)
            }
            // What stands in front of the API answers these without a body.
            Refusal::Server(status @ (502 | 504)) => reply::empty(status),
            Refusal::Server(status) => {
                Refused::new(status, "Unexpected server-side error").response(&id)
            }
            Refusal::Throttled(seconds) => Refused::throttled(seconds).response(&id),
        }
    }

    fn environment(&self, base_url: &str) -> Vec<(String, String)> {
        let token = self.config.tokens.first().map(|token| token.text.clone());
        let pairs = [
            ("DIGITALOCEAN_API_URL", base_url.to_owned()),
            ("DIGITALOCEAN_ACCESS_TOKEN", token.unwrap_or_default()),
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
        let list = |name: &str| {
            let list = object.body.get(name).and_then(Value::as_array);
            let texts = list.into_iter().flatten().filter_map(Value::as_str);
            texts.map(str::to_owned).collect::<Vec<_>>()
        };
        let mut joins = list("tags");
        joins.extend(list("vpc_ids"));
        joins.push(object.text("vpc_uuid").to_owned());
        joins.retain(|id| !id.is_empty());
        // A firewall has no room for text but its name.
        let text = match object.kind == Resource::Firewall.plural() {
            true => object.text("name"),
            false => object.text("description"),
        };
        Description {
            name: object.text("name").to_owned(),
            owner: "team".to_owned(),
            text: text.to_owned(),
            joins,
        }
    }

    fn fork(&self) -> Box<dyn Cloud> {
        Box::new(self.clone())
    }
}
