//! The network as packets see it, as far as a vCenter knows. Pure.

use groundwork_model::Family;
use groundwork_provider::{
    Graph, States,
    topology::{self, Part, Route, Topology, Via},
};
use ipnet::IpNet;

use crate::{object::Network, spec::VsphereTarget, survey::Survey};

/// Draws it. A vCenter has no subnets, no routes and no rules: what it knows of ranges is what NSX and
/// IP pools say.
pub(crate) fn topology(
    target: &VsphereTarget,
    survey: &Survey,
    graph: &Graph,
    states: &States,
) -> Topology {
    let families = target.addressing.family.families();
    let subnets = graph.of::<Network>().map(|(address, _)| {
        let state = states.state::<Network>(address.as_str());
        let id = state.as_ref().map(|state| state.id.clone());
        let pools = id.iter().filter_map(|id| survey.evidence.get(id));
        let pools = pools.flat_map(|evidence| evidence.pools.iter().map(|(_, net)| *net));
        let ranges = state.iter().flat_map(|state| state.ranges.iter().copied());
        let mut cidrs: Vec<IpNet> = ranges.chain(pools).collect();
        cidrs.sort_by_key(Family::of);
        cidrs.dedup();
        let known = |family: &&Family| !cidrs.iter().any(|net| Family::of(net) == **family);
        let awaits = families.iter().filter(known).copied().collect();
        let unseen = |family: &Family| {
            let why = "the router of that network, which a vCenter does not know".to_owned();
            Route::all(*family, Via::Unseen(why))
        };
        topology::Subnet {
            part: Part::at(address, "network"),
            awaits,
            cidrs,
            all_nodes: true,
            routes: families.iter().map(unseen).collect(),
            ..topology::Subnet::default()
        }
    });
    let what = "routers, gateways and rules are the datacenter's own: a vCenter does not know them";
    Topology {
        subnets: subnets.collect(),
        unseen: vec![what.to_owned()],
        ..Topology::default()
    }
}
