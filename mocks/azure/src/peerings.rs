//! Peerings of virtual networks.

use std::sync::Arc;

use mock_cloud::{Body, Object};
use serde_json::json;

use crate::cloud::Azure;
use crate::ids::{key, name_of, outer};
use crate::kind::Kind;
use crate::links::ids;
use crate::prefixes::{of_network, overlap};
use crate::refused::{Answer, Refused};

/// What the other side was said to be when the peering was last in step with it.
const REMOTE: [&str; 2] = ["remoteAddressSpace", "remoteVirtualNetworkAddressSpace"];

impl Azure {
    pub(crate) fn prepared_peering(&mut self, id: &str, body: Body) -> Answer<Body> {
        let mut body = body;
        let own = outer(Kind::Peering, id);
        let remote = remote_of(&body);
        if key(&remote) == key(&own) {
            let message = format!(
                "Peering {} cannot be between a virtual network and itself.",
                name_of(id)
            );
            return Err(Refused::new(400, "VnetCannotPeerWithItself", message));
        }
        let peerings = self.within(Kind::Peering, &own);
        let mut others = peerings.iter().filter(|other| key(&other.id) != key(id));
        if let Some(other) = others.find(|other| key(&remote_of(&other.body)) == key(&remote)) {
            let message = format!(
                "Peering {} already references remote virtual network {remote}. Cannot add another peering \
                 {} referencing the same remote virtual network.",
                other.id,
                name_of(id)
            );
            return Err(Refused::new(
                400,
                "AnotherPeeringAlreadyReferencesRemoteVnet",
                message,
            ));
        }
        let (Some(network), Some(far)) = (
            self.find(Kind::VirtualNetwork, &own),
            self.find(Kind::VirtualNetwork, &remote),
        ) else {
            return Ok(body);
        };
        let (near, there) = (of_network(&network.body), of_network(&far.body));
        if near
            .iter()
            .any(|range| there.iter().any(|other| overlap(range, other)))
        {
            let message = format!(
                "Cannot create or update peering {id}. Virtual networks {own} and {remote} cannot be peered \
                 because their address spaces overlap."
            );
            return Err(Refused::new(400, "VnetAddressSpacesOverlap", message));
        }
        for name in REMOTE {
            let space = far.body.get("addressSpace").cloned().unwrap_or_default();
            body.insert(name.to_owned(), space);
        }
        for (name, usual) in [
            ("allowForwardedTraffic", false),
            ("allowGatewayTransit", false),
            ("allowVirtualNetworkAccess", true),
            ("doNotVerifyRemoteGateways", false),
            ("peerCompleteVnets", true),
            ("useRemoteGateways", false),
        ] {
            body.entry(name).or_insert(json!(usual));
        }
        if let Some(back) = self.back(&own, &remote) {
            body.insert("_connected".to_owned(), json!(true));
            self.store.update(Kind::Peering.plural(), &back.id, |body| {
                body.insert("_connected".to_owned(), json!(true));
            });
        }
        Ok(body)
    }

    /// The peering of the other side.
    fn back(&self, own: &str, remote: &str) -> Option<Arc<Object>> {
        let mut peerings = self.within(Kind::Peering, remote).into_iter();
        peerings.find(|peering| key(&remote_of(&peering.body)) == key(own))
    }

    /// How a peering stands, which the other side decides as well.
    pub(crate) fn peering_state(&self, id: &str, properties: &mut Body) {
        let Some(found) = self.find(Kind::Peering, id) else {
            return;
        };
        let (own, remote) = (outer(Kind::Peering, id), remote_of(&found.body));
        let was_connected = found.body.contains_key("_connected");
        let state = match (self.back(&own, &remote).is_some(), was_connected) {
            (true, _) => "Connected",
            (false, true) => "Disconnected",
            (false, false) => "Initiated",
        };
        let far = self.find(Kind::VirtualNetwork, &remote);
        let space = far.as_ref().and_then(|far| far.body.get("addressSpace"));
        let level = match space == found.body.get("remoteAddressSpace") {
            true => "FullyInSync",
            false => "RemoteNotInSync",
        };
        if let Some(space) = space {
            properties.insert("remoteVirtualNetworkAddressSpace".to_owned(), space.clone());
        }
        properties.insert("peeringState".to_owned(), json!(state));
        properties.insert("peeringSyncLevel".to_owned(), json!(level));
    }
}

fn remote_of(body: &Body) -> String {
    ids(body, "remoteVirtualNetwork")
        .into_iter()
        .next()
        .unwrap_or_default()
}
