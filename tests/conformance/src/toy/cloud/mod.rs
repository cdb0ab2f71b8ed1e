//! The toy cloud itself, as a mock: state, and one function from request to response.
//!
//! It is as inconvenient as real clouds are. A network takes seconds to come and to go, and its
//! prefix comes later still; an operation is forgotten soon after it is done. Subnets live inside
//! their network, take their turns there, and go with it. A new gateway is not listed for a while.

mod gateways;
mod hand;
mod networks;
mod reply;
mod subnets;

use std::{collections::BTreeMap, time::Duration};

use http::Method;
use jiff::Timestamp;
use mock_cloud::{
    Body, Calendar, Cloud, Description, Object, Refusal, Request, Response, Schedule, Store,
    header, reply as replies,
};
use mock_rest::{Query, pages::Numbered, segments};
use serde_json::{Value, json};

use networks::{Operation, Step};
use reply::{absent, found, refused};

/// How inconvenient the cloud is.
#[derive(Clone, Debug)]
pub struct Config {
    /// Ids come from here.
    pub seed: u64,
    /// What opens it.
    pub token: String,
    /// Its zones.
    pub zones: Vec<String>,
    /// How long a network takes to come.
    pub build: Duration,
    /// Whether a network is left out of listings until it is built.
    pub hides_building: bool,
    /// How much later its prefix comes.
    pub prefix: Duration,
    /// How long a network takes to go.
    pub removal: Duration,
    /// How long after it is done an operation is remembered.
    pub memory: Duration,
    /// How long a network is busy with one of its subnets.
    pub busy: Duration,
    /// How long a new gateway is not listed.
    pub lag: Duration,
    /// How many networks there may be.
    pub networks_max: usize,
    /// How many objects a page of a listing holds.
    pub page: usize,
    /// Whether the objects of each kind are numbered from one, so that ids repeat over kinds.
    pub numbered: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 1,
            token: "toy-secret-token".to_owned(),
            zones: vec!["a".to_owned(), "b".to_owned()],
            build: Duration::from_secs(4),
            hides_building: false,
            prefix: Duration::from_secs(3),
            removal: Duration::from_secs(3),
            memory: Duration::from_secs(20),
            busy: Duration::from_millis(50),
            lag: Duration::from_secs(2),
            networks_max: 10,
            page: 2,
            numbered: false,
        }
    }
}

/// The toy cloud.
#[derive(Clone, Debug)]
pub struct ToyCloud {
    config: Config,
    store: Store,
    operations: BTreeMap<String, Operation>,
    schedule: Schedule<Step>,
    /// The last number of each kind.
    numbers: BTreeMap<&'static str, u64>,
    networks_made: u16,
    now: Duration,
}

/// Its calendar begins with 1970.
const CALENDAR: Calendar = Calendar {
    epoch: Timestamp::UNIX_EPOCH,
};

/// A request, taken apart.
struct Asked<'a> {
    method: &'a Method,
    path: Vec<&'a str>,
    query: Query,
    body: Value,
}

