use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use crate::calls::Call;
use crate::checker::{Violation, violations};
use crate::cloud::{Cloud, Refusal, Request, Response};
use crate::faults::{Effect, Fault, Faults};
use crate::follow::{Follow, Next};
use crate::injector::{Incoming, Injector};
use crate::inventory::Inventory;
use crate::processors::{Processors, Queue};
use crate::store::Author;
use crate::undo::Undo;

/// How a mock behaves.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Everything random comes from here.
    pub seed: u64,
    /// How long every reply takes.
    pub latency: Duration,
    /// How many requests it can work on at once; any number where it is not said.
    pub processors: Option<Processors>,
    /// What goes wrong.
    pub faults: Faults,
    /// Who sees each request that was carried out, with its response.
    pub watch: Option<fn(&Request, &Response)>,
}

/// What a client gets to see of one request.
#[derive(Debug)]
pub struct Reply {
    /// How long after the arrival of the request.
    pub delay: Duration,
    /// And then what.
    pub outcome: Outcome,
}

/// How one exchange ends.
#[derive(Debug)]
pub enum Outcome {
    /// The connection breaks before any byte of a reply.
    Drop,
    /// The connection cannot be made.
    Refuse,
    /// The reply.
    Respond(Response),
    /// Status, headers and [`first_half`] of the body of this reply, then the connection breaks.
    Truncate(Response),
}

impl Outcome {
    /// The reply, if it arrives whole.
    pub fn whole(self) -> Option<Response> {
        match self {
            Self::Respond(response) => Some(response),
            Self::Drop | Self::Refuse | Self::Truncate(_) => None,
        }
    }
}

/// The part of the body that arrives of a truncated reply.
pub fn first_half(response: &Response) -> Bytes {
    response.body().slice(..response.body().len() / 2)
}

/// A cloud with faults in front, a call log and a checker. Clones share everything.
#[derive(Clone)]
pub struct Mock {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    cloud: Box<dyn Cloud>,
    latency: Duration,
    processors: Option<Processors>,
    queue: Queue,
    injector: Injector,
    watch: Option<fn(&Request, &Response)>,
    now: Duration,
    calls: Vec<Call>,
    called: u64,
    late: Vec<Late>,
    stale: Option<Stale>,
    undone: Vec<Undo>,
    violations: Vec<Violation>,
}

/// A request that sits in a queue.
struct Late {
    due: Duration,
    call: u64,
    line: String,
    request: Request,
}

/// What listings show for a while.
struct Stale {
    until: Duration,
    cloud: Box<dyn Cloud>,
}

impl Mock {
    /// Puts the mock's faults in front of `cloud`.
    pub fn new(cloud: Box<dyn Cloud>, options: Options) -> Self {
        let injector = Injector::new(options.seed, options.faults);
        let mut cloud = cloud;
        cloud.store_mut().take_touches();
        let inner = Inner {
            cloud,
            latency: options.latency,
            processors: options.processors,
            queue: Queue::default(),
            injector,
            watch: options.watch,
            now: Duration::ZERO,
            calls: Vec::new(),
            called: 0,
            late: Vec::new(),
            stale: None,
            undone: Vec::new(),
            violations: Vec::new(),
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
        }
    }

    /// Takes one request at the virtual time `now` and says how the exchange ends. Never waits:
    /// whoever calls it applies the delay. Time does not run backwards: an earlier `now` than
    /// before counts as the latest one.
    pub fn serve_once(&self, now: Duration, request: Request) -> Reply {
        self.lock().serve(now, request)
    }

    /// What comes next of a reply that goes on, at the virtual time `now`.
    pub fn follow(&self, now: Duration, follow: &mut Follow) -> Next {
        let mut inner = self.lock();
        inner.advance(now);
        let now = inner.now;
        inner.cloud.follow(now, follow)
    }

    /// Works on the cloud as another hand: what is made here is foreign, and the checker watches
    /// that no call of the API changes it.
    ///
    /// # Panics
    /// If the mock holds another cloud than `C`.
    pub fn with<C: Cloud, R>(&self, work: impl FnOnce(&mut C) -> R) -> R {
        let mut inner = self.lock();
        inner.cloud.store_mut().set_author(Author::Hand);
        let any: &mut dyn Any = inner.cloud.as_mut();
        let cloud = any
            .downcast_mut::<C>()
            .expect("the mock was made with this cloud");
        let result = work(cloud);
        inner.cloud.store_mut().take_touches();
        result
    }

