//! The network as packets see it, as an installation of Equinix Metal has it. Pure.

use groundwork_provider::{
    Graph, Target,
    topology::{self, Gateway, INTERNET, Part, Route, Topology, Via},
};

use groundwork_model::Family;

use crate::{
    object::Vlan,
    spec::{Datacenter, Spec},
    survey::{Block, Survey},
};

/// Draws it. Each server has an address out of the project's blocks in the metro; VLANs have none.
pub(crate) fn topology(
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
    graph: &Graph,
) -> Topology {
    let families = target.addressing.family.families();
    let mut public = topology::Subnet::interfaces(families, INTERNET);
    public.zone = target.cloud.metro.clone().filter(|metro| !metro.is_empty());
    let (ipv6, private): (Vec<&Block>, Vec<&Block>) = survey
        .blocks
        .iter()
        .partition(|block| Family::of(&block.range) == Family::V6);
    public.cidrs = ipv6.iter().map(|block| block.range).collect();
    if !public.cidrs.is_empty() {
        public.awaits.remove(&Family::V6);
    }
    let private = private.into_iter().map(|block| topology::Subnet {
        part: Part::object(&block.id, "", "private block"),
        cidrs: vec![block.range],
        all_nodes: true,
        ..topology::Subnet::default()
    });
    let vlans = graph.of::<Vlan>().map(|(address, _)| topology::Subnet {
        part: Part::at(address, "VLAN"),
        all_nodes: true,
        routes: families.iter().map(layer_2).collect(),
        ..topology::Subnet::default()
    });
    Topology {
        subnets: private.chain(vlans).chain([public]).collect(),
        gateways: vec![Gateway::provider()],
        unseen: vec!["addresses on VLANs are the servers' own affair".to_owned()],
        ..Topology::default()
    }
}

fn layer_2(family: &Family) -> Route {
    let why = "whatever router is on the VLAN".to_owned();
    Route::all(*family, Via::Unseen(why))
}
