//! What can be said of the documents without a cloud. Pure.

use std::collections::BTreeSet;

use groundwork_kit::{
    access::{Access, Sources},
    document::{given, is_private},
};
use groundwork_model::{
    Finding,
    cidr::{overlaps, parse_cidr},
};
use groundwork_provider::Target;
use ipnet::{IpNet, Ipv4Net};

use crate::{
    codes,
    object::vpc::RESERVED,
    spec::{Datacenter, SECTION, Spec, field},
};

/// Everything that is wrong with them, or that a person should know.
pub(crate) fn check(target: &Target<Spec, Datacenter>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = region(target).into_iter().collect();
    findings.extend(cluster_name(target));
    let (range, subnets) = (vpc_range(&target.spec), subnet_ranges(&target.spec));
    let mut together = target.addressing.named();
    match range {
        Ok(range) => together.extend(range.map(|net| ("vpcRange".to_owned(), net.into()))),
        Err(finding) => findings.push(finding),
    }
    for (index, subnet) in subnets.into_iter().enumerate() {
        match subnet {
            Ok(net) => together.push((format!("subnets[{index}]"), net.into())),
            Err(more) => findings.extend(more),
        }
    }
    findings.extend(overlaps(&together));
    findings.extend(access(target).told(&target.spec.firewall));
    findings
}

/// Who may reach the nodes.
pub(crate) fn access(target: &Target<Spec, Datacenter>) -> Access {
    let spec = &target.spec;
    let sources = Sources {
        section: SECTION,
        ssh: spec.ssh_sources.as_deref(),
        node_ports: spec.node_ports_allowed_ip_ranges.as_ref(),
        node_ports_legacy: None,
        datacenter: None,
    };
    Access::of(&target.addressing, &sources)
}

fn region(target: &Target<Spec, Datacenter>) -> Option<Finding> {
    let is_missing = target.cloud.region.trim().is_empty();
    is_missing.then(|| {
        let name = &target.datacenter.name;
        let message = format!("datacenter {name} names no region");
        let place = target.datacenter.field("spec.digitalocean.region");
        Finding::error(codes::REGION, message)
            .at(place)
            .remedy("write the slug of a region, such as fra1")
    })
}

/// Tags have no periods, so that machines of such a cluster cannot carry its tag.
fn cluster_name(target: &Target<Spec, Datacenter>) -> Option<Finding> {
    target.name().contains('.').then(|| {
        let message = format!(
            "droplets carry the cluster's name in a tag, and {} has a period, which no tag has",
            target.name()
        );
        Finding::error(codes::CLUSTER_NAME, message)
            .at("metadata.name")
            .remedy("name the cluster with letters, digits and dashes")
    })
}

/// The range that the document asks for.
pub(crate) fn vpc_range(spec: &Spec) -> Result<Option<Ipv4Net>, Finding> {
    let text = given(&spec.vpc_range);
    text.map(|text| private(text, 28, &field("vpcRange")))
        .transpose()
}

/// The range of each subnet, or what is wrong with it.
pub(crate) fn subnet_ranges(spec: &Spec) -> Vec<Result<Ipv4Net, Vec<Finding>>> {
    let mut names = BTreeSet::new();
    let subnets = spec.subnets.iter().enumerate().map(|(index, subnet)| {
        let place = field(&format!("subnets[{index}]"));
        let mut wrong = Vec::new();
        let is_fit = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        let name = subnet.name.trim();
        if name.is_empty() || !name.chars().all(is_fit) {
            let message = "a subnet's name consists of letters, digits, dashes and periods";
            let finding = Finding::error(codes::SUBNET, message).at(format!("{place}.name"));
            wrong.push(finding.remedy("give each subnet a name, such as workers"));
        } else if !names.insert(name) {
            let message = format!("two subnets are called {name}");
            let finding = Finding::error(codes::SUBNET, message).at(format!("{place}.name"));
            wrong.push(finding.remedy("give each subnet of the VPC a name of its own"));
        }
        let range = private(&subnet.range, 24, &format!("{place}.range"));
        match (range, wrong.is_empty()) {
            (Ok(range), true) => Ok(range),
            (Ok(_), false) => Err(wrong),
            (Err(finding), _) => {
                wrong.push(finding);
                Err(wrong)
            }
        }
    });
    subnets.collect()
}

/// A range that DigitalOcean takes: /16 to `longest`, private, and not its own.
fn private(text: &str, longest: u8, place: &str) -> Result<Ipv4Net, Finding> {
    let wrong = |why: String| {
        let finding = Finding::error(codes::RANGE, why).at(place);
        finding.remedy(format!(
            "write a private IPv4 range from /16 to /{longest}, such as 10.64.0.0/20"
        ))
    };
    let net = match parse_cidr(text, place)? {
        IpNet::V4(net) => net,
        IpNet::V6(net) => {
            return Err(wrong(format!(
                "{net} is IPv6, and networks are IPv4 alone here"
            )));
        }
    };
    if !is_private(&net) {
        return Err(wrong(format!(
            "{net} is not inside a private range (RFC 1918)"
        )));
    }
    if !(16..=longest).contains(&net.prefix_len()) {
        return Err(wrong(format!("{net} is not between /16 and /{longest}")));
    }
    let own = RESERVED
        .iter()
        .find(|own| own.contains(&net) || net.contains(*own));
    match own {
        Some(own) => Err(wrong(format!(
            "{net} overlaps with {own}, which DigitalOcean reserves"
        ))),
        None => Ok(net),
    }
}
