use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mock_cloud::{
    Cloud, Description, Object, Refusal, Request, Requests, Response, Schedule, Store, reply,
};
use serde_json::Value;

use crate::config::Config;
use crate::permissions::Permission;
use crate::sessions::Sessions;
use crate::tasks::{Step, Task};
use crate::{rest, soap};

/// What objects are looked up by: ids of what they are in and belong to, and where their name is
/// taken.
const INDEXED: &[&str] = &["parent", "place", "object", "tag", "category_id"];

/// What follows from other attributes.
const VOLATILE: &[&str] = &["place"];

/// One vCenter, with all it holds.
#[derive(Clone, Debug)]
pub struct Vsphere {
    /// What it is like. It may change while the cloud runs: other delays, another user.
    /// Datacenters are made only once, by [`Vsphere::new`].
    pub config: Config,
    pub(crate) store: Store,
    pub(crate) now: Duration,
    pub(crate) schedule: Schedule<Step>,
    pub(crate) tasks: BTreeMap<u64, Task>,
    /// By object and user.
    pub(crate) permissions: BTreeMap<(String, String), Permission>,
    /// The folder that holds everything.
    pub(crate) root: String,
    /// Copies share them: who is logged in is logged in, whatever a listing shows.
    sessions: Arc<Mutex<Sessions>>,
    numbered: u64,
    requests: Requests,
}

/// Ids begin here, so that all have one length.
const FIRST_NUMBER: u64 = 1001;

impl Vsphere {
    /// A vCenter in which nobody has been at work.
    pub fn new(config: Config) -> Self {
        let mut cloud = Self {
            store: Store::new(config.seed, VOLATILE, INDEXED),
            config,
            now: Duration::ZERO,
            schedule: Schedule::default(),
            tasks: BTreeMap::new(),
            permissions: BTreeMap::new(),
            root: String::new(),
            sessions: Arc::default(),
            numbered: FIRST_NUMBER,
            requests: Requests::default(),
        };
        cloud.furnish();
        cloud
    }

    /// Who is logged in. Hold it for a moment only.
    pub(crate) fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn next_number(&mut self) -> u64 {
        self.numbered += 1;
        self.numbered - 1
    }

    /// Works on the cloud; what is refused half-way through leaves nothing behind.
    pub(crate) fn attempt<R, E>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<R, E>,
    ) -> Result<R, E> {
        let mark = self.schedule.mark();
        self.store.begin();
        let result = work(self);
        if result.is_err() {
            self.store.roll_back();
            self.schedule.roll_back(mark);
        }
        result
    }
}

impl Cloud for Vsphere {
    fn name(&self) -> &'static str {
        "vsphere"
    }

    fn handle(&mut self, now: Duration, request: Request) -> Response {
        self.advance(now);
        self.requests.count();
        match soap::is_soap(&request) {
            true => self.answer_soap(&request),
            false => self.answer_rest(&request),
        }
    }

    fn mutating(&self, request: &Request) -> bool {
        match soap::is_soap(request) {
            true => soap::is_mutating(&soap::method(request)),
            false => rest::is_mutating(request),
        }
    }

    fn listing(&self, request: &Request) -> bool {
        match soap::is_soap(request) {
            true => soap::is_listing(request),
            false => rest::is_listing(request),
        }
    }

    fn operation(&self, request: &Request) -> String {
        match soap::is_soap(request) {
            true => self.soap_operation(request),
            false => rest::operation(request),
        }
    }

    fn asked(&self, request: &Request) -> Option<Value> {
        match soap::is_soap(request) {
            true => soap::parameters(request),
            false => serde_json::from_slice(request.body()).ok(),
        }
    }

    fn cursor(&self, request: &Request) -> Option<String> {
        if !soap::is_soap(request) {
            return rest::cursor(request);
        }
        if soap::method(request) != "ContinueRetrievePropertiesEx" {
            return None;
        }
        let token = soap::parameters(request)?["token"].as_str()?.to_owned();
        Some(token)
    }

    fn creates(&self, request: &Request) -> bool {
        match soap::is_soap(request) {
            true => soap::method(request) == "CreateFolder",
            false => rest::is_create(request),
        }
    }

    fn refusal(&self, request: &Request, why: Refusal) -> Response {
        match why {
            Refusal::Conflict if soap::is_soap(request) => soap::concurrent_access(),
            Refusal::Conflict => rest::concurrent_change(request),
            Refusal::Quota if soap::is_soap(request) => soap::over_limit(),
            Refusal::Quota => rest::over_limit(request),
            Refusal::Server(500) if soap::is_soap(request) => soap::system_error(),
            Refusal::Server(500) => rest::internal_error(request),
            // The proxy in front of the services answers these.
            Refusal::Server(status) => reply::of_type(status, "text/plain", "no healthy upstream"),
            Refusal::Throttled(seconds) => {
                let response = reply::of_type(429, "text/plain", "local_rate_limited");
                reply::with_retry_after(response, seconds)
            }
        }
    }

    fn environment(&self, base_url: &str) -> Vec<(String, String)> {
        let user = self.config.users.first();
        let name = user.map(|user| user.name.clone()).unwrap_or_default();
        let password = user.map(|user| user.password.clone()).unwrap_or_default();
        let pairs = [
            ("GOVC_URL", base_url.to_owned()),
            ("GOVC_USERNAME", name),
            ("GOVC_PASSWORD", password),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value)).to_vec()
    }

    fn sessions(&self) -> usize {
        self.sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .open
            .len()
    }

    fn store(&self) -> &Store {
        &self.store
    }

    fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    fn describe(&self, object: &Object) -> Description {
        // A label may stand in a name, a description or a custom attribute.
        let own = ["name", "description"].map(|field| object.text(field).to_owned());
        let texts = self.custom_texts(object).into_iter().chain(own);
        let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
        let joins = ["parent", "object", "tag", "category_id"];
        let joins = joins.iter().map(|name| object.text(name).to_owned());
        Description {
            name: object.text("name").to_owned(),
            owner: "vcenter".to_owned(),
            text: texts.join("\n"),
            joins: joins.filter(|id| !id.is_empty()).collect(),
        }
    }

    fn fork(&self) -> Box<dyn Cloud> {
        Box::new(self.clone())
    }
}
