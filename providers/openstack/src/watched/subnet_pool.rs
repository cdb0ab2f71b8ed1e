//! Subnet pools: ranges that subnets are cut from. Read only.

use std::collections::BTreeSet;

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Result, Scope, Told};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{Range, Word},
};

/// The subnet pools that the project sees: its own, and those that are shared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SubnetPool;

/// What Neutron says a pool is.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SubnetPoolState {
    pub id: String,
    #[serde(default)]
    pub name: String,
    /// 4 or 6.
    pub ip_version: u8,
    /// Whether it is taken where none is named.
    #[serde(default)]
    pub is_default: bool,
    /// The shortest prefix that it gives.
    #[serde(deserialize_with = "number")]
    pub min_prefixlen: u8,
    /// The longest prefix that it gives.
    #[serde(deserialize_with = "number")]
    pub max_prefixlen: u8,
    /// What it cuts from.
    #[serde(default)]
    pub prefixes: BTreeSet<IpNet>,
    /// The address scope that it is in.
    #[serde(default)]
    pub address_scope_id: Option<String>,
}

/// Old releases write these numbers as texts.
fn number<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    let text = Word::deserialize(from)?;
    text.parse().map_err(serde::de::Error::custom)
}

impl SubnetPoolState {
    /// Whether it is in an address scope.
    pub(crate) fn is_in(&self, scope: Option<&str>) -> bool {
        scope.is_some() && self.address_scope_id.as_deref() == scope
    }

    /// A range out of it: one that is asked for, or a /64.
    pub(crate) fn range(&self, cidr: Option<IpNet>) -> Range {
        let pool = self.id.clone();
        Range::Pool { pool, cidr }
    }

    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!("subnet pool {} ({})", self.name, self.id)
    }
}

#[async_trait]
impl Listing for SubnetPool {
    const KIND: &'static str = "openstack.subnet-pool/1";
    type Api = Api;
    type State = SubnetPoolState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.name).with_ranges(state.prefixes.iter().copied())
    }

    async fn list(api: &Api, _: &Scope) -> Result<Vec<Found<SubnetPoolState>>> {
        // Of both families: a pool of the wrong one, named by mistake, should be told as that.
        let pools: Vec<SubnetPoolState> = api.list("/v2.0/subnetpools", "subnetpools", &[]).await?;
        let pools = pools.into_iter();
        Ok(pools
            .map(|pool| Found::foreign(pool.id.clone(), pool))
            .collect())
    }
}
