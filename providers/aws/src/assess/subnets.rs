//! Whether a subnet that exists can hold nodes. Pure.

use std::collections::BTreeMap;

use groundwork_model::{Finding, cidr::first_free_subnet};
use ipnet::IpNet;

use crate::{
    assess::{Judge, calls, owner},
    codes,
    object::{
        subnet::SubnetState,
        vpc::{Ipv6Block, VpcState},
    },
};

/// The switch that has machines get IPv6 addresses.
const ASSIGN: &str = "assign-ipv6-address-on-creation";
/// Addresses below which a subnet is as good as full.
const FREE_MIN: i32 = 8;

/// A free /64 of the VPC's for each subnet that has no IPv6 range, each another one.
pub(crate) fn free_ranges(
    vpc: &VpcState,
    subnets: &[&SubnetState],
    used: &[IpNet],
) -> BTreeMap<String, IpNet> {
    let mut used = used.to_vec();
    let mut free = BTreeMap::new();
    let lacking = subnets
        .iter()
        .filter(|subnet| subnet.vpc == vpc.common.id)
        .filter(|subnet| !subnet.ipv6.iter().any(Ipv6Block::is_live));
    for subnet in lacking {
        let blocks = vpc.ipv6.iter().filter(|block| is_for(block, &subnet.zone));
        // Private ranges lead nowhere, and are somebody's on purpose.
        let blocks = blocks.filter(|block| !block.is_private());
        let mut ranges = blocks.filter_map(Ipv6Block::usable);
        if let Some(net) = ranges.find_map(|range| first_free_subnet(&range, 64, &used)) {
            used.push(net);
            free.insert(subnet.common.id.clone(), net);
        }
    }
    free
}

/// A range is announced from one place, and subnets elsewhere cannot have a part of it. The zones
/// of `eu-central-1` have its name and one letter more.
fn is_for(block: &Ipv6Block, zone: &str) -> bool {
    block.border_group.as_deref().is_none_or(|group| {
        let letter = zone.strip_prefix(group);
        letter.is_some_and(|letter| letter.len() == 1)
    })
}

/// Judges one subnet by itself. Says whether more is worth judging.
pub(crate) fn judge(
    judge: &mut Judge<'_>,
    subnet: &SubnetState,
    vpc: &VpcState,
    free: Option<IpNet>,
) -> bool {
    let told = subnet.told();
    let place = judge.place(&subnet.common.id);
    if subnet.vpc != vpc.common.id {
        let message = format!("{told} is in VPC {}, not in {}", subnet.vpc, vpc.told());
        let finding = Finding::error(codes::SUBNET_VPC, message).at(place);
        judge.say(finding, told, "name subnets of one VPC");
        return false;
    }
    if !subnet.available {
        let (why, remedy) = match &subnet.failed {
            Some(state) => (format!("its state is {state}"), "name another subnet"),
            None => (
                "it is not available yet".to_owned(),
                "run this again in a minute",
            ),
        };
        let message = format!("{told} cannot be used: {why}");
        let finding = Finding::error(codes::NOT_READY, message).at(&place);
        judge.say(finding, told.clone(), remedy);
    }
    zone(judge, subnet, &place);
    ipv4(judge, subnet, &place);
    if judge.dual {
        ipv6(judge, subnet, vpc, free, &place);
    }
    room(judge, subnet, &place);
    judge.tag_room(&told, &subnet.common.tags, place);
    true
}

fn zone(judge: &mut Judge<'_>, subnet: &SubnetState, place: &str) {
    let zones = judge.target.spec.zones.as_deref().unwrap_or_default();
    let asked = zones.is_empty() || zones.contains(&subnet.zone);
    let known = &judge.survey.zones;
    let kind = known.iter().find(|zone| zone.name == subnet.zone);
    let odd = kind.filter(|zone| judge.dual && !zone.is_ordinary());
    let (told, zone) = (subnet.told(), &subnet.zone);
    let message = match (asked, odd) {
        (true, None) => return,
        (false, _) => format!("{told} is in zone {zone}, which zones does not list"),
        (true, Some(odd)) => {
            format!(
                "{told} is in a {}, where IPv6 differs or is missing",
                odd.kind
            )
        }
    };
    let finding = Finding::error(codes::ZONE, message).at(place);
    judge.say(finding, told, "name a subnet of another zone");
}

fn ipv4(judge: &mut Judge<'_>, subnet: &SubnetState, place: &str) {
    if subnet.cidr.is_some() && !subnet.ipv6_native {
        return;
    }
    let told = subnet.told();
    let message = format!("{told} is of IPv6 alone, and a cluster needs IPv4");
    let finding = Finding::error(codes::SUBNET_FAMILY, message).at(place);
    judge.say(finding, told, "name a subnet of both families");
}

