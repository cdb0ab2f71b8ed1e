//! Networks that the nodes' network is joined with. Pure.

use groundwork_model::{Family, Finding};
use ipnet::IpNet;

use super::Judge;
use crate::{
    codes, id,
    object::{NetworkState, PeeringState},
    spec::field,
};

impl Judge<'_> {
    /// Peerings that do not carry what a cluster of both families may expect.
    pub(super) fn peerings(&self) -> Vec<Finding> {
        let Some(network) = self.named_network() else {
            return Vec::new();
        };
        let peerings = network.properties.virtual_network_peerings.iter();
        let peerings = peerings.filter_map(|peering| self.peering(&network, peering));
        peerings.collect()
    }

    fn peering(&self, network: &NetworkState, peering: &PeeringState) -> Option<Finding> {
        let properties = &peering.properties;
        let other = properties.remote_virtual_network.as_ref();
        let told = format!(
            "peering {} with {}",
            peering.name,
            other.map_or("a network", |at| id::name(&at.id))
        );
        let call = |verb: &str| {
            format!(
                "if nodes need it, have its owner call: az network vnet peering {verb} --resource-group {} \
                 --vnet-name {} --name {}",
                id::part(&network.common.id, "resourceGroups").unwrap_or_default(),
                network.common.name,
                peering.name
            )
        };
        let is_connected = properties.peering_state.eq_ignore_ascii_case("Connected");
        let is_synced = matches!(properties.peering_sync_level.as_str(), "" | "FullyInSync");
        let has_ipv6 = ranges(peering)
            .iter()
            .any(|net| matches!(net, IpNet::V6(_)));
        let (message, remedy) = if !is_connected {
            let state = &properties.peering_state;
            let message = format!("the {told} is {state}: nodes do not reach that network");
            (
                message,
                "if nodes need it, have both owners make the peering anew".to_owned(),
            )
        } else if !is_synced {
            let message = format!(
                "the {told} does not know all ranges of both networks ({}): what is new is not reached",
                properties.peering_sync_level
            );
            (message, call("sync"))
        } else if self.is_dual() && !has_ipv6 {
            let message = format!(
                "the {told} carries {} alone: nodes do not reach it over {}",
                Family::V4,
                Family::V6
            );
            let remedy = "if nodes need it, have the owner of that network add an IPv6 range, then call: az \
                          network vnet peering sync";
            (message, remedy.to_owned())
        } else {
            return None;
        };
        let finding = Finding::note(codes::PEERING, message).at(field("vnet"));
        Some(finding.about(network.told()).remedy(remedy))
    }
}

/// The ranges that peerings bring, with what they are.
pub(super) fn brought(network: &NetworkState) -> Vec<(IpNet, String)> {
    let peerings = network.properties.virtual_network_peerings.iter();
    let all = peerings.filter(|one| {
        one.properties
            .peering_state
            .eq_ignore_ascii_case("Connected")
    });
    let brought = all.flat_map(|peering| {
        let what = format!("what the peering {} brings", peering.name);
        ranges(peering)
            .into_iter()
            .map(move |net| (net, what.clone()))
    });
    brought.collect()
}

/// The ranges of the other network, or of those of its subnets that are joined.
fn ranges(peering: &PeeringState) -> Vec<IpNet> {
    let properties = &peering.properties;
    let (known, now) = (
        &properties.remote_address_space.address_prefixes,
        &properties
            .remote_virtual_network_address_space
            .address_prefixes,
    );
    let is_whole = properties.peer_complete_vnets != Some(false);
    match is_whole && !now.is_empty() {
        true => now.clone(),
        false => known.clone(),
    }
}
