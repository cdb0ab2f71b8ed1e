use std::time::Duration;

use http::Method;
use mock_cloud::{
    Cloud, Description, Hand as _, Object, Refusal, Request, Requests, Response, Schedule, Store,
    header, reply,
};
use mock_rest::segments;
use serde_json::{Value, json};

use crate::config::{Config, Token};
use crate::refused::{Answer, Refused};
use crate::resource::Resource;

/// What changes by itself, so that a difference in it alone means nothing.
const VOLATILE: &[&str] = &["created_at", "updated_at"];

/// One installation of the Metal API, with all it holds.
#[derive(Clone, Debug)]
pub struct Equinix {
    /// What the installation is like. It may change while the cloud runs: fewer objects on a page.
    /// Metros and the project are made only once, by [`Equinix::new`].
    pub config: Config,
    pub(crate) store: Store,
    pub(crate) now: Duration,
    /// Devices, by when they are ready.
    pub(crate) schedule: Schedule<String>,
    /// How many blocks of addresses have been cut.
    pub(crate) blocks: u32,
    requests: Requests,
}

/// What is answered: status and body.
pub(crate) type Said = (u16, Option<Value>);

impl Equinix {
    /// An installation in which nobody has been at work.
    pub fn new(config: Config) -> Self {
        let mut cloud = Self {
            store: Store::new(config.seed, VOLATILE, &[]),
            config,
            now: Duration::ZERO,
            schedule: Schedule::default(),
            blocks: 0,
            requests: Requests::default(),
        };
        cloud.furnish();
        cloud
    }

    fn dispatch(&mut self, request: &Request) -> Answer<Said> {
        let given = header(request, "x-auth-token");
        let mut tokens = self.config.tokens.iter();
        let token = tokens.find(|token| Some(token.text.as_str()) == given);
        let Some(token) = token.cloned() else {
            return Err(Refused::new(401, "Invalid authentication token"));
        };
        if token.is_read_only && request.method() != Method::GET {
            let error = "You are not authorized to do this: the API key is read only";
            return Err(Refused::new(403, error));
        }
        self.attempt(|cloud| cloud.route(request, &token))
    }

    /// Works on the cloud; what is refused half-way through leaves nothing behind.
    pub(crate) fn attempt<R>(&mut self, work: impl FnOnce(&mut Self) -> Answer<R>) -> Answer<R> {
        let mark = self.schedule.mark();
        self.store.begin();
        let result = work(self);
        if result.is_err() {
            self.store.roll_back();
            self.schedule.roll_back(mark);
        }
        result
    }

    /// Lets everything happen that is due by `now`.
    fn advance(&mut self, now: Duration) {
        self.now = self.now.max(now);
        while let Some((_, device)) = self.schedule.pop_due(self.now) {
            self.ready(&device);
        }
        // What time does is nobody's deed.
        self.store.take_touches();
    }

    pub(crate) fn ready(&mut self, device: &str) {
        self.edit(Resource::Device.plural(), device, |body| {
            body.insert("state".to_owned(), json!("active"));
        });
    }

    /// The time as objects carry it.
    pub(crate) fn stamp(&self) -> String {
        let now = self.config.calendar.at(self.now);
        now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// The project that an object belongs to: itself, where it is one.
    pub(crate) fn project_of(object: &Object) -> &str {
        if object.kind == Resource::Project.plural() {
            return &object.id;
        }
        let fields = ["project", "assigned_to"];
        let mut hrefs = fields.iter().filter_map(|field| object.body.get(*field));
        let href = hrefs.next().and_then(|href| href["href"].as_str());
        href.and_then(|href| href.rsplit('/').next())
            .unwrap_or_default()
    }

    /// Whether a key opens what belongs to a project.
    pub(crate) fn allow(token: &Token, project: &str) -> Answer<()> {
        match token.project.as_deref().is_none_or(|own| own == project) {
            true => Ok(()),
            false => Err(Refused::denied()),
        }
    }
}

impl Cloud for Equinix {
    fn name(&self) -> &'static str {
        "packet"
    }

    fn handle(&mut self, now: Duration, request: Request) -> Response {
        self.advance(now);
        self.requests.count();
        let response = match self.dispatch(&request) {
            Ok((status, Some(body))) => reply::json(status, &body),
            Ok((status, None)) => reply::empty(status),
            Err(refused) => refused.response(),
        };
        reply::with_header(response, "x-request-id", &self.requests.id())
    }

    fn mutating(&self, request: &Request) -> bool {
        request.method() != Method::GET
    }

    fn listing(&self, request: &Request) -> bool {
        let parts = segments(request.uri().path());
        let last = parts.last().map(String::as_str).unwrap_or_default();
        request.method() == Method::GET && Resource::by_plural(last).is_some()
    }

    fn cursor(&self, request: &Request) -> Option<String> {
        let query = mock_rest::Query::of(request);
        let page = query.one("page").filter(|page| *page != "1");
        page.map(str::to_owned)
    }

    fn refusal(&self, _: &Request, why: Refusal) -> Response {
        match why {
            Refusal::Conflict => Refused::new(409, "It was changed meanwhile").response(),
            Refusal::Quota => Refused::input("the quota of the project is used up").response(),
            // What stands in front of the API answers these without JSON.
            Refusal::Server(status @ (502 | 504)) => reply::empty(status),
            Refusal::Server(status) => Refused::new(status, "Something went wrong").response(),
            Refusal::Throttled(seconds) => {
                let refused = Refused::new(429, "Too many requests");
                reply::with_retry_after(refused.response(), seconds)
            }
        }
    }

    fn environment(&self, base_url: &str) -> Vec<(String, String)> {
        let token = self.config.tokens.first().map(|token| token.text.clone());
        [
            ("EQUINIX_API_ENDPOINT", base_url.to_owned()),
            ("METAL_AUTH_TOKEN", token.unwrap_or_default()),
            ("METAL_PROJECT_ID", self.config.project.id.clone()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }

    fn store(&self) -> &Store {
        &self.store
    }

    fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    fn describe(&self, object: &Object) -> Description {
        let names = ["name", "hostname", "description", "network"];
        let names = names.iter().map(|name| object.text(name));
        let tags = object.body.get("tags").and_then(Value::as_array);
        let tags = tags.into_iter().flatten().filter_map(Value::as_str);
        let project = Self::project_of(object);
        Description {
            name: names
                .into_iter()
                .find(|name| !name.is_empty())
                .unwrap_or_default()
                .to_owned(),
            owner: project.to_owned(),
            text: tags.collect::<Vec<_>>().join("\n"),
            joins: vec![project.to_owned()]
                .into_iter()
                .filter(|project| *project != object.id)
                .collect(),
        }
    }

    fn fork(&self) -> Box<dyn Cloud> {
        Box::new(self.clone())
    }
}
