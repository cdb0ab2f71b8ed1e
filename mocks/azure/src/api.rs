//! Which request is which function.

use http::Method;
use mock_cloud::{Body, Request, header};
use mock_rest::Query;

use crate::changes::Conditions;
use crate::cloud::{Azure, base};
use crate::ids::Target;
use crate::kind::Kind;
use crate::operations::Verb;
use crate::refused::{Answer, Refused};
use crate::said::Said;
use crate::versions::Version;

impl Azure {
    /// `/subscriptions/…`
    pub(crate) fn arm(&mut self, parts: &[&str], request: &Request) -> Answer<Said> {
        let is_read = request.method() == Method::GET;
        let no_route = || Refused::no_route(request.uri().path());
        let query = Query::of(request);
        let parts = match parts {
            ["subscriptions"] if is_read => return self.subscriptions(&query),
            ["subscriptions", subscription, rest @ ..] => {
                self.is_own(subscription)?;
                rest
            }
            _ => return Err(no_route()),
        };
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            self.writable()?;
        }
        let low: Vec<String> = parts.iter().map(|part| part.to_lowercase()).collect();
        let low: Vec<&str> = low.iter().map(String::as_str).collect();
        match low.as_slice() {
            [] if is_read => self.subscription(&query),
            ["locations"] if is_read => self.locations(&query),
            ["resources"] if is_read => {
                let subscription = self.subscription_id();
                self.may(
                    "Microsoft.Resources/subscriptions/resources/read",
                    &subscription,
                )?;
                self.resources(&subscription, request)
            }
            ["resourcegroups", _, "resources"] if is_read => {
                let group = self.target(&parts[..2]);
                let Some(Target::One(kind, group)) = group else {
                    return Err(no_route());
                };
                self.may(&format!("{}/resources/read", kind.permission()), &group)?;
                self.exists(kind, &group)?;
                self.resources(&group, request)
            }
            ["operationresults", name] if is_read => {
                let action = "Microsoft.Resources/subscriptions/operationresults/read";
                self.may(action, request.uri().path())?;
                self.operation_result(name, request.uri().to_string())
            }
            ["providers", provider] if is_read => self.provider(provider, &query),
            ["providers", provider, "register"] if request.method() == Method::POST => {
                self.register(provider, &query)
            }
            [.., "providers", "microsoft.authorization", "permissions"] if is_read => {
                self.permissions(request.uri().path(), &query)
            }
            [
                "providers",
                "microsoft.network",
                "locations",
                place,
                rest @ ..,
            ] if is_read => {
                self.version("Microsoft.Network", &query)?;
                match rest {
                    ["operations", name] => {
                        self.may(
                            "Microsoft.Network/locations/operations/read",
                            request.uri().path(),
                        )?;
                        self.operation(name)
                    }
                    ["operationresults", name] => {
                        let action = "Microsoft.Network/locations/operationResults/read";
                        self.may(action, request.uri().path())?;
                        self.operation_result(name, request.uri().to_string())
                    }
                    ["usages"] => self.usages(place, request),
                    _ => Err(no_route()),
                }
            }
            _ => {
                let target = self.target(parts).ok_or_else(no_route)?;
                self.on(target, request)
            }
        }
    }

    fn on(&mut self, target: Target, request: &Request) -> Answer<Said> {
        let kind = match &target {
            Target::All(kind, _) | Target::One(kind, _) => *kind,
        };
        self.registered(kind)?;
        let version = self.version(kind.provider(), &Query::of(request))?;
        let base = base(request);
        match (target, request.method().as_str()) {
            (Target::All(kind, outer), "GET") => self.list(kind, &outer, request, &version),
            (Target::One(kind, id), "GET") => self.get(kind, &id, &version),
            (Target::One(Kind::ResourceGroup, id), "HEAD") => Ok(self.is_there(&id)),
            (Target::One(kind, id), "PUT") => {
                let conditions = conditions(request);
                let (is_new, number) =
                    self.put(kind, &id, asked(request)?, &conditions, &version)?;
                let said = Said::new(
                    if is_new { 201 } else { 200 },
                    self.show(kind, &id, &version),
                );
                Ok(match number {
                    Some(number) => self.begun(said, number, &base, &version.0),
                    None => said,
                })
            }
            (Target::One(kind, id), "PATCH") => {
                self.patch(kind, &id, asked(request)?, &conditions(request))?;
                Ok(Said::new(200, self.show(kind, &id, &version)))
            }
            (Target::One(kind, id), "DELETE") => {
                match self.delete_one(kind, &id, &conditions(request))? {
                    Some(number) => Ok(self.begun(Said::empty(202), number, &base, &version.0)),
                    None => Ok(Said::empty(204)),
                }
            }
            (Target::All(..) | Target::One(..), method) => Err(Refused::not_allowed(method)),
        }
    }

    fn show(&self, kind: Kind, id: &str, version: &Version) -> serde_json::Value {
        let found = self.find(kind, id);
        found
            .map(|found| self.shown(kind, &found, version))
            .unwrap_or_default()
    }
}

fn conditions(request: &Request) -> Conditions {
    let header = |name| header(request, name).map(str::to_owned);
    Conditions {
        if_match: header("if-match"),
        if_none_match: header("if-none-match"),
    }
}

fn asked(request: &Request) -> Answer<Body> {
    let body = mock_rest::object(request.body());
    body.filter(|_| !request.body().is_empty())
        .ok_or_else(Refused::no_json)
}

impl Verb {
    /// What a resource is allowed to be done to with it.
    pub(crate) fn action(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Put => "write",
        }
    }
}
