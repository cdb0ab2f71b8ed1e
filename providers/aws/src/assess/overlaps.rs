//! Whether pods and services keep off what is routed beside them: the VPC's own ranges, and what
//! routes lead to. Pure.

use std::collections::BTreeSet;

use groundwork_kit::existing::{self, Routed};
use groundwork_model::{Family, Severity};
use ipnet::IpNet;

use crate::{
    assess::Judge,
    object::{
        route_table::{Entry, RouteTable, RouteTableState},
        vpc::VpcState,
    },
    spec::Ipv6Source,
    survey::{Named, targets::table_of},
};

/// Compares pods and services with the VPC's ranges and with the routes of the nodes' subnets.
pub(crate) fn judge(judge: &mut Judge<'_>, vpc: &VpcState) {
    let ranges = ranges(vpc);
    let tables = effective(judge);
    within(judge, vpc, &ranges);
    elsewhere(judge, &tables, &ranges);
}

/// The same of a VPC of ours, but for the ranges that the document decides on: those are judged
/// with it, and where it names others, the VPC does not stay as it is.
pub(crate) fn judge_ours(judge: &mut Judge<'_>, vpc: &VpcState) {
    let spec = &judge.target.spec;
    if !vpc.stays(spec) {
        return;
    }
    let pinned = spec.ipv6_source.as_ref().and_then(Ipv6Source::pinned);
    let first = vpc.ipv6.iter().find(|block| block.is_live());
    let decided = [vpc.cidr, pinned.and_then(|_| first?.cidr)];
    let ranges = ranges(vpc);
    let mut others = ranges.clone();
    others.retain(|net| !decided.contains(&Some(*net)));
    within(judge, vpc, &others);
    let tables = judge.states.of::<RouteTable>();
    let tables: Vec<RouteTableState> = tables
        .filter(|(_, known, _)| known.managed)
        .map(|(_, _, state)| state)
        .collect();
    elsewhere(judge, &tables, &ranges);
}

fn ranges(vpc: &VpcState) -> BTreeSet<IpNet> {
    let ipv4 = vpc.cidrs.iter().chain(&vpc.cidr).copied();
    ipv4.chain(vpc.ipv6_ranges()).collect()
}

fn within(judge: &mut Judge<'_>, vpc: &VpcState, ranges: &BTreeSet<IpNet>) {
    let told = vpc.told();
    for net in ranges {
        let what = format!("{}'s {} range", told, Family::of(net));
        compare(judge, &(what, *net), &told, Severity::Error);
    }
}

fn elsewhere(judge: &mut Judge<'_>, tables: &[RouteTableState], own: &BTreeSet<IpNet>) {
    for table in tables {
        for route in &table.routes {
            if let Some(net) = route.net().filter(|net| is_elsewhere(route, net, own)) {
                routed(judge, table, route, net);
            }
        }
    }
}

/// The route tables that decide for the nodes' subnets, each once.
fn effective(judge: &Judge<'_>) -> Vec<RouteTableState> {
    let survey = judge.survey;
    let subnets = survey.subnets.iter().filter_map(Named::state);
    let ids: BTreeSet<&str> = subnets
        .filter_map(|subnet| table_of(&survey.tables, &subnet.common.id))
        .map(|table| table.common.id.as_str())
        .collect();
    let tables = survey.tables.iter();
    tables
        .filter(|table| ids.contains(table.common.id.as_str()))
        .cloned()
        .collect()
}

/// Routes for so much are default routes: of all, of half, or of all public addresses.
const DEFAULT_LENGTH_MAX: u8 = 3;

/// A route that takes something away from the default route, out of the VPC.
fn is_elsewhere(route: &Entry, net: &IpNet, own: &BTreeSet<IpNet>) -> bool {
    route.by != "local" && net.prefix_len() > DEFAULT_LENGTH_MAX && !own.contains(net)
}

fn routed(judge: &mut Judge<'_>, table: &RouteTableState, route: &Entry, net: IpNet) {
    let pods = &judge.target.addressing.pods;
    let machine = route.by.starts_with("eni-") || route.by.starts_with("i-");
    let within = |pods: &IpNet| pods.contains(&net) && *pods != net;
    // A cloud controller writes a route to each node's pods.
    if machine && pods.iter().any(within) {
        return;
    }
    let told = table.told();
    let what = format!("what {told} routes to {}", route.by);
    let named = judge.target.addressing.named();
    // A route for far more than this is a summary: not all of it need exist.
    let summary = named
        .iter()
        .any(|(_, own)| net.contains(own) && net != *own);
    let severity = match summary {
        true => Severity::Warning,
        false => Severity::Error,
    };
    compare(judge, &(what, net), &told, severity);
}

fn compare(judge: &mut Judge<'_>, other: &(String, IpNet), about: &str, severity: Severity) {
    let (what, net) = other.clone();
    let routed = Routed {
        severity,
        ..Routed::new(net, what, about)
    };
    let found = existing::overlaps([routed], &judge.target.addressing);
    judge.findings.extend(found);
}
