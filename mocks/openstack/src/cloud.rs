use std::time::Duration;

use http::Method;
use mock_cloud::{
    Cloud, Description, Object, Refusal, Request, Requests, Response, Store, base_url, reply,
};
use serde_json::{Value, json};

use crate::clock;
use crate::config::Config;
use crate::keystone::Keystone;
use crate::neutron::{Caller, Neutron, Resource};
use crate::others::Other;
use crate::refused::{Refused, unauthorized};
use crate::release::Release;

/// What changes by itself, so that a difference in it alone means nothing.
const VOLATILE: &[&str] = &["created_at", "updated_at", "revision_number"];

/// What objects are looked up by.
const INDEXED: &[&str] = &[
    "device_id",
    "name",
    "network_id",
    "project_id",
    "security_group_id",
    "subnetpool_id",
];

/// Keystone and Neutron with all they hold.
#[derive(Clone, Debug)]
pub struct OpenStack {
    /// What the operator has configured. It may change while the cloud runs: an extension that goes
    /// away, another quota. External networks and pools are made only once, by [`OpenStack::new`].
    pub config: Config,
    pub(crate) store: Store,
    pub(crate) now: Duration,
    requests: Requests,
}

/// Which service a path is for, and the rest of the path.
enum Service<'a> {
    Keystone(&'a str),
    Neutron(&'a str),
    Other(Other, &'a str),
    Nothing,
}

impl OpenStack {
    /// A cloud in which only the operator has been at work.
    pub fn new(config: Config) -> Self {
        let store = Store::new(config.seed, VOLATILE, INDEXED);
        let mut cloud = Self {
            config,
            store,
            now: Duration::ZERO,
            requests: Requests::default(),
        };
        cloud.furnish();
        cloud
    }

    /// Neutron for one request of one caller.
    pub(crate) fn neutron(&mut self, caller: Caller, base: &str) -> Neutron<'_> {
        Neutron {
            config: &self.config,
            store: &mut self.store,
            base: format!("{base}/networking"),
            stamp: clock::neutron(self.now),
            caller,
        }
    }

    fn keystone<'a>(&'a self, base: &'a str) -> Keystone<'a> {
        Keystone {
            config: &self.config,
            base,
            now: self.now,
            serial: self.requests.counted(),
        }
    }

    fn dispatch(&mut self, request: &Request) -> Response {
        let base = base_url(request);
        match service(request.uri().path()) {
            Service::Keystone(path) => self.keystone(&base).answer(path, request),
            Service::Neutron("" | "/") => reply::json(200, &versions(&base)),
            Service::Neutron(path) => {
                let Some(caller) = self.caller(&base, request) else {
                    return unauthorized(&base);
                };
                self.neutron(caller, &base).answer(path, request)
            }
            Service::Other(other, path) => match self.caller(&base, request) {
                Some(_) => other.answer(path, request),
                None => unauthorized(&base),
            },
            Service::Nothing => Refused::no_route().neutron(),
        }
    }

    fn caller(&self, base: &str, request: &Request) -> Option<Caller> {
        let keystone = self.keystone(base);
        let token = keystone.caller(request)?;
        let project = keystone.project(token.project.as_deref())?;
        let has = |role: &str| token.roles.iter().any(|own| own == role);
        Some(Caller {
            project: project.id.clone(),
            admin: has("admin"),
            // Until its new defaults are enforced, Neutron asks for no more than a role in the project.
            reader: self.config.release != Release::Zed && !has("member"),
        })
    }
}

fn service(path: &str) -> Service<'_> {
    if let Some(rest) = path.strip_prefix("/identity") {
        Service::Keystone(rest)
    } else if let Some(rest) = path.strip_prefix("/networking") {
        Service::Neutron(rest)
    } else if path == "/" || path.starts_with("/v3") {
        Service::Keystone(path)
    } else if path.starts_with("/v2.0") {
        Service::Neutron(path)
    } else if let Some((other, rest)) = Other::of(path) {
        Service::Other(other, rest)
    } else {
        Service::Nothing
    }
}

