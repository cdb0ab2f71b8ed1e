//! Rules for tests.

use groundwork_model::Family;
use ipnet::IpNet;

use super::{Icmp, Peer, Ports, Rule, Traffic};

pub(super) fn range(traffic: Traffic, net: &str) -> Rule {
    let net: IpNet = net.parse().unwrap();
    Rule::ingress(Family::of(&net), traffic, Peer::Range(net))
}

pub(super) fn tcp(first: u16, last: u16, net: &str) -> Rule {
    range(Traffic::Tcp(Ports { first, last }), net)
}

pub(super) fn icmp(kind: u8, code: Option<u8>, net: &str) -> Rule {
    range(Traffic::Icmp(Some(Icmp { kind, code })), net)
}
