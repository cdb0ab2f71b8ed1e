//! The network as packets see it, as far as nodes tell. Pure.

use std::collections::BTreeSet;

use groundwork_model::Family;
use groundwork_provider::topology::{self, Machine, Part, Route, Topology, Via};
use ipnet::IpNet;

use crate::{check::listed, node::Judged, spec::ByoTarget, survey::Survey};

/// The key of the network that hosts are in.
const HOSTS: &str = "hosts";

/// Draws it. Of hosts their addresses are known, and the prefixes that the document says.
pub(crate) fn topology(target: &ByoTarget, survey: &Survey) -> Topology {
    let nodes: Vec<Judged> = match survey.nodes.as_slice() {
        [] => listed(target).0,
        nodes => nodes.iter().map(Judged::of_cluster).collect(),
    };
    let prefixes = nodes.iter().flat_map(|node| &node.addresses);
    let prefixes = prefixes.filter_map(|address| {
        let net = IpNet::new(address.ip, address.prefix?).ok()?;
        Some(net.trunc())
    });
    let mut cidrs: Vec<IpNet> = prefixes.collect::<BTreeSet<_>>().into_iter().collect();
    cidrs.sort_by_key(|net| (Family::of(net), *net));
    let addresses = nodes.iter().flat_map(|node| &node.addresses);
    let families: BTreeSet<Family> = addresses.map(|one| Family::of_address(&one.ip)).collect();
    let known = |family: &&Family| cidrs.iter().all(|net| Family::of(net) != **family);
    let awaits = families.iter().filter(known).copied().collect();
    let unseen = |family: &Family| {
        let why = "the router of the hosts, which nobody has told of".to_owned();
        Route::all(*family, Via::Unseen(why))
    };
    let hosts = topology::Subnet {
        part: Part {
            key: HOSTS.to_owned(),
            what: "the hosts' own network".to_owned(),
            ..Part::default()
        },
        awaits,
        routes: families.iter().map(unseen).collect(),
        cidrs,
        all_nodes: true,
        ..topology::Subnet::default()
    };
    let machines = nodes.iter().map(|node| Machine {
        name: node.name.clone(),
        addresses: node.addresses.iter().map(|address| address.ip).collect(),
        subnet: Some(HOSTS.to_owned()),
    });
    Topology {
        machines: machines.collect(),
        subnets: if nodes.is_empty() {
            Vec::new()
        } else {
            vec![hosts]
        },
        unseen: vec!["routers and rules between hosts are their owner's".to_owned()],
        ..Topology::default()
    }
}
