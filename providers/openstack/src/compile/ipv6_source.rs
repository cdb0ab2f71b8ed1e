//! Where the range of an IPv6 subnet comes from: the document's CIDR, its pool, the datacenter's
//! default pool, or a range of last resort.

use groundwork_kit::document::{given, listed};
use groundwork_model::{Family, Finding};
use groundwork_provider::Want;
use ipnet::{IpNet, Ipv6Net};

use crate::{
    codes,
    compile::{Draft, asked},
    object::{Object, PREFIX_DELEGATION, Range, SubnetState},
    watched::SubnetPoolState,
};

/// The reference system's range for clusters without a pool.
pub(crate) const FALLBACK: IpNet = IpNet::V6(Ipv6Net::new_assert(
    std::net::Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 0),
    64,
));

/// The field that names a pool.
const POOL: &str = "ipv6SubnetPool";

impl<'a> Draft<'a> {
    /// What stands in a graph that is never carried out.
    pub(crate) fn placeholder() -> Want<Range> {
        Want::Chosen(Range::Cidr(FALLBACK))
    }

    /// The range of a subnet that we make or keep. What exists wins over a fresh choice. Where a finding says
    /// what is wrong with the pools, there is no range to choose.
    pub(crate) fn ipv6_range(&mut self, exists: Option<&SubnetState>) -> Want<Range> {
        let cidr = asked::ipv6_cidr(self.target).ok().flatten();
        let named = given(&self.target.spec.ipv6_subnet_pool);
        let (range, source, pool) = match (cidr, named, exists) {
            (Some(cidr), None, _) => {
                let source = format!("{cidr}, which ipv6SubnetCidr asks for");
                (Want::Asked(Range::Cidr(cidr)), source, None)
            }
            (cidr, Some(name), _) => {
                let Some(pool) = self.named_pool(name) else {
                    return Self::placeholder();
                };
                let source = match cidr {
                    Some(cidr) => format!("{cidr} out of {}", pool.told()),
                    None => format!("a /64 out of {}, which ipv6SubnetPool names", pool.told()),
                };
                (Want::Asked(pool.range(cidr)), source, Some(pool))
            }
            (None, None, Some(state)) => {
                let source = format!("{}: {} exists, and is kept", state.cidr, state.told());
                (Want::Chosen(kept(state)), source, None)
            }
            (None, None, None) => match self.default_pools()[..] {
                [] => {
                    let source = format!(
                        "{FALLBACK}: no range and no pool is named, and the cloud has no \
                         default IPv6 subnet pool"
                    );
                    (Self::placeholder(), source, None)
                }
                [pool] => {
                    let told = pool.told();
                    let source =
                        format!("a /64 out of {told}, the cloud's default IPv6 subnet pool");
                    (Want::Chosen(pool.range(None)), source, Some(pool))
                }
                ref several => {
                    self.several_default_pools(several);
                    return Self::placeholder();
                }
            },
        };
        self.note_source(format!("the IPv6 range is {source}"));
        if let Some(pool) = pool {
            self.fits(pool, cidr);
        }
        self.warn_of_fallback(range.value());
        if exists.is_none() {
            self.affinity(range.value().pool());
        }
        range
    }

    /// Says where the IPv6 range comes from, and why.
    pub(crate) fn note_source(&mut self, message: String) {
        let finding = Finding::note(codes::IPV6_SOURCE, message);
        self.findings.push(finding.about("subnet/ipv6"));
    }

