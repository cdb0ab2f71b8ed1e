//! A load balancer: the cloud controller manager's, or somebody else's. By its outbound rules machines reach
//! the internet. It is only read.

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use super::{Common, Reference};
use crate::api::Api;

/// A load balancer. It is never ours.
#[derive(Clone, Copy, Debug)]
pub struct LoadBalancer;

/// What the API says a load balancer is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct LoadBalancerState {
    /// Id, name, region, tags.
    #[serde(flatten)]
    pub common: Common,
    /// What it is.
    pub properties: LoadBalancerProperties,
}

/// What a load balancer is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct LoadBalancerProperties {
    /// Where it is asked, and from where it speaks.
    #[serde(
        rename = "frontendIPConfigurations",
        deserialize_with = "super::or_default"
    )]
    pub frontends: Vec<Frontend>,
    /// The machines behind it.
    #[serde(rename = "backendAddressPools", deserialize_with = "super::or_default")]
    pub pools: Vec<Pool>,
    /// By which machines reach the internet.
    #[serde(deserialize_with = "super::or_default")]
    pub outbound_rules: Vec<OutboundRule>,
}

/// Where a load balancer is asked, and from where it speaks.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Frontend {
    /// Its id.
    pub id: String,
    /// What it is.
    pub properties: FrontendProperties,
}

/// What a frontend is: one of both, or neither inside a network.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct FrontendProperties {
    /// A public address.
    #[serde(rename = "publicIPAddress")]
    pub address: Option<Reference>,
    /// A range of public addresses.
    #[serde(rename = "publicIPPrefix")]
    pub prefix: Option<Reference>,
}

/// Machines behind a load balancer.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Pool {
    /// Its id.
    pub id: String,
    /// Which they are.
    pub properties: PoolProperties,
}

/// Which machines are behind a load balancer, by the addresses of their interfaces.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct PoolProperties {
    /// Addresses of interfaces.
    #[serde(
        rename = "backendIPConfigurations",
        deserialize_with = "super::or_default"
    )]
    pub members: Vec<Reference>,
}

/// A rule by which machines reach the internet.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct OutboundRule {
    /// Its name: unique in the load balancer.
    pub name: String,
    /// What it says.
    pub properties: OutboundRuleProperties,
}

/// What an outbound rule says.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct OutboundRuleProperties {
    /// From which addresses they speak.
    #[serde(
        rename = "frontendIPConfigurations",
        deserialize_with = "super::or_default"
    )]
    pub frontends: Vec<Reference>,
    /// Which machines.
    pub backend_address_pool: Option<Reference>,
}

impl LoadBalancerState {
    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!(
            "load balancer {} ({})",
            self.common.name,
            self.common.address()
        )
    }
}

#[async_trait]
impl Listing for LoadBalancer {
    const KIND: &'static str = "azure.load-balancer/1";
    type Api = Api;
    type State = LoadBalancerState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.common.name)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<LoadBalancerState>>> {
        let states: Vec<LoadBalancerState> = api.all_of_network("loadBalancers").await?;
        let found = |state: LoadBalancerState| Found::foreign(state.common.address(), state);
        Ok(states.into_iter().map(found).collect())
    }
}
