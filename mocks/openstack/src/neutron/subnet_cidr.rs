//! Where the prefix of a new subnet comes from.

use std::net::IpAddr;

use ipnet::IpNet;
use mock_cloud::{Body, Object};
use serde_json::Value;

use super::Neutron;
use super::access::is_set;
use super::addresses::{Span, net_of};
use super::network_check::DELEGATION;
use super::resource::Resource;
use crate::refused::{Answer, Refused};

/// The source of a prefix, as far as the request alone says it.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// This prefix, from no pool.
    Cidr(IpNet),
    /// The interim prefix of a delegation.
    Delegated,
    /// From the pool with this id.
    Pool { id: String, wanted: Wanted },
}

/// What a subnet wants of its pool: this prefix; or any of this length (the pool's default where
/// absent); or the one of that length which the gateway is in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) cidr: Option<IpNet>,
    pub(super) length: Option<u8>,
    pub(super) gateway: Option<IpAddr>,
}

fn bad(message: &str) -> Refused {
    Refused::bad("subnets", message)
}

impl Neutron<'_> {
    /// Reads the source off the request.
    pub(super) fn source(&self, body: &Body) -> Answer<Source> {
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let cidr: Option<IpNet> = text("cidr").map(|cidr| net_of(cidr).trunc());
        let length = body.get("prefixlen").and_then(Value::as_u64);
        let length = length.map(|length| u8::try_from(length).unwrap_or(u8::MAX));
        if cidr.is_some() && length.is_some() {
            return Err(bad("cidr and prefixlen must not be supplied together"));
        }
        let pool = self.pool_of(body, cidr)?;
        match (pool, cidr) {
            (None, None) => Err(bad(
                "a subnetpool must be specified in the absence of a cidr",
            )),
            (None, Some(cidr)) => Ok(Source::Cidr(cidr)),
            (Some(_), None) if body.contains_key("allocation_pools") => Err(bad(
                "allocation_pools allowed only for specific subnet requests.",
            )),
            (Some(id), Some(cidr)) if id == DELEGATION => Ok(Source::Cidr(cidr)),
            (Some(id), None) if id == DELEGATION => Ok(Source::Delegated),
            (Some(id), cidr) => {
                let gateway = text("gateway_ip").and_then(|gateway| gateway.parse().ok());
                Ok(Source::Pool {
                    id,
                    wanted: Wanted {
                        cidr,
                        length,
                        gateway,
                    },
                })
            }
        }
    }

    fn pool_of(&self, body: &Body, cidr: Option<IpNet>) -> Answer<Option<String>> {
        let named = body.get("subnetpool_id").and_then(Value::as_str);
        let by_default = is_set(body, "use_default_subnetpool");
        match (named, by_default) {
            (Some(_), true) => Err(bad(
                "subnetpool_id and use_default_subnetpool cannot both be specified",
            )),
            (Some(named), false) => Ok(Some(named.to_owned())),
            (None, false) => Ok(None),
            (None, true) => {
                let asked = body.get("ip_version").and_then(Value::as_u64).unwrap_or(4);
                let version = cidr.map_or(asked, version_of);
                let found = self.default_pool(version);
                let none = || bad(&format!("No default subnetpool found for IPv{version}"));
                found.map(Some).ok_or_else(none)
            }
        }
    }

    fn default_pool(&self, version: u64) -> Option<String> {
        let mut pools = self.store.list(Resource::SubnetPool.plural());
        let fits =
            |pool: &Object| is_set(&pool.body, "is_default") && pool_version(pool) == version;
        pools.find(|pool| fits(pool)).map(|pool| pool.id.clone())
    }

    /// Takes a prefix out of a pool: nothing is recorded, the subnet itself is the record.
    pub(super) fn allocated(&self, project: &str, pool: &Object, wanted: Wanted) -> Answer<IpNet> {
        let bound = |name: &str| {
            let text = pool.text(name).parse().unwrap_or_default();
            u8::try_from(pool.body.get(name).and_then(Value::as_u64).unwrap_or(text)).unwrap_or(0)
        };
        let Wanted {
            cidr,
            length,
            gateway,
        } = wanted;
        let length = length.unwrap_or(bound("default_prefixlen"));
        let inside = gateway.and_then(|gateway| IpNet::new(gateway, length).ok());
        let cidr = cidr.or(inside.map(|net| net.trunc()));
        let length = cidr.map_or(length, |cidr| cidr.prefix_len());
        let whole = if pool_version(pool) == 6 { 128 } else { 32 };
        if length > whole {
            let none = if whole == 128 { "::" } else { "0.0.0.0" };
            let message = format!("invalid IPNetwork {none}/{length}");
            return Err(Refused::new(400, "AddrFormatError", message));
        }
        let (min, max) = (bound("min_prefixlen"), bound("max_prefixlen"));
        if length > max {
            return Err(Refused::new(
                400,
                "MaxPrefixSubnetAllocationError",
                format!(
                    "Unable to allocate subnet with prefix length {length}, maximum allowed \
                     prefix is {max}."
                ),
            ));
        }
        if length < min {
            return Err(Refused::new(
                400,
                "MinPrefixSubnetAllocationError",
                format!(
                    "Unable to allocate subnet with prefix length {length}, minimum allowed \
                     prefix is {min}."
                ),
            ));
        }
        self.within_pool_quota(project, pool, length)?;
        let free = self.free_prefixes(pool);
        match cidr {
            Some(cidr) if free.iter().any(|block| block.contains(&cidr)) => Ok(cidr),
            Some(_) => Err(unallocated(
                "Cannot allocate requested subnet from the available set of prefixes",
            )),
            None => {
                let fitting = free.iter().filter(|block| block.prefix_len() <= length);
                // The smallest block that is large enough; of several the lowest.
                let block =
                    fitting.min_by_key(|block| (u8::MAX - block.prefix_len(), block.network()));
                let block = block.ok_or_else(|| {
                    unallocated(&format!(
                        "Insufficient prefix space to allocate subnet size /{length}"
                    ))
                })?;
                Ok(IpNet::new(block.network(), length).expect("longer than its block"))
            }
        }
    }

    fn free_prefixes(&self, pool: &Object) -> Vec<IpNet> {
        let mut free: Vec<Span> = prefixes_of(&pool.body).into_iter().map(Span::of).collect();
        for subnet in self
            .store
            .by(Resource::Subnet.plural(), "subnetpool_id", &pool.id)
        {
            let taken = Span::of(net_of(subnet.text("cidr")));
            free = free
                .into_iter()
                .flat_map(|span| span.without(taken))
                .collect();
        }
        free.into_iter().flat_map(Span::prefixes).collect()
    }

    /// The quota of a pool counts addresses in IPv4 and /64s in IPv6.
    fn within_pool_quota(&self, project: &str, pool: &Object, length: u8) -> Answer<()> {
        let quota = pool.body.get("default_quota").and_then(Value::as_u64);
        let Some(quota) = quota.filter(|quota| *quota > 0) else {
            return Ok(());
        };
        let unit: i32 = if pool_version(pool) == 6 { 64 } else { 32 };
        let units = |length: u8| 2f64.powi(unit - i32::from(length));
        let own = |subnet: &&std::sync::Arc<Object>| subnet.text("project_id") == project;
        let subnets = self
            .store
            .by(Resource::Subnet.plural(), "subnetpool_id", &pool.id)
            .filter(own);
        let used: f64 = subnets
            .map(|subnet| units(net_of(subnet.text("cidr")).prefix_len()))
            .sum();
        // Quotas of pools are far below the numbers that a float holds exactly.
        #[allow(clippy::cast_precision_loss, reason = "small numbers")]
        let quota = quota as f64;
        if used + units(length) > quota {
            return Err(Refused::conflict(
                "SubnetPoolQuotaExceeded",
                "Per-tenant subnet pool prefix quota exceeded.",
            ));
        }
        Ok(())
    }
}

fn unallocated(reason: &str) -> Refused {
    Refused::new(
        500,
        "SubnetAllocationError",
        format!("Failed to allocate subnet: {reason}."),
    )
}

/// 4 or 6.
pub(super) fn version_of(net: IpNet) -> u64 {
    match net {
        IpNet::V4(_) => 4,
        IpNet::V6(_) => 6,
    }
}

/// 4 or 6.
pub(super) fn pool_version(pool: &Object) -> u64 {
    pool.body
        .get("ip_version")
        .and_then(Value::as_u64)
        .unwrap_or_default()
}

/// The prefixes of a stored pool.
pub(super) fn prefixes_of(body: &Body) -> Vec<IpNet> {
    let list = body.get("prefixes").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(net_of)
        .collect()
}
