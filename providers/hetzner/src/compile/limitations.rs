//! What Hetzner's firewalls cannot do, and what a cluster needs besides the network. Pure.

use groundwork_kit::document::given;
use groundwork_model::Finding;

use super::Draft;
use crate::codes;

const FAMILY: &str = "spec.clusterNetwork.ipFamily";

/// The firewall is applied by a label, which machines get from their own document.
pub(super) fn node_label(selector: &str) -> Finding {
    let label = selector.replace('=', ": ");
    let message = format!(
        "the firewall is applied to servers with the label {selector}: a node without it is open to \
         everybody"
    );
    let finding = Finding::note(codes::NODE_LABEL, message);
    finding.remedy(format!(
        "set labels: {{ {label} }} in the MachineDeployment's cloudProviderSpec"
    ))
}

impl Draft<'_> {
    /// Said of every cluster, whatever its network.
    pub(super) fn limitations(&mut self) {
        let is_dual = self.target.is_dual_stack();
        if is_dual && given(&self.target.spec.firewall).is_none() {
            self.findings.push(node_ipv6());
        }
    }
}

/// Firewalls know ranges and no groups, and which /64 a node gets is not known before.
fn node_ipv6() -> Finding {
    let message = "nodes reach each other over the private network, and over IPv6 only by ICMP, SSH and \
                   node ports: a firewall of Hetzner's cannot name the nodes";
    let finding = Finding::note(codes::NODE_IPV6, message).at(FAMILY);
    finding.remedy("let the network plugin tunnel over the private IPv4 addresses")
}
