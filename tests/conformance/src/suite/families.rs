//! What holds for both families alike.

use std::collections::BTreeSet;

use groundwork_model::Family;
use groundwork_provider::{
    Topology,
    rule::{Direction, Peer, Traffic, everywhere},
    topology::Filter,
};

use crate::{Lab, Subject, Variant, done};

/// What comes to a node of a dual-stack cluster over one family comes to it over the other: each filter
/// lets in the same traffic from the same peers, by the rules that the cloud has.
pub async fn both_families_are_let_in_alike(subject: &dyn Subject) {
    let lab = Lab::open(subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    let planned = process.plan(&request).await.expect("it looks");
    assert!(
        planned.plan.is_empty(),
        "not what the cloud has: {:#?}",
        planned.plan
    );
    let Topology { filters, .. } = planned.topology;
    for filter in filters.iter().filter(|filter| !filter.lets_in) {
        let [mut ipv4, ipv6] = Family::BOTH.map(|family| let_in(filter, family));
        ipv4.retain(|(_, traffic, _)| !subject.is_unsayable(traffic));
        assert!(!ipv4.is_empty(), "nobody is let in: {filter:#?}");
        assert_eq!(ipv4, ipv6, "over IPv4 and over IPv6: {filter:#?}");
    }
}

/// What of a family comes in, without that family: whether it does, what it is, and from whom.
fn let_in(filter: &Filter, family: Family) -> BTreeSet<(bool, &Traffic, String)> {
    let entries = filter.entries.iter();
    let of_family = entries.filter(|entry| {
        let rule = &entry.rule;
        rule.direction == Direction::Ingress && rule.family == family
    });
    let plain = of_family.map(|entry| {
        let peer = match &entry.rule.peer {
            Peer::Range(net) if *net == everywhere(family) => "everybody".to_owned(),
            Peer::Range(_) => "a range".to_owned(),
            peer @ (Peer::Members | Peer::Other(_)) => peer.to_string(),
        };
        (entry.allows, &entry.rule.traffic, peer)
    });
    plain.collect()
}
