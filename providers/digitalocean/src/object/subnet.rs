//! A subnet of a VPC. It has no room for a label, and anybody may make one.

use async_trait::async_trait;
use groundwork_kit::client::{Call, path_segment};
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Handle, Key, Later, Listing, ObjectRef, Owner, Progress, Reach,
    Resource, Result, Scope, Told,
};
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{in_use, vpc::Vpc};
use crate::api::{self, Api};

/// The subnet that is wanted.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Subnet {
    /// The VPC that it is in.
    pub vpc: Handle<Vpc>,
    /// Its name there.
    pub name: String,
    /// Its range.
    pub range: Ipv4Net,
}

/// What DigitalOcean says a subnet is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SubnetState {
    /// Its id.
    pub id: String,
    /// Its name, given once in a VPC.
    pub name: String,
    /// Its range.
    pub ip_range: Ipv4Net,
    /// The VPC that it is in, which a listing leaves out.
    #[serde(default)]
    pub vpc: String,
    /// `REGULAR`, or one that DigitalOcean manages.
    #[serde(default, rename = "type")]
    pub kind: String,
    /// Whether it is the VPC's own range.
    #[serde(default)]
    pub default: bool,
    /// What is counted of it.
    #[serde(default)]
    pub meta: Meta,
}

/// What is counted of a subnet.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Meta {
    /// The counts.
    #[serde(default)]
    pub stats: Stats,
}

/// The counts of a subnet.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Stats {
    /// How many members it has.
    #[serde(default)]
    pub members: u64,
}

impl SubnetState {
    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!("subnet {} ({})", self.name, self.id)
    }

    fn key(&self) -> String {
        format!("{}/{}", self.vpc, self.name)
    }
}

const KEY: &str = "vpc_subnet";

fn path(vpc: &str) -> String {
    format!("/v2/vpcs/{}/subnets", path_segment(vpc))
}

/// The subnets that people have made in a VPC: neither its own range, nor what DigitalOcean manages.
pub(crate) async fn of_vpc(api: &Api, vpc: &str) -> Result<Vec<SubnetState>> {
    let mut states: Vec<SubnetState> = api::all(api, &path(vpc), KEY).await?;
    states.retain(|state| !state.default && state.kind == "REGULAR");
    for state in &mut states {
        vpc.clone_into(&mut state.vpc);
    }
    Ok(states)
}

#[async_trait]
impl Listing for Subnet {
    const KIND: &'static str = "digitalocean.subnet/1";
    // Each VPC has a listing of its own: a sweep of an account cannot afford that.
    const REACH: Reach = Reach::Object;
    const PARENTS: &'static [&'static str] = &[Vpc::KIND];
    type Api = Api;
    type State = SubnetState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.name).with_ranges([state.ip_range.into()])
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<SubnetState>>> {
        let mut all = Vec::new();
        for vpc in &scope.within {
            let found = |state: SubnetState| {
                let joins = [ObjectRef::of::<Vpc>(&state.vpc)];
                Found::natural(state.id.clone(), state.key(), Owner::Unlabelled, state)
                    .joining(joins)
            };
            all.extend(of_vpc(api, vpc).await?.into_iter().map(found));
        }
        Ok(all)
    }
}

#[async_trait]
impl Resource for Subnet {
    fn asks_for(&self) -> Told {
        Told::named(&self.name).with_ranges([self.range.into()])
    }

    fn id(state: &SubnetState) -> String {
        state.id.clone()
    }

    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        let vpc = facts.id(&self.vpc.edge())?;
        Ok(Key::Natural(format!("{vpc}/{}", self.name)))
    }

    fn diff(&self, _facts: &Facts<'_>, state: &SubnetState) -> Result<Diff, Later> {
        let range = Change::between("ip_range", &state.ip_range, &self.range);
        Ok(Diff::of(None, range))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<SubnetState>> {
        let vpc = cx.id(&self.vpc.edge())?;
        let body = json!({ "name": self.name, "ip_range": self.range });
        let call = Call::post(path(vpc), body).under(KEY);
        let mut state: SubnetState = cx.api.read(&call).await?;
        vpc.clone_into(&mut state.vpc);
        Ok(Progress::Done(state))
    }

    async fn delete(cx: &Cx<'_, Api>, state: &SubnetState) -> Result<Progress<SubnetState>> {
        let one = format!("{}/{}", path(&state.vpc), path_segment(&state.id));
        let now: Option<SubnetState> = cx.api.read_if_any(&Call::get(&*one).under(KEY)).await?;
        if let Some(members) = now.map(|now| now.meta.stats.members).filter(|n| *n > 0) {
            return Err(in_use(
                format!("DELETE {one}"),
                &format!("{members} members"),
            ));
        }
        cx.api.delete(&one).await?;
        Ok(Progress::Gone)
    }
}
