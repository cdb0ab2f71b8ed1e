use serde_json::{Value, json};

use crate::client::{Client, network, network_body, refusal};

fn with_two() -> Client {
    let mut client = Client::with_network();
    let mut other = network_body(json!([]));
    other["properties"]["addressSpace"]["addressPrefixes"] = json!(["10.9.0.0/16", "fd00:9::/48"]);
    client.done("PUT", &network("m"), &other);
    client
}

fn peering(client: &Client, remote: &str) -> Value {
    let id = format!("{}/{}", client.subscription(), network(remote));
    json!({ "properties": { "remoteVirtualNetwork": { "id": id } } })
}

fn state(client: &Client, path: &str) -> Value {
    client.get(&network(path))["properties"]["peeringState"].clone()
}

#[test]
fn a_peering_needs_both_sides() {
    let mut client = with_two();
    let (there, back) = (peering(&client, "m"), peering(&client, "n"));
    client.done("PUT", &network("n/virtualNetworkPeerings/p"), &there);
    assert_eq!(state(&client, "n/virtualNetworkPeerings/p"), "Initiated");
    client.done("PUT", &network("m/virtualNetworkPeerings/p"), &back);
    assert_eq!(state(&client, "n/virtualNetworkPeerings/p"), "Connected");
    let shown = client.get(&network("n"))["properties"]["virtualNetworkPeerings"][0].clone();
    let remote = &shown["properties"]["remoteAddressSpace"]["addressPrefixes"];
    assert_eq!(remote, &json!(["10.9.0.0/16", "fd00:9::/48"]));
    assert_eq!(shown["properties"]["peeringSyncLevel"], "FullyInSync");
    client.done(
        "DELETE",
        &network("m/virtualNetworkPeerings/p"),
        &Value::Null,
    );
    assert_eq!(state(&client, "n/virtualNetworkPeerings/p"), "Disconnected");
}

#[test]
fn networks_that_overlap_have_no_peering() {
    let mut client = with_two();
    client.done("PUT", &network("same"), &network_body(json!([])));
    for (remote, code) in [
        ("same", "VnetAddressSpacesOverlap"),
        ("n", "VnetCannotPeerWithItself"),
        ("none", "InvalidResourceReference"),
    ] {
        let body = peering(&client, remote);
        let refused = client.refused("PUT", &network("n/virtualNetworkPeerings/p"), &body);
        assert_eq!(refused, refusal(400, code), "{remote}");
    }
    let body = peering(&client, "m");
    client.done("PUT", &network("n/virtualNetworkPeerings/p"), &body);
    let refused = client.refused("PUT", &network("n/virtualNetworkPeerings/q"), &body);
    assert_eq!(
        refused,
        refusal(400, "AnotherPeeringAlreadyReferencesRemoteVnet")
    );
}
