//! A subnet's route table.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Handle, Key, Later, Listing, Look, ObjectRef, Owner, Owners,
    Progress, Resource, Result, Scope,
};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{
        self,
        route_table::{RouteTable, RouteTableState},
        subnet::Subnet,
    },
};

/// A subnet has one route table of its own at most, so the subnet is its key.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct RouteTableAssociation {
    /// The subnet.
    pub subnet: Handle<Subnet>,
    /// The table.
    pub table: Handle<RouteTable>,
}

/// What EC2 says of an association.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RouteTableAssociationState {
    /// Its id at EC2. It changes when the table does, so it does not name it.
    pub association: String,
    /// The subnet.
    pub subnet: String,
    /// The table.
    pub table: String,
}

fn id(subnet: &str) -> String {
    format!("{subnet}/route-table")
}

#[async_trait]
impl Listing for RouteTableAssociation {
    const KIND: &'static str = "aws.route-table-association/1";
    const PARENTS: &'static [&'static str] = &[Subnet::KIND];
    type Api = Api;
    type State = RouteTableAssociationState;

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<RouteTableAssociationState>>> {
        let subnet = |id: &String| id.strip_suffix("/route-table").map(str::to_owned);
        let named = scope.ids.iter().filter_map(subnet);
        let scope = Scope {
            owners: scope.owners.clone(),
            ids: Default::default(),
            within: named.chain(scope.within.clone()).collect(),
        };
        let mut found = Vec::new();
        let within = Some("association.subnet-id");
        for filter in object::selections(&scope, "route-table-id", within) {
            found.extend(api.route_tables(filter.as_ref()).await?);
        }
        Ok(found.iter().flat_map(associations).collect())
    }

    async fn derive(
        look: &Look<'_, Api>,
        scope: &Scope,
    ) -> Result<Vec<Found<RouteTableAssociationState>>> {
        // Subnets are known to a table, not tables to a subnet: all of the account.
        if scope.owners == Owners::Nobody {
            return Self::list(look.api(), scope).await;
        }
        let tables = look.list::<RouteTable>(&look.scope()).await?;
        Ok(tables
            .iter()
            .flat_map(|found| associations(&found.state))
            .collect())
    }
}

fn associations(
    table: &RouteTableState,
) -> impl Iterator<Item = Found<RouteTableAssociationState>> + '_ {
    table.associations.iter().map(|of| {
        seen(RouteTableAssociationState {
            association: of.id.clone(),
            subnet: of.subnet.clone(),
            table: table.common.id.clone(),
        })
    })
}

fn seen(state: RouteTableAssociationState) -> Found<RouteTableAssociationState> {
    let id = id(&state.subnet);
    // The subnet first: the association is whose the subnet is, with whichever table.
    let joins = [
        ObjectRef::of::<Subnet>(&state.subnet),
        ObjectRef::of::<RouteTable>(&state.table),
    ];
    Found::natural(id.clone(), id, Owner::Within, state).joining(joins)
}

#[async_trait]
impl Resource for RouteTableAssociation {
    fn id(state: &RouteTableAssociationState) -> String {
        id(&state.subnet)
    }

    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        let subnet = facts.id(&self.subnet.edge())?;
        Ok(Key::Natural(id(subnet)))
    }

    fn diff(&self, facts: &Facts<'_>, state: &RouteTableAssociationState) -> Result<Diff, Later> {
        let table = facts.id(&self.table.edge())?.to_owned();
        let change = Change::between("route_table_id", &state.table, &table);
        Ok(Diff::of(change, None))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<RouteTableAssociationState>> {
        let subnet = cx.id(&self.subnet.edge())?.to_owned();
        let table = cx.id(&self.table.edge())?.to_owned();
        let association = cx.api.associate_route_table(&table, &subnet).await?;
        Ok(Progress::Done(RouteTableAssociationState {
            association,
            subnet,
            table,
        }))
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &RouteTableAssociationState,
        _: &[Change],
    ) -> Result<Progress<RouteTableAssociationState>> {
        let table = cx.id(&self.table.edge())?.to_owned();
        let association = cx
            .api
            .replace_association(&state.association, &table)
            .await?;
        Ok(Progress::Done(RouteTableAssociationState {
            association,
            subnet: state.subnet.clone(),
            table,
        }))
    }

    async fn delete(
        cx: &Cx<'_, Api>,
        state: &RouteTableAssociationState,
    ) -> Result<Progress<RouteTableAssociationState>> {
        cx.api.disassociate_route_table(&state.association).await?;
        Ok(Progress::Gone)
    }
}