    /// Replaces the faults, and starts counting calls for them anew.
    pub fn set_faults(&self, seed: u64, faults: Faults) {
        self.lock().injector = Injector::new(seed, faults);
    }

    /// Lets time pass: late effects that are due by `now` are applied.
    pub fn advance(&self, now: Duration) {
        self.lock().advance(now);
    }

    /// How many requests sit in a queue as late effects.
    pub fn pending_effects(&self) -> usize {
        self.lock().late.len()
    }

    /// Whether a request would change anything.
    pub fn is_mutating(&self, request: &Request) -> bool {
        self.lock().cloud.mutating(request)
    }

    /// Every request since the log was cleared.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// How many logins nobody has ended yet: see [`Cloud::sessions`].
    pub fn sessions(&self) -> usize {
        self.lock().cloud.sessions()
    }

    /// Those of them that would change something.
    pub fn mutating_calls(&self) -> Vec<Call> {
        self.lock()
            .calls
            .iter()
            .filter(|call| call.mutating)
            .cloned()
            .collect()
    }

    /// Empties the call log.
    pub fn clear_calls(&self) {
        self.lock().calls.clear();
    }

    /// Everything that exists now.
    pub fn inventory(&self) -> Inventory {
        Inventory::of(self.lock().cloud.as_ref())
    }

    /// What calls of the API did to objects of another hand, in order.
    pub fn violations(&self) -> Vec<Violation> {
        self.lock().violations.clone()
    }

    /// The environment with which a client enters the cloud at `base_url`.
    pub fn environment(&self, base_url: &str) -> Vec<(String, String)> {
        self.lock().cloud.environment(base_url)
    }

    /// A panic in a test that held the lock leaves the state usable: each request is one step.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.lock();
        f.debug_struct("Mock")
            .field("cloud", &inner.cloud.name())
            .field("now", &inner.now)
            .field("called", &inner.called)
            .finish_non_exhaustive()
    }
}

impl Inner {
    fn serve(&mut self, now: Duration, request: Request) -> Reply {
        self.advance(now);
        self.called += 1;
        let mut call = self.recorded(&request);
        let incoming = Incoming {
            method: &call.method,
            path: &call.path,
            mutating: call.mutating,
        };
        call.fault = self.injector.strike(&incoming);
        if call.mutating {
            self.take_back(&request);
        }
        let mut delay = self.delay();
        if let Some(Fault::Latency { extra_ms }) = call.fault {
            delay += Duration::from_millis(extra_ms);
        }
        let held = self.cloud.holds(self.now, &request);
        let outcome = self.exchange(&mut call, request);
        if call.status.is_some_and(|status| status < 300) {
            delay += held;
        }
        self.calls.push(call);
        Reply { delay, outcome }
    }

    fn delay(&mut self) -> Duration {
        match self.processors {
            Some(processors) => self.queue.take(self.now, self.latency, processors),
            None => self.latency,
        }
    }

    fn recorded(&self, request: &Request) -> Call {
        let mutating = self.cloud.mutating(request);
        let body = || self.cloud.asked(request);
        Call {
            number: self.called,
            at: self.now,
            method: request.method().to_string(),
            path: self.cloud.operation(request),
            query: request.uri().query().unwrap_or_default().to_owned(),
            body: if mutating { body() } else { None },
            cursor: self.cloud.cursor(request),
            status: None,
            mutating,
            fault: None,
        }
    }

