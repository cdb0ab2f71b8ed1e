//! What Hetzner's networks and its cloud controller manager cannot do, and what a cluster needs
//! besides the network. Pure.

use groundwork_kit::document::given;
use groundwork_model::{CniKind, Finding};

use super::Draft;
use crate::{codes, object::LocationState};

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
    pub(super) fn limitations(&mut self, location: Option<&LocationState>) {
        self.findings.push(controller());
        self.findings.extend(location.map(load_balancers));
        if !self.target.addressing.family.is_dual_stack() {
            return;
        }
        self.findings.push(ipv6());
        if given(&self.target.spec.firewall).is_none() {
            self.findings.push(node_ipv6());
        }
        self.findings.push(node_addresses());
        self.findings.push(routes(self.target.cluster.cni()));
    }
}

fn ipv6() -> Finding {
    let message = "the network is of IPv4 alone: each server has a public IPv6 /64 of its own, which is \
                   an ExternalIP of its node and never an InternalIP; IPv6 of pods is not routed \
                   between nodes";
    let finding = Finding::note(codes::IPV6, message).at(FAMILY);
    finding.remedy(
        "let the network plugin tunnel pods' IPv6 between nodes, and masquerade what leaves",
    )
}

/// Firewalls know ranges and no groups, and which /64 a node gets is not known before.
fn node_ipv6() -> Finding {
    let message = "nodes reach each other over the private network, and over IPv6 only by ICMP, SSH and \
                   node ports: a firewall of Hetzner's cannot name the nodes";
    let finding = Finding::note(codes::NODE_IPV6, message).at(FAMILY);
    finding.remedy("let the network plugin tunnel over the private IPv4 addresses")
}

fn node_addresses() -> Finding {
    let message = "hcloud-cloud-controller-manager reports IPv4 alone unless \
                   HCLOUD_INSTANCES_ADDRESS_FAMILY is dualstack, and of a node's /64 the address ::1 \
                   alone: with any other address in --node-ip a node stays uninitialized, and with a \
                   private IPv4 address there it has no public one";
    let finding = Finding::note(codes::NODE_ADDRESSES, message).at(FAMILY);
    finding.remedy(
        "KKP sets the variable; elsewhere set HCLOUD_INSTANCES_ADDRESS_FAMILY=dualstack, and leave \
         --node-ip out",
    )
}

/// The plugins that KKP installs tunnel by themselves.
fn routes(cni: CniKind) -> Finding {
    let message = "with two pod ranges the route controller makes no routes, or refuses the node's IPv6 \
                   range and the node stays without a network: pods have to be tunnelled";
    let finding = match cni {
        CniKind::Canal | CniKind::Cilium => Finding::note(codes::ROUTES, message),
        CniKind::None => Finding::warning(codes::ROUTES, message),
    };
    finding.at(FAMILY).remedy(
        "set HCLOUD_NETWORK_ROUTES_ENABLED=false for the cloud controller manager, and use a network \
         plugin that tunnels",
    )
}

/// Servers lost the field `datacenter` on 2026-07-01; 1.30.1 is the first release that knows.
fn controller() -> Finding {
    let message = "hcloud-cloud-controller-manager before 1.30.1 fails since Hetzner's API changed on \
                   2026-07-01: KKP 2.28.13 and 2.29.10 have 1.24.0, KKP 2.30.0 to 2.30.3 have 1.29.2";
    let finding = Finding::warning(codes::CONTROLLER, message);
    finding.remedy("use KKP 2.30.4 or newer, or hcloud-cloud-controller-manager 1.30.1 or newer")
}

fn load_balancers(location: &LocationState) -> Finding {
    let message = "a Service of type LoadBalancer stays pending unless it, or the cloud controller \
                   manager, says where its load balancer is; it has addresses of both families then";
    let finding = Finding::note(codes::LOAD_BALANCER, message);
    let LocationState {
        name, network_zone, ..
    } = location;
    finding.remedy(format!(
        "annotate the Service with load-balancer.hetzner.cloud/location: \"{name}\", or with \
         load-balancer.hetzner.cloud/network-zone: \"{network_zone}\", not with both"
    ))
}
