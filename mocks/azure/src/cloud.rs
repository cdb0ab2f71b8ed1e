use std::collections::BTreeMap;
use std::time::Duration;

use http::Method;
use mock_cloud::{
    Body, Buckets, Cloud, Description, Object, Rate, Refusal, Request, Requests, Response,
    Schedule, Store, base_url, header, reply,
};
use mock_rest::{Query, segments};
use serde_json::Value;

use crate::auth::Tokens;
use crate::config::Config;
use crate::ids::{Target, group_of, outer};
use crate::kind::Kind;
use crate::links::{LINKS, ids};
use crate::operations::{Operation, Step};
use crate::refused::{Answer, Refused};

/// What changes by itself, so that a difference in it alone means nothing.
const VOLATILE: &[&str] = &["_work", "etag", "provisioningState"];

/// What resources are looked up by.
const INDEXED: &[&str] = &[
    "_key",
    "_natGateway",
    "_networkSecurityGroup",
    "_outer",
    "_routeTable",
];

/// One subscription of Azure, with all it holds.
#[derive(Clone, Debug)]
pub struct Azure {
    /// What the subscription is like. It may change while the cloud runs.
    pub config: Config,
    pub(crate) store: Store,
    pub(crate) now: Duration,
    pub(crate) schedule: Schedule<Step>,
    pub(crate) operations: BTreeMap<u64, Operation>,
    pub(crate) tokens: Tokens,
    /// Somebody else is at work, whose operations take no time.
    pub(crate) is_hand: bool,
    buckets: Buckets<&'static str>,
    requests: Requests,
}

impl Azure {
    /// A subscription in which nobody has been at work.
    pub fn new(config: Config) -> Self {
        Self {
            store: Store::new(config.seed, VOLATILE, INDEXED),
            config,
            now: Duration::ZERO,
            schedule: Schedule::default(),
            operations: BTreeMap::new(),
            tokens: Tokens::default(),
            is_hand: false,
            buckets: Buckets::default(),
            requests: Requests::default(),
        }
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
        if let Some(response) = self.entrance(&parts, request) {
            return response;
        }
        if !self.is_served(request) {
            return self.refusal(request, Refusal::Throttled(Some(17)));
        }
        let said = self.entered(request);
        let said = said.and_then(|()| self.attempt(|cloud| cloud.arm(&parts, request)));
        match said {
            Ok(said) => said.response(),
            Err(refused) => refused.response(),
        }
    }

    fn rate(&self, method: &Method) -> (&'static str, Rate) {
        let rates = &self.config.rates;
        match *method {
            Method::GET | Method::HEAD => ("reads", rates.reads),
            Method::DELETE => ("deletes", rates.deletes),
            _ => ("writes", rates.writes),
        }
    }

    fn is_served(&mut self, request: &Request) -> bool {
        let (name, rate) = self.rate(request.method());
        self.buckets.take(name, rate, self.now)
    }

    /// What every reply of Resource Manager carries.
    fn signed(&self, request: &Request, response: Response) -> Response {
        let id = self.requests.id();
        let (name, rate) = self.rate(request.method());
        let left = self.buckets.level(&name, rate, self.now).left.to_string();
        let remaining = match name {
            "reads" => "x-ms-ratelimit-remaining-subscription-reads",
            "deletes" => "x-ms-ratelimit-remaining-subscription-deletes",
            _ => "x-ms-ratelimit-remaining-subscription-writes",
        };
        let stamp = self.config.calendar.at(self.now).strftime("%Y%m%dT%H%M%SZ");
        let routing = format!("WESTEUROPE:{stamp}:{id}");
        let correlation = header(request, "x-ms-correlation-request-id").unwrap_or(&id);
        let headers = [
            ("x-ms-request-id", id.as_str()),
            ("x-ms-correlation-request-id", correlation),
            ("x-ms-routing-request-id", &routing),
            (remaining, &left),
            ("cache-control", "no-cache"),
        ];
        headers
            .into_iter()
            .fold(response, |response, (name, value)| {
                reply::with_header(response, name, value)
            })
    }

    /// What the path of a request means, where it is a resource or a collection.
    pub(crate) fn meaning(&self, request: &Request) -> Option<Target> {
        let parts = segments(request.uri().path());
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["subscriptions", _, rest @ ..] => self.target(rest),
            _ => None,
        }
    }

    pub(crate) fn new_etag(&mut self) -> String {
        format!("W/\"{}\"", self.store.fresh_uuid())
    }
}

