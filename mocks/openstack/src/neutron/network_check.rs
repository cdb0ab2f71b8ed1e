//! What a new subnet has to agree on with its network: no overlap, one pool, one address scope.

use std::sync::Arc;

use ipnet::IpNet;
use mock_cloud::Object;
use serde_json::Value;

use super::Neutron;
use super::addresses::{Span, net_of};
use super::resource::Resource;
use crate::refused::{Answer, Refused};

/// The pool of a subnet whose prefix comes from a router's delegation, and its interim prefix.
pub(super) const DELEGATION: &str = "prefix_delegation";
pub(super) const INTERIM: &str = "::/64";

impl Neutron<'_> {
    pub(super) fn subnets_in(&self, network: &str) -> Vec<Arc<Object>> {
        self.store
            .by(Resource::Subnet.plural(), "network_id", network)
            .cloned()
            .collect()
    }

    /// No part of it may be in another subnet of the network.
    pub(super) fn check_overlap(&self, network: &str, cidr: IpNet) -> Answer<()> {
        if cidr.prefix_len() == 0 {
            return Err(Refused::input("0 is not allowed as CIDR prefix length"));
        }
        let span = Span::of(cidr);
        let overlaps = |subnet: &Arc<Object>| {
            let other = subnet.text("cidr");
            other != INTERIM && Span::of(net_of(other)).overlaps(span)
        };
        if self.subnets_in(network).iter().any(overlaps) {
            return Err(Refused::input(format!(
                "Requested subnet with cidr: {cidr} for network: {network} overlaps with another \
                 subnet"
            )));
        }
        Ok(())
    }

    /// Without an address scope, the subnets of one family come from one pool, or all from none.
    pub(super) fn check_affinity(
        &self,
        network: &str,
        version: u64,
        pool: Option<&str>,
    ) -> Answer<()> {
        let scope = self.scope_of_network(network, u8::try_from(version).unwrap_or_default());
        if let Some(scope) = scope {
            let own = pool.and_then(|pool| self.scope_of_pool(pool));
            return match pool {
                Some(_) if own.as_deref() != Some(scope.as_str()) => Err(Refused::new(
                    400,
                    "NetworkAddressScopeAffinityError",
                    "Subnets of the same address family hosted on the same network must all \
                     participate in the same address scope.",
                )),
                Some(_) | None => self.check_pool(network, version, pool, true),
            };
        }
        self.check_pool(network, version, pool, false)
    }

    fn check_pool(
        &self,
        network: &str,
        version: u64,
        pool: Option<&str>,
        scoped: bool,
    ) -> Answer<()> {
        let differs = |subnet: &Arc<Object>| {
            let same_family =
                subnet.body.get("ip_version").and_then(Value::as_u64) == Some(version);
            let own = subnet.body.get("subnetpool_id").and_then(Value::as_str);
            let alike = own == pool || (scoped && pool.is_some());
            same_family && !alike
        };
        if self.subnets_in(network).iter().any(differs) {
            return Err(Refused::new(
                400,
                "NetworkSubnetPoolAffinityError",
                "Subnets hosted on the same network must be allocated from the same subnet pool.",
            ));
        }
        Ok(())
    }

    /// The address scope in which the subnets of one family of a network are.
    pub(super) fn scope_of_network(&self, network: &str, version: u8) -> Option<String> {
        // Most clouds have none, and listings ask for each of their networks.
        self.store.list(Resource::AddressScope.plural()).next()?;
        let subnets = self.subnets_in(network);
        let same = |subnet: &&Arc<Object>| {
            subnet.body.get("ip_version").and_then(Value::as_u64) == Some(u64::from(version))
        };
        subnets.iter().filter(same).find_map(|subnet| {
            let pool = subnet.body.get("subnetpool_id").and_then(Value::as_str)?;
            self.scope_of_pool(pool)
        })
    }

    fn scope_of_pool(&self, pool: &str) -> Option<String> {
        let pool = self.find(Resource::SubnetPool, pool)?;
        pool.body
            .get("address_scope_id")
            .and_then(Value::as_str)
            .map(str::to_owned)
    }
}
