//! What decides where packets of the nodes' subnet go, and whether they get there: its security group, its
//! route table, its NAT gateway, and load balancers that have its machines behind them.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_model::Family;
use groundwork_provider::{Listing, Look, Result};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    id,
    object::{
        Address, AddressState, LoadBalancer, LoadBalancerState, NatGateway, NatGatewayState,
        Reference, RouteTable, RouteTableState, SecurityGroup, SecurityGroupState, SubnetState,
    },
};

/// What is around the nodes' subnet.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Around {
    /// Its security group.
    pub security_group: Option<SecurityGroupState>,
    /// Its route table.
    pub route_table: Option<RouteTableState>,
    /// Its NAT gateway.
    pub nat_gateway: Option<NatGatewayState>,
    /// The outbound rules of load balancers that are about machines in it.
    pub outbound: Vec<Outbound>,
}

/// An outbound rule of a load balancer.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outbound {
    /// The load balancer, as people are told of it.
    pub of: String,
    /// Its name.
    pub name: String,
    /// Of which families the addresses are from which machines speak.
    pub families: BTreeSet<Family>,
}

/// Reads it. Everything but load balancers has been listed already; those are listed where machines may be
/// behind them.
pub(crate) async fn around(look: &Look<'_, Api>, subnet: &SubnetState) -> Result<Around> {
    let properties = &subnet.properties;
    let (group, table, gateway) = tokio::try_join!(
        attached::<SecurityGroup>(look, &properties.network_security_group),
        attached::<RouteTable>(look, &properties.route_table),
        attached::<NatGateway>(look, &properties.nat_gateway),
    )?;
    let outbound = match properties.ip_configurations.is_empty() {
        true => Vec::new(),
        false => outbound(look, subnet).await?,
    };
    Ok(Around {
        security_group: group,
        route_table: table,
        nat_gateway: gateway,
        outbound,
    })
}

async fn attached<L>(look: &Look<'_, Api>, at: &Option<Reference>) -> Result<Option<L::State>>
where
    L: Listing<Api = Api>,
    L::State: Clone,
{
    let Some(at) = at else {
        return Ok(None);
    };
    let listed = look.list::<L>(&look.scope()).await?;
    Ok(listed.by_id(&at.address()).map(|found| found.state.clone()))
}

async fn outbound(look: &Look<'_, Api>, subnet: &SubnetState) -> Result<Vec<Outbound>> {
    let members = subnet.properties.ip_configurations.iter();
    let members: BTreeSet<String> = members.map(Reference::address).collect();
    let scope = look.scope();
    let balancers = look.list::<LoadBalancer>(&scope).await?;
    let mut all = Vec::new();
    for state in balancers.iter().map(|found| &found.state) {
        let rules = rules_about(state, &members);
        if rules.is_empty() {
            continue;
        }
        let families = families(look, state).await?;
        all.extend(rules.into_iter().map(|rule| {
            Outbound {
                of: state.told(),
                name: rule.name.clone(),
                families: rule
                    .properties
                    .frontends
                    .iter()
                    .filter_map(|at| families.get(&at.address()).copied())
                    .collect(),
            }
        }));
    }
    Ok(all)
}

fn rules_about<'s>(
    state: &'s LoadBalancerState,
    members: &BTreeSet<String>,
) -> Vec<&'s crate::object::OutboundRule> {
    let has_member = |at: &Reference| {
        let mut pools = state.properties.pools.iter();
        let pool = pools.find(|pool| id::canonical(&pool.id) == at.address());
        pool.is_some_and(|pool| {
            let mut own = pool.properties.members.iter();
            own.any(|member| members.contains(&member.address()))
        })
    };
    let rules = state.properties.outbound_rules.iter();
    rules
        .filter(|rule| {
            rule.properties
                .backend_address_pool
                .as_ref()
                .is_some_and(has_member)
        })
        .collect()
}

/// The family of each frontend that is public.
async fn families(
    look: &Look<'_, Api>,
    state: &LoadBalancerState,
) -> Result<BTreeMap<String, Family>> {
    let addresses = look.list::<Address>(&look.scope()).await?;
    let mut families = BTreeMap::new();
    for frontend in &state.properties.frontends {
        let properties = &frontend.properties;
        let address = match (&properties.address, &properties.prefix) {
            (Some(at), _) => addresses
                .by_id(&at.address())
                .map(|found| found.state.clone()),
            // A range says its family in the field of an address.
            (None, Some(at)) => look.api().show::<AddressState>(&at.address()).await?,
            (None, None) => None,
        };
        if let Some(address) = address {
            families.insert(id::canonical(&frontend.id), address.family());
        }
    }
    Ok(families)
}
