use std::time::Duration;

use http::Method;
use mock_cloud::{
    Cloud, Description, Object, Refusal, Request, Requests, Response, Store, header, reply,
};
use mock_rest::{Query, segments};
use serde_json::{Value, json};

use crate::{
    collections::Place,
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

    fn route(&mut self, request: &Request) -> Answer<(u16, Value)> {
        let user = self.user(request)?.cloned();
        // Some clients end it with a slash.
        let path = segments(request.uri().path().trim_end_matches('/'));
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        if let (&Method::GET, ["version"]) = (request.method(), path.as_slice()) {
            return Ok((200, self.version()));
        }
        let has = |place: &Place| {
            let mut lacks = self.config.lacks.iter();
            !lacks.any(|lacking| lacking == place.collection.resource)
        };
        let place = Place::of(&path).filter(has).ok_or_else(Status::absent)?;
        let verb = match (request.method(), &place.name) {
            (&Method::GET, None) => "list",
            (&Method::GET, Some(_)) => "get",
            (&Method::POST, None) => "create",
            (&Method::DELETE, Some(_)) => "delete",
            _ => return Err(Status::not_allowed()),
        };
        let resource = place.collection.resource;
        if !user.as_ref().is_some_and(|user| user.may(verb, resource)) {
            let name = user.map_or("system:anonymous".to_owned(), |user| user.user);
            return Err(Status::forbidden(&name, verb, &place));
        }
        match (verb, &place.name) {
            ("create", _) => Ok((201, self.create(&place, request)?)),
            ("delete", Some(name)) => self.delete(&place, name).map(|body| (200, body)),
            (_, Some(name)) => self.one(&place, name).map(|body| (200, body)),
            _ => self.list(&place, request).map(|body| (200, body)),
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

    fn one(&self, place: &Place, name: &str) -> Answer<Value> {
        let collection = place.collection;
        let found = self.store.find(collection.resource, &place.id(name));
        let found = found.ok_or_else(|| Status::not_found(collection.resource, name))?;
        Ok(collection.whole(&found.body))
    }

    fn create(&mut self, place: &Place, request: &Request) -> Answer<Value> {
        let collection = place.collection;
        let mut body = mock_rest::object(request.body())
            .ok_or_else(|| Status::new(400, "BadRequest", "the object provided is unrecognized"))?;
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
        let answer = collection.whole(&body);
        self.store
            .insert(collection.resource, &place.id(&name), body);
        Ok(answer)
    }

    /// A namespace takes all that is in it away. The real one takes some seconds for that.
    fn delete(&mut self, place: &Place, name: &str) -> Answer<Value> {
        let answer = self.one(place, name)?;
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

impl Cloud for Apiserver {
    fn name(&self) -> &'static str {
        "bringyourown"
    }

    fn handle(&mut self, now: Duration, request: Request) -> Response {
        self.now = now;
        self.requests.count();
        let response = match self.route(&request) {
            Ok((status, body)) => reply::json(status, &body),
            Err(status) => status.response(),
        };
        reply::with_header(response, "audit-id", &self.requests.id())
    }

    fn mutating(&self, request: &Request) -> bool {
        request.method() != Method::GET
    }

    fn listing(&self, request: &Request) -> bool {
        let path = segments(request.uri().path());
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let place = Place::of(&path).filter(|place| place.name.is_none());
        request.method() == Method::GET && place.is_some()
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
