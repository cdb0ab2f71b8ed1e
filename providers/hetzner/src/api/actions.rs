//! Actions: what a request has set going, asked about by their ids. A project's actions cannot be
//! listed (<https://docs.hetzner.cloud/changelog>, 2023-07-20).

use std::time::Duration;

use async_trait::async_trait;
use groundwork_kit::client::{Call, Pending};
use groundwork_provider::{Error, ErrorKind, Operation, Progress, Result};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::Api;

/// The pause before the first question; the next ones come a second apart.
const PAUSE: Duration = Duration::from_millis(200);

/// An action, as far as it matters here.
#[derive(Clone, Debug, Deserialize)]
struct Action {
    id: u64,
    command: String,
    status: Status,
    error: Option<Failure>,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Status {
    Error,
    Running,
    Success,
    /// A word that is newer than this: it has not ended.
    #[serde(other)]
    Unheard,
}

#[derive(Clone, Debug, Deserialize)]
struct Failure {
    code: String,
    message: String,
}

/// What is waited for: these actions, and the object that they are about.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Awaited<A> {
    actions: Vec<u64>,
    about: A,
}

/// What actions are about: how it is read once they have ended.
#[async_trait]
pub(crate) trait About: DeserializeOwned + Serialize + Send + Sync {
    /// What the API says of it.
    type State;

    /// `None`: it does not exist.
    async fn read(&self, api: &Api) -> Result<Option<Self::State>>;
}

/// Makes a call that starts one action (`action`) or several (`actions`). What a 404 is about does
/// not exist.
pub(crate) async fn start<A: About>(api: &Api, call: Call, about: A) -> Result<Progress<A::State>> {
    #[derive(Deserialize)]
    struct Started {
        action: Option<Action>,
        #[serde(default)]
        actions: Vec<Action>,
    }
    let Some(Started { action, actions }) = api.read_if_any(&call).await? else {
        return Ok(Progress::Gone);
    };
    let started = action.into_iter().chain(actions);
    let actions: Vec<u64> = started.map(|action| action.id).collect();
    if actions.is_empty() {
        return ended(api, &about).await;
    }
    let ids: Vec<String> = actions.iter().map(|id| format!("id={id}")).collect();
    let at = format!("/actions?{}", ids.join("&"));
    let what = Awaited { actions, about };
    Ok(Pending { at, what }.after(PAUSE))
}

/// Asks once about actions that are waited for.
///
/// # Errors
/// `Unexpected` where one of them has failed; `Conflict` where one is forgotten: the next look knows
/// what exists.
pub(crate) async fn poll<A: About>(api: &Api, operation: &Operation) -> Result<Progress<A::State>> {
    #[derive(Deserialize)]
    struct Listed {
        actions: Vec<Action>,
    }
    let pending = Pending::<Awaited<A>>::read(operation)?;
    let answer = api.ask::<Listed>(&pending.at).await?;
    let listed = answer.reply.actions;
    let error = |kind, message: String| Error::new(kind, "GET /actions", message);
    if let Some(failed) = listed.iter().find(|action| action.status == Status::Error) {
        let why = failed.error.as_ref();
        let why = why.map_or_else(String::new, |why| {
            format!(": {} ({})", why.message, why.code)
        });
        let message = format!("{} failed{why}", failed.command);
        return Err(error(ErrorKind::Unexpected, message).remedy("run this again"));
    }
    let missing = |id: &&u64| !listed.iter().any(|action| action.id == **id);
    if let Some(id) = pending.what.actions.iter().find(missing) {
        let message = format!("the cloud has forgotten action {id}");
        return Err(error(ErrorKind::Conflict, message));
    }
    match listed.iter().any(|action| action.status != Status::Success) {
        true => Ok(pending.after(answer.poll_after)),
        false => ended(api, &pending.what.about).await,
    }
}

async fn ended<A: About>(api: &Api, about: &A) -> Result<Progress<A::State>> {
    let state = about.read(api).await?;
    Ok(state.map_or(Progress::Gone, Progress::Done))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_with_a_word_that_is_unknown_has_not_ended() {
        let action = r#"{"id": 1, "command": "create_network", "status": "paused", "error": null}"#;
        let action: Action = serde_json::from_str(action).expect("it is read");
        assert_eq!(action.status, Status::Unheard);
    }
}
