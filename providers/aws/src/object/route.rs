//! One route of a route table.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Handle, Key, Later, Listing, Look, ObjectRef,
    Owner, Progress, Resource, Result, Scope, Told,
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{
    api::{Api, Hop},
    object::{
        egress_only_gateway::EgressOnlyGateway,
        internet_gateway::{Attachment, InternetGateway, attachment_id},
        nat_gateway::NatGateway,
        route_table::{Entry, RouteTable, RouteTableState},
    },
    watched::{network_interface::NetworkInterface, peering::Peering, vpn_gateway::VpnGateway},
};

/// Where everything goes that has no other route, and what NAT64 translates (RFC 6052, 2.1).
pub(crate) const DESTINATIONS: [&str; 3] = ["0.0.0.0/0", "::/0", "64:ff9b::/96"];

/// A route that we make. Routes carry no tags: table and destination are its key.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Route {
    /// The route table.
    pub table: Handle<RouteTable>,
    /// Where to.
    pub to: IpNet,
    /// By what; none where that is for another hand to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Target>,
}

/// What a route leads to.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Target {
    /// The internet, both ways.
    Internet {
        /// The gateway.
        gateway: Handle<InternetGateway>,
        /// It has to be attached.
        attachment: Handle<Attachment>,
    },
    /// The internet, one way.
    EgressOnly(Handle<EgressOnlyGateway>),
    /// The IPv4 internet, by another address.
    Nat(Handle<NatGateway>),
}

/// What EC2 says of a route.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RouteState {
    /// The route table.
    pub table: String,
    /// Where to, by what.
    #[serde(flatten)]
    pub entry: Entry,
}

fn id(table: &str, to: &str) -> String {
    format!("{table}/{to}")
}

#[async_trait]
impl Listing for Route {
    const KIND: &'static str = "aws.route/1";
    const PARENTS: &'static [&'static str] = &[RouteTable::KIND];
    type Api = Api;
    type State = RouteState;

    fn told(state: &Self::State) -> Told {
        Told::ranges(state.entry.net())
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<RouteState>>> {
        let tables = RouteTable::list(api, &of_tables(scope)).await?;
        Ok(tables
            .iter()
            .flat_map(|found| routes(&found.state))
            .collect())
    }

    async fn derive(look: &Look<'_, Api>, scope: &Scope) -> Result<Vec<Found<RouteState>>> {
        let tables = look.list::<RouteTable>(&of_tables(scope)).await?;
        Ok(tables
            .iter()
            .flat_map(|found| routes(&found.state))
            .collect())
    }
}

/// The tables that a scope is about.
fn of_tables(scope: &Scope) -> Scope {
    let table = |id: &String| Some(id.split_once('/')?.0.to_owned());
    let named = scope.ids.iter().filter_map(table);
    Scope {
        owners: scope.owners.clone(),
        ids: named.chain(scope.within.clone()).collect(),
        within: Default::default(),
    }
}

/// The routes that somebody wrote. One whose target is gone is in nobody's way.
fn routes(table: &RouteTableState) -> impl Iterator<Item = Found<RouteState>> + '_ {
    let written = table
        .routes
        .iter()
        .filter(|entry| entry.written && entry.by != "local");
    let relevant = written.filter(|entry| is_ours(entry) || !entry.blackhole);
    relevant.map(|entry| seen(table, entry))
}

/// A route that somebody has written into a table of ours since it was looked at: its target may be
/// gone with the rest of the network.
pub(super) fn written_since<'a>(
    now: &'a RouteTableState,
    known: &RouteTableState,
) -> Option<&'a Entry> {
    let is_known = |entry: &Entry| known.routes.iter().any(|other| other.to == entry.to);
    let mut routes = now.routes.iter();
    routes.find(|entry| entry.written && entry.by != "local" && !is_ours(entry) && !is_known(entry))
}

/// EC2 lets go of a gateway that somebody else's route leads to, and the route leads nowhere then.
/// So it is looked for once more.
///
/// # Errors
/// `InUse` where there is one, and those of the listing.
pub(super) async fn unused(api: &Api, operation: &str, hop: Hop<'_>) -> Result<()> {
    let tables = api.tables_by_now(hop).await?;
    let mut theirs = tables.iter().flat_map(|table| {
        let by = |entry: &&Entry| entry.by == hop.id() && is_foreign(table, entry);
        table.routes.iter().filter(by).map(move |to| (table, to))
    });
    let Some((table, entry)) = theirs.next() else {
        return Ok(());
    };
    let message = format!(
        "the route to {} in {} leads to it, and is somebody else's",
        entry.to,
        table.told()
    );
    let error = Error::new(ErrorKind::InUse, operation, message);
    Err(error.remedy("have whoever made the route delete it"))
}

/// A default route goes with its table, and a main table with its VPC.
fn is_foreign(table: &RouteTableState, entry: &Entry) -> bool {
    let goes_along = is_ours(entry) && (table.main || table.common.label().is_some());
    !entry.blackhole && !goes_along
}

