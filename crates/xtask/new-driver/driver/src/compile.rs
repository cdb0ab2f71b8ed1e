//! From a cluster to its graph. Pure: the same input gives the same graph.

use groundwork_model::{Family, Finding, cidr::parse_cidr};
use groundwork_provider::{Graph, Handle, Resource, Target, Want};
use ipnet::{IpNet, Ipv4Net};

use crate::{
    codes,
    object::{Network, Subnet},
    spec::{Datacenter, Spec},
};

const RANGE: &str = "spec.cloud.acorn.range";

/// Prefix lengths of networks: a subnet is a /24, and has to fit in.
const LENGTHS: std::ops::RangeInclusive<u8> = 8..=24;

/// The graph of a cluster, or everything that is wrong.
pub(crate) fn compile(target: &Target<Spec, Datacenter>) -> Result<Graph, Vec<Finding>> {
    let range = range(&target.spec).map_err(|finding| vec![finding])?;
    let mut graph = Graph::default();
    let name = format!("kubernetes-{}", target.name());
    let network = Network {
        name: name.clone(),
        range,
    };
    let network = add(&mut graph, "network", &target.spec.network, network);
    let subnet = Subnet {
        network,
        name,
        dual_stack: target.addressing.family.has(Family::V6),
    };
    add(&mut graph, "subnet", &target.spec.subnet, subnet);
    Ok(graph)
}

/// One address, whether the document names the object or not: ids are written back into documents,
/// and what was ours stays ours.
fn add<R: Resource>(
    graph: &mut Graph,
    address: &str,
    id: &Option<String>,
    desired: R,
) -> Handle<R> {
    match id.as_deref().filter(|id| !id.is_empty()) {
        Some(id) => graph.add_named(address, id, desired),
        None => graph.add(address, desired),
    }
}

fn range(spec: &Spec) -> Result<Want<Ipv4Net>, Finding> {
    let Some(text) = spec.range.as_deref().filter(|text| !text.is_empty()) else {
        return Ok(Want::Chosen(Ipv4Net::new_assert([10, 0, 0, 0].into(), 16)));
    };
    match parse_cidr(text, RANGE)? {
        IpNet::V4(range) if LENGTHS.contains(&range.prefix_len()) => Ok(Want::Asked(range)),
        IpNet::V4(_) | IpNet::V6(_) => {
            let message = format!("{text} is not an IPv4 range from /8 to /24");
            let finding = Finding::error(codes::RANGE, message).at(RANGE);
            Err(finding.remedy("give the network a range such as 10.0.0.0/16"))
        }
    }
}
