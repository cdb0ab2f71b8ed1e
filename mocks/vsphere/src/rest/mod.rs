//! REST for tags: below `/rest/com/vmware/cis`, and below `/api`.

mod associations;
mod refused;
mod route;
mod tagging;

use http::Method;
use mock_cloud::{Request, Response, header};
use serde_json::{Value, json};

pub(crate) use refused::Refused;
use refused::Reply;
use route::{Route, Tree};
pub use tagging::Tagging;

use crate::cloud::Vsphere;
use crate::permissions::Caller;
use crate::sessions::Door;

const SESSION: &str = "vmware-api-session-id";

/// What is answered: a status of the tree `/api`, and a value.
pub(crate) struct Said(u16, Value);

impl Said {
    fn found(value: Value) -> Self {
        Self(200, value)
    }

    fn made(id: String) -> Self {
        Self(201, json!(id))
    }

    fn nothing() -> Self {
        Self(204, Value::Null)
    }
}

/// Whether a request would change anything. Logging in does not count.
pub(crate) fn is_mutating(request: &Request) -> bool {
    let Some(route) = Route::of(request) else {
        return false;
    };
    let reads = route.action.starts_with("list-") || request.method() == Method::GET;
    !reads && !route.is_session()
}

/// Whether a request lists what there is.
pub(crate) fn is_listing(request: &Request) -> bool {
    let route = Route::of(request).filter(|route| route.id.is_none() && !route.is_session());
    route.is_some_and(|route| route.action.starts_with("list-") || request.method() == Method::GET)
}

/// Whether a request makes a category or a tag.
pub(crate) fn is_create(request: &Request) -> bool {
    let route = Route::of(request).filter(|route| route.id.is_none() && route.action.is_empty());
    route.is_some_and(|route| !route.is_session()) && request.method() == Method::POST
}

/// The path, with the action where there is one.
pub(crate) fn operation(request: &Request) -> String {
    let path = request.uri().path().to_owned();
    let action = Route::of(request)
        .map(|route| route.action)
        .unwrap_or_default();
    match action.as_str() {
        "" => path,
        action => format!("{path}?action={action}"),
    }
}

/// Where the page of a listing begins, if it is not the first one.
pub(crate) fn cursor(request: &Request) -> Option<String> {
    mock_rest::Query::of(request)
        .one("marker")
        .map(str::to_owned)
}

/// Too many objects: an answer to a request that would make one more.
pub(crate) fn over_limit(request: &Request) -> Response {
    let message = "the limit of objects is reached";
    let refused = Refused::new(500, "unable_to_allocate_resource", message);
    Tree::of(request).refuse(&refused)
}

/// Another writer was faster.
pub(crate) fn concurrent_change(request: &Request) -> Response {
    let refused = Refused::new(409, "concurrent_change", "it was changed meanwhile");
    Tree::of(request).refuse(&refused)
}

/// An error of the server's own.
pub(crate) fn internal_error(request: &Request) -> Response {
    let refused = Refused::new(500, "internal_server_error", "the server has failed");
    Tree::of(request).refuse(&refused)
}

impl Vsphere {
    pub(crate) fn answer_rest(&mut self, request: &Request) -> Response {
        let tree = Tree::of(request);
        match self.attempt(|cloud| cloud.serve(request)) {
            Ok(said) => tree.answer(said),
            Err(refused) => tree.refuse(&refused),
        }
    }

    fn serve(&mut self, request: &Request) -> Reply<Said> {
        let route = Route::of(request).ok_or_else(Refused::no_operation)?;
        if route.tree == Tree::Api && !self.config.has_api {
            return Err(Refused::no_operation());
        }
        if route.is_session() && request.method() == Method::POST {
            return self.begin_session(request);
        }
        let shown = header(request, SESSION).unwrap_or_default().to_owned();
        let now = self.now;
        let user = self
            .sessions()
            .touch(&shown, Door::Rest, now)
            .map(|session| session.user.clone());
        let user = user.ok_or_else(Refused::unauthenticated)?;
        if route.is_session() {
            return self.session(request, &shown, &user);
        }
        let caller = Caller::User(user);
        match (route.collection.as_str(), Tagging::of(&route.collection)) {
            ("tag-association", _) => self.associations(&caller, &route, request),
            (route::TAGS, _) => self.named_tags(&caller, request),
            (_, Some(what)) => self.tagging(&caller, what, &route, request),
            _ => Err(Refused::no_operation()),
        }
    }

    fn begin_session(&mut self, request: &Request) -> Reply<Said> {
        let (name, password) = route::basic(request).ok_or_else(Refused::unauthenticated)?;
        if !self.opens(&name, &password) {
            return Err(Refused::unauthenticated());
        }
        if self.is_full() {
            return Err(Refused::new(
                503,
                "service_unavailable",
                "too many sessions",
            ));
        }
        let id = self
            .sessions()
            .begin(Door::Rest, &name, self.now, self.config.seed);
        Ok(Said::made(id))
    }

    fn session(&mut self, request: &Request, shown: &str, user: &str) -> Reply<Said> {
        match *request.method() {
            Method::GET => Ok(Said::found(json!({ "user": user }))),
            Method::DELETE => {
                self.sessions().open.remove(shown);
                Ok(Said::nothing())
            }
            _ => Err(Refused::no_operation()),
        }
    }
}