    fn ipv6_pools(&self) -> impl Iterator<Item = &'a SubnetPoolState> {
        let pools = self.survey.pools.iter();
        pools.filter(|pool| pool.ip_version == 6)
    }

    fn default_pools(&self) -> Vec<&'a SubnetPoolState> {
        self.ipv6_pools().filter(|pool| pool.is_default).collect()
    }

    fn several_default_pools(&mut self, pools: &[&SubnetPoolState]) {
        let told = listed(pools.iter().map(|pool| pool.told()));
        let count = pools.len();
        let message = format!("the cloud has {count} default IPv6 subnet pools: {told}");
        let remedy = "name one of them in ipv6SubnetPool";
        self.wrong(codes::SEVERAL, POOL, message, remedy);
    }

    fn named_pool(&mut self, name: &str) -> Option<&'a SubnetPoolState> {
        let pools = self.survey.pools.iter();
        let fits: Vec<_> = pools
            .filter(|pool| pool.id == name || pool.name == name)
            .collect();
        let (code, message, remedy) = match fits[..] {
            [one] if one.ip_version == 6 => return Some(one),
            [one] => {
                let message = format!("{} is a pool of IPv{}", one.told(), one.ip_version);
                (codes::POOL_FAMILY, message, "name an IPv6 subnet pool")
            }
            [] => {
                let known = listed(self.ipv6_pools().map(SubnetPoolState::told));
                let message = format!("there is no subnet pool {name}; IPv6 pools are: {known}");
                let remedy = "correct ipv6SubnetPool, or remove it";
                (codes::MISSING, message, remedy)
            }
            ref several => {
                let ids = listed(several.iter().map(|pool| pool.id.clone()));
                let message = format!("{} subnet pools are named {name}: {ids}", several.len());
                (codes::SEVERAL, message, "write the id into ipv6SubnetPool")
            }
        };
        self.wrong(code, POOL, message, remedy);
        None
    }

    /// Whether a pool gives a /64, or the range that is asked for.
    fn fits(&mut self, pool: &SubnetPoolState, cidr: Option<IpNet>) {
        let (told, least, most) = (pool.told(), pool.min_prefixlen, pool.max_prefixlen);
        let length = cidr.map_or(64, |cidr| cidr.prefix_len());
        if !(least..=most).contains(&length) {
            let message =
                format!("{told} gives prefixes from /{least} to /{most}, not a /{length}");
            let remedy = "name a pool that gives a /64";
            self.wrong(codes::POOL_PREFIX, POOL, message, remedy);
        }
        let Some(cidr) = cidr.filter(|_| !pool.prefixes.is_empty()) else {
            return;
        };
        if !pool.prefixes.iter().any(|prefix| prefix.contains(&cidr)) {
            let prefixes = listed(pool.prefixes.iter().map(ToString::to_string));
            let message = format!("{cidr} is not in {told}, which has {prefixes}");
            let remedy = "write a range of the pool, or leave one of the two out";
            self.wrong(codes::POOL_PREFIX, "ipv6SubnetCidr", message, remedy);
        }
    }

    fn warn_of_fallback(&mut self, range: &Range) {
        let is_asked = given(&self.target.spec.ipv6_subnet_cidr).is_some();
        if is_asked || *range != Range::Cidr(FALLBACK) {
            return;
        }
        let message = format!(
            "{FALLBACK} is what every cluster without a pool has: their nodes cannot be routed to one \
             another, and none of them reaches the internet over IPv6"
        );
        let finding = Finding::warning(codes::IPV6_FALLBACK, message).about("subnet/ipv6");
        self.findings.push(finding.remedy(
            "name a pool in ipv6SubnetPool, or have a default IPv6 subnet pool made in the cloud, \
             or write a range of your own into ipv6SubnetCidr",
        ));
    }

    /// Without an address scope, Neutron takes subnets of one family on one network from one pool.
    fn affinity(&mut self, ours: Option<&str>) {
        let survey = self.survey;
        let scope = |id: Option<&str>| survey.pool(id)?.address_scope_id.as_ref();
        let differs = |other: &&SubnetState| {
            let theirs = other.subnetpool_id.as_deref();
            let one_scope = scope(ours).is_some() && scope(ours) == scope(theirs);
            other.family() == Family::V6 && theirs != ours && !one_scope
        };
        let Some(other) = survey.neighbours.iter().find(differs) else {
            return;
        };
        let theirs = other.subnetpool_id.as_deref();
        let from =
            |pool: Option<&str>| pool.map_or("no pool".to_owned(), |id| format!("pool {id}"));
        let message = format!(
            "the network has {} from {}, and the new subnet would be from {}: Neutron refuses that \
             without a common address scope",
            other.told(),
            from(theirs),
            from(ours)
        );
        let instead = match theirs {
            Some(pool) => format!("write {pool} into ipv6SubnetPool"),
            None => "write a range into ipv6SubnetCidr without a pool".to_owned(),
        };
        let remedy = format!("{instead}, or use that subnet: ipv6SubnetID");
        self.wrong(codes::POOL_AFFINITY, POOL, message, remedy);
    }
}

fn kept(state: &SubnetState) -> Range {
    match &state.subnetpool_id {
        Some(pool) if pool != PREFIX_DELEGATION => Range::Pool {
            pool: pool.clone(),
            cidr: Some(state.cidr),
        },
        Some(_) | None => Range::Cidr(state.cidr),
    }
}
