//! Nodes.

use std::net::IpAddr;

use async_trait::async_trait;
use groundwork_provider::{
    Change, Diff, External, Facts, Found, Later, Listing, Result, Scope, Told,
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::api::Api;

/// What a node has to be, where the document lists it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Node {
    /// Its addresses in their order; empty where the document does not say.
    pub addresses: Vec<IpAddr>,
    /// Its pods' ranges; empty where the document does not say.
    pub pod_cidrs: Vec<IpNet>,
}

/// What the cluster says of a node.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeState {
    /// Its name.
    pub name: String,
    /// What is at its provider, as a cloud controller has found it.
    pub provider_id: Option<String>,
    /// Its addresses, in the order of its status.
    pub addresses: Vec<NodeAddress>,
    /// Its pods' ranges.
    #[serde(rename = "podCIDRs")]
    pub pod_cidrs: Vec<IpNet>,
    /// The kubelet's node-ip.
    pub node_ip: Option<String>,
    /// Whether it waits for a cloud controller.
    pub is_uninitialized: bool,
    /// The zone that its label names.
    pub zone: Option<String>,
}

/// One address of a node.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct NodeAddress {
    /// `InternalIP`, `ExternalIP`, `Hostname`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// The address or the name.
    pub address: String,
}

const INTERNAL: &str = "InternalIP";
const EXTERNAL: &str = "ExternalIP";

impl NodeState {
    /// The addresses that the cluster reaches it at: of each family the internal ones, or else the
    /// external ones.
    pub fn ips(&self) -> Vec<IpAddr> {
        let of_kind = |kind: &'static str| {
            let all = self
                .addresses
                .iter()
                .filter(move |address| address.kind == kind);
            all.filter_map(|address| address.address.parse::<IpAddr>().ok())
        };
        let has_internal =
            |ip: &IpAddr| of_kind(INTERNAL).any(|other| other.is_ipv4() == ip.is_ipv4());
        let used = self.addresses.iter().filter_map(|address| {
            let ip: IpAddr = address.address.parse().ok()?;
            let is_used = match address.kind.as_str() {
                INTERNAL => true,
                EXTERNAL => !has_internal(&ip),
                _ => false,
            };
            is_used.then_some(ip)
        });
        used.collect()
    }
}

#[async_trait]
impl Listing for Node {
    const KIND: &'static str = "bringyourown.node/1";
    type Api = Api;
    type State = NodeState;

    fn told(state: &NodeState) -> Told {
        let ips: Vec<String> = state.ips().iter().map(IpAddr::to_string).collect();
        let told = Told::named(&state.name).with_ranges(state.pod_cidrs.iter().copied());
        told.with_detail(&ips.join(", "))
    }

    async fn list(api: &Api, _: &Scope) -> Result<Vec<Found<NodeState>>> {
        let found = |state: NodeState| Found::foreign(state.name.clone(), state);
        let nodes = api.nodes().await?;
        let nodes = nodes.into_iter().map(NodeState::from);
        Ok(nodes.map(found).collect())
    }
}

impl External for Node {
    fn id(state: &NodeState) -> String {
        state.name.clone()
    }

    fn diff(&self, _: &Facts<'_>, state: &NodeState) -> Result<Diff, Later> {
        let addresses = (!self.addresses.is_empty())
            .then(|| Change::between("addresses", &state.ips(), &self.addresses));
        let ranges = (!self.pod_cidrs.is_empty())
            .then(|| Change::between("podCIDRs", &state.pod_cidrs, &self.pod_cidrs));
        let changes = [addresses, ranges].into_iter().flatten().flatten();
        Ok(Diff::of(changes, None))
    }
}
