//! From a cluster to its graph. Pure: the same input gives the same graph, byte for byte.

use std::collections::BTreeSet;

use groundwork_model::{Family, Finding, cidr::parse_cidr};
use groundwork_provider::{Graph, Handle, Target, Want};
use ipnet::{IpNet, Ipv4Net};

use super::{Attachment, Datacenter, Gateway, Network, Spec, Subnet, Survey, codes};

const RANGE: &str = "spec.cloud.toy.range";

/// The graph of a cluster, or everything that is wrong.
pub(super) fn compile(
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
) -> Result<Graph, Vec<Finding>> {
    let mut findings = Vec::new();
    let range = range(&target.spec).map_err(|finding| findings.push(finding));
    if survey.zones.is_empty() {
        findings.push(no_zones());
    }
    let families: BTreeSet<Family> = Family::BOTH
        .into_iter()
        .filter(|&family| target.addressing.family.has(family))
        .collect();
    let dual_stack = families.contains(&Family::V6);
    if dual_stack && !target.cloud.ipv6_enabled {
        findings.push(ipv6_off());
    }
    let (Ok(range), true) = (range, findings.is_empty()) else {
        return Err(findings);
    };

    let mut graph = Graph::default();
    let name = format!("kubernetes-{}", target.name());
    let network = Network {
        name: name.clone(),
        range,
    };
    let network = graph.place("network", target.spec.network.as_deref(), network);
    let subnets: Vec<Handle<Subnet>> = survey
        .zones
        .iter()
        .map(|zone| {
            let (network, name) = (network.clone(), format!("node-{zone}"));
            let subnet = Subnet {
                network,
                name,
                zone: zone.clone(),
                dual_stack,
            };
            graph.add(&format!("subnet/{zone}"), subnet)
        })
        .collect();
    let named = target
        .spec
        .gateway
        .as_deref()
        .is_some_and(|id| !id.is_empty());
    let gateway = Gateway {
        name,
        families,
        named,
    };
    let gateway = graph.place("gateway", target.spec.gateway.as_deref(), gateway);
    let after = subnets.iter().map(Handle::edge).collect();
    graph.add(
        "attachment",
        Attachment {
            network,
            gateway,
            after,
        },
    );
    Ok(graph)
}

fn range(spec: &Spec) -> Result<Want<Ipv4Net>, Finding> {
    let Some(text) = spec.range.as_deref().filter(|text| !text.is_empty()) else {
        return Ok(Want::Chosen(Ipv4Net::new_assert([10, 0, 0, 0].into(), 16)));
    };
    match parse_cidr(text, RANGE)? {
        IpNet::V4(range) if range.prefix_len() == 16 => Ok(Want::Asked(range)),
        IpNet::V4(_) | IpNet::V6(_) => Err(Finding::error(
            codes::RANGE,
            format!("{text} is not an IPv4 /16"),
        )
        .at(RANGE)
        .remedy("give the network an IPv4 /16, such as 10.0.0.0/16")),
    }
}

fn no_zones() -> Finding {
    Finding::error(
        codes::ZONES,
        "the account has no zone, so there is nowhere for a subnet",
    )
    .remedy("ask the cloud's operator for a zone")
}

fn ipv6_off() -> Finding {
    Finding::error(
        codes::IPV6_OFF,
        "the cluster asks for IPv6, but its datacenter has none",
    )
    .at("spec.clusterNetwork.ipFamily")
    .remedy("set spec.toy.ipv6Enabled in the datacenter, or ask for IPv4")
}