fn versions(base: &str) -> Value {
    let links = [json!({ "rel": "self", "href": format!("{base}/networking/v2.0/") })];
    json!({ "versions": [{ "id": "v2.0", "status": "CURRENT", "links": links }] })
}

impl Cloud for OpenStack {
    fn name(&self) -> &'static str {
        "openstack"
    }

    fn handle(&mut self, now: Duration, request: Request) -> Response {
        self.now = self.now.max(now);
        self.requests.count();
        let response = self.dispatch(&request);
        let id = format!("req-{}", self.requests.id());
        reply::with_header(response, "x-openstack-request-id", &id)
    }

    fn mutating(&self, request: &Request) -> bool {
        let reads = matches!(
            *request.method(),
            Method::GET | Method::HEAD | Method::OPTIONS
        );
        !reads && !request.uri().path().contains("/v3")
    }

    fn listing(&self, request: &Request) -> bool {
        let Service::Neutron(path) = service(request.uri().path()) else {
            return false;
        };
        let collection = path.strip_prefix("/v2.0/").and_then(Resource::by_plural);
        *request.method() == Method::GET && collection.is_some()
    }

    fn refusal(&self, request: &Request, why: Refusal) -> Response {
        let neutron = matches!(service(request.uri().path()), Service::Neutron(_));
        let refused = match why {
            Refusal::Conflict => Refused::conflict("Conflict", "It was changed meanwhile."),
            Refusal::Quota => Refused::over_quota(resource_name(request)),
            Refusal::Server(status) => Refused {
                status,
                ..Refused::fallen()
            },
            Refusal::Throttled(_) => {
                Refused::new(429, "OverLimit", "This request was rate-limited.")
            }
        };
        let response = if neutron {
            refused.neutron()
        } else {
            refused.keystone()
        };
        match why {
            Refusal::Throttled(seconds) => reply::with_retry_after(response, seconds),
            Refusal::Conflict | Refusal::Quota | Refusal::Server(_) => response,
        }
    }

    fn environment(&self, base_url: &str) -> Vec<(String, String)> {
        let name = self.config.environment_user.as_str();
        let user = self.config.users.iter().find(|user| user.name == name);
        let project = user
            .and_then(|user| user.default_project.clone())
            .unwrap_or_default();
        let password = user.map(|user| user.password.clone()).unwrap_or_default();
        let pairs = [
            ("OS_AUTH_URL", format!("{base_url}/identity/v3")),
            ("OS_IDENTITY_API_VERSION", "3".to_owned()),
            ("OS_USERNAME", name.to_owned()),
            ("OS_PASSWORD", password),
            ("OS_PROJECT_NAME", project),
            ("OS_USER_DOMAIN_NAME", "Default".to_owned()),
            ("OS_PROJECT_DOMAIN_NAME", "Default".to_owned()),
            ("OS_REGION_NAME", self.config.region.clone()),
        ];
        pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    fn store(&self) -> &Store {
        &self.store
    }

    fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    fn describe(&self, object: &Object) -> Description {
        let ids = [
            "network_id",
            "security_group_id",
            "device_id",
            "subnetpool_id",
        ];
        let mut joins: Vec<String> = ids
            .iter()
            .map(|name| object.text(name).to_owned())
            .collect();
        let ips = object.body.get("fixed_ips").and_then(Value::as_array);
        let subnets = ips
            .into_iter()
            .flatten()
            .filter_map(|ip| ip["subnet_id"].as_str());
        joins.extend(subnets.map(str::to_owned));
        joins.retain(|id| !id.is_empty());
        Description {
            name: object.text("name").to_owned(),
            owner: object.text("project_id").to_owned(),
            text: object.text("description").to_owned(),
            joins,
        }
    }

    fn fork(&self) -> Box<dyn Cloud> {
        Box::new(self.clone())
    }
}

fn resource_name(request: &Request) -> &'static str {
    let last = request.uri().path().rsplit('/').next().unwrap_or_default();
    Resource::by_plural(last).map_or("network", Resource::singular)
}
