use std::time::Duration;

use http::Method;
use mock_cloud::{
    Cloud, Description, Object, Refusal, Request, Requests, Response, Store, header, reply,
};
use mock_rest::{Query, segments};
use serde_json::{Value, json};

use crate::{
    config::{Config, Token},
    status::{Answer, Status},
};

/// The collection of nodes.
pub(crate) const NODES: &str = "nodes";
/// What changes by itself, so that a difference in it alone means nothing.
const VOLATILE: &[&str] = &[];

/// One API server, with the nodes of its cluster.
#[derive(Clone, Debug)]
pub struct Apiserver {
    /// What it is like. It may change while it runs: fewer objects on a page.
    pub config: Config,
    pub(crate) store: Store,
    pub(crate) now: Duration,
    requests: Requests,
}

impl Apiserver {
    /// A cluster that nobody has joined.
    pub fn new(config: Config) -> Self {
        Self {
            config,
            store: Store::new(0, VOLATILE, &[]),
            now: Duration::ZERO,
            requests: Requests::default(),
        }
    }

    fn route(&self, request: &Request) -> Answer<Value> {
        let user = self.user(request)?;
        // Some clients end it with a slash.
        let path = segments(request.uri().path().trim_end_matches('/'));
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match (request.method(), path.as_slice()) {
            (&Method::GET, ["version"]) => Ok(self.version()),
            (_, ["api", "v1", NODES]) if request.method() != Method::GET => {
                let message = "the server does not allow this method on the requested resource";
                Err(Status::new(405, "MethodNotAllowed", message))
            }
            (_, ["api", "v1", NODES, ..]) if !user.is_some_and(|user| user.lists_nodes) => {
                let name = user.map_or("system:anonymous", |user| &user.user);
                let verb = if path.len() > 3 { "get" } else { "list" };
                Err(Status::forbidden(name, verb))
            }
            (_, ["api", "v1", NODES]) => self.list(request),
            (&Method::GET, ["api", "v1", NODES, name]) => self.node(name),
            _ => Err(Status::absent()),
        }
    }

    /// Who asks; nobody where there is no token. A token that nobody has is refused.
    fn user(&self, request: &Request) -> Answer<Option<&Token>> {
        let given = header(request, "authorization");
        let Some(token) = given.and_then(|text| text.strip_prefix("Bearer ")) else {
            return Ok(None);
        };
        let mut tokens = self.config.tokens.iter();
        let known = match self.config.is_open {
            true => tokens.next(),
            false => tokens.find(|known| known.text == token),
        };
        known.map(Some).ok_or_else(Status::unauthorized)
    }

    fn version(&self) -> Value {
        let mut numbers = self.config.version.trim_start_matches('v').split('.');
        let mut number = || numbers.next().unwrap_or_default();
        let (major, minor) = (number(), number());
        json!({
            "major": major, "minor": minor, "gitVersion": self.config.version,
            "gitTreeState": "clean", "gitCommit": "0000000000000000000000000000000000000000",
            "buildDate": "2026-11-01T00:00:00Z", "goVersion": "go1.26.6", "compiler": "gc", "platform": "linux/amd64",
        })
    }

    fn node(&self, name: &str) -> Answer<Value> {
        let found = self
            .store
            .find(NODES, name)
            .ok_or_else(|| Status::new(404, "NotFound", format!("nodes \"{name}\" not found")))?;
        let mut body = found.body.clone();
        body.insert("kind".to_owned(), json!("Node"));
        body.insert("apiVersion".to_owned(), json!("v1"));
        Ok(Value::Object(body))
    }
}

impl Cloud for Apiserver {
    fn name(&self) -> &'static str {
        "bringyourown"
    }

    fn handle(&mut self, now: Duration, request: Request) -> Response {
        self.now = now;
        self.requests.count();
        let response = match self.route(&request) {
            Ok(body) => reply::json(200, &body),
            Err(status) => status.response(),
        };
        reply::with_header(response, "audit-id", &self.requests.id())
    }

    fn mutating(&self, request: &Request) -> bool {
        request.method() != Method::GET
    }

    fn listing(&self, request: &Request) -> bool {
        request.method() == Method::GET && request.uri().path() == "/api/v1/nodes"
    }

    fn cursor(&self, request: &Request) -> Option<String> {
        Query::of(request).one("continue").map(str::to_owned)
    }

    fn refusal(&self, _: &Request, why: Refusal) -> Response {
        match why {
            Refusal::Quota => Status::new(403, "Forbidden", "exceeded quota").response(),
            Refusal::Server(status) => {
                Status::new(status, "InternalError", "an error on the server").response()
            }
            Refusal::Throttled(seconds) => {
                let message = "the server has received too many requests and has asked us to try \
                               again later";
                let refused = Status::new(429, "TooManyRequests", message);
                reply::with_retry_after(refused.response(), seconds)
            }
        }
    }

    /// The kubeconfig itself, since there is no file.
    fn environment(&self, base_url: &str) -> Vec<(String, String)> {
        let token = self.config.tokens.first().map(|token| token.text.clone());
        let kubeconfig = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "mock",
            "clusters": [{ "name": "mock", "cluster": { "server": base_url } }],
            "users": [{ "name": "mock", "user": { "token": token } }],
            "contexts": [{ "name": "mock", "context": { "cluster": "mock", "user": "mock" } }],
        });
        vec![("GROUNDWORK_KUBECONFIG".to_owned(), kubeconfig.to_string())]
    }

    fn store(&self) -> &Store {
        &self.store
    }

    fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    fn describe(&self, object: &Object) -> Description {
        Description {
            name: object.id.clone(),
            owner: "cluster".to_owned(),
            text: String::new(),
            joins: Vec::new(),
        }
    }

    fn fork(&self) -> Box<dyn Cloud> {
        Box::new(self.clone())
    }
}
