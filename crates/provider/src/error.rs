//! The one error of the contract: by meaning, not by status code.

use std::{error::Error as StdError, fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// A result of the contract.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What an error means, and so what the engine does about it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ErrorKind {
    /// Two objects where one belongs: nothing is touched.
    Ambiguous,
    /// Another writer has changed the object: list, compare and try again, a bounded number of times.
    Conflict,
    /// Not allowed, or not authenticated.
    Denied,
    /// Other objects still use the object: a delete waits, then names them.
    InUse,
    /// The request can never succeed as it is.
    Invalid,
    /// A limit of the account is reached.
    Quota,
    /// Too many requests: back off, honour Retry-After.
    Throttled,
    /// No reply, or a reply that says "not now": back off.
    Unavailable,
    /// A reply that makes no sense.
    Unexpected,
    /// This cloud, or this deployment of it, cannot do that.
    Unsupported,
}

/// When to try again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Retry {
    /// It will fail the same way.
    Never,
    /// After a pause that the engine chooses.
    Later,
    /// Not before that much time has passed: the cloud said so.
    After(Duration),
}

/// Whether a failed mutating call may have had its effect.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Effect {
    /// It had none.
    None,
    /// It is unknown: the engine looks for the effect before it sends the call again.
    Unknown,
}

/// A call to a cloud that failed.
#[derive(Debug)]
pub struct Error {
    /// What it means.
    pub kind: ErrorKind,
    /// When to try again.
    pub retry: Retry,
    /// Whether a mutating call may have had its effect.
    pub effect: Effect,
    /// The operation as the cloud names it: `POST /v2.0/subnets`, `CreateVpc`.
    pub operation: String,
    /// The object it was about.
    pub subject: Option<String>,
    /// The cloud's id of the request, for its support.
    pub request_id: Option<String>,
    /// This layer's words; what the cloud said.
    pub message: String,
    /// What to do about it.
    pub remedy: Option<String>,
    /// The layer below.
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error that had no effect and is retried as its kind usually is.
    pub fn new(kind: ErrorKind, operation: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind,
            retry: kind.retry(),
            effect: Effect::None,
            operation: operation.into(),
            subject: None,
            request_id: None,
            message: message.into(),
            remedy: None,
            source: None,
        }
    }

    /// Names the object.
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Says what to do.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// The same for the next who asks: all but the layer below.
    #[must_use]
    pub fn again(&self) -> Self {
        let Self {
            kind,
            retry,
            effect,
            operation,
            subject,
            request_id,
            message,
            remedy,
            source: _,
        } = self;
        Self {
            kind: *kind,
            retry: *retry,
            effect: *effect,
            operation: operation.clone(),
            subject: subject.clone(),
            request_id: request_id.clone(),
            message: message.clone(),
            remedy: remedy.clone(),
            source: None,
        }
    }

    /// Marks the effect as unknown.
    pub fn effect_unknown(mut self) -> Self {
        self.effect = Effect::Unknown;
        self
    }
}

impl ErrorKind {
    /// How errors of this kind are usually retried.
    pub fn retry(self) -> Retry {
        match self {
            Self::Conflict | Self::InUse | Self::Throttled | Self::Unavailable => Retry::Later,
            Self::Ambiguous
            | Self::Denied
            | Self::Invalid
            | Self::Quota
            | Self::Unexpected
            | Self::Unsupported => Retry::Never,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ambiguous => "ambiguous",
            Self::Conflict => "conflict",
            Self::Denied => "denied",
            Self::InUse => "in use",
            Self::Invalid => "invalid",
            Self::Quota => "over quota",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Unexpected => "unexpected reply",
            Self::Unsupported => "not supported",
        })
    }
}

impl fmt::Display for Error {
    /// This layer only: the chain below is in `source`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.operation)?;
        if let Some(subject) = &self.subject {
            write!(f, " ({subject})")?;
        }
        write!(f, ": {}: {}", self.kind, self.message)?;
        match &self.request_id {
            Some(id) => write!(f, " [request {id}]"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
