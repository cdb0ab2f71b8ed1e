//! Node ports: which ones, and from where they may be reached.

use std::{collections::BTreeSet, fmt};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Addressing, Draft};
use crate::{Family, Finding, cidr, codes};

/// A range of ports, both ends included.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NodePorts {
    /// The first port.
    pub first: u16,
    /// The last port.
    pub last: u16,
}

impl Default for NodePorts {
    /// 30000–32767, as in Kubernetes.
    fn default() -> Self {
        Self {
            first: 30000,
            last: 32767,
        }
    }
}

impl NodePorts {
    /// Reads `30000-32767`, or `30000+2767` as kube-apiserver does too.
    fn parse(text: &str) -> Option<Self> {
        let (first, last) = match (text.split_once('-'), text.split_once('+')) {
            (Some((first, last)), _) => (port(first)?, port(last)?),
            (None, Some((first, more))) => (port(first)?, port(first)?.checked_add(port(more)?)?),
            (None, None) => (port(text)?, port(text)?),
        };
        (first > 0 && first <= last).then_some(Self { first, last })
    }
}

fn port(text: &str) -> Option<u16> {
    let text = text.trim();
    text.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.parse().ok())?
}

impl fmt::Display for NodePorts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

const ANYWHERE: [IpNet; 2] = [
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0)),
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 0)),
];

impl Draft<'_> {
    pub(super) fn node_ports(&mut self) -> NodePorts {
        const FIELD: &str = "spec.componentsOverride.apiserver.nodePortRange";
        let given = self
            .cluster
            .spec
            .components_override
            .apiserver
            .node_port_range
            .as_deref();
        let Some(text) = given.filter(|text| !text.is_empty()) else {
            self.choose(FIELD, NodePorts::default());
            return NodePorts::default();
        };
        NodePorts::parse(text).unwrap_or_else(|| {
            let message = format!("{text:?} is not a range of ports");
            let finding = Finding::error(codes::NETWORK_NODE_PORTS, message).at(FIELD);
            self.findings
                .push(finding.remedy("write two ports from 1 to 65535, such as 30000-32767"));
            NodePorts::default()
        })
    }
}

impl Addressing {
    /// From where node ports may be reached, in the cluster's families.
    ///
    /// The cluster's ranges and its legacy single range together; where it has neither, the
    /// datacenter's; where that has none either, everywhere, with a warning. A datacenter serves
    /// clusters of all families: those of its ranges that do not apply are passed over.
    ///
    /// `field` is the section of the cloud, such as `spec.cloud.<name>`: the ranges stand below it
    /// as `nodePortsAllowedIPRanges.cidrBlocks` and `nodePortsAllowedIPRange`.
    pub fn node_port_sources(
        &self,
        given: Option<&[String]>,
        legacy: Option<&str>,
        datacenter: Option<&[String]>,
        field: &str,
    ) -> (Vec<IpNet>, Vec<Finding>) {
        let ranges = format!("{field}.nodePortsAllowedIPRanges");
        let named = |(index, text)| (format!("{ranges}.cidrBlocks[{index}]"), text);
        let mut texts: Vec<_> = given
            .unwrap_or_default()
            .iter()
            .map(String::as_str)
            .enumerate()
            .map(named)
            .collect();
        let legacy = legacy.filter(|text| !text.is_empty());
        texts.extend(legacy.map(|text| (format!("{field}.nodePortsAllowedIPRange"), text)));
        let mut findings = Vec::new();
        let mut nets = BTreeSet::new();
        for (field, text) in &texts {
            match cidr::parse_cidr(text, field).and_then(|net| self.of_our_family(net, field)) {
                Ok(net) => drop(nets.insert(net)),
                Err(finding) => findings.push(finding),
            }
        }
        if texts.is_empty() {
            let (allowed, faults) =
                self.datacenter_sources(datacenter.unwrap_or_default(), &ranges);
            nets.extend(allowed);
            findings.extend(faults);
        }
        findings.extend(self.open_or_shut(&nets, &ranges));
        (nets.into_iter().collect(), findings)
    }

    fn of_our_family(&self, net: IpNet, field: &str) -> Result<IpNet, Finding> {
        if self.family.has(Family::of(&net)) {
            return Ok(net);
        }
        let message = format!(
            "{net} is {}, but the cluster is {}",
            Family::of(&net),
            self.family
        );
        let finding = Finding::error(codes::NETWORK_NODE_PORT_SOURCES, message).at(field);
        Err(finding.remedy("remove it, or set ipFamily to IPv4+IPv6"))
    }

    fn datacenter_sources(&self, texts: &[String], field: &str) -> (Vec<IpNet>, Vec<Finding>) {
        let (nets, faults): (Vec<_>, Vec<_>) = texts
            .iter()
            .map(|text| cidr::parse_cidr(text, field))
            .partition(Result::is_ok);
        let nets: Vec<_> = nets.into_iter().flatten().collect();
        let faults: Vec<_> = faults.into_iter().filter_map(Result::err).collect();
        let families = self.family.families();
        if nets.is_empty() && faults.is_empty() {
            let everywhere = ANYWHERE
                .into_iter()
                .filter(|net| families.contains(&Family::of(net)));
            return (everywhere.collect(), faults);
        }
        (
            nets.into_iter()
                .filter(|net| families.contains(&Family::of(net)))
                .collect(),
            faults,
        )
    }

    /// A warning for each family that is open to everybody, a note for one that is shut.
    fn open_or_shut(&self, nets: &BTreeSet<IpNet>, field: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        for family in self.family.families() {
            let ours: Vec<_> = nets
                .iter()
                .filter(|net| Family::of(net) == *family)
                .collect();
            if ours.iter().any(|net| net.prefix_len() == 0) {
                let public = match family {
                    Family::V4 => "",
                    Family::V6 => "; with global IPv6 addresses every node is public",
                };
                let message =
                    format!("node ports can be reached from everywhere over {family}{public}");
                let finding = Finding::warning(codes::NETWORK_NODE_PORTS_OPEN, message).at(field);
                findings.push(finding.remedy("allow the ranges that need them only"));
            } else if ours.is_empty() {
                let message = format!(
                    "no range of {family} is allowed: node ports cannot be reached over {family}"
                );
                findings.push(Finding::note(codes::NETWORK_NODE_PORT_SOURCES, message).at(field));
            }
        }
        findings
    }
}
