//! A subnet: one range of one family in a network.

use std::{collections::BTreeSet, net::IpAddr};

use async_trait::async_trait;
use groundwork_model::{Family, cidr};
use groundwork_provider::{
    Change, Cx, Facts, Found, Handle, Later, Listing, ObjectRef, Phase, Result, Told, Want,
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Desired, InUse, Network, found, resource, state};
use crate::{
    api::{Api, DELETE_MACHINES},
    spec::{Mode, RaMode},
    watched::port,
};

/// A subnet that we make, or verify.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Subnet {
    /// The network that it is in.
    pub network: Handle<Network>,
    pub name: Want<String>,
    pub family: Family,
    /// Where its range comes from.
    pub range: Want<Range>,
    /// The addresses that are given out; all but the gateway's where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocation_pool: Option<AllocationPool>,
    /// Its name servers, of its family; their order does not matter.
    pub dns_servers: Want<BTreeSet<IpAddr>>,
    /// How nodes get their addresses; in IPv6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ra_mode: Option<Want<RaMode>>,
    /// Whether the way out is a matter of somebody else, who may have taken its gateway away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub routed_elsewhere: bool,
}

/// Where the range of a subnet comes from.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Range {
    /// It is this one, of no pool.
    Cidr(IpNet),
    /// A /64, or what `cidr` says, out of a subnet pool.
    Pool {
        /// The pool's id.
        pool: String,
        /// The one range that it has to be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cidr: Option<IpNet>,
    },
}

impl Range {
    /// The pool that it is from.
    pub(crate) fn pool(&self) -> Option<&str> {
        match self {
            Self::Cidr(_) => None,
            Self::Pool { pool, .. } => Some(pool),
        }
    }

    /// The range itself, where it is known before it exists.
    pub(crate) fn cidr(&self) -> Option<IpNet> {
        match self {
            Self::Cidr(cidr) => Some(*cidr),
            Self::Pool { cidr, .. } => *cidr,
        }
    }
}

/// The first and the last address that are given out.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct AllocationPool {
    pub start: IpAddr,
    pub end: IpAddr,
}

impl AllocationPool {
    /// How many addresses it has.
    fn len(&self) -> u128 {
        let number = |address: IpAddr| match address {
            IpAddr::V4(address) => u32::from(address).into(),
            IpAddr::V6(address) => u128::from(address),
        };
        let span = number(self.end).checked_sub(number(self.start));
        span.map_or(0, |span| span.saturating_add(1))
    }
}

state! {
    /// What Neutron says a subnet is.
    pub struct SubnetState {
        /// The network that it is in.
        pub network_id: String,
        /// 4 or 6.
        pub ip_version: u8,
        pub cidr: IpNet,
        /// The address of its router, if it has one.
        pub gateway_ip: Option<IpAddr>,
        /// Whether addresses are given out.
        pub enable_dhcp: bool,
        /// Its name servers.
        #[serde(default)]
        pub dns_nameservers: BTreeSet<IpAddr>,
        /// The addresses that are given out.
        #[serde(default)]
        pub allocation_pools: Box<[AllocationPool]>,
        /// How nodes get their IPv6 addresses.
        #[serde(default)]
        pub ipv6_address_mode: Option<Mode>,
        /// What Neutron's router advertises.
        #[serde(default)]
        pub ipv6_ra_mode: Option<Mode>,
        /// The pool that its range is from.
        #[serde(default)]
        pub subnetpool_id: Option<String>,
        /// The kinds of ports that get addresses of it, by their device owners; every kind where it
        /// names none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub service_types: Vec<String>,
    }
    at "/v2.0/subnets", "subnet", "subnets";

    fn found(self, api: &Api) -> Found<Self> {
        let joins = [ObjectRef::of::<Network>(&self.network_id)];
        let phase = match self.is_interim() {
            true => Phase::Pending(None),
            false => Phase::Ready,
        };
        found(api, joins, phase, self)
    }

    fn shown(&self) -> Told {
        Told::named(&self.name).with_ranges([self.cidr])
    }
}

resource!(Subnet, SubnetState, "openstack.subnet/1");

/// The pool of subnets whose prefix an upstream router delegates.
pub(crate) const PREFIX_DELEGATION: &str = "prefix_delegation";

impl SubnetState {
    /// Its family.
    pub fn family(&self) -> Family {
        Family::of(&self.cidr)
    }

    /// Whether its range is only a placeholder: delegation gives `::/64` until a router is
    /// attached.
    pub fn is_interim(&self) -> bool {
        self.subnetpool_id.as_deref() == Some(PREFIX_DELEGATION)
            && self.cidr.addr().is_unspecified()
    }

    /// Whether an address is one of those that are given out.
    pub(crate) fn gives_out(&self, address: IpAddr) -> bool {
        let mut pools = self.allocation_pools.iter();
        pools.any(|pool| pool.start <= address && address <= pool.end)
    }

