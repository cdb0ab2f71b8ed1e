//! Ranges that are routed together and overlap.

use groundwork_kit::document::given;
use groundwork_model::{Family, Finding, cidr};
use ipnet::IpNet;

use crate::{
    codes,
    compile::{Draft, asked},
    object::{Object, Subnet, SubnetState},
    spec::{self, Place, SUBNETS, Target, field},
};

/// Ranges that the documents themselves say, with pods and services.
pub(crate) fn of_documents(target: &Target) -> Vec<Finding> {
    let ranges = in_documents(target).into_iter();
    ranges
        .flat_map(|range| with_cluster(target, range))
        .collect()
}

/// A range of nodes, with the field that changes it.
type Range = (IpNet, &'static str);

/// Those that are known without a cloud.
fn in_documents(target: &Target) -> Vec<Range> {
    let Target { spec, .. } = target;
    let chooses = given(&spec.subnet_cidr)
        .or(given(&spec.subnet_id))
        .is_none();
    let range = |place: Place| {
        let net = match place.family {
            Family::V4 => {
                let asked = asked::ipv4_cidr(target).ok().flatten();
                asked.or_else(|| chooses.then(asked::ipv4_default))
            }
            Family::V6 => asked::ipv6_cidr(target).ok().flatten(),
        };
        Some((net?, place.cidr_field))
    };
    spec::subnets(target).filter_map(range).collect()
}

fn with_cluster(target: &Target, (net, name): Range) -> Vec<Finding> {
    let findings = target.addressing.overlaps_of_nodes(net).into_iter();
    findings.map(|finding| finding.at(field(name))).collect()
}

impl Draft<'_> {
    /// Nodes, pods and services, and what else is on the network or behind the router.
    pub(crate) fn overlaps(&mut self) {
        let survey = self.survey;
        let (nodes, said) = (self.node_ranges(), in_documents(self.target));
        for range in nodes.iter().filter(|range| !said.contains(range)) {
            self.findings.extend(with_cluster(self.target, *range));
        }
        let others = survey.neighbours.iter().chain(&survey.behind);
        let mut others: Vec<&SubnetState> = others.collect();
        others.sort_by(|a, b| a.id.cmp(&b.id));
        others.dedup_by(|a, b| a.id == b.id);
        for (net, name) in nodes {
            let met = others
                .iter()
                .filter(|other| cidr::overlap(&net, &other.cidr));
            for other in met {
                let (range, told) = (other.cidr, other.told());
                let message =
                    format!("{net} overlaps with {range} of {told}, which is routed with it");
                let remedy = format!("choose another range in {name}");
                self.wrong(codes::SUBNET_OVERLAP, name, message, remedy);
            }
        }
    }

    /// The ranges of nodes that are known now. A subnet that is named and missing has none.
    fn node_ranges(&self) -> Vec<Range> {
        let range = |place: Place| {
            let (named, _) = self.survey.subnet(place.family);
            if let Some(state) = named.external() {
                return Some((state.cidr, place.field));
            }
            let is_known = named.is_unnamed() || named.one().is_some();
            let mut subnets = self.graph.of::<Subnet>().filter(|_| is_known);
            let (_, subnet) = subnets.find(|(_, subnet)| subnet.family == place.family)?;
            Some((subnet.range.value().cidr()?, place.cidr_field))
        };
        SUBNETS.into_iter().filter_map(range).collect()
    }
}