fn ipv6(
    judge: &mut Judge<'_>,
    subnet: &SubnetState,
    vpc: &VpcState,
    free: Option<IpNet>,
    place: &str,
) {
    let (told, id) = (subnet.told(), &subnet.common.id);
    let live: Vec<&Ipv6Block> = subnet.ipv6.iter().filter(|block| block.is_live()).collect();
    let unfit = match live.as_slice() {
        [] => {
            let message = format!("{told} has no IPv6 range: nodes would get no IPv6 address");
            Some((message, missing_range(id, vpc, free)))
        }
        [one] if one.usable().is_none() => Some((
            format!("the IPv6 range of {told} is not associated yet"),
            "run this again in a minute".to_owned(),
        )),
        [_] => None,
        [first, .., last] => {
            let (count, first) = (live.len(), first.cidr.map(|net| net.to_string()));
            let message =
                format!("{told} has {count} IPv6 ranges: which one nodes get is not clear");
            let keep = first.unwrap_or_default();
            let call = calls::disassociate_subnet(&last.association);
            Some((
                message,
                format!(
                    "{} (which keeps {keep}), or name another subnet",
                    owner(&call)
                ),
            ))
        }
    };
    if let Some((message, remedy)) = unfit {
        let finding = Finding::error(codes::SUBNET_FAMILY, message).at(place);
        judge.say(finding, told.clone(), remedy);
    }
    // A subnet without a range cannot have this on yet.
    if !subnet.assign_ipv6 && !live.is_empty() {
        let message = format!("{told} gives no IPv6 addresses to machines of its own accord");
        let finding = Finding::error(codes::SUBNET_ASSIGN, message).at(place);
        let call = calls::switch_subnet(id, ASSIGN);
        judge.say(finding, told, owner(&call));
    }
}

fn missing_range(subnet: &str, vpc: &VpcState, free: Option<IpNet>) -> String {
    match (free, vpc.ipv6_ranges().is_empty()) {
        (Some(net), _) => {
            let range = calls::associate_subnet(subnet, net);
            let assign = calls::switch_subnet(subnet, ASSIGN);
            format!("{}; then: {assign}", owner(&range))
        }
        (None, true) => {
            "once the VPC has an IPv6 range, run this again: it names a free /64".to_owned()
        }
        (None, false) => "the VPC's IPv6 ranges have no free /64 for its zone: have the VPC get \
                          another one, or name another subnet"
            .to_owned(),
    }
}

fn room(judge: &mut Judge<'_>, subnet: &SubnetState, place: &str) {
    let free = judge.survey.free_addresses.get(&subnet.common.id).copied();
    let Some(free) = free.filter(|free| *free < FREE_MIN && subnet.cidr.is_some()) else {
        return;
    };
    let told = subnet.told();
    let finding = match free {
        ..=0 => Finding::error(
            codes::SUBNET_FULL,
            format!("{told} has no free IPv4 address"),
        ),
        1 => Finding::warning(
            codes::SUBNET_FULL,
            format!("{told} has one free IPv4 address"),
        ),
        _ => {
            let message = format!("{told} has {free} free IPv4 addresses");
            Finding::warning(codes::SUBNET_FULL, message)
        }
    };
    judge.say(finding.at(place), told, "name a larger subnet as well");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(net: &str, group: Option<&str>) -> Ipv6Block {
        Ipv6Block {
            cidr: net.parse().ok(),
            state: "associated".to_owned(),
            border_group: group.map(str::to_owned),
            ..Ipv6Block::default()
        }
    }

    fn subnet(id: &str, zone: &str) -> SubnetState {
        let mut subnet = SubnetState {
            zone: zone.to_owned(),
            ..SubnetState::default()
        };
        subnet.common.id = id.to_owned();
        subnet
    }

    fn free(blocks: Vec<Ipv6Block>, subnets: &[&SubnetState], used: &[&str]) -> Vec<String> {
        let vpc = VpcState {
            ipv6: blocks,
            ..VpcState::default()
        };
        let used: Vec<IpNet> = used.iter().map(|net| net.parse().unwrap()).collect();
        let free = free_ranges(&vpc, subnets, &used).into_iter();
        free.map(|(subnet, net)| format!("{subnet} {net}"))
            .collect()
    }

    #[test]
    fn each_subnet_gets_another_free_range() {
        let (a, b) = (subnet("a", "eu-central-1a"), subnet("b", "eu-central-1b"));
        let range = block("2001:db8:0:100::/56", Some("eu-central-1"));
        let used = ["2001:db8:0:100::/64", "2001:db8:0:102::/64"];
        let expected = ["a 2001:db8:0:101::/64", "b 2001:db8:0:103::/64"];
        assert_eq!(free(vec![range], &[&a, &b], &used), expected);
    }

    #[test]
    fn a_range_is_for_the_zones_that_it_is_announced_from() {
        let city = subnet("city", "eu-central-1-ham-1a");
        let region = subnet("region", "eu-central-1a");
        let ranges = vec![
            block("fd00:1::/56", Some("eu-central-1")),
            block("2001:db8:0:200::/56", Some("eu-central-1-ham-1")),
            block("2001:db8:0:100::/56", Some("eu-central-1")),
        ];
        let expected = ["city 2001:db8:0:200::/64", "region 2001:db8:0:100::/64"];
        assert_eq!(free(ranges, &[&region, &city], &[]), expected);
    }

    #[test]
    fn private_ranges_are_not_offered() {
        let a = subnet("a", "eu-central-1a");
        let private = Ipv6Block {
            private: true,
            ..block("2001:db8:0:100::/56", Some("eu-central-1"))
        };
        let public = block("2001:db8:0:200::/56", Some("eu-central-1"));
        let expected = ["a 2001:db8:0:200::/64"];
        assert_eq!(free(vec![private, public], &[&a], &[]), expected);
    }

    #[test]
    fn a_full_range_gives_nothing() {
        let a = subnet("a", "eu-central-1a");
        let range = block("2001:db8:0:100::/64", None);
        let used = ["2001:db8:0:100::/64"];
        assert_eq!(free(vec![range], &[&a], &used), [""; 0]);
    }
}
