//! A subnet: a part of its network's range, and of its prefix where the cluster has IPv6.

use async_trait::async_trait;
use groundwork_kit::client::path_segment;
use groundwork_model::{Label, cidr::first_free_subnet};
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Handle, Later, Listing, ObjectRef, Progress,
    Resource, Result, Scope, Told,
};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::network::{Network, NetworkState};
use crate::api::{self, Api};

/// The subnet that is wanted.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Subnet {
    /// The network that it is a part of.
    pub(crate) network: Handle<Network>,
    /// For people: the cloud does not care.
    pub(crate) name: String,
    /// Whether it has an IPv6 prefix.
    pub(crate) dual_stack: bool,
}

/// What the cloud says a subnet is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct SubnetState {
    pub(crate) id: String,
    /// The id of the network that it is a part of.
    pub(crate) network: String,
    pub(crate) name: String,
    /// Free text, in which the label stands.
    pub(crate) note: String,
    pub(crate) range: Ipv4Net,
    /// A /64, where it has one.
    pub(crate) prefix: Option<Ipv6Net>,
    pub(crate) created_at: Timestamp,
}

#[async_trait]
impl Listing for Subnet {
    const KIND: &'static str = "acorn.subnet/1";
    type Api = Api;
    type State = SubnetState;

    fn told(state: &SubnetState) -> Told {
        let ranges = [Some(state.range.into()), state.prefix.map(Into::into)];
        Told::named(&state.name).with_ranges(ranges.into_iter().flatten())
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<SubnetState>>> {
        let states: Vec<SubnetState> = api::all(api, "subnets").await?;
        Ok(states.into_iter().map(found).collect())
    }
}

fn found(state: SubnetState) -> Found<SubnetState> {
    let (id, created_at) = (state.id.clone(), Some(state.created_at));
    let network = ObjectRef::of::<Network>(&state.network);
    Found::labelled(id, Label::parse(&state.note), state)
        .joining([network])
        .made_at(created_at)
}

#[async_trait]
impl Resource for Subnet {
    fn asks_for(&self) -> Told {
        Told::named(&self.name)
    }

    fn id(state: &SubnetState) -> String {
        state.id.clone()
    }

    fn diff(&self, facts: &Facts<'_>, state: &SubnetState) -> Result<Diff, Later> {
        let network = facts.state(&self.network)?;
        let replacing = Change::between("network", &state.network, &network.id);
        // Any prefix will do: it is never exchanged for another one.
        let prefix = match (state.prefix, self.dual_stack) {
            (None, true) => {
                let later = format!("a /64 of {}", network.prefix);
                Some(Change::new("prefix", Value::Null, later))
            }
            (Some(is), false) => Some(Change::new("prefix", is.to_string(), Value::Null)),
            (Some(_), true) | (None, false) => None,
        };
        Ok(Diff::of(prefix, replacing))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<SubnetState>> {
        let network = cx.state(&self.network)?;
        let range = free(cx, &network, network.range.into(), 24).await?;
        let prefix = match self.dual_stack {
            true => Some(free(cx, &network, network.prefix.into(), 64).await?),
            false => None,
        };
        let body = json!({
            "network": network.id, "name": self.name, "note": cx.label().to_string(),
            "range": range, "prefix": prefix,
        });
        cx.api.post("/subnets", body).await.map(Progress::Done)
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &SubnetState,
        changes: &[Change],
    ) -> Result<Progress<SubnetState>> {
        let network = cx.state(&self.network)?;
        let mut body = Map::new();
        for Change { field, from: _, to } in changes {
            let value = match field.as_str() {
                "prefix" if !to.is_null() => {
                    json!(free(cx, &network, network.prefix.into(), 64).await?)
                }
                _ => to.clone(),
            };
            body.insert(field.clone(), value);
        }
        let path = format!("/subnets/{}", path_segment(&state.id));
        cx.api.patch(&path, body.into()).await.map(Progress::Done)
    }

    async fn delete(cx: &Cx<'_, Api>, state: &SubnetState) -> Result<Progress<SubnetState>> {
        let path = format!("/subnets/{}", path_segment(&state.id));
        cx.api.delete(&path).await?;
        Ok(Progress::Gone)
    }
}

/// The first part of a network that no subnet has. Two writers may choose the same one: the cloud
/// refuses the second, and the engine looks again.
async fn free(cx: &Cx<'_, Api>, network: &NetworkState, of: IpNet, length: u8) -> Result<IpNet> {
    let listed = cx.look.list::<Subnet>(&cx.look.scope()).await?;
    let taken: Vec<IpNet> = listed
        .joining(&ObjectRef::of::<Network>(&network.id))
        .flat_map(|found| {
            let SubnetState { range, prefix, .. } = &found.state;
            [Some((*range).into()), prefix.map(Into::into)]
        })
        .flatten()
        .collect();
    first_free_subnet(&of, length, &taken).ok_or_else(|| {
        let message = format!("{of} of network {} is full", network.id);
        Error::new(ErrorKind::Quota, "choose a range", message)
            .remedy("delete a subnet of it, or let the cluster have a network of its own")
    })
}
