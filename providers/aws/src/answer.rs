//! The cloud-neutral answer, and the patch that writes it back into the document. Pure.

use groundwork_model::{Address, ClusterKey};
use groundwork_provider::{Known, Network, NetworkObject, NetworkSubnet, States};
use serde_json::{Map, Value, json};

use crate::{route_table::RouteTable, security_group::SecurityGroup, subnet::Subnet, vpc::Vpc};

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
        objects: states.iter().map(object).collect(),
        subnets: subnets.collect(),
        patch: json!({ "spec": { "cloud": { "aws": patch(states) } } }),
    }
}

/// Every state that has a name has it under the same field.
fn object((address, known): (&Address, &Known)) -> NetworkObject {
    NetworkObject {
        address: address.clone(),
        kind: known.kind.clone(),
        id: known.id.clone(),
        name: known.state["name"].as_str().unwrap_or_default().to_owned(),
        managed: known.managed,
    }
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
