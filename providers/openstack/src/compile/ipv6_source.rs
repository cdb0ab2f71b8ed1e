//! Where the range of an IPv6 subnet comes from: the document's CIDR, its pool, the datacenter's
//! default pool, or a range of last resort.

use groundwork_kit::document::{given, listed};
use groundwork_model::{Family, Finding};
use groundwork_provider::Want;
use ipnet::IpNet;

use crate::{
    codes,
    compile::{Draft, asked},
    object::{
        Object,
        subnet::{PREFIX_DELEGATION, Range, SubnetState},
    },
    watched::subnet_pool::SubnetPoolState,
};

/// The reference system's range for clusters without a pool.
pub(crate) const FALLBACK: &str = "fd00::/64";

/// The field that names a pool.
const POOL: &str = "ipv6SubnetPool";

/// What stands in a graph that is never carried out.
pub(crate) fn placeholder() -> Want<Range> {
    Want::Chosen(Range::Cidr(FALLBACK.parse().expect("it is a CIDR")))
}

/// The source of a subnet that we make or keep. What exists wins over a fresh choice.
pub(crate) fn range(draft: &mut Draft<'_>, exists: Option<&SubnetState>) -> Want<Range> {
    let target = draft.target;
    let cidr = asked::ipv6_cidr(target).ok().flatten();
    let asked = given(&target.spec.ipv6_subnet_pool);
    let pool = asked.and_then(|name| named_pool(draft, name));
    if asked.is_some() && pool.is_none() {
        // A finding says what is wrong with the pool: there is no range to choose.
        return placeholder();
    }
    let range = match (cidr, pool, exists) {
        (Some(cidr), None, _) => {
            draft.note_source(format!(
                "the IPv6 range is {cidr}, which ipv6SubnetCidr asks for"
            ));
            Want::Asked(Range::Cidr(cidr))
        }
        (cidr, Some(pool), _) => {
            draft.note_source(match cidr {
                Some(cidr) => format!("the IPv6 range is {cidr} out of {}", pool.told()),
                None => format!(
                    "the IPv6 range is a /64 out of {}, which ipv6SubnetPool names",
                    pool.told()
                ),
            });
            fits(draft, &pool, cidr);
            Want::Asked(Range::Pool {
                pool: pool.id,
                cidr,
            })
        }
        (None, None, Some(state)) => {
            draft.note_source(format!(
                "the IPv6 range is {}: {} exists, and is kept",
                state.cidr,
                state.told()
            ));
            Want::Chosen(kept(state))
        }
        (None, None, None) => Want::Chosen(chosen(draft)),
    };
    warn_of_fallback(draft, range.value());
    if exists.is_none() {
        affinity(draft, range.value());
    }
    range
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

/// The default pool of the cloud, or the range of last resort.
fn chosen(draft: &mut Draft<'_>) -> Range {
    let pools = draft.survey.pools.iter();
    let defaults: Vec<_> = pools
        .filter(|pool| pool.is_default && pool.ip_version == 6)
        .cloned()
        .collect();
    match defaults.as_slice() {
        [] => {
            draft.note_source(format!(
                "the IPv6 range is {FALLBACK}: no range and no pool is named, and the cloud has no \
                 default IPv6 subnet pool"
            ));
            Range::Cidr(FALLBACK.parse().expect("it is a CIDR"))
        }
        [one] => {
            draft.note_source(format!(
                "the IPv6 range is a /64 out of {}, the cloud's default IPv6 subnet pool",
                one.told()
            ));
            fits(draft, one, None);
            Range::Pool {
                pool: one.id.clone(),
                cidr: None,
            }
        }
        several => {
            let told = listed(several.iter().map(SubnetPoolState::told));
            let count = several.len();
            let message = format!("the cloud has {count} default IPv6 subnet pools: {told}");
            let remedy = "name one of them in ipv6SubnetPool";
            draft.wrong(codes::SEVERAL, POOL, message, remedy);
            Range::Pool {
                pool: several[0].id.clone(),
                cidr: None,
            }
        }
    }
}

fn named_pool(draft: &mut Draft<'_>, name: &str) -> Option<SubnetPoolState> {
    let pools = draft.survey.pools.iter();
    let fits = pools.filter(|pool| pool.id == name || pool.name == name);
    let fits: Vec<_> = fits.cloned().collect();
    match fits.as_slice() {
        [one] if one.ip_version == 6 => return Some(one.clone()),
        [one] => {
            let message = format!("{} is a pool of IPv{}", one.told(), one.ip_version);
            draft.wrong(
                codes::POOL_FAMILY,
                POOL,
                message,
                "name an IPv6 subnet pool",
            );
        }
        [] => {
            let known = draft
                .survey
                .pools
                .iter()
                .filter(|pool| pool.ip_version == 6);
            let known = listed(known.map(SubnetPoolState::told));
            let message = format!("there is no subnet pool {name}; IPv6 pools are: {known}");
            let remedy = "correct ipv6SubnetPool, or remove it";
            draft.wrong(codes::MISSING, POOL, message, remedy);
        }
        several => {
            let ids = listed(several.iter().map(|pool| pool.id.clone()));
            let message = format!("{} subnet pools are named {name}: {ids}", several.len());
            draft.wrong(
                codes::SEVERAL,
                POOL,
                message,
                "write the id into ipv6SubnetPool",
            );
        }
    }
    None
}

/// Whether a pool gives a /64, or the range that is asked for.
fn fits(draft: &mut Draft<'_>, pool: &SubnetPoolState, cidr: Option<IpNet>) {
    let length = cidr.map_or(64, |cidr| cidr.prefix_len());
    if !(pool.min_prefixlen..=pool.max_prefixlen).contains(&length) {
        let message = format!(
            "{} gives prefixes from /{} to /{}, not a /{length}",
            pool.told(),
            pool.min_prefixlen,
            pool.max_prefixlen
        );
        draft.wrong(
            codes::POOL_PREFIX,
            POOL,
            message,
            "name a pool that gives a /64",
        );
    }
    let Some(cidr) = cidr.filter(|_| !pool.prefixes.is_empty()) else {
        return;
    };
    if !pool.prefixes.iter().any(|prefix| prefix.contains(&cidr)) {
        let prefixes = listed(pool.prefixes.iter().map(ToString::to_string));
        let message = format!("{cidr} is not in {}, which has {prefixes}", pool.told());
        let remedy = "write a range of the pool, or leave one of the two out";
        draft.wrong(codes::POOL_PREFIX, "ipv6SubnetCidr", message, remedy);
    }
}

fn warn_of_fallback(draft: &mut Draft<'_>, range: &Range) {
    let fallback: IpNet = FALLBACK.parse().expect("it is a CIDR");
    if *range != Range::Cidr(fallback) || given(&draft.target.spec.ipv6_subnet_cidr).is_some() {
        return;
    }
    let message = format!(
        "{FALLBACK} is what every cluster without a pool has: their nodes cannot be routed to one \
         another, and none of them reaches the internet over IPv6"
    );
    draft.findings.push(
        Finding::warning(codes::IPV6_FALLBACK, message).about("subnet/ipv6").remedy(
            "name a pool in ipv6SubnetPool, or have a default IPv6 subnet pool made in the cloud, \
             or write a range of your own into ipv6SubnetCidr",
        ),
    );
}

/// Without an address scope, Neutron takes subnets of one family on one network from one pool.
fn affinity(draft: &mut Draft<'_>, range: &Range) {
    let ours = range.pool();
    let scope = |id: Option<&str>| draft.survey.pool(id)?.address_scope_id.clone();
    let differs = |other: &&SubnetState| {
        let theirs = other.subnetpool_id.as_deref();
        let one_scope = scope(ours).is_some() && scope(ours) == scope(theirs);
        other.family() == Family::V6 && theirs != ours && !one_scope
    };
    let Some(other) = draft.survey.neighbours.iter().find(differs) else {
        return;
    };
    let from = |pool: Option<&str>| pool.map_or("no pool".to_owned(), |id| format!("pool {id}"));
    let message = format!(
        "the network has {} from {}, and the new subnet would be from {}: Neutron refuses that \
         without a common address scope",
        other.told(),
        from(other.subnetpool_id.as_deref()),
        from(ours)
    );
    let remedy = match &other.subnetpool_id {
        Some(pool) => format!("write {pool} into ipv6SubnetPool, or use that subnet: ipv6SubnetID"),
        None => {
            "write a range into ipv6SubnetCidr without a pool, or use that subnet: ipv6SubnetID"
                .to_owned()
        }
    };
    draft.wrong(codes::POOL_AFFINITY, POOL, message, remedy);
}
