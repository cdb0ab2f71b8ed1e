//! Whether pods and services keep off what is routed with the nodes. Pure.

use groundwork_model::{Addressing, Family, Finding, Severity, cidr};
use ipnet::IpNet;

/// A range that is routed with the nodes: another subnet, the target of a static route.
#[derive(Clone, Debug)]
pub struct Routed {
    /// The range.
    pub net: IpNet,
    /// What people call it: `subnet db (5f0c…)`.
    pub what: String,
    /// The object that it belongs to.
    pub about: String,
    /// How bad an overlap is.
    pub severity: Severity,
}

impl Routed {
    /// Each overlap with pods or services: their packets would go to two places.
    pub fn overlaps(&self, addressing: &Addressing) -> Vec<Finding> {
        let lists = [
            ("pods", &addressing.pods),
            ("services", &addressing.services),
        ];
        let own = lists.into_iter().flat_map(|(list, nets)| {
            let place = format!("spec.clusterNetwork.{list}.cidrBlocks");
            nets.iter().map(move |net| (list, *net, place.clone()))
        });
        let findings = own.flat_map(|(list, net, place)| {
            let own = (format!("{} {list}", Family::of(&net)), net);
            let found = cidr::overlaps(&[own, (self.what.clone(), self.net)]);
            found.into_iter().map(move |finding| finding.at(&place))
        });
        let finding = |finding: Finding| Finding {
            severity: self.severity,
            ..finding.about(&self.about)
        };
        findings.map(finding).collect()
    }
}
