//! A node as it is judged, wherever it is known from.

use std::net::IpAddr;

use groundwork_model::{Finding, cidr};
use ipnet::IpNet;

use crate::{
    codes,
    object::NodeState,
    spec::{NodeSpec, field},
};

/// A node, from the list of the document or from the cluster.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) name: String,
    /// Where it stands in the document; none where the cluster said it.
    pub(crate) index: Option<usize>,
    pub(crate) addresses: Vec<Address>,
    pub(crate) pod_cidrs: Vec<IpNet>,
}

/// An address, and the length of its subnet's prefix where that is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Address {
    pub(crate) ip: IpAddr,
    pub(crate) prefix: Option<u8>,
    /// Where it stands in the list of its node.
    pub(crate) index: usize,
}

impl Judged {
    /// A node of the list. What cannot be read is told, and left out.
    pub(crate) fn of_document(index: usize, spec: &NodeSpec, findings: &mut Vec<Finding>) -> Self {
        let at = field(&format!("nodes[{index}]"));
        let mut addresses = Vec::new();
        for (number, text) in spec.addresses.iter().enumerate() {
            match read(text) {
                Some((ip, prefix)) => addresses.push(Address {
                    ip,
                    prefix,
                    index: number,
                }),
                None => {
                    let message = format!("{text:?} of node {} is not an address", spec.name);
                    let finding = Finding::error(codes::ADDRESS, message);
                    findings.push(
                        finding
                            .at(format!("{at}.addresses[{number}]"))
                            .remedy("write an address, such as 10.0.6.11 or fd00::11/64"),
                    );
                }
            }
        }
        let ranges = spec.pod_cidrs.iter().enumerate();
        let ranges = ranges.map(|(number, text)| {
            cidr::parse_cidr(text, &format!("{at}.podCIDRs[{number}]"))
                .map_err(|fault| findings.push(fault))
        });
        let pod_cidrs = ranges.filter_map(Result::ok).collect();
        Self {
            name: spec.name.clone(),
            index: Some(index),
            addresses,
            pod_cidrs,
        }
    }

    /// A node of the cluster.
    pub(crate) fn of_cluster(state: &NodeState) -> Self {
        let address = |(index, ip)| Address {
            ip,
            prefix: None,
            index,
        };
        Self {
            name: state.name.clone(),
            index: None,
            addresses: state.ips().into_iter().enumerate().map(address).collect(),
            pod_cidrs: state.pod_cidrs.clone(),
        }
    }

    /// Takes the prefixes that the list has for the same addresses: the cluster does not know them.
    pub(crate) fn learn(&mut self, listed: &Self) {
        for address in &mut self.addresses {
            let mut same = listed.addresses.iter();
            let same = same.find(|same| same.ip == address.ip);
            address.prefix = same.and_then(|same| same.prefix);
        }
    }

    /// A finding, at the node's place: its field in the document, or its name in the cluster.
    pub(crate) fn place(&self, finding: Finding, part: &str) -> Finding {
        match self.index {
            Some(index) => finding.at(field(&format!("nodes[{index}]{part}"))),
            None => finding.about(format!("node {}", self.name)),
        }
    }

    /// The same at one of its addresses.
    pub(crate) fn place_at(&self, finding: Finding, address: &Address) -> Finding {
        self.place(finding, &format!(".addresses[{}]", address.index))
    }
}

impl Address {
    /// The subnet, where its prefix is known.
    pub(crate) fn subnet(&self) -> Option<IpNet> {
        Some(IpNet::new(self.ip, self.prefix?).ok()?.trunc())
    }

    /// The subnet, with the usual prefix of IPv6 where it is not known.
    pub(crate) fn usual_subnet(&self) -> Option<IpNet> {
        const USUAL: u8 = 64;
        let usual = self.ip.is_ipv6().then_some(USUAL);
        let prefix = self.prefix.or(usual)?;
        Some(IpNet::new(self.ip, prefix).ok()?.trunc())
    }
}

/// An address, alone or with the length of a prefix.
pub(crate) fn read(text: &str) -> Option<(IpAddr, Option<u8>)> {
    if !text.contains('/') {
        return Some((text.parse().ok()?, None));
    }
    let net: IpNet = text.parse().ok()?;
    Some((net.addr(), Some(net.prefix_len())))
}
