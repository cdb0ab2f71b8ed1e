//! Pools of IPv6 ranges, IPAM's and those that were brought to AWS: read only, since the range of a
//! VPC may come out of one.

use async_trait::async_trait;
use groundwork_provider::{Found, Key, Listing, Owner, Phase, Result, Scope};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::api::Api;

/// Pools that a document names.
#[derive(Clone, Copy, Debug)]
pub struct Pool;

/// What EC2 says a pool is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct PoolState {
    /// Its id: `ipam-pool-…` or `ipv6pool-ec2-…`.
    pub id: String,
    /// What is in it.
    pub cidrs: Vec<IpNet>,
    /// Why it gives nothing at the moment, as EC2 spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unready: Option<String>,
    /// The one region that it is for; a pool of IPAM without one gives nothing to a VPC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The lengths that it gives, the largest range first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lengths: Option<(u8, u8)>,
}

/// How the ids of IPAM's pools begin.
const IPAM: &str = "ipam-pool-";

#[async_trait]
impl Listing for Pool {
    const KIND: &'static str = "aws.ipv6-pool/1";
    type Api = Api;
    type State = PoolState;

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<PoolState>>> {
        let (ipam, brought): (Vec<&String>, Vec<&String>) =
            scope.ids.iter().partition(|id| id.starts_with(IPAM));
        let mut pools = Vec::new();
        for id in ipam {
            pools.extend(api.ipam_pool(id).await?);
        }
        if !brought.is_empty() {
            let all = api.ipv6_pools().await?.into_iter();
            pools.extend(all.filter(|pool| brought.contains(&&pool.id)));
        }
        Ok(pools.into_iter().map(seen).collect())
    }
}

fn seen(state: PoolState) -> Found<PoolState> {
    Found {
        id: state.id.clone(),
        key: Key::Id(state.id.clone()),
        owner: Owner::Foreign,
        joins: Vec::new(),
        phase: Phase::Ready,
        created: None,
        shared: None,
        state,
    }
}