    /// How many addresses are given out.
    pub(crate) fn capacity(&self) -> u128 {
        self.allocation_pools.iter().map(AllocationPool::len).sum()
    }
}

fn version(family: Family) -> u8 {
    match family {
        Family::V4 => 4,
        Family::V6 => 6,
    }
}

#[async_trait]
impl Desired for Subnet {
    type State = SubnetState;
    const GOES_WITH: Option<&'static str> = Some(Network::KIND);

    fn fits(&self, facts: &Facts<'_>, state: &SubnetState) -> bool {
        let network = facts.id(&self.network.edge());
        state.family() == self.family && network.is_ok_and(|id| id == state.network_id)
    }

    fn cidr(&self) -> Option<IpNet> {
        self.range.value().cidr()
    }

    fn changes(&self, state: &SubnetState) -> Vec<Option<Change>> {
        let managed = self.name.asked().is_some();
        let gateway = Some(cidr::first_host(&state.cidr));
        let is_lost = state.gateway_ip.is_none() && !state.is_interim();
        let is_lost = managed && is_lost && !self.routed_elsewhere;
        let pool = self.allocation_pool.map(|pool| Box::from([pool]));
        let pools = &state.allocation_pools;
        vec![
            Change::between("enable_dhcp", &state.enable_dhcp, &true).filter(|_| managed),
            Change::between("gateway_ip", &state.gateway_ip, &gateway).filter(|_| is_lost),
            self.dns_servers
                .change("dns_nameservers", &state.dns_nameservers),
            pool.and_then(|pool| Change::between("allocation_pools", pools, &pool)),
        ]
    }

    fn replacing(&self, facts: &Facts<'_>, state: &SubnetState) -> Result<Vec<Change>, Later> {
        let network = facts.id(&self.network.edge())?.to_owned();
        let mode = self.ra_mode.as_ref().and_then(Want::asked);
        let mode = mode.copied().map(Mode::Known);
        let of_mode = |field, is| Change::between(field, is, &mode).filter(|_| mode.is_some());
        let range = self.range.asked();
        let (is, pool) = (state.subnetpool_id.as_deref(), range.and_then(Range::pool));
        let cidr = range.and_then(Range::cidr);
        let changes = [
            Change::between("network_id", &state.network_id, &network),
            Change::between("ip_version", &state.ip_version, &version(self.family)),
            of_mode("ipv6_address_mode", &state.ipv6_address_mode),
            of_mode("ipv6_ra_mode", &state.ipv6_ra_mode),
            pool.and_then(|pool| Change::between("subnetpool_id", &is, &Some(pool))),
            cidr.and_then(|cidr| Change::between("cidr", &state.cidr, &cidr)),
        ];
        Ok(changes.into_iter().flatten().collect())
    }

    async fn body(&self, cx: &Cx<'_, Api>) -> Result<Value> {
        let mut body = json!({
            "network_id": cx.id(&self.network.edge())?,
            "ip_version": version(self.family),
            "enable_dhcp": true,
        });
        let range = self.range.value();
        if let Some(pool) = range.pool() {
            body["subnetpool_id"] = pool.into();
        }
        match range.cidr() {
            Some(cidr) => body["cidr"] = json!(cidr),
            None => body["prefixlen"] = 64.into(),
        }
        if !self.dns_servers.value().is_empty() {
            body["dns_nameservers"] = json!(self.dns_servers.value());
        }
        if let Some(pool) = self.allocation_pool {
            body["allocation_pools"] = json!([pool]);
        }
        if let Some(mode) = &self.ra_mode {
            body["ipv6_address_mode"] = json!(mode.value());
            body["ipv6_ra_mode"] = json!(mode.value());
        }
        Ok(body)
    }

    /// Neutron deletes a subnet with automatic addressing although ports have addresses in it, and
    /// takes those away.
    async fn in_use(cx: &Cx<'_, Api>, subnet: &SubnetState) -> Result<Option<InUse>> {
        match subnet.ipv6_address_mode {
            None | Some(Mode::Known(RaMode::Stateful)) => return Ok(None),
            Some(Mode::Known(RaMode::Slaac | RaMode::Stateless) | Mode::Unknown(_)) => {}
        }
        let ports = port::listed(cx.api, &[("network_id", &subnet.network_id)]).await?;
        let others = ports.iter().filter(|port| !port.is_neutrons_own());
        let others = others.filter(|port| port.subnets().contains(subnet.id.as_str()));
        let names: Vec<&str> = others.map(|port| port.id.as_str()).collect();
        let why = format!("ports have addresses in it: {}", names.join(", "));
        Ok((!names.is_empty()).then_some((why, DELETE_MACHINES)))
    }
}
