use std::time::Duration;

use http::Method;
use mock_cloud::{
    Body, Cloud, Description, Follow, Next, Object, Refusal, Request, Requests, Response, Store,
    header, reply,
};
use mock_rest::{Query, segments};
use serde_json::{Value, json};

use crate::{
    collections::{DEFINITIONS, Place},
    config::{Config, Token},
    form::Form,
    history::{History, Version},
    status::{Answer, Status},
    watch::is_watch,
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
    pub(crate) history: History,
    /// When it was restarted, the last time.
    pub(crate) restarted_at: Option<Duration>,
    requests: Requests,
}

impl Apiserver {
    /// A cluster that nobody has joined.
    pub fn new(config: Config) -> Self {
        Self {
            config,
            store: Store::new(0, VOLATILE, &[]),
            now: Duration::ZERO,
            history: History::new(),
            restarted_at: None,
            requests: Requests::default(),
        }
    }

    /// It goes away and is there again at once: open watches break, and what has changed before is not told
    /// any more.
    pub fn restart(&mut self) {
        self.catch_up();
        self.history.compact();
        self.restarted_at = Some(self.now);
    }

    /// Counts what has changed, whoever has changed it.
    fn catch_up(&mut self) {
        let (now, kept) = (self.now, self.config.history);
        self.history.catch_up(&self.store, now, kept);
    }

    fn has(&self, place: &Place) -> bool {
        let definition = place.collection.definition();
        let is_defined = self.store.find(DEFINITIONS, &definition).is_some();
        place.is_served(self.minor(), self.config.has_betas, is_defined)
    }

    fn minor(&self) -> u32 {
        let minor = self.config.version.split('.').nth(1);
        minor
            .and_then(|minor| minor.parse().ok())
            .unwrap_or(u32::MAX)
    }

