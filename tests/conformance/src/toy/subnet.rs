//! A subnet: it lives inside its network, where its name is its own, and goes with it.

use std::collections::BTreeSet;

use async_trait::async_trait;
use groundwork_kit::client::Call;
use groundwork_model::cidr::{first_free_subnet, overlap};
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Handle, Key, Later, Listing, ObjectRef,
    Owner, Progress, Reach, Resource, Result, Scope, Told,
};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    api::{self, Api},
    network::{Network, NetworkId, NetworkState},
};

/// The subnet that is wanted.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Subnet {
    /// The network that it is inside of.
    pub network: Handle<Network>,
    /// Its name there.
    pub name: String,
    /// The zone that its machines run in.
    pub zone: String,
    /// Whether it has an IPv6 prefix.
    pub dual_stack: bool,
}

/// What the cloud says a subnet is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SubnetState {
    /// The network that it is inside of.
    pub network: NetworkId,
    /// Its name there.
    pub name: String,
    /// Its zone.
    pub zone: String,
    /// Its IPv4 range, a /24 of the network's.
    pub range: Ipv4Net,
    /// Its IPv6 prefix, a /64 of the network's.
    pub prefix: Option<Ipv6Net>,
    /// When it was made.
    pub made_at: Timestamp,
}

#[async_trait]
impl Listing for Subnet {
    const KIND: &'static str = "toy.subnet/1";
    const REACH: Reach = Reach::Parents;
    const PARENTS: &'static [&'static str] = &[Network::KIND];
    type Api = Api;
    type State = SubnetState;

    fn told(state: &Self::State) -> Told {
        let ranges = [Some(state.range.into()), state.prefix.map(Into::into)];
        Told::named(&state.name).with_ranges(ranges.into_iter().flatten())
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<SubnetState>>> {
        let network = |id| str::split_once(id, '/').map_or(id, |(network, _)| network);
        let ids = scope.ids.iter().map(String::as_str).map(network);
        let within: BTreeSet<&str> = scope.within.iter().map(String::as_str).chain(ids).collect();
        if within.is_empty() {
            return Ok(Vec::new());
        }
        let within: Vec<&str> = within.into_iter().collect();
        let call = Call::get("/subnets").query([("within", within.join(","))]);
        let states = api::all(api, call).await?;
        Ok(states.into_iter().map(found).collect())
    }
}

fn found(state: SubnetState) -> Found<SubnetState> {
    let (id, made_at) = (Subnet::id(&state), Some(state.made_at));
    let network = ObjectRef::of::<Network>(&state.network.0);
    // Anybody may have a subnet in a network of ours.
    Found::natural(id.clone(), id, Owner::Unlabelled, state)
        .joining([network])
        .made_at(made_at)
}

#[async_trait]
impl Resource for Subnet {
    const TURNS: Option<&'static str> = Some(Network::KIND);

    fn asks_for(&self) -> Told {
        Told::named(&self.name)
    }

    fn id(state: &SubnetState) -> String {
        format!("{}/{}", state.network.0, state.name)
    }

    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        let network = facts.id(&self.network.edge())?;
        Ok(Key::Natural(format!("{network}/{}", self.name)))
    }

    fn diff(&self, facts: &Facts<'_>, state: &SubnetState) -> Result<Diff, Later> {
        let parent = facts.state(&self.network)?.prefix;
        let mut replacing: Vec<Change> = Change::between("zone", &state.zone, &self.zone)
            .into_iter()
            .collect();
        let mut in_place = Vec::new();
        match (state.prefix, parent, self.dual_stack) {
            (None, _, true) => in_place.push(Change::new("prefix", Value::Null, late(parent))),
            (Some(is), _, false) => {
                in_place.push(Change::new("prefix", is.to_string(), Value::Null));
            }
            (Some(is), Some(parent), true) if !parent.contains(&is) => {
                replacing.push(Change::new("prefix", is.to_string(), late(Some(parent))));
            }
            (Some(_), _, true) | (None, _, false) => {}
        }
        Ok(Diff::of(in_place, replacing))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<SubnetState>> {
        let network = cx.state(&self.network)?;
        let range = self.free(cx, &network, network.range.into(), 24).await?;
        let prefix = if self.dual_stack {
            Some(self.free_prefix(cx, &network).await?)
        } else {
            None
        };
        let body = json!({ "zone": self.zone, "range": range, "prefix": prefix });
        let path = format!("/networks/{}/subnets/{}", network.id.0, self.name);
        cx.api.put(&path, body).await.map(Progress::Done)
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &SubnetState,
        changes: &[Change],
    ) -> Result<Progress<SubnetState>> {
        let mut body = serde_json::Map::new();
        for Change { field, from: _, to } in changes {
            let value = if to.is_null() {
                Value::Null
            } else {
                json!(self.free_prefix(cx, &cx.state(&self.network)?).await?)
            };
            body.insert(field.clone(), value);
        }
        let path = format!("/networks/{}/subnets/{}", state.network.0, state.name);
        cx.api.patch(&path, body.into()).await.map(Progress::Done)
    }

    async fn delete(cx: &Cx<'_, Api>, state: &SubnetState) -> Result<Progress<SubnetState>> {
        let path = format!("/networks/{}/subnets/{}", state.network.0, state.name);
        cx.api.delete(&path).await?;
        Ok(Progress::Gone)
    }
}

/// How a plan shows a prefix that is chosen when it is needed.
fn late(parent: Option<Ipv6Net>) -> String {
    parent.map_or_else(|| "a /64".to_owned(), |parent| format!("a /64 of {parent}"))
}

fn full(parent: IpNet) -> Error {
    Error::new(
        ErrorKind::Quota,
        "cut a prefix",
        format!("{parent} is full"),
    )
}

impl Subnet {
    async fn free_prefix(&self, cx: &Cx<'_, Api>, network: &NetworkState) -> Result<IpNet> {
        let parent = network.prefix.ok_or_else(|| {
            Error::new(
                ErrorKind::Unavailable,
                "cut a prefix",
                "the network has no prefix yet",
            )
        })?;
        self.free(cx, network, parent.into(), 64).await
    }

    /// The first part of `parent` that nobody has: neither a subnet that is there, nor another
    /// node of this run.
    async fn free(
        &self,
        cx: &Cx<'_, Api>,
        network: &NetworkState,
        parent: IpNet,
        length: u8,
    ) -> Result<IpNet> {
        let listed = cx
            .look
            .list::<Self>(&Scope::within([network.id.0.clone()]))
            .await?;
        let mut taken: Vec<IpNet> = listed
            .joining(&ObjectRef::of::<Network>(&network.id.0))
            .filter(|found| found.state.name != self.name)
            .flat_map(|found| {
                [
                    Some(found.state.range.into()),
                    found.state.prefix.map(Into::into),
                ]
            })
            .flatten()
            .collect();
        let chosen = cx
            .claim(&format!("{} {parent}", network.id.0), |others, former| {
                taken.extend(
                    others
                        .0
                        .values()
                        .filter_map(|claim| claim.parse::<IpNet>().ok()),
                );
                let former = former.and_then(|claim| claim.parse::<IpNet>().ok());
                former
                    .filter(|net| !taken.iter().any(|other| overlap(net, other)))
                    .or_else(|| first_free_subnet(&parent, length, &taken))
                    .map(|net| net.to_string())
                    .ok_or_else(|| full(parent))
            })
            .await?;
        chosen
            .parse()
            .map_err(|_| Error::new(ErrorKind::Unexpected, "claim", "is not a prefix"))
    }
}
