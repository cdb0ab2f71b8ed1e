//! The ranges that a document asks for, in a network that exists: inside its ranges, and apart from what its
//! other subnets have.

use groundwork_model::{Finding, cidr};
use ipnet::IpNet;

use super::Draft;
use crate::{
    codes,
    object::{NetworkState, SubnetState},
    spec::field,
};

impl Draft<'_> {
    /// Of a network of ours the documents alone say whether a range is inside.
    pub(super) fn within(&mut self) {
        let survey = self.survey;
        let Some(network) = survey
            .own_network
            .as_ref()
            .filter(|_| survey.subnet.external().is_none())
        else {
            return;
        };
        let v6 = self.ranges.subnet_ipv6.filter(|_| self.is_dual());
        let asked = [
            ("subnetCidr", self.ranges.subnet.map(IpNet::V4)),
            ("subnetIpv6Cidr", v6.map(IpNet::V6)),
        ];
        for (name, net) in asked {
            let Some(net) = net else { continue };
            let is_outside = survey.network.external().is_some()
                && !network.ranges().iter().any(|range| range.contains(&net));
            let finding = match is_outside {
                true => Some(outside(network, &net)),
                false => self.taken(network, &net),
            };
            self.findings
                .extend(finding.map(|finding| finding.at(field(name)).about(network.told())));
        }
    }

    fn taken(&self, network: &NetworkState, net: &IpNet) -> Option<Finding> {
        let subnets = network.properties.subnets.iter();
        let mut others = subnets.filter(|subnet| subnet.address() != self.places.subnet);
        let has_part =
            |subnet: &&SubnetState| subnet.ranges().iter().any(|own| cidr::overlap(own, net));
        let other = others.find(has_part)?;
        let message = format!("{} has a part of {net}", other.told());
        Some(Finding::error(codes::RANGE, message).remedy("write a free range of the network"))
    }
}

fn outside(network: &NetworkState, net: &IpNet) -> Finding {
    let ranges: Vec<String> = network.ranges().iter().map(ToString::to_string).collect();
    let message = format!(
        "{net} is not inside {}, which has {}",
        network.told(),
        ranges.join(" and ")
    );
    Finding::error(codes::RANGE, message)
        .remedy("write a part of one of its ranges, or remove the field")
}
