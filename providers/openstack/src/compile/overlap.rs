//! Ranges that are routed together and overlap.

use groundwork_kit::document::given;
use groundwork_kit::named::Named;
use groundwork_model::{Family, Finding, cidr};
use groundwork_provider::Target;
use ipnet::IpNet;

use crate::{
    codes,
    compile::{Draft, asked},
    object::{
        Object,
        subnet::{Subnet, SubnetState},
    },
    spec::{Datacenter, Spec, field},
};

/// Ranges that the documents themselves say, with pods and services.
pub(crate) fn of_documents(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    let ranges = in_documents(target).into_iter();
    ranges
        .flat_map(|(net, name)| with_cluster(target, net, name))
        .collect()
}

/// The ranges of nodes that are known without a cloud, with the field that changes them.
fn in_documents(target: &Target<Spec, Datacenter>) -> Vec<(IpNet, &'static str)> {
    let spec = &target.spec;
    let default = given(&spec.subnet_cidr)
        .or(given(&spec.subnet_id))
        .is_none();
    let default = default.then(|| asked::IPV4_DEFAULT.parse().expect("it is a CIDR"));
    let ipv4 = asked::ipv4_cidr(target).ok().flatten().or(default);
    let dual = target.addressing.family.is_dual_stack();
    let ipv6 = asked::ipv6_cidr(target).ok().flatten().filter(|_| dual);
    let ranges = [
        ipv4.map(|net| (net, "subnetCidr")),
        ipv6.map(|net| (net, "ipv6SubnetCidr")),
    ];
    ranges.into_iter().flatten().collect()
}

fn with_cluster(target: &Target<Spec, Datacenter>, net: IpNet, name: &str) -> Vec<Finding> {
    let nodes = (format!("{} nodes", Family::of(&net)), net);
    let others = target.addressing.named().into_iter();
    let findings = others.flat_map(|other| cidr::overlaps(&[other, nodes.clone()]));
    findings.map(|finding| finding.at(field(name))).collect()
}

impl Draft<'_> {
    /// Nodes, pods and services, and what else is on the network or behind the router.
    pub(crate) fn overlaps(&mut self) {
        let nodes = self.node_ranges();
        let said = in_documents(self.target);
        for (net, name) in nodes.iter().filter(|range| !said.contains(range)) {
            self.findings.extend(with_cluster(self.target, *net, name));
        }
        let mut others: Vec<&SubnetState> = self
            .survey
            .neighbours
            .iter()
            .chain(&self.survey.behind)
            .collect();
        others.sort_by(|a, b| a.id.cmp(&b.id));
        others.dedup_by(|a, b| a.id == b.id);
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
                let remedy = format!("choose another range in {name}");
                self.wrong(codes::SUBNET_OVERLAP, name, message, remedy);
            }
        }
    }

    /// The ranges of nodes that are known now, with the field that changes them.
    fn node_ranges(&self) -> Vec<(IpNet, &'static str)> {
        let of = |address: &str, named: &Named<SubnetState>, id, name| {
            // A subnet that is named and missing has no range.
            if matches!(named, Named::Missing(_) | Named::Several(..)) {
                return None;
            }
            let external = named.external().map(|state| (state.cidr, id));
            let node = self.graph.nodes().get(&address.parse().ok()?);
            let planned = node.and_then(|node| {
                let subnet = node.desired.read::<Subnet>().ok()?;
                subnet.range.value().cidr()
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
