//! What the run asks the shell to do, and what the shell answers.

use std::{sync::Arc, time::Duration};

use groundwork_provider::{
    AnyFound, Change, Diff, Error, Fields, IdempotencyToken, ObjectRef, Operation,
};

use crate::{Fact, Verb};

/// Which task a step belongs to.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct StepId(pub(super) usize);

/// One call, to be made now. Its facts are journalled first.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// To be given back with the outcome.
    pub id: StepId,
    /// The plan's item that it is for.
    pub item: usize,
    /// What it is a part of.
    pub what: Verb,
    /// What to do.
    pub work: Work,
    /// What to journal before it is done.
    pub facts: Vec<Fact>,
}

/// What to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// Compare the object with the node, now that all it refers to is there. No call.
    Compare,
    /// Send the create.
    Create {
        /// The label's incarnation.
        incarnation: u32,
        /// The same at each try.
        token: IdempotencyToken,
    },
    /// Send the delete.
    Delete {
        /// The object as it was seen last.
        object: Object,
        /// What goes with it.
        along: Vec<ObjectRef>,
    },
    /// List the kind afresh, and answer with the objects that could be this one.
    Look {
        /// The object, if it is known which one; else whatever has the node's key.
        id: Option<String>,
    },
    /// Ask about an operation.
    Poll(Operation),
    /// Send the change.
    Update {
        /// The object as it is now.
        object: Object,
        /// What changes.
        changes: Vec<Change>,
    },
}

impl Work {
    /// One word for logs.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Compare => "compare",
            Self::Create { .. } => "create",
            Self::Delete { .. } => "delete",
            Self::Look { .. } => "look",
            Self::Poll(_) => "poll",
            Self::Update { .. } => "update",
        }
    }
}

/// An object that exists.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its id.
    pub id: String,
    /// What the cloud says it is.
    pub state: Fields,
}

impl Object {
    /// What was found.
    pub(super) fn of(found: &Arc<AnyFound>) -> Self {
        Self {
            id: found.id.clone(),
            state: found.clone().into(),
        }
    }
}

/// How a step went.
#[derive(Debug)]
pub enum Outcome {
    /// The comparison.
    Compared(Diff),
    /// The object is there.
    Done {
        /// As it is now.
        object: Object,
        /// How it still differs from its node.
        diff: Diff,
    },
    /// The call failed.
    Failed(Error),
    /// The object is gone.
    Gone,
    /// The driver panicked.
    Panicked(String),
    /// The cloud works on it.
    Pending {
        /// What to ask about.
        operation: Operation,
        /// When.
        poll_after: Duration,
    },
    /// What a look found: the objects that could be this one.
    Seen(Vec<Sight>),
}

/// One object that a look found.
#[derive(Clone, Debug)]
pub struct Sight {
    /// The object.
    pub found: Arc<AnyFound>,
    /// How it differs from its node; `Same` where there is none.
    pub diff: Diff,
    /// Whether something of ours uses it.
    pub used: bool,
}
