//! Pools of IPv6 ranges.

use aws_sdk_ec2::types::{IpamPool, IpamPoolCidrState};
use groundwork_provider::Result;

use super::{Api, PAGE_ENTRIES, filters, net, text};
use crate::{object::Filter, watched::pool::PoolState};

impl Api {
    /// A pool of IPAM's, with what is in it.
    pub(crate) async fn ipam_pool(&self, id: &str) -> Result<Option<PoolState>> {
        let filter = Filter::by_id("ipam-pool-id", id);
        let call = self
            .ec2
            .describe_ipam_pools()
            .set_filters(filters(Some(&filter)));
        let found = paged!(call, PAGE_ENTRIES, "DescribeIpamPools", ipam_pools);
        let Some(pool) = found.first().map(ipam_pool) else {
            return Ok(None);
        };
        let call = self.ec2.get_ipam_pool_cidrs().ipam_pool_id(id);
        let cidrs = paged!(call, PAGE_ENTRIES, "GetIpamPoolCidrs", ipam_pool_cidrs);
        let there = cidrs
            .iter()
            .filter(|cidr| cidr.state() == Some(&IpamPoolCidrState::Provisioned));
        Ok(Some(PoolState {
            cidrs: there.filter_map(|cidr| net(cidr.cidr())).collect(),
            ..pool
        }))
    }

    /// All that were brought to AWS.
    pub(crate) async fn ipv6_pools(&self) -> Result<Vec<PoolState>> {
        let call = self.ec2.describe_ipv6_pools();
        let found = paged!(call, PAGE_ENTRIES, "DescribeIpv6Pools", ipv6_pools);
        let pool = |pool: &aws_sdk_ec2::types::Ipv6Pool| PoolState {
            id: text(pool.pool_id()),
            cidrs: pool
                .pool_cidr_blocks()
                .iter()
                .filter_map(|block| net(block.cidr()))
                .collect(),
            ..PoolState::default()
        };
        Ok(found.iter().map(pool).collect())
    }
}

fn ipam_pool(pool: &IpamPool) -> PoolState {
    let state = pool.state().map_or("", |state| state.as_str());
    let ready = ["create-complete", "modify-complete", ""].contains(&state);
    let length = |length: Option<i32>| length.and_then(|length| u8::try_from(length).ok());
    let least = length(pool.allocation_min_netmask_length());
    let most = length(pool.allocation_max_netmask_length());
    PoolState {
        id: text(pool.ipam_pool_id()),
        cidrs: Vec::new(),
        unready: (!ready).then(|| state.to_owned()),
        locale: Some(text(pool.locale())),
        lengths: least.zip(most),
    }
}
