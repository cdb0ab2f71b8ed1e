use std::any::Any;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use crate::follow::{Follow, Next};
use crate::store::{Object, Store};

/// A request as a client sent it: method, URI, headers and the whole body.
pub type Request = http::Request<Bytes>;

/// A response with its whole body.
pub type Response = http::Response<Bytes>;

/// A cloud on the wire, without the wire: state, and one function from request to response.
///
/// Guarantees asked of an implementation: no clock, no randomness beyond its own seed, no I/O. A
/// request is handled as one step: either all of its effect is there when `handle` returns, or none.
pub trait Cloud: Any + Send {
    /// The key of the cloud in documents and on the command line (`openstack`).
    fn name(&self) -> &'static str;

    /// Applies the request at the virtual time `now` and answers it.
    fn handle(&mut self, now: Duration, request: Request) -> Response;

    /// What comes next of a reply that goes on: of one whose response had a [`Follow`] among its extensions.
    fn follow(&mut self, now: Duration, follow: &mut Follow) -> Next {
        let _ = (now, follow);
        Next::End
    }

    /// How long the cloud holds a request back before it answers: some can be asked to wait for
    /// something. [`Cloud::handle`] gets it at its arrival, and answers as of when the reply is sent.
    fn holds(&self, now: Duration, request: &Request) -> Duration {
        let _ = (now, request);
        Duration::ZERO
    }

    /// Whether the request would change anything in the cloud. Logging in does not count.
    fn mutating(&self, request: &Request) -> bool;

    /// Whether the request lists a collection: these are what a stale cache may answer.
    fn listing(&self, request: &Request) -> bool;

    /// What the call log and the faults know as the path of a request: where a cloud has one path
    /// for everything, the name of the operation.
    fn operation(&self, request: &Request) -> String {
        request.uri().path().to_owned()
    }

    /// The body of a request as the call log keeps it, where it can be read.
    fn asked(&self, request: &Request) -> Option<Value> {
        serde_json::from_slice(request.body()).ok()
    }

    /// Where the page begins that a request asks for, if it is not the first one of a listing.
    fn cursor(&self, request: &Request) -> Option<String> {
        let _ = request;
        None
    }

    /// Whether the request would create something that counts against a quota.
    fn creates(&self, request: &Request) -> bool {
        request.method() == http::Method::POST
    }

    /// An error in the cloud's own form, for a fault that the cloud itself did not cause.
    fn refusal(&self, request: &Request, why: Refusal) -> Response;

    /// The environment variables with which a client finds and enters this cloud at `base_url`
    /// (no slash at its end).
    fn environment(&self, base_url: &str) -> Vec<(String, String)>;

    /// How many logins nobody has ended yet, for a cloud that counts them.
    fn sessions(&self) -> usize {
        0
    }

    /// Lets happen what is due by `now`, where nobody asks: what is under way comes to its end.
    fn pass(&mut self, now: Duration) {
        let _ = now;
    }

    /// Everything that exists.
    fn store(&self) -> &Store;

    /// The same, to be changed.
    fn store_mut(&mut self) -> &mut Store;

    /// What the checker and the inventory need to know of an object.
    fn describe(&self, object: &Object) -> Description;

    /// A copy that answers listings as of now, while the original goes on.
    fn fork(&self) -> Box<dyn Cloud>;
}

/// An error that comes from in front of the cloud, or from its limits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// Another writer changed the same thing meanwhile.
    Conflict,
    /// The quota of the object that the request would create is used up.
    Quota,
    /// An error of the server's own, with this 5xx status.
    Server(u16),
    /// Too many requests; come back after so many seconds, where said.
    Throttled(Option<u64>),
}

/// What an object is called, whose it is and what it hangs on.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Description {
    /// The name that a person gave it; may be empty, may be used twice.
    pub name: String,
    /// The account or project that owns it.
    pub owner: String,
    /// The text that may carry a label (OpenStack: the description).
    pub text: String,
    /// Ids of the objects that this one joins or lives in.
    pub joins: Vec<String>,
}