impl ToyCloud {
    /// Attributes that the cloud itself keeps changing.
    const VOLATILE: &'static [&'static str] = &["made_at", "made_ms", "busy_ms"];

    /// A cloud that holds nothing but its zones.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let store = Store::new(config.seed, Self::VOLATILE, &[]);
        let mut cloud = Self {
            config,
            store,
            operations: BTreeMap::new(),
            schedule: Schedule::default(),
            networks_made: 0,
            numbers: BTreeMap::new(),
            now: Duration::ZERO,
        };
        for zone in cloud.config.zones.clone() {
            cloud.add_zone(&zone);
        }
        cloud
    }

    /// Characters of a note.
    const NOTE_MAX: usize = 160;

    fn route(&mut self, asked: &Asked<'_>) -> Response {
        let note = asked.body["note"].as_str().unwrap_or_default();
        if note.len() > Self::NOTE_MAX {
            return refused(400, "invalid", "the note is too long");
        }
        match (asked.method.as_str(), asked.path.as_slice()) {
            ("GET", ["limits"]) => found(json!({
                "networks_max": self.config.networks_max,
                "networks_used": self.store.list("networks").count(),
            })),
            ("GET", ["zones"]) => self.page(asked, |_, _| true),
            ("GET", ["networks"]) => self.page(asked, Self::shows_network),
            ("GET", ["networks", id]) => self.one("networks", id),
            ("GET", ["operations", id]) => self.operation(id, asked),
            ("POST", ["networks"]) => self.make_network(&asked.body),
            ("PATCH", ["networks", id]) => {
                self.change("networks", id, &asked.body, &["name", "note"])
            }
            ("DELETE", ["networks", id]) => self.remove_network(id),
            ("GET", ["subnets"]) => {
                let within = asked.query.one("within").unwrap_or_default();
                let within: Vec<&str> = within.split(',').collect();
                self.page(asked, |_, subnet| within.contains(&subnet.text("network")))
            }
            ("PUT", ["networks", id, "subnets", name]) => self.make_subnet(id, name, &asked.body),
            ("PATCH", ["networks", id, "subnets", name]) => {
                self.change_subnet(id, name, &asked.body)
            }
            ("DELETE", ["networks", id, "subnets", name]) => self.remove_subnet(id, name),
            ("GET", ["gateways"]) => self.page(asked, Self::is_listed),
            ("POST", ["gateways"]) => self.make_gateway(&asked.body),
            ("PATCH", ["gateways", id]) => {
                self.change("gateways", id, &asked.body, &["name", "note", "families"])
            }
            ("DELETE", ["gateways", id]) => self.remove_gateway(id),
            ("GET", ["attachments"]) => self.page(asked, |_, _| true),
            ("POST", ["attachments"]) => self.attach(&asked.body),
            ("DELETE", ["attachments", id]) => match self.store.remove("attachments", id) {
                Some(_) => found(json!({})),
                None => absent(),
            },
            _ => absent(),
        }
    }

    fn page(&self, asked: &Asked<'_>, shown: impl Fn(&Self, &Object) -> bool) -> Response {
        let kind = asked.path[0];
        let page = match Numbered::of(&asked.query, self.config.page, self.config.page, false) {
            Ok(page) => page,
            Err(wrong) => return refused(400, "invalid", &wrong.to_string()),
        };
        let all: Vec<Value> = self
            .store
            .list(kind)
            .filter(|o| shown(self, o))
            .map(|o| o.body.clone().into())
            .collect();
        let next = page.next(all.len());
        found(json!({ "items": page.cut(all), "next": next }))
    }

    fn one(&self, kind: &str, id: &str) -> Response {
        self.store
            .find(kind, id)
            .map_or_else(absent, |object| found(object.body.clone().into()))
    }

    fn change(&mut self, kind: &str, id: &str, body: &Value, allowed: &[&str]) -> Response {
        let Some(fields) = body.as_object() else {
            return refused(400, "invalid", "not an object");
        };
        if let Some(field) = fields
            .keys()
            .find(|field| !allowed.contains(&field.as_str()))
        {
            return refused(400, "invalid", &format!("{field} cannot be changed"));
        }
        self.store
            .update(kind, id, |body| body.extend(fields.clone()));
        self.one(kind, id)
    }

    /// The id of a new object of a kind.
    fn fresh_id(&mut self, kind: &'static str) -> String {
        if !self.config.numbered {
            return self.store.fresh_uuid();
        }
        let number = self.numbers.entry(kind).or_default();
        *number += 1;
        number.to_string()
    }

    /// What every object has.
    fn stamp(&self, mut body: Body) -> Body {
        let made_at = CALENDAR.at(self.now);
        body.insert("made_at".to_owned(), json!(made_at));
        body.insert("made_ms".to_owned(), json!(ms(self.now)));
        body
    }

    /// Whether something of a kind joins an object.
    fn is_joined(&self, kind: &str, id: &str) -> bool {
        self.store
            .list(kind)
            .any(|object| self.describe(object).joins.iter().any(|join| join == id))
    }
}

fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn number(object: &Object, attribute: &str) -> Option<u64> {
    object.body.get(attribute).and_then(Value::as_u64)
}

fn fields(value: Value) -> Body {
    match value {
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Body::new()
        }
    }
}

impl Cloud for ToyCloud {
    fn name(&self) -> &'static str {
        "toy"
    }

    fn handle(&mut self, now: Duration, request: Request) -> Response {
        self.now = now;
        self.settle();
        let bearer = format!("Bearer {}", self.config.token);
        if header(&request, "authorization") != Some(bearer.as_str()) {
            return refused(401, "token", "this token opens nothing");
        }
        let path = segments(request.uri().path());
        let asked = Asked {
            method: request.method(),
            path: path.iter().map(String::as_str).collect(),
            query: Query::of(&request),
            body: serde_json::from_slice(request.body()).unwrap_or(Value::Null),
        };
        self.route(&asked)
    }

    fn mutating(&self, request: &Request) -> bool {
        request.method() != Method::GET
    }

    fn listing(&self, request: &Request) -> bool {
        request.method() == Method::GET && request.uri().path().matches('/').count() == 1
    }

    fn refusal(&self, _request: &Request, why: Refusal) -> Response {
        match why {
            Refusal::Conflict => refused(409, "conflict", "another writer was faster"),
            Refusal::Quota => refused(403, "quota", "the quota is used up"),
            Refusal::Server(status) => refused(status, "", "the server has an error of its own"),
            Refusal::Throttled(after_s) => {
                let response = refused(429, "slow-down", "too many requests");
                replies::with_retry_after(response, after_s)
            }
        }
    }

    fn environment(&self, base_url: &str) -> Vec<(String, String)> {
        vec![
            ("TOY_ENDPOINT".to_owned(), base_url.to_owned()),
            ("TOY_TOKEN".to_owned(), self.config.token.clone()),
        ]
    }

    fn store(&self) -> &Store {
        &self.store
    }

    fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    fn describe(&self, object: &Object) -> Description {
        let joins = ["network", "gateway", "subnet"].map(|joined| object.text(joined).to_owned());
        Description {
            name: object.text("name").to_owned(),
            owner: "toys".to_owned(),
            text: object.text("note").to_owned(),
            joins: joins.into_iter().filter(|id| !id.is_empty()).collect(),
        }
    }

    fn fork(&self) -> Box<dyn Cloud> {
        Box::new(self.clone())
    }
}
