//! A route table: where packets of its subnets go.

use std::net::{Ipv4Addr, Ipv6Addr};

use async_trait::async_trait;
use groundwork_model::Family;
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Handle, Later, Listing, ObjectRef, Phase,
    Progress, Resource, Result, Scope, Told, Want,
};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{self, Common, Tags, route, vpc::Vpc},
};

/// A route table that we make.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct RouteTable {
    /// The VPC.
    pub vpc: Handle<Vpc>,
    /// Its tags besides the label.
    pub tags: Want<Tags>,
}

/// What EC2 says a route table is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct RouteTableState {
    /// Id, name, tags.
    #[serde(flatten)]
    pub common: Common,
    /// The VPC.
    pub vpc: String,
    /// Whether it is the VPC's own: that of subnets without another one.
    pub main: bool,
    /// The subnets that have it.
    pub associations: Vec<Association>,
    /// Its routes.
    pub routes: Vec<Entry>,
}

/// A subnet that has a route table.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Association {
    /// The association's id. It changes when the table does.
    pub id: String,
    /// The subnet.
    pub subnet: String,
}

/// One route as EC2 says it is.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Entry {
    /// Where to: a range, or a prefix list's id.
    pub to: String,
    /// By what: the target's id, or `local`.
    pub by: String,
    /// Whether the target is gone.
    pub blackhole: bool,
    /// What EC2 says of it, where it is neither active nor a black hole: it carries nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle: Option<String>,
    /// Whether somebody wrote it, rather than EC2 itself.
    pub written: bool,
}

impl RouteTableState {
    /// The routes that everything of a family takes which no other route takes: one, or in IPv4 one
    /// for each half, where somebody wants to come before the one for all. In IPv6, one for all
    /// public addresses does as well (RFC 4291, 2.4), which a half has in it. None where there is
    /// no way for a part.
    pub fn ways_out(&self, family: Family) -> Vec<&Entry> {
        let parts = match family {
            Family::V4 => HALVES.map(IpNet::V4).to_vec(),
            Family::V6 => vec![IpNet::V6(PUBLIC)],
        };
        let ways: Option<Vec<&Entry>> = parts.iter().map(|part| self.way(part)).collect();
        let mut ways = ways.unwrap_or_default();
        ways.dedup();
        ways
    }

    /// The most specific decides; of two of one length, the one that somebody wrote.
    pub(crate) fn way(&self, to: &IpNet) -> Option<&Entry> {
        let routes = self.routes.iter();
        let fitting = routes.filter(|route| route.net().is_some_and(|net| net.contains(to)));
        fitting.max_by_key(|route| (route.net().map(|net| net.prefix_len()), route.written))
    }

    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        self.common.told("route table")
    }
}

/// All addresses of IPv4.
const HALVES: [Ipv4Net; 2] = [
    Ipv4Net::new_assert(Ipv4Addr::new(0, 0, 0, 0), 1),
    Ipv4Net::new_assert(Ipv4Addr::new(128, 0, 0, 0), 1),
];

/// All public addresses of IPv6.
const PUBLIC: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

impl Entry {
    pub(crate) fn net(&self) -> Option<IpNet> {
        self.to.parse().ok()
    }
}

#[async_trait]
impl Listing for RouteTable {
    const KIND: &'static str = "aws.route-table/1";
    type Api = Api;
    type State = RouteTableState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.common.name)
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<RouteTableState>>> {
        let mut found = Vec::new();
        for filter in object::selections(scope, "route-table-id", Some("vpc-id")) {
            found.extend(api.route_tables(filter.as_ref()).await?);
        }
        Ok(found.into_iter().map(seen).collect())
    }
}

fn seen(state: RouteTableState) -> Found<RouteTableState> {
    // The main one comes and goes with its VPC, so it is in nobody's way.
    let vpc = (!state.main).then(|| ObjectRef::of::<Vpc>(&state.vpc));
    state.common.clone().found(vpc, Phase::Ready, state)
}

#[async_trait]
impl Resource for RouteTable {
    fn asks_for(&self) -> Told {
        object::asked_name(&self.tags)
    }

    fn id(state: &RouteTableState) -> String {
        state.common.id.clone()
    }

    fn diff(&self, facts: &Facts<'_>, state: &RouteTableState) -> Result<Diff, Later> {
        let vpc = facts.id(&self.vpc.edge())?.to_owned();
        let replacing = Change::between("vpc_id", &state.vpc, &vpc);
        let tags = object::missing_tags(&self.tags, &state.common);
        Ok(Diff::of(tags, replacing))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<RouteTableState>> {
        let vpc = cx.id(&self.vpc.edge())?;
        let tags = object::birth_tags(cx.label(), cx.api.now(), &self.tags);
        let made = cx.api.create_route_table(vpc, cx.token().as_str(), &tags);
        made.await.map(Progress::Done)
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &RouteTableState,
        changes: &[Change],
    ) -> Result<Progress<RouteTableState>> {
        let common = object::tagged(cx, &state.common, changes).await?;
        let state = state.clone();
        Ok(Progress::Done(RouteTableState { common, ..state }))
    }

    /// EC2 deletes a table with every route in it: it is looked at once more.
    async fn delete(
        cx: &Cx<'_, Api>,
        state: &RouteTableState,
    ) -> Result<Progress<RouteTableState>> {
        let now = cx.api.route_table_now(&state.common.id).await?;
        let written = |now| route::written_since(now, state);
        if let Some(entry) = now.as_ref().and_then(written) {
            let message = format!("the route to {} in it is somebody else's", entry.to);
            let error = Error::new(ErrorKind::InUse, "DeleteRouteTable", message);
            return Err(error.remedy("have whoever made the route delete it"));
        }
        cx.api.delete_route_table(&state.common.id).await?;
        Ok(Progress::Gone)
    }
}
