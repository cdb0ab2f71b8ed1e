//! Which part of a VPC's range a new subnet gets.

use groundwork_model::{
    Family, Label,
    cidr::{first_free_subnet, overlap},
};
use groundwork_provider::{Claims, Cx, Error, ErrorKind, ObjectRef, Result, Scope};
use ipnet::IpNet;

use crate::{
    api::Api,
    object::{
        Filter,
        subnet::{Subnet, SubnetState},
        vpc::Vpc,
    },
};

/// The first part of `parent` that nobody has: neither a subnet, nor another node's claim. What
/// was chosen before may be refused because another hand has it since, so that whoever chooses
/// again looks again.
pub(crate) async fn free(cx: &Cx<'_, Api>, vpc: &str, parent: IpNet, length: u8) -> Result<IpNet> {
    let choice = Choice { parent, length };
    let pool = format!("{vpc} {}", Family::of(&parent));
    let seen = seen_taken(cx, vpc).await?;
    let mut again = false;
    let chosen = cx.claim(&pool, |others, former| {
        again = former.is_some();
        choice.of(seen, others, former)
    });
    let mut chosen = chosen.await?;
    if again {
        let now = taken_now(cx, vpc).await?;
        let chooses = |others: &Claims, former: Option<&str>| choice.of(now, others, former);
        chosen = cx.claim(&pool, chooses).await?;
    }
    chosen
        .parse()
        .map_err(|_| Error::new(ErrorKind::Unexpected, "claim", "is not a range"))
}

/// What is taken of the VPC, by what the plan saw.
async fn seen_taken(cx: &Cx<'_, Api>, vpc: &str) -> Result<Vec<IpNet>> {
    let (within, of_vpc) = (Scope::within([vpc.to_owned()]), ObjectRef::of::<Vpc>(vpc));
    let listed = cx.look.list::<Subnet>(&within).await?;
    Ok(taken(
        listed.joining(&of_vpc).map(|found| &found.state),
        cx.label(),
    ))
}

/// The same by what there is now.
async fn taken_now(cx: &Cx<'_, Api>, vpc: &str) -> Result<Vec<IpNet>> {
    let listed = cx.api.subnets(Some(&Filter::by_id("vpc-id", vpc))).await?;
    Ok(taken(listed.iter(), cx.label()))
}

/// What these subnets have. Our own ranges, those of an earlier try too, are known by the claim.
fn taken<'a>(subnets: impl Iterator<Item = &'a SubnetState>, label: &Label) -> Vec<IpNet> {
    let is_own = |other: Label| other.matches(label);
    let others = subnets.filter(|state| !state.common.label().is_some_and(is_own));
    others
        .flat_map(|state| state.cidr.into_iter().chain(state.ipv6_range()))
        .collect()
}

/// A part of a range, of this length.
#[derive(Clone, Copy)]
struct Choice {
    parent: IpNet,
    length: u8,
}

impl Choice {
    fn of(self, mut taken: Vec<IpNet>, others: &Claims, former: Option<&str>) -> Result<String> {
        let Self { parent, length } = self;
        let claims = others.0.values();
        taken.extend(claims.filter_map(|claim| claim.parse::<IpNet>().ok()));
        let former = former.and_then(|claim| claim.parse::<IpNet>().ok());
        former
            .filter(|net| parent.contains(net))
            .filter(|net| !taken.iter().any(|other| overlap(net, other)))
            .or_else(|| first_free_subnet(&parent, length, &taken))
            .map(|net| net.to_string())
            .ok_or_else(|| full(parent, length))
    }
}

fn full(parent: IpNet, length: u8) -> Error {
    let message = format!("there is no free /{length} in {parent}");
    Error::new(ErrorKind::Quota, "claim", message)
        .remedy("name fewer zones, or a larger range for the VPC")
}