/// Only the default routes of a table of ours are ours: the rest is the cloud controller's, or
/// somebody's who knows why.
fn is_ours(entry: &Entry) -> bool {
    DESTINATIONS.contains(&entry.to.as_str())
}

fn seen(table: &RouteTableState, entry: &Entry) -> Found<RouteState> {
    let id = id(&table.common.id, &entry.to);
    let owner = match is_ours(entry) {
        true => Owner::Part,
        false => Owner::Foreign,
    };
    let mut joins = vec![
        ObjectRef::of::<RouteTable>(&table.common.id),
        hop(&entry.by),
    ];
    if entry.by.starts_with("igw-") {
        joins.push(ObjectRef::of::<Attachment>(attachment_id(&table.vpc)));
    }
    let state = RouteState {
        table: table.common.id.clone(),
        entry: entry.clone(),
    };
    Found::natural(id.clone(), id, owner, state).joining(joins)
}

/// What a route leads to. Of what we do not list (transit gateways, gateway endpoints) the id alone
/// is known.
fn hop(id: &str) -> ObjectRef {
    match id.split('-').next() {
        Some("igw") => ObjectRef::of::<InternetGateway>(id),
        Some("eigw") => ObjectRef::of::<EgressOnlyGateway>(id),
        Some("nat") => ObjectRef::of::<NatGateway>(id),
        Some("eni") => ObjectRef::of::<NetworkInterface>(id),
        Some("pcx") => ObjectRef::of::<Peering>(id),
        Some("vgw") => ObjectRef::of::<VpnGateway>(id),
        Some(_) | None => ObjectRef::new("aws.hop/1", id),
    }
}

impl Target {
    fn hop<'a>(&self, facts: &Facts<'a>) -> Result<Hop<'a>, Later> {
        Ok(match self {
            Self::Internet {
                gateway,
                attachment: _,
            } => Hop::Internet(facts.id(&gateway.edge())?),
            Self::EgressOnly(gateway) => Hop::EgressOnly(facts.id(&gateway.edge())?),
            Self::Nat(gateway) => Hop::Nat(facts.id(&gateway.edge())?),
        })
    }

    /// Whether an id is of such a target.
    pub(crate) fn is_kind_of(&self, id: &str) -> bool {
        id.starts_with(match self {
            Self::Internet { .. } => "igw-",
            Self::EgressOnly(_) => "eigw-",
            Self::Nat(_) => "nat-",
        })
    }
}

impl Route {
    /// There is none to make where another hand says what it leads to.
    fn target(&self) -> Result<&Target> {
        let unsaid = || {
            let message =
                "the route was deleted meanwhile, and the document does not say what it leads to";
            Error::new(ErrorKind::Unexpected, "CreateRoute", message)
        };
        self.by.as_ref().ok_or_else(unsaid)
    }

    fn state(&self, table: &str, by: Hop<'_>) -> RouteState {
        RouteState {
            table: table.to_owned(),
            entry: Entry {
                to: self.to.to_string(),
                by: by.id().to_owned(),
                blackhole: false,
                idle: None,
                written: true,
            },
        }
    }
}

#[async_trait]
impl Resource for Route {
    fn asks_for(&self) -> Told {
        Told::ranges([self.to])
    }

    fn id(state: &RouteState) -> String {
        id(&state.table, &state.entry.to)
    }

    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        let table = facts.id(&self.table.edge())?;
        Ok(Key::Natural(id(table, &self.to.to_string())))
    }

    fn diff(&self, facts: &Facts<'_>, state: &RouteState) -> Result<Diff, Later> {
        let Some(by) = &self.by else {
            return Ok(Diff::Same);
        };
        let by = by.hop(facts)?.id().to_owned();
        let changes = [
            Change::between("target", &state.entry.by, &by),
            Change::between("blackhole", &state.entry.blackhole, &false),
            Change::between("state", &state.entry.idle, &None),
        ];
        Ok(Diff::of(changes.into_iter().flatten(), None))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<RouteState>> {
        let table = cx.id(&self.table.edge())?;
        let by = self.target()?.hop(cx)?;
        cx.api.create_route(table, self.to, by).await?;
        Ok(Progress::Done(self.state(table, by)))
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &RouteState,
        _: &[Change],
    ) -> Result<Progress<RouteState>> {
        let by = self.target()?.hop(cx)?;
        cx.api.replace_route(&state.table, self.to, by).await?;
        Ok(Progress::Done(self.state(&state.table, by)))
    }

    async fn delete(cx: &Cx<'_, Api>, state: &RouteState) -> Result<Progress<RouteState>> {
        let to = state.entry.net().ok_or_else(|| {
            let message = format!("{} is not a range", state.entry.to);
            Error::new(ErrorKind::Unexpected, "DeleteRoute", message)
        })?;
        cx.api.delete_route(&state.table, to).await?;
        Ok(Progress::Gone)
    }
}