    fn exchange(&mut self, call: &mut Call, request: Request) -> Outcome {
        let Some(fault) = call.fault else {
            return Outcome::Respond(self.apply(call, request));
        };
        match fault {
            Fault::EmptyListing if self.cloud.listing(&request) => {
                Outcome::Respond(self.show_nothing(call, request))
            }
            Fault::EmptyListing | Fault::Latency { .. } => {
                Outcome::Respond(self.apply(call, request))
            }
            Fault::Throttle { retry_after_s } => {
                self.refuse(call, &request, Refusal::Throttled(retry_after_s))
            }
            Fault::Error { status, effect } => {
                if effect == Effect::Applied {
                    self.apply(call, request.clone());
                }
                self.refuse(call, &request, Refusal::Server(status))
            }
            Fault::Conflict if call.mutating => self.refuse(call, &request, Refusal::Conflict),
            Fault::Quota if self.cloud.creates(&request) => {
                self.refuse(call, &request, Refusal::Quota)
            }
            Fault::Conflict | Fault::Quota => Outcome::Respond(self.apply(call, request)),
            Fault::Refuse => Outcome::Refuse,
            Fault::LostReply => {
                self.apply(call, request);
                Outcome::Drop
            }
            Fault::TakenBack if self.cloud.creates(&request) => {
                let before = self.cloud.store().clone();
                self.apply(call, request);
                self.undone
                    .extend(Undo::between(&before, self.cloud.store()));
                Outcome::Drop
            }
            Fault::TakenBack => {
                self.apply(call, request);
                Outcome::Drop
            }
            Fault::Truncate => Outcome::Truncate(self.apply(call, request)),
            Fault::LateEffect { after_ms } => {
                let due = self.now + Duration::from_millis(after_ms);
                self.late.push(Late {
                    due,
                    call: call.number,
                    line: call.line(),
                    request,
                });
                Outcome::Drop
            }
            Fault::StaleListings { for_ms } => {
                let until = self.now + Duration::from_millis(for_ms);
                // An older snapshot that is still shown stays: a listing never jumps forth and back.
                if self.stale.is_none() {
                    self.stale = Some(Stale {
                        until,
                        cloud: self.cloud.fork(),
                    });
                }
                Outcome::Respond(self.apply(call, request))
            }
        }
    }

    fn refuse(&self, call: &mut Call, request: &Request, why: Refusal) -> Outcome {
        let response = self.cloud.refusal(request, why);
        call.status = Some(response.status().as_u16());
        Outcome::Respond(response)
    }

    fn show_nothing(&self, call: &mut Call, request: Request) -> Response {
        let mut nothing = self.cloud.fork();
        nothing.store_mut().clear();
        let response = nothing.handle(self.now, request);
        call.status = Some(response.status().as_u16());
        response
    }

    fn apply(&mut self, call: &mut Call, request: Request) -> Response {
        let listing = self.cloud.listing(&request);
        let response = match &mut self.stale {
            Some(stale) if listing => stale.cloud.handle(self.now, request),
            Some(_) | None => self.carry_out(call.number, &call.line(), request),
        };
        call.status = Some(response.status().as_u16());
        response
    }

    fn carry_out(&mut self, number: u64, line: &str, request: Request) -> Response {
        self.cloud.store_mut().set_author(Author::Api);
        let response = match self.watch {
            Some(watch) => {
                let response = self.cloud.handle(self.now, request.clone());
                watch(&request, &response);
                response
            }
            None => self.cloud.handle(self.now, request),
        };
        let touches = self.cloud.store_mut().take_touches();
        self.violations.extend(violations(number, line, touches));
        response
    }

    /// Undoes what is to be taken back before a change that names it.
    fn take_back(&mut self, request: &Request) {
        for undo in std::mem::take(&mut self.undone) {
            match undo.is_named_by(request) {
                true => undo.carry_out(self.cloud.store_mut()),
                false => self.undone.push(undo),
            }
        }
    }

    fn advance(&mut self, now: Duration) {
        let now = now.max(self.now);
        self.late.sort_by_key(|late| (late.due, late.call));
        while self.late.first().is_some_and(|late| late.due <= now) {
            let late = self.late.remove(0);
            self.now = late.due.max(self.now);
            let response = self.carry_out(late.call, &late.line, late.request);
            if let Some(call) = self.calls.iter_mut().find(|call| call.number == late.call) {
                call.status = Some(response.status().as_u16());
            }
        }
        self.now = now;
        self.cloud.pass(now);
        if self.stale.as_ref().is_some_and(|stale| stale.until <= now) {
            self.stale = None;
        }
    }
}
