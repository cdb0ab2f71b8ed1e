use std::time::Duration;

use http::Method;
use jiff::Timestamp;
use mock_cloud::{
    Calendar, Cloud, Description, Hand, Object, Refusal, Request, Response, Store, header, reply,
};
use mock_rest::{Query, object, pages::Numbered, segments};
use serde_json::{Value, json};

use crate::{
    config::Config,
    refused::{Answer, Refused},
    tables,
};

/// One account, with all it holds.
#[derive(Clone, Debug)]
pub struct Acorn {
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) now: Duration,
    pub(crate) networks_made: u16,
}

/// What changes by itself, so that a difference in it alone means nothing.
const VOLATILE: &[&str] = &["created_at"];

impl Acorn {
    /// An account in which nobody has been at work.
    pub fn new(config: Config) -> Self {
        Self {
            store: Store::new(config.seed, VOLATILE, &[]),
            config,
            now: Duration::ZERO,
            networks_made: 0,
        }
    }

    /// Somebody else creates an object, with all checks of the API; its id.
    ///
    /// # Panics
    /// If the API refuses it.
    pub fn make(&mut self, collection: &str, body: Value) -> String {
        let body = object(body.to_string().as_bytes()).expect("it is an object");
        let made = self.by_hand(|cloud| cloud.create(collection, body));
        let made = made.unwrap_or_else(|why| panic!("{why:?}"));
        made["id"].as_str().expect("it has an id").to_owned()
    }

    pub(crate) fn calendar(&self) -> Calendar {
        let epoch: Timestamp = self.config.epoch;
        Calendar { epoch }
    }

    fn route(&mut self, request: &Request) -> Answer<Response> {
        let path = segments(request.uri().path());
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let body = || {
            object(request.body())
                .ok_or_else(|| Refused::new(400, "invalid", "the body is no JSON object"))
        };
        match (request.method().as_str(), path.as_slice()) {
            ("GET", [collection]) => self.page(collection, request),
            ("GET", [collection, id]) => Ok(reply::json(200, &self.shown(collection, id)?)),
            ("POST", [collection]) => {
                Ok(reply::json(201, &self.create(collection, body()?)?))
            }
            ("PATCH", [collection, id]) => {
                Ok(reply::json(200, &self.change(collection, id, body()?)?))
            }
            ("DELETE", [collection, id]) => {
                self.delete(collection, id)?;
                Ok(reply::empty(204))
            }
            _ => Err(Refused::absent()),
        }
    }

    fn page(&self, collection: &str, request: &Request) -> Answer<Response> {
        tables::of(collection).ok_or_else(Refused::absent)?;
        let (most, query) = (self.config.page, Query::of(request));
        let page = Numbered::of(&query, most, most, false)
            .map_err(|wrong| Refused::new(422, "invalid", wrong.to_string()))?;
        let all = self.store.list(collection);
        let all: Vec<Value> = all.map(|of| Value::Object(of.body.clone())).collect();
        let next = page.next(all.len());
        let body = json!({ collection: page.cut(all), "next": next });
        Ok(reply::json(200, &body))
    }

    fn is_open(&self, request: &Request) -> bool {
        let bearer = header(request, "authorization").and_then(|text| text.strip_prefix("Bearer "));
        bearer.is_some_and(|token| self.config.open || token == self.config.token)
    }
}

impl Cloud for Acorn {
    fn name(&self) -> &'static str {
        "acorn"
    }

    fn handle(&mut self, now: Duration, request: Request) -> Response {
        self.now = now;
        if !self.is_open(&request) {
            return Refused::new(401, "token", "this token opens nothing").response();
        }
        self.route(&request).unwrap_or_else(|why| why.response())
    }

    fn mutating(&self, request: &Request) -> bool {
        request.method() != Method::GET
    }

    fn listing(&self, request: &Request) -> bool {
        request.method() == Method::GET && segments(request.uri().path()).len() == 1
    }

    fn cursor(&self, request: &Request) -> Option<String> {
        Query::of(request).one("page").map(str::to_owned)
    }

    fn refusal(&self, _request: &Request, why: Refusal) -> Response {
        match why {
            Refusal::Conflict => {
                Refused::new(409, "conflict", "another writer was faster").response()
            }
            Refusal::Quota => Refused::new(403, "quota", "the quota is used up").response(),
            Refusal::Server(status) => {
                Refused::new(status, "error", "the server has an error of its own").response()
            }
            Refusal::Throttled(after_s) => {
                let refused = Refused::new(429, "slow_down", "too many requests").response();
                reply::with_retry_after(refused, after_s)
            }
        }
    }

    fn environment(&self, base_url: &str) -> Vec<(String, String)> {
        vec![
            ("ACORN_ENDPOINT".to_owned(), base_url.to_owned()),
            ("ACORN_TOKEN".to_owned(), self.config.token.clone()),
        ]
    }

    fn store(&self) -> &Store {
        &self.store
    }

    fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    fn describe(&self, object: &Object) -> Description {
        let network = object.text("network").to_owned();
        Description {
            name: object.text("name").to_owned(),
            owner: "account".to_owned(),
            text: object.text("note").to_owned(),
            joins: [network].into_iter().filter(|id| !id.is_empty()).collect(),
        }
    }

    fn fork(&self) -> Box<dyn Cloud> {
        Box::new(self.clone())
    }
}
