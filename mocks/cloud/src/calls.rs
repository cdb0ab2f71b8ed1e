use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::faults::Fault;

/// One request that reached the mock, in the order of arrival.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Call {
    /// Counts all requests from 1, across [`Mock::clear_calls`](crate::Mock::clear_calls).
    pub number: u64,
    /// The virtual time of its arrival.
    pub at: Duration,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query as it was sent; empty where there is none.
    pub query: String,
    /// The body of a mutating request, where it is JSON. Never kept of a login.
    pub body: Option<Value>,
    /// Where the page begins, if it is not the first one of a listing.
    pub cursor: Option<String>,
    /// The status of the reply, also of one that was lost; `None` when the cloud has not seen the
    /// request (refused, or on its way as a late effect).
    pub status: Option<u16>,
    /// Whether it would change anything in the cloud.
    pub mutating: bool,
    /// What was done to it on purpose.
    pub fault: Option<Fault>,
}

impl Call {
    /// Method and path in one text, for messages of tests.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}
