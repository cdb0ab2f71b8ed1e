//! What is journalled, and what is published of it.

use groundwork_model::{Address, ClusterKey, RunId};
use groundwork_provider::{Account, Change, Error, ErrorKind, Goal, IdempotencyToken, Operation};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Said;

/// One line of a cluster's journal, written before what it announces and after what it reports.
///
/// [`Entry::published`] is the same without operation handles and tokens: an event.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The format: 1. A release reads every format ever written.
    pub version: u32,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Which cluster.
    pub cluster: ClusterKey,
    /// Which run.
    pub run: RunId,
    /// What.
    #[serde(flatten)]
    pub fact: Fact,
}

/// Events are entries as far as they are public.
pub type Event = Entry;

/// What happened, or is about to.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(
    tag = "event",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Fact {
    /// A run begins.
    RunStarted {
        /// Which way.
        goal: Goal,
        /// The cluster's name: its key may be a uid.
        name: String,
        /// In whose cloud.
        account: Account,
        /// The hash of the plan.
        plan: String,
        /// How many objects it will change.
        steps: usize,
        /// What its document said that a later one is held against. Not published.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(skip)]
        said: Option<Said>,
    },
    /// A create is about to be sent. It is open until `Created`, `Absent` or `Failed`.
    Intent {
        /// Where.
        address: Address,
        /// Of what kind.
        kind: String,
        /// The label's incarnation.
        incarnation: u32,
        /// What a repeated request is recognised by. Not published.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(skip)]
        token: Option<IdempotencyToken>,
        /// The natural key of an object that carries no label: what appears there came of this
        /// create. Not published.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(skip)]
        natural: Option<String>,
    },
    /// A change or a removal is about to be sent.
    Began {
        /// Where.
        address: Address,
        /// Of what kind.
        kind: String,
        /// Which object.
        id: String,
        /// What is done to it.
        what: Verb,
        /// What changes.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changes: Vec<Change>,
    },
    /// The cloud works on it.
    Pending {
        /// Where.
        address: Address,
        /// Of what kind.
        kind: String,
        /// What is done.
        what: Verb,
        /// What to ask the cloud about. Not published.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(skip)]
        operation: Option<Operation>,
    },
    /// A call failed and is made again, or its outcome is unknown and is looked for.
    Retrying {
        /// Where.
        address: Address,
        /// What is done.
        what: Verb,
        /// Which try failed, from 1.
        attempt: u32,
        /// When it goes on, in milliseconds.
        after_ms: u64,
        /// What went wrong.
        failure: Failure,
    },
    /// A choice that must not collide with another's.
    Claimed {
        /// For which node.
        address: Address,
        /// Out of what.
        pool: String,
        /// What was chosen.
        value: String,
    },
    /// It exists.
    Created {
        /// Where.
        address: Address,
        /// Of what kind.
        kind: String,
        /// Which object.
        id: String,
        /// The label's incarnation.
        incarnation: u32,
    },
    /// It was looked for and is not there: the intent is closed.
    Absent {
        /// Where.
        address: Address,
        /// The label's incarnation.
        incarnation: u32,
    },
    /// It is as it should be.
    Updated {
        /// Where.
        address: Address,
        /// Which object.
        id: String,
    },
    /// It is gone.
    Deleted {
        /// Where.
        address: Address,
        /// Of what kind.
        kind: String,
        /// Which object.
        id: String,
    },
    /// It could not be done.
    Failed {
        /// Where.
        address: Address,
        /// What was tried.
        what: Verb,
        /// What went wrong.
        failure: Failure,
        /// Whether the outcome of a call is still unknown, so that the next run has to look.
        #[serde(default)]
        open: bool,
    },
    /// It was not tried, because something that it needs failed.
    Skipped {
        /// Where.
        address: Address,
        /// What it needs.
        because: Address,
    },
    /// A run ends.
    RunFinished {
        /// How.
        outcome: Finish,
    },
}

/// What is done to an object.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It is removed.
    Delete,
    /// It is waited for: somebody's earlier call is still being carried out.
    Wait,
}

/// How a run ends.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Finish {
    /// Everything is done.
    Done,
    /// Something failed; what did not depend on it is done.
    Failed,
    /// It was stopped from outside; `resume` goes on.
    Cancelled,
}

/// Why something could not be done, as it is journalled and shown.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// What it means.
    pub reason: Reason,
    /// What the cloud or the engine says.
    pub message: String,
    /// Which call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The cloud's id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// The meaning of a failure.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// Two objects where one belongs.
    Ambiguous,
    /// Another writer was there, again and again.
    Conflict,
    /// Not allowed.
    Denied,
    /// Something hangs on it.
    InUse,
    /// It can never succeed.
    Invalid,
    /// The driver broke down.
    Panic,
    /// A limit of the account.
    Quota,
    /// The cloud is no longer as it was planned for.
    Stale,
    /// Too many requests.
    Throttled,
    /// It took longer than allowed.
    Timeout,
    /// The cloud cannot be reached.
    Unavailable,
    /// A reply that makes no sense.
    Unexpected,
    /// Not possible there.
    Unsupported,
}

impl From<ErrorKind> for Reason {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Ambiguous => Self::Ambiguous,
            ErrorKind::Conflict => Self::Conflict,
            ErrorKind::Denied => Self::Denied,
            ErrorKind::InUse => Self::InUse,
            ErrorKind::Invalid => Self::Invalid,
            ErrorKind::Quota => Self::Quota,
            ErrorKind::Throttled => Self::Throttled,
            ErrorKind::Unavailable => Self::Unavailable,
            ErrorKind::Unexpected => Self::Unexpected,
            ErrorKind::Unsupported => Self::Unsupported,
        }
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self {
            reason: error.kind.into(),
            message: error.message.clone(),
            operation: Some(error.operation.clone()),
            request_id: error.request_id.clone(),
            remedy: error.remedy.clone(),
        }
    }
}

impl Failure {
    /// A failure that the engine itself found.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            reason,
            message,
            operation: None,
            request_id: None,
            remedy: None,
        }
    }

    /// Says what to do.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(operation) = &self.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&self.message)?;
        match &self.request_id {
            Some(id) => write!(f, " [request {id}]"),
            None => Ok(()),
        }
    }
}

impl Entry {
    /// The format that this release writes.
    pub const VERSION: u32 = 1;

    /// The entry without operation handles and tokens.
    #[must_use]
    pub fn published(&self) -> Event {
        let mut event = self.clone();
        match &mut event.fact {
            Fact::Intent { token, natural, .. } => (*token, *natural) = (None, None),
            Fact::Pending { operation, .. } => *operation = None,
            Fact::RunStarted { said, .. } => *said = None,
            Fact::Began { .. }
            | Fact::Retrying { .. }
            | Fact::Claimed { .. }
            | Fact::Created { .. }
            | Fact::Absent { .. }
            | Fact::Updated { .. }
            | Fact::Deleted { .. }
            | Fact::Failed { .. }
            | Fact::Skipped { .. }
            | Fact::RunFinished { .. } => {}
        }
        event
    }
}
