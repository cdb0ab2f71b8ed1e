//! The cloud-neutral answer, and the patch that writes it back into the document. Pure.

use groundwork_model::ClusterKey;
use groundwork_provider::{Network, NetworkObject, NetworkSubnet, States};
use ipnet::IpNet;
use serde_json::{Map, Value, json};

use crate::object::{
    route_table::RouteTable, security_group::SecurityGroup, subnet::Subnet, vpc::Vpc,
    vpc_ipv6::VpcIpv6,
};

/// What a cluster's network consists of.
pub(crate) fn answer(cluster: ClusterKey, states: &States) -> Network {
    let subnets = states.of::<Subnet>().map(|(_, _, state)| NetworkSubnet {
        cidrs: state.cidr.into_iter().chain(state.ipv6_range()).collect(),
        id: state.common.id,
        zone: Some(state.zone),
    });
    Network {
        cluster,
        provider: "aws".to_owned(),
        cidrs: ranges(states),
        objects: NetworkObject::all(states),
        subnets: subnets.collect(),
        patch: json!({ "spec": { "cloud": { "aws": patch(states) } } }),
    }
}

/// The VPC's ranges. Its state may be older than its IPv6 range, which is a node of its own.
fn ranges(states: &States) -> Vec<IpNet> {
    let Some(vpc) = states.state::<Vpc>("vpc") else {
        return Vec::new();
    };
    let own = states.state::<VpcIpv6>("vpc/ipv6").map(|state| state.block);
    let blocks = own.map_or(vpc.ipv6, |block| vec![block]);
    let ipv6 = blocks.into_iter().filter_map(|block| block.cidr);
    vpc.cidrs.into_iter().chain(ipv6).collect()
}

/// The reference system's fields.
fn patch(states: &States) -> Value {
    let mut patch = Map::new();
    let vpc = states.state::<Vpc>("vpc").map(|state| state.common.id);
    let group = states
        .state::<SecurityGroup>("security-group")
        .map(|state| state.common.id);
    let table = states
        .state::<RouteTable>("route-table/public")
        .map(|state| state.common.id);
    for (field, id) in [
        ("vpcID", vpc),
        ("securityGroupID", group),
        ("routeTableID", table),
    ] {
        patch.extend(id.map(|id| (field.to_owned(), id.into())));
    }
    patch.into()
}
