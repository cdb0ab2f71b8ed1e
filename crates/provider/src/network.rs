//! The answer: the ids and CIDRs of a network, to write back and to build on.

use groundwork_model::{Address, ClusterKey};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::States;

/// The network of one cluster.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Network {
    /// Which cluster.
    pub cluster: ClusterKey,
    /// The driver.
    pub provider: String,
    /// The ranges of the whole, IPv4 first, where a cloud has such (a VPC's); its subnets are in them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub cidrs: Vec<IpNet>,
    /// Everything that it consists of.
    pub objects: Vec<NetworkObject>,
    /// Its subnets.
    pub subnets: Vec<NetworkSubnet>,
    /// The ids in the document's own field names: merge it into the document.
    pub patch: Value,
}

impl Network {
    /// What exists of a cluster's network, without ranges and subnets. `ids` are fields of the document's
    /// `spec.cloud.<provider>`, for the patch; what is not known is left out.
    pub fn of(
        cluster: ClusterKey,
        provider: &str,
        states: &States,
        ids: impl IntoIterator<Item = (&'static str, Option<String>)>,
    ) -> Self {
        let ids = ids.into_iter();
        let known = ids.filter_map(|(field, id)| Some((field.to_owned(), id?.into())));
        let known: Map<String, Value> = known.collect();
        Self {
            cluster,
            provider: provider.to_owned(),
            cidrs: Vec::new(),
            objects: NetworkObject::all(states),
            subnets: Vec::new(),
            patch: json!({ "spec": { "cloud": { provider: known } } }),
        }
    }
}

/// One object of a network.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkObject {
    /// Its name in the graph.
    pub address: Address,
    /// Its kind.
    pub kind: String,
    /// The cloud's id.
    pub id: String,
    /// Its name at the cloud.
    pub name: String,
    /// Whether we made it and keep it.
    pub managed: bool,
}

impl NetworkObject {
    /// All objects of a network. Every state that has a name has it in its field `name`.
    pub fn all(states: &States) -> Vec<Self> {
        let objects = states.iter().map(|(address, known)| Self {
            address: address.clone(),
            kind: known.kind.clone(),
            id: known.id.clone(),
            name: known.state.to_value()["name"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            managed: known.managed,
        });
        objects.collect()
    }
}

/// One subnet of a network: of one family (OpenStack) or of both (AWS).
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkSubnet {
    /// The cloud's id.
    pub id: String,
    /// Its prefixes, IPv4 first.
    #[schemars(with = "Vec<String>")]
    pub cidrs: Vec<IpNet>,
    /// Its zone, where the cloud has zones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}
