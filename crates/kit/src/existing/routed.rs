//! Whether pods and services keep off what is routed with the nodes. Pure.

use groundwork_model::{Addressing, Family, Finding, Severity, cidr};
use ipnet::IpNet;

/// A range that is routed with the nodes: another subnet, the target of a static route.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Routed {
    /// What people call it: `subnet db (5f0c…)`.
    pub what: String,
    /// The range.
    pub net: IpNet,
    /// The object that it belongs to.
    pub about: String,
    /// How bad an overlap is.
    pub severity: Severity,
}

/// Each overlap with pods or services: their packets would go to two places.
pub fn overlaps(routed: impl IntoIterator<Item = Routed>, addressing: &Addressing) -> Vec<Finding> {
    let routed = routed.into_iter();
    routed
        .flat_map(|routed| routed.overlaps(addressing))
        .collect()
}

impl Routed {
    /// One that must not overlap with pods and services at all.
    pub fn new(net: IpNet, what: impl Into<String>, about: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            net,
            about: about.into(),
            severity: Severity::Error,
        }
    }

    fn overlaps(&self, addressing: &Addressing) -> Vec<Finding> {
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
