//! Large packets: a connection that opens, and then carries nothing.

use groundwork_model::{Family, Finding};

use super::{Attempt, Outcome, Scene, To};
use crate::codes;

/// A server sends, and a client counts what arrives. Where that fails between pods, it fails for their services.
pub(super) fn judge(scene: &Scene<'_>, family: Family) -> Option<Finding> {
    let part = scene
        .of(family)
        .filter(|one| one.outcome == Some(Outcome::Part));
    let (pods, services): (Vec<&Attempt>, Vec<&Attempt>) =
        part.partition(|one| matches!(one.to, To::Server(_)));
    let lost = if pods.is_empty() { services } else { pods };
    if lost.is_empty() {
        return None;
    }
    let ways: Vec<String> = lost.iter().filter_map(|one| way(scene, one)).collect();
    let message = format!(
        "over {family}, connections open and small packets arrive, and large ones do not: {}",
        ways.join("; ")
    );
    Some(Finding::error(codes::PROBE_MTU, message).remedy(remedy(family)))
}

/// The way of what is sent: from the server to the client.
fn way(scene: &Scene<'_>, attempt: &Attempt) -> Option<String> {
    let to = scene.node(attempt.from);
    match attempt.to {
        To::Server(server) => Some(format!("from node {} to node {to}", scene.node(server))),
        To::Service(policy) => Some(format!("from the service with {policy} to node {to}")),
        To::Outside(_) => None,
    }
}

/// The headers: outer IP (20 or 40 bytes), UDP 8, VXLAN 8, inner Ethernet 14 (RFC 7348 section 5); WireGuard 32 in
/// place of the last two.
fn remedy(family: Family) -> String {
    let icmp = match family {
        Family::V4 => "ICMP \"fragmentation needed\" (type 3, code 4)",
        Family::V6 => "ICMPv6 \"packet too big\" (type 2)",
    };
    format!(
        "in this order: set the network plugin's MTU to what the network between the nodes carries, less its \
         tunnel's headers (VXLAN: 50 bytes over IPv4 and 70 over IPv6; WireGuard: 60 and 80); let every firewall \
         between the nodes pass {icmp}"
    )
}
