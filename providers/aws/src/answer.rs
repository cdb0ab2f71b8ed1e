//! The cloud-neutral answer, and the patch that writes it back into the document. Pure.

use groundwork_model::ClusterKey;
use groundwork_provider::{Network, NetworkSubnet, States};
use ipnet::IpNet;

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
        cidrs: ranges(states),
        subnets: subnets.collect(),
        ..Network::of(cluster, "aws", states, ids(states))
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
fn ids(states: &States) -> [(&'static str, Option<String>); 3] {
    let vpc = states.see::<Vpc>("vpc");
    let group = states.see::<SecurityGroup>("security-group");
    let table = states.see::<RouteTable>("route-table/public");
    [
        ("vpcID", vpc.map(|state| state.common.id.clone())),
        (
            "securityGroupID",
            group.map(|state| state.common.id.clone()),
        ),
        ("routeTableID", table.map(|state| state.common.id.clone())),
    ]
}
