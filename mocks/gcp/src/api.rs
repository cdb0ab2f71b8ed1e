//! Which request is which function.

use http::Method;
use mock_cloud::{Body, Repeat, Request, header};
use mock_rest::Query;
use serde_json::{Value, json};

use crate::cloud::Gcp;
use crate::collection::{Collection, Place};
use crate::links::Scope;
use crate::refused::{Answer, Refused};

impl Gcp {
    /// `/compute/v1/projects/…`
    pub(crate) fn compute(&mut self, parts: &[&str], request: &Request) -> Answer<Value> {
        let (project, rest) = parts.split_first().ok_or_else(Refused::no_route)?;
        if !self.config.is_called(project) {
            return match self.host_called(project) {
                Some(host) => host.attempt(|host| host.compute(parts, request)),
                None => Err(Refused::absent(&format!("projects/{project}"))),
            };
        }
        let is_read = request.method() == Method::GET;
        let query = Query::of(request);
        match rest {
            [] if is_read => self.project(),
            ["regions"] if is_read => self.regions(&query),
            ["regions", name] if is_read => self.region(name),
            ["zones"] if is_read => self.zones(&query),
            ["zones", name] if is_read => self.zone(name),
            ["aggregated", plural] if is_read => {
                let collection = Collection::by_plural(plural).ok_or_else(Refused::no_route)?;
                self.aggregated(collection, &query, takes_parts(request, &query)?)
            }
            ["global", rest @ ..] => self.within(&Scope::Global, rest, request),
            ["regions", name, "firewallPolicies", "getEffectiveFirewalls"] if is_read => {
                self.reach(name)?;
                self.effective_firewalls_of_region(&query)
            }
            ["regions", name, rest @ ..] => {
                self.reach(name)?;
                self.within(&Scope::Region((*name).to_owned()), rest, request)
            }
            ["zones", name, rest @ ..] => {
                self.known_zone(name)?;
                self.within(&Scope::Zone((*name).to_owned()), rest, request)
            }
            _ => Err(Refused::no_route()),
        }
    }

    fn host_called(&mut self, project: &str) -> Option<&mut Self> {
        let host = self.host.as_deref_mut();
        host.filter(|host| host.config.is_called(project))
    }

    fn within(&mut self, scope: &Scope, rest: &[&str], request: &Request) -> Answer<Value> {
        let query = Query::of(request);
        match (request.method().as_str(), rest) {
            ("GET", ["operations"]) => self.operations_of(scope, &query),
            ("GET", ["operations", name]) => {
                self.may(operations(scope), "")?;
                self.operation(scope, name, false)
            }
            ("POST", ["operations", name, "wait"]) => {
                self.may(operations(scope), "")?;
                self.operation(scope, name, true)
            }
            (_, [plural, rest @ ..]) => {
                let collection = Collection::by_plural(plural).ok_or_else(Refused::no_route)?;
                match (collection.place(), scope) {
                    (Place::Project, Scope::Global)
                    | (Place::Region, Scope::Region(_))
                    | (Place::Zone, Scope::Zone(_)) => {
                        self.collection(collection, scope, rest, request)
                    }
                    (Place::Project | Place::Region | Place::Zone, _) => Err(Refused::no_route()),
                }
            }
            _ => Err(Refused::no_route()),
        }
    }

    fn collection(
        &mut self,
        collection: Collection,
        scope: &Scope,
        rest: &[&str],
        request: &Request,
    ) -> Answer<Value> {
        let id = |name: &str| self.called(collection, scope, name);
        match (request.method().as_str(), rest) {
            ("GET", []) => self.list(collection, scope, &Query::of(request)),
            ("GET", [name]) => self.get(collection, &id(name)),
            ("GET", [name, "getEffectiveFirewalls"]) if collection == Collection::Networks => {
                self.effective_firewalls(&id(name))
            }
            (_, [] | [_] | [_, _]) => {
                let body = body(request)?;
                self.once(request, &body, |cloud| {
                    cloud.mutate(collection, scope, rest, request.method(), body.clone())
                })
            }
            _ => Err(Refused::no_route()),
        }
    }

    fn mutate(
        &mut self,
        collection: Collection,
        scope: &Scope,
        rest: &[&str],
        method: &Method,
        asked: Body,
    ) -> Answer<Value> {
        let id = |name: &str| self.called(collection, scope, name);
        match (method.as_str(), rest) {
            ("POST", []) => self.insert(collection, scope, asked),
            ("PATCH", [name]) => self.patch(collection, &id(name), asked),
            ("PUT", [name]) => self.replace(collection, &id(name), asked),
            ("DELETE", [name]) => self.delete_one(collection, &id(name)),
            ("POST", [name, command]) => self.command(collection, &id(name), command, asked),
            _ => Err(Refused::no_route()),
        }
    }

    /// Carries a request out, or answers with the operation that the same request has begun before.
    fn once(
        &mut self,
        request: &Request,
        body: &Body,
        work: impl FnOnce(&mut Self) -> Answer<Value>,
    ) -> Answer<Value> {
        let query = Query::of(request);
        let Some(token) = query.one("requestId") else {
            return work(self);
        };
        if !is_uuid(token) {
            let why = "Must be a valid, non-zero UUID";
            return Err(Refused::parameter("requestId", token, why));
        }
        let path = request.uri().path();
        let asked = json!([request.method().as_str(), path, body]);
        match self.repeated.repeat(&token.to_owned(), &asked) {
            Repeat::Same(operation) => {
                let name = operation["name"].as_str().unwrap_or_default();
                let found = self.operation_named(name);
                let scope = found.map(|(_, operation)| operation.scope.clone());
                self.operation(&scope.unwrap_or(Scope::Global), name, false)
            }
            Repeat::Different => {
                let why = "The request ID was used for another request";
                Err(Refused::parameter("requestId", token, why))
            }
            Repeat::First => {
                let operation = work(self)?;
                let token = token.to_owned();
                self.repeated.remember(token, asked, operation.clone());
                Ok(operation)
            }
        }
    }
}

/// The version from which on a listing of a whole project gives what it can get, and has no
/// parameter for it. Who names no version gets the API as it was.
const ALWAYS_IN_PART: &str = "2026-09-01";
const IN_PART: &str = "returnPartialSuccess";

/// Whether a listing may leave out what cannot be had.
fn takes_parts(request: &Request, query: &Query) -> Answer<bool> {
    let version = header(request, "x-goog-api-version").unwrap_or_default();
    match (version >= ALWAYS_IN_PART, query.one(IN_PART)) {
        (true, None) => Ok(true),
        (true, Some(_)) => {
            let message = format!(
                "Invalid JSON payload received. Unknown name \"{IN_PART}\": Cannot bind query \
                 parameter. Field '{IN_PART}' could not be found in request message."
            );
            Err(Refused::new(400, "badRequest", message))
        }
        (false, asked) => Ok(asked == Some("true")),
    }
}

fn operations(scope: &Scope) -> &'static str {
    match scope {
        Scope::Global => "compute.globalOperations.get",
        Scope::Region(_) => "compute.regionOperations.get",
        Scope::Zone(_) => "compute.zoneOperations.get",
    }
}

fn body(request: &Request) -> Answer<Body> {
    mock_rest::object(request.body()).ok_or_else(Refused::json)
}

/// Hexadecimal digits in groups of 8, 4, 4, 4 and 12, not all of them 0.
fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    let digits = || text.chars().filter(|char| *char != '-');
    lengths == [8, 4, 4, 4, 12]
        && digits().all(|char| char.is_ascii_hexdigit())
        && digits().any(|char| char != '0')
}
