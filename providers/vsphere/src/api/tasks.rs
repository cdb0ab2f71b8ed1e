//! Tasks: what a request has set going.

use std::time::Duration;

use groundwork_kit::client::Pending;
use groundwork_provider::{Error, ErrorKind, Operation, Progress, Result};
use serde::{Serialize, de::DeserializeOwned};

use super::{Api, Method, Ref, xml::Element};

/// The pause before the first question: most tasks about a folder end at once.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The pause before each further one.
const PAUSE: Duration = Duration::from_secs(1);

/// Calls a method that starts a task about an object. One that does not exist is gone.
pub(crate) async fn start<S, W>(api: &Api, method: &Method, what: W) -> Result<Progress<S>>
where
    W: DeserializeOwned + Serialize,
{
    let response = match api.call(method).await {
        Err(refused) if refused.fault == "ManagedObjectNotFound" => return Ok(Progress::Gone),
        answered => answered?,
    };
    let task = response.text_at("returnval").to_owned();
    if task.is_empty() {
        let message = "the reply names no task";
        return Err(Error::new(ErrorKind::Unexpected, "task", message).effect_unknown());
    }
    Ok(Pending { at: task, what }.after(FIRST_PAUSE))
}

/// How far a task is.
pub(crate) enum Task<W> {
    /// It goes on: what to ask about next.
    Running(Pending<W>),
    /// It has ended well, and this is what it was about.
    Ended(W),
}

impl<W: DeserializeOwned + Serialize> Task<W> {
    /// Asks once.
    ///
    /// # Errors
    /// `Conflict` where the server has forgotten the task, which it does after some minutes; else what
    /// the task failed with.
    pub(crate) async fn ask(api: &Api, operation: &Operation) -> Result<Self> {
        let pending = Pending::<W>::read(operation)?;
        let task = Ref::new("Task", &*pending.at);
        let Some(object) = api.object_of(&task, &["info.state", "info.error"]).await? else {
            let message = "the server has forgotten the task";
            return Err(Error::new(ErrorKind::Conflict, "Task", message));
        };
        match object.text("info.state") {
            "success" => Ok(Self::Ended(pending.what)),
            "error" => {
                let none = Element::default();
                let error = object.property("info.error").unwrap_or(&none);
                let fault = error.child("fault").unwrap_or(&none);
                let said = error.text_at("localizedMessage");
                Err(api.refused("Task", fault, said).into())
            }
            _ => Ok(Self::Running(pending)),
        }
    }
}

/// The progress of a task that goes on.
pub(crate) fn goes_on<S, W: DeserializeOwned + Serialize>(pending: &Pending<W>) -> Progress<S> {
    pending.after(PAUSE)
}