    fn route(&mut self, request: &Request) -> Answer<Response> {
        let user = self.user(request)?.cloned();
        // Some clients end it with a slash.
        let path = segments(request.uri().path().trim_end_matches('/'));
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        if let (&Method::GET, ["version"]) = (request.method(), path.as_slice()) {
            return Ok(reply::json(200, &self.version()));
        }
        let place = Place::of(&path).ok_or_else(Status::absent)?;
        let verb = match (request.method(), &place.name) {
            (&Method::GET, None) if is_watch(request) => "watch",
            (&Method::GET, None) => "list",
            (&Method::GET, Some(_)) => "get",
            (&Method::POST, None) => "create",
            (&Method::PUT, Some(_)) => "update",
            (&Method::DELETE, Some(_)) => "delete",
            _ => return Err(Status::not_allowed()),
        };
        let resource = place.collection.resource;
        if !user.as_ref().is_some_and(|user| user.may(verb, resource)) {
            let name = user.map_or("system:anonymous".to_owned(), |user| user.user);
            return Err(Status::forbidden(&name, verb, &place));
        }
        // Who may not ask is not told whether there is such a collection.
        if !self.has(&place) {
            return Err(Status::absent());
        }
        let (status, body) = match (verb, &place.name) {
            ("watch", _) => return self.watch(request),
            ("create", _) => (201, self.create(&place, request)?),
            ("update", Some(name)) => (200, self.replace(&place, name, request)?),
            ("delete", Some(name)) => (200, self.delete(&place, name)?),
            (_, Some(name)) => (200, self.one(&place, name, request)?),
            _ => (200, self.list(&place, request)?),
        };
        Ok(reply::json(status, &body))
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

    fn one(&self, place: &Place, name: &str, request: &Request) -> Answer<Value> {
        let form = Form::of(request)?;
        self.version_of(place, name)
            .map(|version| form.object(place, version))
    }

    fn version_of(&self, place: &Place, name: &str) -> Answer<&Version> {
        let resource = place.collection.resource;
        let found = self.history.version(resource, &place.id(name));
        found.ok_or_else(|| Status::not_found(resource, name))
    }

    /// An object that this request has changed.
    fn changed(&mut self, place: &Place, name: &str) -> Answer<Value> {
        self.catch_up();
        let version = self.version_of(place, name)?;
        Ok(Form::Whole.object(place, version))
    }

    /// Another content for an object. Whoever says of which version it was made is refused once there is a
    /// newer one.
    fn replace(&mut self, place: &Place, name: &str, request: &Request) -> Answer<Value> {
        let mut body = object(request)?;
        let version = self.version_of(place, name)?;
        let metadata = body.entry("metadata").or_insert_with(|| json!({}));
        let made_of = metadata["resourceVersion"].as_str().unwrap_or_default();
        if !made_of.is_empty() && made_of != version.revision.to_string() {
            return Err(Status::changed(place.collection.resource, name));
        }
        metadata["uid"] = version.object.body["metadata"]["uid"].clone();
        metadata["name"] = json!(name);
        let resource = place.collection.resource;
        self.store
            .update(resource, &place.id(name), |own| *own = body);
        self.changed(place, name)
    }

    fn create(&mut self, place: &Place, request: &Request) -> Answer<Value> {
        let collection = place.collection;
        let mut body = object(request)?;
        let uid = self.store.fresh_uuid();
        let mut metadata = body.remove("metadata").unwrap_or_else(|| json!({}));
        if let Some(start) = metadata["generateName"].as_str() {
            metadata["name"] = json!(format!("{start}{}", &uid[..5]));
        }
        let Some(name) = metadata["name"].as_str().map(str::to_owned) else {
            let message = "resource name may not be empty";
            return Err(Status::new(422, "Invalid", message));
        };
        if self
            .store
            .find(collection.resource, &place.id(&name))
            .is_some()
        {
            let message = format!("{} \"{name}\" already exists", collection.resource);
            return Err(Status::new(409, "AlreadyExists", message));
        }
        if let Some(namespace) = &place.namespace {
            if self.store.find("namespaces", namespace).is_none() {
                return Err(Status::not_found("namespaces", namespace));
            }
            metadata["namespace"] = json!(namespace);
        }
        metadata["uid"] = json!(uid);
        body.insert("metadata".to_owned(), metadata);
        if collection.kind == "Service" {
            self.give_addresses(&mut body)?;
        }
        self.store
            .insert(collection.resource, &place.id(&name), body);
        self.changed(place, &name)
    }

    /// A namespace takes all that is in it away. The real one takes some seconds for that.
    fn delete(&mut self, place: &Place, name: &str) -> Answer<Value> {
        let answer = Form::Whole.object(place, self.version_of(place, name)?);
        self.store
            .remove(place.collection.resource, &place.id(name));
        if place.collection.kind == "Namespace" {
            let inside = format!("{name}/");
            for collection in crate::collections::ALL
                .iter()
                .filter(|one| one.is_namespaced)
            {
                let all = self.store.list(collection.resource);
                let ids: Vec<String> = all.map(|one| one.id.clone()).collect();
                for id in ids.iter().filter(|id| id.starts_with(&inside)) {
                    self.store.remove(collection.resource, id);
                }
            }
        }
        Ok(answer)
    }
}

fn object(request: &Request) -> Answer<Body> {
    mock_rest::object(request.body())
        .ok_or_else(|| Status::new(400, "BadRequest", "the object provided is unrecognized"))
}

impl Cloud for Apiserver {
    fn name(&self) -> &'static str {
        "bringyourown"
    }

    fn handle(&mut self, now: Duration, request: Request) -> Response {
        self.now = now;
        self.requests.count();
        self.catch_up();
        let response = self.route(&request);
        let response = response.unwrap_or_else(|status| status.response());
        reply::with_header(response, "audit-id", &self.requests.id())
    }

    fn follow(&mut self, now: Duration, follow: &mut Follow) -> Next {
        self.now = now;
        self.catch_up();
        self.goes_on(now, follow)
    }

    fn mutating(&self, request: &Request) -> bool {
        request.method() != Method::GET
    }

    fn listing(&self, request: &Request) -> bool {
        let path = segments(request.uri().path());
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let place = Place::of(&path).filter(|place| place.name.is_none());
        request.method() == Method::GET && place.is_some() && !is_watch(request)
    }

    fn cursor(&self, request: &Request) -> Option<String> {
        Query::of(request).one("continue").map(str::to_owned)
    }

    fn refusal(&self, _: &Request, why: Refusal) -> Response {
        match why {
            Refusal::Conflict => {
                let message = "the object has been modified; please apply your changes to the \
                               latest version and try again";
                Status::new(409, "Conflict", message).response()
            }
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
