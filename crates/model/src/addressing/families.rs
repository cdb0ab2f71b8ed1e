//! Which families a cluster has, and their CIDRs.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::{Draft, NETWORK, block};
use crate::{Family, Finding, IpFamily, codes};

const PODS: [IpNet; 2] = [
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(172, 25, 0, 0), 16)),
    IpNet::V6(Ipv6Net::new_assert(
        Ipv6Addr::new(0xfd01, 0, 0, 0, 0, 0, 0, 0),
        48,
    )),
];
const SERVICES: [IpNet; 2] = [
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(10, 240, 16, 0), 20)),
    IpNet::V6(Ipv6Net::new_assert(
        Ipv6Addr::new(0xfd02, 0, 0, 0, 0, 0, 0, 0),
        108,
    )),
];

impl Draft<'_> {
    /// What the document says, or what its lists show.
    pub(super) fn family(
        &mut self,
        pods: &[Option<IpNet>],
        services: &[Option<IpNet>],
    ) -> IpFamily {
        if let Some(said) = self.cluster.spec.cluster_network.ip_family {
            return said;
        }
        let dual = pods.len() >= 2 || services.len() >= 2;
        let family = if dual {
            IpFamily::DualStack
        } else {
            IpFamily::Ipv4
        };
        self.choose(format!("{NETWORK}.ipFamily"), family);
        family
    }

    /// Fills an empty list. One that has some CIDRs is not completed: KKP refuses it as it is.
    pub(super) fn complete(
        &mut self,
        list: &'static str,
        family: IpFamily,
        mut nets: Vec<Option<IpNet>>,
    ) -> Vec<Option<IpNet>> {
        self.order(list, family, &nets);
        if !nets.is_empty() {
            return nets;
        }
        let wanted = family.families().len();
        for (index, net) in defaults(list).into_iter().enumerate().take(wanted) {
            self.choose(block(list, index), net);
            nets.push(Some(net));
        }
        nets
    }

    /// IPv4 comes first, IPv6 second; a single-stack cluster has no second.
    fn order(&mut self, list: &str, family: IpFamily, nets: &[Option<IpNet>]) {
        for (index, net) in nets.iter().enumerate().take(2) {
            let Some(net) = net else { continue };
            let found = Family::of(net);
            let fault = match (index, found) {
                (0, Family::V4) => None,
                (1, Family::V6) => (!family.is_dual_stack()).then(|| self.not_dual(net)),
                (0, Family::V6) => Some(first_is_ipv6(net, nets.len())),
                (_, _) => Some(second_is_ipv4(net, nets[0])),
            };
            self.findings
                .extend(fault.map(|finding| finding.at(block(list, index))));
        }
    }

    fn not_dual(&self, net: &IpNet) -> Finding {
        let message = format!("{net} is an IPv6 CIDR, but ipFamily is IPv4");
        let remedy = "set ipFamily to IPv4+IPv6, or remove the CIDR";
        Finding::error(codes::NETWORK_FAMILY, message).remedy(remedy)
    }

    /// Pods and services have the families of the cluster, both of them.
    pub(super) fn counts(&mut self, pods: &[Option<IpNet>], services: &[Option<IpNet>]) {
        if pods.len() > 2 || services.len() > 2 {
            return;
        }
        if self.cluster.spec.cluster_network.ip_family == Some(IpFamily::DualStack) {
            for (list, nets) in [("pods", pods), ("services", services)] {
                if let [Some(IpNet::V4(_))] = nets {
                    self.findings.push(second_is_missing(list));
                }
            }
            return;
        }
        if pods.len() == services.len() {
            return;
        }
        let (short, count, other) = match (pods.len(), services.len()) {
            (pods, services) if pods < services => ("pods", pods, "services"),
            (_, services) => ("services", services, "pods"),
        };
        let message = format!(
            "{count} CIDR is given for {short} and 2 for {other}: a family of the one has nothing in the other"
        );
        let finding = Finding::error(codes::NETWORK_CIDR_COUNT, message)
            .at(format!("{NETWORK}.{short}.cidrBlocks"))
            .remedy(format!(
                "add an IPv6 CIDR to {short}, such as {}",
                defaults(short)[1]
            ));
        self.findings.push(finding);
    }
}

/// The reference system's own ranges, IPv4 first.
fn defaults(list: &str) -> [IpNet; 2] {
    if list == "pods" { PODS } else { SERVICES }
}

fn second_is_missing(list: &str) -> Finding {
    let message = format!(
        "ipFamily is IPv4+IPv6, but {list} have an IPv4 CIDR alone, and KKP completes no list that has one"
    );
    let remedy = format!(
        "add an IPv6 CIDR, such as {}, or leave the list out to have both chosen",
        defaults(list)[1]
    );
    Finding::error(codes::NETWORK_CIDR_COUNT, message)
        .at(format!("{NETWORK}.{list}.cidrBlocks"))
        .remedy(remedy)
}

fn first_is_ipv6(net: &IpNet, count: usize) -> Finding {
    let message = format!(
        "{net} comes first, but the first CIDR decides the primary family, which has to be IPv4"
    );
    let remedy = if count > 1 {
        "put the IPv4 CIDR first"
    } else {
        "put an IPv4 CIDR before it: clusters with IPv6 alone are not supported"
    };
    Finding::error(codes::NETWORK_CIDR_ORDER, message).remedy(remedy)
}

fn second_is_ipv4(net: &IpNet, first: Option<IpNet>) -> Finding {
    let both = first.is_some_and(|first| Family::of(&first) == Family::V4);
    let why = if both {
        "and so is the first"
    } else {
        "but the second CIDR has to be IPv6"
    };
    let message = format!("{net} is an IPv4 CIDR, {why}: a cluster has one CIDR of each family");
    let remedy = if both {
        "keep one of them"
    } else {
        "put it first"
    };
    Finding::error(codes::NETWORK_CIDR_ORDER, message).remedy(remedy)
}
