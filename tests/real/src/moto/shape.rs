//! What a cluster's network looks like in an account.

use std::collections::BTreeMap;

use ipnet::Ipv6Net;
use serde_json::Value;

use crate::inventory::Inventory;

/// What a public dual-stack network in three zones adds. EC2 itself adds a route table, an ACL, a
/// security group with one rule, and two rules to ours.
const PUBLIC: [(&str, usize); 7] = [
    ("internet-gateways", 1),
    ("network-acls", 1),
    ("route-tables", 2),
    ("rules", 11),
    ("security-groups", 2),
    ("subnets", 3),
    ("vpcs", 1),
];

/// What private subnets add to that; the interfaces are the NAT gateways'.
const PRIVATE: [(&str, usize); 6] = [
    ("addresses", 3),
    ("egress-only-gateways", 1),
    ("interfaces", 3),
    ("nat-gateways", 3),
    ("route-tables", 3),
    ("subnets", 3),
];

/// How many objects of each kind a public network has.
pub fn public() -> BTreeMap<&'static str, usize> {
    PUBLIC.into_iter().collect()
}

/// The same of one that has private subnets as well.
pub fn with_private() -> BTreeMap<&'static str, usize> {
    let mut counts = public();
    for (kind, count) in PRIVATE {
        *counts.entry(kind).or_default() += count;
    }
    counts
}

/// The VPC that is not the default one.
#[track_caller]
pub fn vpc(inventory: &Inventory) -> &Value {
    inventory.one("vpcs", "isDefault", "false")
}

/// The route of a table whose field `to` has this range.
///
/// # Panics
/// There is none.
#[track_caller]
pub fn route<'a>(table: &'a Value, to: &str, range: &str) -> &'a Value {
    let mut routes = table["routeSet"].as_array().into_iter().flatten();
    let route = routes.find(|route| route[to] == range);
    route.unwrap_or_else(|| panic!("no route to {range}: {table}"))
}

/// Each subnet of the cluster has a /64 of the VPC's range, and no two have the same.
///
/// # Panics
/// It is not so.
#[track_caller]
pub fn expect_distinct_ranges(inventory: &Inventory) {
    let vpc = vpc(inventory);
    let whole = range(vpc);
    let subnets = inventory.of("subnets").map(|(_, subnet)| subnet);
    let own = subnets.filter(|subnet| subnet["vpcId"] == vpc["id"]);
    let parts: Vec<Ipv6Net> = own.map(range).collect();
    for part in &parts {
        assert!(whole.contains(part) && part.prefix_len() == 64, "{part}");
        let same = parts.iter().filter(|other| *other == part);
        assert_eq!(same.count(), 1, "{part}");
    }
}

#[track_caller]
fn range(of: &Value) -> Ipv6Net {
    let range = of["ipv6CidrBlockAssociationSet"][0]["ipv6CidrBlock"].as_str();
    let range = range.and_then(|text| text.parse().ok());
    range.unwrap_or_else(|| panic!("it has no IPv6 range: {of}"))
}
