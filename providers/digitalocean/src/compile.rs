//! From a cluster to its graph. Pure: the same input gives the same graph, byte for byte.

use groundwork_kit::named::Named;
use groundwork_model::Finding;
use groundwork_provider::{Graph, Handle, Target, Want};
use ipnet::{IpNet, Ipv4Net};

use crate::{
    assess, check, codes,
    object::{firewall::Firewall, rules::expressible, subnet::Subnet, tag, vpc::Vpc},
    spec::{Datacenter, Spec, field},
    survey::Survey,
};

/// What a cluster's VPC is called, and what the name of its firewall begins with.
pub(crate) fn name(target: &Target<Spec, Datacenter>) -> String {
    target.object_name()
}

/// The tag that the reference system's machines carry.
pub(crate) fn tag(target: &Target<Spec, Datacenter>) -> String {
    format!("{}{}", tag::PREFIX, target.name())
}

/// The graph of a cluster, or everything that is wrong.
pub(crate) fn compile(
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
) -> Result<Graph, Vec<Finding>> {
    let mut findings: Vec<Finding> = [
        unclear("vpc", "VPC", &survey.vpc),
        unclear("firewall", "firewall", &survey.firewall),
        unclear("natGateway", "VPC NAT gateway", &survey.gateway),
        name_taken(target, survey),
        unknown_region(target, survey),
    ]
    .into_iter()
    .flatten()
    .collect();
    findings.extend(missing_subnets(target, survey));
    // `check` has told of every range that is wrong.
    let range = check::vpc_range(&target.spec).ok().flatten();
    let subnets = check::subnet_ranges(&target.spec).into_iter();
    let subnets: Vec<Ipv4Net> = subnets.filter_map(Result::ok).collect();
    if !findings.is_empty() {
        return Err(findings);
    }
    let mut graph = Graph::default();
    graph.findings.extend(first_vpc(target, survey));
    graph.findings.extend(assess::droplet_note(target));
    let vpc = add_vpc(&mut graph, target, survey, range, &subnets);
    for (subnet, range) in target.spec.subnets.iter().zip(subnets) {
        let name = subnet.name.trim().to_owned();
        let address = format!("subnet/{name}");
        let existing = survey.subnets.iter().find(|own| own.name == name);
        let wanted = Subnet {
            vpc: vpc.clone(),
            name,
            range,
        };
        let id = existing.map(|existing| existing.id.as_str());
        graph.place(&address, id, wanted);
    }
    add_firewall(&mut graph, target, survey);
    Ok(graph)
}

fn add_vpc(
    graph: &mut Graph,
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
    range: Option<Ipv4Net>,
    subnets: &[Ipv4Net],
) -> Handle<Vpc> {
    let addressing = &target.addressing;
    let avoid = addressing.pods.iter().chain(&addressing.services).copied();
    let vpc = Vpc {
        name: name(target),
        region: target.cloud.region.clone(),
        range,
        avoid: avoid
            .chain(subnets.iter().map(|net| IpNet::from(*net)))
            .collect(),
    };
    let named = survey.vpc.one().map(|one| one.state.id.as_str());
    graph.place("vpc", named, vpc)
}

/// A firewall that is named is judged as a whole; what exists of it is compared with nothing.
fn add_firewall(graph: &mut Graph, target: &Target<Spec, Datacenter>, survey: &Survey) {
    let rules = expressible(&check::access(target).rules);
    let is_external = survey.firewall.external().is_some();
    let firewall = Firewall {
        name: name(target),
        applies_to: tag(target),
        rules: match is_external {
            true => Want::Chosen(rules),
            false => Want::Asked(rules),
        },
    };
    let named = survey.firewall.one().map(|one| one.state.id.as_str());
    graph.place("firewall", named, firewall);
}

/// What is named, and is not exactly one object.
fn unclear<S>(name: &str, what: &str, named: &Named<S>) -> Option<Finding> {
    let (message, remedy) = match named {
        Named::Unnamed | Named::One(_) => return None,
        Named::Missing(text) => (
            format!("{what} {text} does not exist in the account"),
            format!("write the id or the name of a {what}, or leave {name} out"),
        ),
        Named::Several(text, ids) => (
            format!("several objects are called {text}: {}", ids.join(", ")),
            format!("write the id of one of them into {name}"),
        ),
    };
    let finding = Finding::error(codes::NAMED, message).at(field(name));
    Some(finding.remedy(remedy))
}

fn name_taken(target: &Target<Spec, Datacenter>, survey: &Survey) -> Option<Finding> {
    let is_unnamed = survey.vpc == Named::Unnamed;
    let id = survey.name_taken_by.as_ref().filter(|_| is_unnamed)?;
    let name = name(target);
    let message = format!("VPC {id} is somebody else's and is called {name}: names are given once");
    let finding = Finding::error(codes::NAME_TAKEN, message).about(id);
    Some(finding.remedy(format!(
        "name it in {}, if the cluster is to use it, or have it renamed (doctl vpcs update {id} \
         --name OTHER)",
        field("vpc")
    )))
}

/// In a VPC that is somebody else's, subnets are not made.
fn missing_subnets(target: &Target<Spec, Datacenter>, survey: &Survey) -> Vec<Finding> {
    let Some(vpc) = survey.vpc.external() else {
        return Vec::new();
    };
    let subnets = target.spec.subnets.iter().enumerate();
    let missing = subnets.filter(|(_, subnet)| {
        let name = subnet.name.trim();
        !survey.subnets.iter().any(|own| own.name == name)
    });
    let finding = |(index, subnet): (usize, &crate::spec::SubnetSpec)| {
        let message = format!("{} has no subnet {}", vpc.told(), subnet.name);
        let finding = Finding::error(codes::NAMED, message);
        let finding = finding
            .at(field(&format!("subnets[{index}].name")))
            .about(vpc.told());
        finding.remedy("have it made by the owner of the VPC, or leave it out")
    };
    missing.map(finding).collect()
}

/// A region that DigitalOcean does not have, or that the account may not use.
fn unknown_region(target: &Target<Spec, Datacenter>, survey: &Survey) -> Option<Finding> {
    let (region, known) = (&target.cloud.region, survey.regions.as_ref()?);
    if known.contains(region) {
        return None;
    }
    let message = format!(
        "there is no region {region}; there are {}",
        known.join(", ")
    );
    let finding = Finding::error(codes::REGION, message);
    let place = target.datacenter.field("spec.digitalocean.region");
    Some(finding.at(place).remedy("set region to one of them"))
}

/// The first VPC of a region becomes its default for ever.
fn first_vpc(target: &Target<Spec, Datacenter>, survey: &Survey) -> Option<Finding> {
    if survey.has_default || survey.vpc.one().is_some() {
        return None;
    }
    let region = &target.cloud.region;
    let message = format!(
        "the account has no VPC in {region}: the first one becomes the default there, and \
         DigitalOcean never deletes it"
    );
    let finding = Finding::warning(codes::FIRST_VPC, message);
    Some(finding.remedy(format!(
        "make a VPC there first that is to stay (doctl vpcs create --name default-{region} --region \
         {region}); else the cluster's stays when the cluster goes"
    )))
}
