//! CIDR arithmetic, held against its definitions.
#![allow(
    clippy::unwrap_used,
    reason = "a test may fail in what it prepares, too"
)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::common::drawn;
use groundwork_model::{Severity, Special, cidr};
use ipnet::IpNet;
use proptest::prelude::*;

fn net(text: &str) -> IpNet {
    text.parse().unwrap()
}

/// Canonical networks of either family and any length.
fn any_net() -> impl Strategy<Value = IpNet> {
    let v4 = (any::<u32>(), 0_u8..=32)
        .prop_map(|(bits, length)| IpNet::new(Ipv4Addr::from_bits(bits).into(), length));
    let v6 = (any::<u128>(), 0_u8..=128)
        .prop_map(|(bits, length)| IpNet::new(Ipv6Addr::from_bits(bits).into(), length));
    prop_oneof![v4, v6].prop_map(|net| net.unwrap().trunc())
}

/// A network, a prefix length within it, and the index of a subnet of that length.
fn any_subnet() -> impl Strategy<Value = (IpNet, u8, u128)> {
    any_net().prop_flat_map(|net| {
        (net.prefix_len()..=net.max_prefix_len()).prop_flat_map(move |length| {
            let last = cidr::subnet_count(&net, length).saturating_sub(1);
            (Just(net), Just(length), 0..=last)
        })
    })
}

/// A small network and some of its subnets in use.
fn any_use() -> impl Strategy<Value = (IpNet, u8, Vec<IpNet>)> {
    let parents = prop_oneof![
        Just(net("10.0.0.0/24")),
        Just(net("fd00::/120")),
        Just(net("255.255.255.0/24")),
        Just(net("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00/120"))
    ];
    parents.prop_flat_map(|parent| {
        let range = parent.prefix_len()..=parent.max_prefix_len();
        let part = range.clone().prop_flat_map(move |length| {
            (0..cidr::subnet_count(&parent, length))
                .prop_map(move |n| cidr::nth_subnet(&parent, length, n).unwrap())
        });
        (Just(parent), range, prop::collection::vec(part, 0..6))
    })
}

proptest! {
    #![proptest_config(drawn(256))]

    #[test]
    fn what_is_written_is_read_back(net in any_net()) {
        let read = cidr::parse_cidr(&net.to_string(), "f");
        let mapped = Special::Ipv4Mapped.net().contains(&net);
        prop_assert_eq!(read.ok(), (!mapped).then_some(net));
    }

    #[test]
    fn a_text_that_is_read_is_the_canonical_one(text in "[0-9a-f.:/%]{0,24}") {
        if let Ok(net) = cidr::parse_cidr(&text, "f") {
            prop_assert!(cidr::is_canonical(&net));
        }
    }

    #[test]
    fn host_bits_are_refused_with_the_right_value(net in any_net(), host in any::<u128>()) {
        let address = match net.addr() {
            IpAddr::V4(a) => IpAddr::V4(Ipv4Addr::from_bits(a.to_bits() | (host as u32 & !mask4(net.prefix_len())))),
            IpAddr::V6(a) => IpAddr::V6(Ipv6Addr::from_bits(a.to_bits() | (host & !mask6(net.prefix_len())))),
        };
        prop_assume!(!Special::Ipv4Mapped.net().contains(&address));
        let text = format!("{address}/{}", net.prefix_len());
        match cidr::parse_cidr(&text, "f") {
            Ok(read) => prop_assert_eq!((read, address), (net, net.addr())),
            Err(finding) => {
                prop_assert_ne!(address, net.addr());
                prop_assert_eq!(finding.remedy.unwrap(), format!("write {net}"));
            }
        }
    }

    #[test]
    fn overlap_is_symmetric_and_means_a_shared_address(a in any_net(), b in any_net()) {
        prop_assert_eq!(cidr::overlap(&a, &b), cidr::overlap(&b, &a));
        let shared = b.contains(&a.network()) || a.contains(&b.network());
        prop_assert_eq!(cidr::overlap(&a, &b), shared);
        prop_assert!(cidr::overlap(&a, &a));
    }

    #[test]
    fn the_nth_subnet_lies_inside_and_apart_from_the_next((net, length, n) in any_subnet()) {
        let subnet = cidr::nth_subnet(&net, length, n).unwrap();
        prop_assert!(net.contains(&subnet));
        prop_assert_eq!(subnet.prefix_len(), length);
        prop_assert!(cidr::is_canonical(&subnet));
        if let Some(next) = n.checked_add(1).and_then(|n| cidr::nth_subnet(&net, length, n)) {
            prop_assert!(!cidr::overlap(&subnet, &next));
            prop_assert!(subnet.broadcast() < next.network());
        } else {
            prop_assert_eq!(subnet.broadcast(), net.broadcast());
        }
    }

    #[test]
    fn hosts_lie_inside(net in any_net()) {
        let (first, last) = (cidr::first_host(&net), cidr::last_host(&net));
        prop_assert!(net.contains(&first) && net.contains(&last));
        prop_assert!(first <= last);
    }

    #[test]
    fn the_first_free_subnet_is_the_first_and_free((net, length, used) in any_use()) {
        let free = |subnet: &IpNet| used.iter().all(|other| !cidr::overlap(subnet, other));
        let all = (0..cidr::subnet_count(&net, length)).filter_map(|n| cidr::nth_subnet(&net, length, n));
        prop_assert_eq!(cidr::first_free_subnet(&net, length, &used), all.into_iter().find(free));
    }
}

