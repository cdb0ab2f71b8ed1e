//! Why there is no reply.

use crate::Tls;

/// Whether the other side may have acted on a request that got no reply.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sent {
    /// It never left: no effect.
    No,
    /// It may have arrived: the effect is unknown.
    Maybe,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cause {
    /// The settings cannot be used: a CA bundle that is none, a proxy address.
    Settings,
    /// No connection: refused, no route, name not found.
    Connect,
    /// The connection is not secure: why.
    Tls(Tls),
    /// No reply within the time allowed.
    Timeout,
    /// The connection broke off before the reply was whole.
    Broken,
    /// The reply's body is over the bound.
    TooLarge,
}

/// A request that got no reply. Carries no URL query, header or body: those may hold secrets.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What went wrong.
    pub cause: Cause,
    /// Whether the request may have had its effect.
    pub sent: Sent,
    /// For a person: what, and the host.
    pub message: String,
    /// The layer below.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Failure {
    /// A failure without a layer below.
    pub fn new(cause: Cause, sent: Sent, message: impl Into<String>) -> Self {
        Self {
            cause,
            sent,
            message: message.into(),
            source: None,
        }
    }
}
