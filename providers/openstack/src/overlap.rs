//! Ranges that are routed together and overlap.

use groundwork_model::{Family, Finding, cidr};
use ipnet::IpNet;

use crate::{
    codes,
    compile::Draft,
    spec::field,
    subnet::{Range, Subnet, SubnetState},
    survey::Named,
};

impl Draft<'_> {
    /// Nodes, pods and services, and what else is on the network or behind the router.
    pub(crate) fn overlaps(&mut self) {
        let nodes = self.node_ranges();
        for (net, name) in &nodes {
            let nodes = (format!("{} nodes", Family::of(net)), *net);
            for other in self.target.addressing.named() {
                let findings = cidr::overlaps(&[other, nodes.clone()]).into_iter();
                self.findings
                    .extend(findings.map(|finding| finding.at(field(name))));
            }
        }
        let mut others: Vec<&SubnetState> = self
            .survey
            .neighbours
            .iter()
            .chain(&self.survey.behind)
            .collect();
        others.sort_by(|a, b| a.common.id.cmp(&b.common.id));
        others.dedup_by(|a, b| a.common.id == b.common.id);
        for (net, name) in nodes {
            for other in others
                .iter()
                .filter(|other| cidr::overlap(&net, &other.cidr))
            {
                let message = format!(
                    "{net} overlaps with {} of {}, which is routed with it",
                    other.cidr,
                    other.told()
                );
                let finding = Finding::error(codes::SUBNET_OVERLAP, message).at(field(name));
                self.findings
                    .push(finding.remedy(format!("choose another range in {name}")));
            }
        }
    }

    /// The ranges of nodes that are known now, with the field that changes them.
    fn node_ranges(&self) -> Vec<(IpNet, &'static str)> {
        let of = |address: &str, named: &Named<SubnetState>, id, name| {
            let external = named.external().map(|state| (state.cidr, id));
            let node = self.graph.nodes().get(&address.parse().ok()?);
            let planned = node.and_then(|node| {
                let subnet: Subnet = serde_json::from_value(node.desired.clone()).ok()?;
                match subnet.range.value() {
                    Range::Cidr(cidr)
                    | Range::Pool {
                        cidr: Some(cidr), ..
                    } => Some(*cidr),
                    Range::Pool { cidr: None, .. } => None,
                }
            });
            external.or(planned.map(|cidr| (cidr, name)))
        };
        let ipv4 = of("subnet/ipv4", &self.survey.subnet, "subnetID", "subnetCidr");
        let ipv6 = of(
            "subnet/ipv6",
            &self.survey.ipv6_subnet,
            "ipv6SubnetID",
            "ipv6SubnetCidr",
        );
        [ipv4, ipv6].into_iter().flatten().collect()
    }
}
