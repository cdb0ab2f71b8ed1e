//! What is in a subnet: addresses of interfaces, gateways, private endpoints. The network's listing names
//! them, so that they cost no call.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Look, ObjectRef, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use super::{Network, NetworkState, Subnet, SubnetState};
use crate::{api::Api, id};

/// Something in a subnet. It is never ours.
#[derive(Clone, Copy, Debug)]
pub struct Member;

/// What is known of it.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct MemberState {
    /// The resource: the interface that the address is of.
    pub of: String,
}

fn inside(network: &NetworkState) -> impl Iterator<Item = Found<MemberState>> + '_ {
    network.properties.subnets.iter().flat_map(of_subnet)
}

fn of_subnet(subnet: &SubnetState) -> Vec<Found<MemberState>> {
    let (of, properties) = (subnet.address(), &subnet.properties);
    let lists = [
        &properties.ip_configurations,
        &properties.private_endpoints,
        &properties.resource_navigation_links,
        &properties.service_association_links,
    ];
    let members = lists.into_iter().flatten().map(|one| {
        let is_address = one.id.to_ascii_lowercase().contains("/ipconfigurations/");
        let state = MemberState {
            of: match is_address {
                true => id::parent(&one.id).to_owned(),
                false => one.id.clone(),
            },
        };
        Found::foreign(one.address(), state).joining([ObjectRef::of::<Subnet>(&of)])
    });
    members.collect()
}

#[async_trait]
impl Listing for Member {
    const KIND: &'static str = "azure.member/1";
    const PARENTS: &'static [&'static str] = &[Network::KIND, Subnet::KIND];
    type Api = Api;
    type State = MemberState;

    fn told(state: &Self::State) -> Told {
        Told::named(id::name(&state.of))
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<MemberState>>> {
        let networks = Network::list(api, scope).await?;
        Ok(networks.iter().flat_map(|one| inside(&one.state)).collect())
    }

    async fn derive(look: &Look<'_, Api>, _: &Scope) -> Result<Vec<Found<MemberState>>> {
        let networks = look.list::<Network>(&look.scope()).await?;
        Ok(networks.iter().flat_map(|one| inside(&one.state)).collect())
    }
}