impl Cloud for Azure {
    fn name(&self) -> &'static str {
        "azure"
    }

    fn handle(&mut self, now: Duration, request: Request) -> Response {
        self.advance(now);
        self.requests.count();
        let response = self.answer(&request);
        self.signed(&request, response)
    }

    fn mutating(&self, request: &Request) -> bool {
        let path = request.uri().path();
        match *request.method() {
            Method::GET | Method::HEAD => false,
            Method::POST => path.ends_with("/register"),
            _ => true,
        }
    }

    fn listing(&self, request: &Request) -> bool {
        let is_all = matches!(self.meaning(request), Some(Target::All(..)));
        let is_whole = request.uri().path().ends_with("/resources");
        request.method() == Method::GET && (is_all || is_whole)
    }

    fn cursor(&self, request: &Request) -> Option<String> {
        Query::of(request).one("$skiptoken").map(str::to_owned)
    }

    /// A PUT of what is not there yet.
    fn creates(&self, request: &Request) -> bool {
        let is_new = match self.meaning(request) {
            Some(Target::One(kind, id)) => self.find(kind, &id).is_none(),
            Some(Target::All(..)) | None => false,
        };
        request.method() == Method::PUT && is_new
    }

    fn refusal(&self, request: &Request, why: Refusal) -> Response {
        let refused = match why {
            Refusal::Conflict => {
                let message = "The condition of the request's ETag is not met.";
                Refused::new(412, "PreconditionFailed", message)
            }
            Refusal::Quota => {
                let kind = match self.meaning(request) {
                    Some(Target::One(kind, _) | Target::All(kind, _)) => kind,
                    None => Kind::VirtualNetwork,
                };
                crate::usage::limit_reached(kind, 0, "westeurope")
            }
            Refusal::Server(502 | 504) => {
                let message = "The gateway did not receive a response from 'Microsoft.Network' within \
                               the specified time period.";
                Refused::front(504, "GatewayTimeout", message)
            }
            Refusal::Server(503) => {
                let message =
                    "The service is temporarily unavailable. Please retry after some time.";
                Refused::front(503, "ServiceUnavailable", message)
            }
            Refusal::Server(status) => {
                Refused::new(status, "InternalServerError", "An error occurred.")
            }
            Refusal::Throttled(seconds) => {
                let (name, _) = self.rate(request.method());
                let wait = seconds.unwrap_or(1);
                let message = format!(
                    "Number of {name} requests for subscription '{}' actor '{}' exceeded. Please try \
                     again after '{wait}' seconds after additional tokens are available.",
                    self.config.subscription, self.config.client_id
                );
                let refused = Refused::front(429, "SubscriptionRequestsThrottled", message);
                return reply::with_retry_after(refused.response(), seconds);
            }
        };
        refused.response()
    }

    /// Where the directory and Resource Manager are, and who enters.
    fn environment(&self, base_url: &str) -> Vec<(String, String)> {
        let pairs = [
            ("AZURE_SUBSCRIPTION_ID", self.config.subscription.clone()),
            ("AZURE_TENANT_ID", self.config.tenant.clone()),
            ("AZURE_CLIENT_ID", self.config.client_id.clone()),
            ("AZURE_CLIENT_SECRET", self.config.client_secret.clone()),
            ("AZURE_AUTHORITY_HOST", base_url.to_owned()),
            ("AZURE_RESOURCE_MANAGER_ENDPOINT", base_url.to_owned()),
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
        let Some(kind) = Kind::by_plural(&object.kind) else {
            return Description::default();
        };
        let mut joins = Vec::new();
        if kind.parent().is_some() {
            joins.push(outer(kind, &object.id));
        } else if kind != Kind::ResourceGroup {
            joins.push(group_of(&object.id));
        }
        for link in LINKS.iter().filter(|link| link.from == kind) {
            joins.extend(ids(&object.body, link.field));
        }
        for list in ["ipConfigurations", "frontendIPConfigurations"] {
            for part in items(&object.body, list) {
                for field in ["subnet", "publicIPAddress"] {
                    joins.extend(part["properties"][field]["id"].as_str().map(str::to_owned));
                }
            }
        }
        let tags = object.body.get("tags").and_then(Value::as_object);
        let line = |(name, value): (&String, &Value)| {
            format!("{name}={}", value.as_str().unwrap_or_default())
        };
        let tags = tags.map(|tags| tags.iter().map(line).collect::<Vec<_>>().join("\n"));
        Description {
            name: object.text("name").to_owned(),
            owner: self.config.subscription.clone(),
            text: tags.unwrap_or_default(),
            joins,
        }
    }

    fn fork(&self) -> Box<dyn Cloud> {
        Box::new(self.clone())
    }
}

/// The address under which a client knows the cloud.
pub(crate) fn base(request: &Request) -> String {
    base_url(request)
}

/// A list inside a body.
pub(crate) fn items<'a>(body: &'a Body, name: &str) -> &'a [Value] {
    let list = body.get(name).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

/// An object of JSON, from a literal.
pub(crate) fn object(value: Value) -> Body {
    value.as_object().cloned().unwrap_or_default()
}