fn mask4(length: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0)
}

fn mask6(length: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0)
}

#[test]
fn counts_do_not_overflow() {
    assert_eq!(cidr::address_count(&net("10.0.0.0/8")), 1 << 24);
    assert_eq!(cidr::address_count(&net("0.0.0.0/0")), 1 << 32);
    assert_eq!(cidr::address_count(&net("::/0")), u128::MAX);
    assert_eq!(cidr::address_count(&net("::/1")), 1 << 127);
    assert_eq!(cidr::subnet_count(&net("::/0"), 128), u128::MAX);
    assert_eq!(cidr::subnet_count(&net("fd00::/48"), 64), 65536);
    assert_eq!(cidr::subnet_count(&net("fd00::/64"), 48), 0);
    assert_eq!(cidr::subnet_count(&net("10.0.0.0/8"), 33), 0);
    assert_eq!(
        cidr::nth_subnet(&net("::/0"), 128, u128::MAX).unwrap(),
        net("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128")
    );
    assert_eq!(cidr::nth_subnet(&net("10.0.0.0/8"), 16, 256), None);
    assert_eq!(cidr::first_free_subnet(&net("fd00::/64"), 48, &[]), None);
    assert_eq!(
        cidr::first_free_subnet(&net("::/0"), 0, &[net("fd00::/8")]),
        None
    );
}

#[test]
fn subnets_are_found_as_people_count_them() {
    assert_eq!(
        cidr::nth_subnet(&net("fd00:1::/56"), 64, 3),
        Some(net("fd00:1:0:3::/64"))
    );
    let used = [
        net("fd00:1:0:0::/64"),
        net("fd00:1:0:1::/64"),
        net("fd00:1:0:3::/64"),
    ];
    assert_eq!(
        cidr::first_free_subnet(&net("fd00:1::/56"), 64, &used),
        Some(net("fd00:1:0:2::/64"))
    );
    assert_eq!(
        cidr::first_host(&net("10.0.0.0/24")).to_string(),
        "10.0.0.1"
    );
    assert_eq!(
        cidr::last_host(&net("10.0.0.0/24")).to_string(),
        "10.0.0.254"
    );
    assert_eq!(
        cidr::last_host(&net("fd00::/64")).to_string(),
        "fd00::ffff:ffff:ffff:ffff"
    );
    assert_eq!(
        cidr::first_host(&net("10.0.0.0/31")).to_string(),
        "10.0.0.0"
    );
}

#[test]
fn special_ranges_are_told_with_their_rfc() {
    for (text, special) in [
        ("127.0.0.0/8", Special::Loopback4),
        ("198.51.100.0/25", Special::Documentation2),
        ("0.0.0.0/8", Special::ThisNetwork),
        ("255.255.255.255/32", Special::Reserved4),
        ("::/128", Special::Ipv4Compatible),
        ("::1/128", Special::Ipv4Compatible),
        ("::ffff:0:0/96", Special::Ipv4Mapped),
        ("64:ff9b::/96", Special::Translation),
        ("2001::/32", Special::Teredo),
        ("3fff::/20", Special::Documentation6Wide),
        ("2002::/16", Special::Tunnel6to4),
        ("fec0::/10", Special::SiteLocal),
        ("ff02::/16", Special::Multicast6),
    ] {
        assert_eq!(Special::of(&net(text)), Some(special), "{text}");
        let finding = cidr::routable(net(text), "f").unwrap_err();
        assert_eq!(
            finding.reference.as_deref(),
            Some(special.reference()),
            "{text}"
        );
    }
    for text in [
        "10.0.0.0/8",
        "100.64.0.0/10",
        "8.8.8.0/24",
        "fd00::/8",
        "2001:67c::/32",
        "2a00::/12",
    ] {
        assert_eq!(Special::of(&net(text)), None, "{text}");
        assert!(cidr::routable(net(text), "f").is_ok());
    }
    for special in Special::ALL {
        assert!(cidr::is_canonical(&special.net()), "{special}");
    }
}

#[test]
fn ranges_that_are_routed_together_must_not_overlap_and_twins_elsewhere_may() {
    let named = |what: &str, text: &str| (what.to_owned(), net(text));
    let ours = [
        named("nodes", "192.168.1.0/24"),
        named("pods", "192.168.0.0/16"),
        named("services", "fd02::/108"),
        named("IPv6 nodes", "fd02::/64"),
    ];
    let findings = cidr::overlaps(&ours);
    let messages: Vec<_> = findings
        .iter()
        .map(|f| f.message.split(':').next().unwrap())
        .collect();
    assert_eq!(
        messages[0],
        "nodes (192.168.1.0/24) and pods (192.168.0.0/16) overlap"
    );
    assert_eq!(findings.len(), 2);
    assert!(
        findings
            .iter()
            .all(|finding| finding.severity == Severity::Error)
    );
    let twins = cidr::twins(
        &ours[..1],
        &[
            named("subnet other", "192.168.1.0/25"),
            named("subnet far", "10.0.0.0/8"),
        ],
    );
    assert_eq!(twins.len(), 1);
    assert_eq!(twins[0].severity, Severity::Note);
}
