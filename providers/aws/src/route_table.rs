//! A route table: where packets of its subnets go.

use std::net::Ipv6Addr;

use async_trait::async_trait;
use groundwork_model::Family;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Handle, Later, Listing, Phase, Progress, Resource, Result,
    Scope, Want,
};
use ipnet::{IpNet, Ipv6Net};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{self, Common, Tags},
    rules::everywhere,
    vpc::Vpc,
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
    /// Whether somebody wrote it, rather than EC2 itself.
    pub written: bool,
}

impl RouteTableState {
    /// The route that everything of a family takes which no other route takes. In IPv6, one for
    /// all public addresses does as well (RFC 4291, 2.4).
    pub fn way_out(&self, family: Family) -> Option<&Entry> {
        let all = match family {
            Family::V4 => everywhere(family),
            Family::V6 => IpNet::V6(PUBLIC),
        };
        let mut fitting: Vec<&Entry> = self.routes.iter().collect();
        fitting.retain(|route| route.net().is_some_and(|net| net.contains(&all)));
        // The most specific decides; of two of one length, the one that somebody wrote.
        fitting.sort_by_key(|route| (route.net().map(|net| net.prefix_len()), route.written));
        fitting.pop()
    }

    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        self.common.told("route table")
    }
}

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
    let joins = match state.main {
        true => Vec::new(),
        false => vec![state.vpc.clone()],
    };
    state.common.clone().found(joins, Phase::Ready, state)
}

#[async_trait]
impl Resource for RouteTable {
    fn id(state: &RouteTableState) -> String {
        state.common.id.clone()
    }

    fn diff(&self, facts: &Facts<'_>, state: &RouteTableState) -> Result<Diff, Later> {
        let vpc = facts.id(&self.vpc.edge())?.to_owned();
        let replacing = Change::between("vpc_id", &state.vpc, &vpc);
        let tags = object::missing_tags(&self.tags, &state.common);
        Ok(Diff::of(
            tags.into_iter().collect(),
            replacing.into_iter().collect(),
        ))
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

    async fn delete(
        cx: &Cx<'_, Api>,
        state: &RouteTableState,
    ) -> Result<Progress<RouteTableState>> {
        cx.api.delete_route_table(&state.common.id).await?;
        Ok(Progress::Gone)
    }
}
