//! A network: made and removed by long operations, with a prefix that comes late.

use std::time::Duration;

use async_trait::async_trait;
use groundwork_kit::client::{Call, Pending, path_segment};
use groundwork_model::Label;
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Later, Listing, Operation, Owner, Phase,
    Progress, Resource, Result, Scope, Told, Want,
};
use ipnet::{Ipv4Net, Ipv6Net};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    api::{self, Accepted, Api, changed},
    subnet::{Subnet, SubnetState},
};

/// The network that is wanted.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Network {
    /// For people: the cloud does not care.
    pub name: String,
    /// Its IPv4 range. The IPv6 prefix is the cloud's choice.
    pub range: Want<Ipv4Net>,
}

/// The cloud's id of a network.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct NetworkId(pub String);

/// What the cloud says a network is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct NetworkState {
    /// Its id.
    pub id: NetworkId,
    /// Its name.
    pub name: String,
    /// Free text: where the label stands.
    pub note: String,
    /// Its IPv4 range.
    pub range: Ipv4Net,
    /// Its IPv6 prefix, a /56: nothing until the cloud has found one.
    pub prefix: Option<Ipv6Net>,
    /// Whether it can be used.
    pub status: Status,
    /// When it was made.
    pub made_at: Timestamp,
}

/// Whether a network can be used.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Not yet.
    Building,
    /// It never will.
    Failed,
    /// Not any more.
    Leaving,
    /// Yes.
    Ready,
}

/// What is waited for.
#[derive(Deserialize, Serialize)]
enum Awaited {
    /// An operation, at an address that carries a signature.
    Operation,
    /// The prefix of a network.
    Prefix,
}

/// How an operation is doing.
#[derive(Deserialize)]
#[serde(tag = "status", rename_all = "lowercase")]
enum Doing {
    Done { network: Option<NetworkState> },
    Failed { message: String },
    Running,
}

#[async_trait]
impl Listing for Network {
    const KIND: &'static str = "toy.network/1";
    type Api = Api;
    type State = NetworkState;

    fn told(state: &Self::State) -> Told {
        let ranges = [Some(state.range.into()), state.prefix.map(Into::into)];
        Told::named(&state.name).with_ranges(ranges.into_iter().flatten())
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<NetworkState>>> {
        let states = api::all(api, Call::get("/networks")).await?;
        Ok(states.into_iter().map(found).collect())
    }

    async fn get(api: &Api, id: &str) -> Result<Option<Found<NetworkState>>> {
        let state = api.get(&format!("/networks/{}", path_segment(id))).await?;
        Ok(state.map(found))
    }
}

fn found(state: NetworkState) -> Found<NetworkState> {
    let wait = || Some(prefix_of(&state.id).operation());
    let phase = match (state.status, state.prefix) {
        (Status::Building, _) | (Status::Ready, None) => Phase::Pending(wait()),
        (Status::Failed, _) => Phase::Failed("the cloud gave up on it".to_owned()),
        (Status::Leaving, _) => Phase::Leaving,
        (Status::Ready, Some(_)) => Phase::Ready,
    };
    let made_at = Some(state.made_at);
    Found::labelled(state.id.0.clone(), Label::parse(&state.note), state)
        .in_phase(phase)
        .made_at(made_at)
}

#[async_trait]
impl Resource for Network {
    fn asks_for(&self) -> Told {
        Told::named(&self.name).with_ranges([(*self.range.value()).into()])
    }

    fn id(state: &NetworkState) -> String {
        state.id.0.clone()
    }

    fn adopts(&self, _facts: &Facts<'_>, found: &Found<NetworkState>) -> bool {
        found.owner == Owner::Foreign && found.state.name == self.name
    }

    fn diff(&self, _facts: &Facts<'_>, state: &NetworkState) -> Result<Diff, Later> {
        let replacing = self.range.change("range", &state.range);
        Ok(Diff::of(None, replacing))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<NetworkState>> {
        let Self { name, range } = self;
        let note = cx.label().to_string();
        let body = json!({ "name": name, "note": note, "range": range.value() });
        cx.api.post("/networks", body).await.map(wait_for)
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &NetworkState,
        changes: &[Change],
    ) -> Result<Progress<NetworkState>> {
        let body = changed(cx.label(), changes);
        let path = format!("/networks/{}", state.id.0);
        cx.api.patch(&path, body).await.map(Progress::Done)
    }

    async fn delete(cx: &Cx<'_, Api>, state: &NetworkState) -> Result<Progress<NetworkState>> {
        empty(cx.api, state).await?;
        let path = format!("/networks/{}", state.id.0);
        let accepted = cx.api.read_if_any(&Call::delete(path)).await?;
        Ok(accepted.map_or(Progress::Gone, wait_for))
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<NetworkState>> {
        let pending = Pending::<Awaited>::read(operation)?;
        match pending.what {
            Awaited::Operation => {
                let answer = cx.api.ask(&pending.at).await?;
                match answer.reply {
                    Doing::Running => Ok(pending.after(answer.poll_after)),
                    Doing::Failed { message } => Err(failed(message)),
                    Doing::Done { network } => Ok(network.map_or(Progress::Gone, with_prefix)),
                }
            }
            Awaited::Prefix => {
                let state = cx.api.get(&pending.at).await?;
                Ok(state.map_or(Progress::Gone, with_prefix))
            }
        }
    }
}

fn failed(message: String) -> Error {
    Error::new(ErrorKind::Unexpected, "GET /operations/{id}", message)
}

fn wait_for(accepted: Accepted) -> Progress<NetworkState> {
    let poll_after = accepted.poll_after();
    let (at, what) = (accepted.href, Awaited::Operation);
    Pending { at, what }.after(poll_after)
}

/// This cloud deletes a network with all that is inside. A look that is some seconds old is not proof
/// enough that none of it is somebody else's.
async fn empty(api: &Api, network: &NetworkState) -> Result<()> {
    let call = Call::get("/subnets").query([("within", &network.id.0)]);
    let inside: Vec<SubnetState> = api::all(api, call).await?;
    let Some(subnet) = inside.first() else {
        return Ok(());
    };
    let message = format!("subnet {} is inside it", Subnet::id(subnet));
    let operation = format!("DELETE /networks/{}", network.id.0);
    Err(Error::new(ErrorKind::InUse, operation, message).remedy("delete that subnet first"))
}

/// A network is done when everything is there that its subnets are cut from.
fn with_prefix(state: NetworkState) -> Progress<NetworkState> {
    match (state.status, state.prefix) {
        (Status::Ready, Some(_)) => Progress::Done(state),
        (Status::Building | Status::Failed | Status::Leaving | Status::Ready, _) => {
            prefix_of(&state.id).after(Duration::from_secs(1))
        }
    }
}

fn prefix_of(id: &NetworkId) -> Pending<Awaited> {
    Pending {
        at: format!("/networks/{}", id.0),
        what: Awaited::Prefix,
    }
}
