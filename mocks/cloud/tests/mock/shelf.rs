//! The smallest cloud: things on a shelf, made, listed, shown, renamed and deleted.

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use mock_cloud::{
    Cloud, Description, Faults, Mock, Object, Options, Outcome, Refusal, Request, Response, Store,
};
use serde_json::{Value, json};

#[derive(Clone)]
pub(crate) struct Shelf {
    pub(crate) store: Store,
}

impl Shelf {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            store: Store::new(seed, &["seen"], &["name"]),
        }
    }

    pub(crate) fn put(&mut self, name: &str) -> String {
        let id = self.store.fresh_uuid();
        let body = json!({ "id": id, "name": name, "seen": 0 });
        self.store
            .insert("things", &id, body.as_object().cloned().unwrap());
        id
    }
}

fn reply(status: u16, body: &Value) -> Response {
    http::Response::builder()
        .status(status)
        .body(Bytes::from(body.to_string()))
        .unwrap()
}

impl Cloud for Shelf {
    fn name(&self) -> &'static str {
        "shelf"
    }

    fn handle(&mut self, _: Duration, request: Request) -> Response {
        let path = request.uri().path().to_owned();
        let id = path.strip_prefix("/things/").unwrap_or_default();
        let asked: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let name = asked["name"].as_str().unwrap_or_default();
        match (request.method(), id) {
            (&Method::GET, "") => {
                let all: Vec<&str> = self
                    .store
                    .list("things")
                    .map(|it| it.text("name"))
                    .collect();
                reply(200, &json!(all))
            }
            (&Method::POST, "") => {
                let id = self.put(name);
                reply(201, &json!({ "id": id }))
            }
            (_, id) if self.store.find("things", id).is_none() => reply(404, &json!({})),
            (&Method::GET, id) => {
                self.store.update("things", id, |body| {
                    body["seen"] = json!(body["seen"].as_i64().unwrap() + 1);
                });
                reply(
                    200,
                    &json!({ "name": self.store.find("things", id).unwrap().text("name") }),
                )
            }
            (&Method::PUT, id) => {
                self.store
                    .update("things", id, |body| body["name"] = json!(name));
                reply(200, &json!({}))
            }
            (_, id) => {
                self.store.remove("things", id);
                reply(204, &json!({}))
            }
        }
    }

    fn mutating(&self, request: &Request) -> bool {
        request.method() != Method::GET
    }

    fn listing(&self, request: &Request) -> bool {
        request.method() == Method::GET && request.uri().path() == "/things"
    }

    fn refusal(&self, _: &Request, why: Refusal) -> Response {
        let status = match why {
            Refusal::Conflict => 412,
            Refusal::Quota => 409,
            Refusal::Server(status) => status,
            Refusal::Throttled(_) => 429,
        };
        reply(status, &json!({ "refused": status }))
    }

    fn environment(&self, base_url: &str) -> Vec<(String, String)> {
        vec![("SHELF_URL".to_owned(), base_url.to_owned())]
    }

    fn store(&self) -> &Store {
        &self.store
    }

    fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    fn describe(&self, object: &Object) -> Description {
        let joins = vec![object.text("on").to_owned()];
        Description {
            name: object.text("name").to_owned(),
            joins,
            ..Description::default()
        }
    }

    fn fork(&self) -> Box<dyn Cloud> {
        Box::new(self.clone())
    }
}

/// A shelf with these faults.
pub(crate) fn shelf(seed: u64, faults: Faults) -> Mock {
    let options = Options {
        seed,
        latency: Duration::from_millis(10),
        faults,
        ..Options::default()
    };
    Mock::new(Box::new(Shelf::new(seed)), options)
}

pub(crate) fn at(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

pub(crate) fn request(method: &str, path: &str, body: &Value) -> Request {
    http::Request::builder()
        .method(method)
        .uri(path)
        .body(Bytes::from(body.to_string()))
        .unwrap()
}

/// Makes a thing; the id where there was a whole reply.
pub(crate) fn make(mock: &Mock, now: Duration, name: &str) -> Outcome {
    mock.serve_once(now, request("POST", "/things", &json!({ "name": name })))
        .outcome
}

/// The names that a listing shows.
pub(crate) fn listed(mock: &Mock, now: Duration) -> Vec<String> {
    let outcome = mock
        .serve_once(now, request("GET", "/things", &Value::Null))
        .outcome;
    serde_json::from_slice(outcome.whole().unwrap().body()).unwrap()
}

/// Status and body of a whole reply.
pub(crate) fn whole(outcome: Outcome) -> (u16, Value) {
    let response = outcome.whole().unwrap();
    let body = serde_json::from_slice(response.body()).unwrap();
    (response.status().as_u16(), body)
}
