//! What Hetzner Cloud can do, as data.

use groundwork_provider::{Capabilities, capabilities};

const NETWORKS: &str = "https://docs.hetzner.com/cloud/networks/faq";
const FIREWALLS: &str = "https://docs.hetzner.com/cloud/firewalls/faq/";

/// Networks are of IPv4 alone.
pub(crate) const CAPABILITIES: Capabilities = capabilities! {
    Native Create "networks with a subnet, and firewalls of both families" NETWORKS
    Native Verify "the API tells everything that matters of networks and firewalls" NETWORKS
    NodeLevel DualStack "each server has an IPv6 /64 of its own; networks are of IPv4 alone"
        NETWORKS
    Native InPlaceDualStack "a firewall gets rules of the other family at any time" FIREWALLS
    Unsupported Adopt "the reference system makes nothing here that could be taken over"
        "https://docs.kubermatic.com/machine-controller/main/references/cloud-providers/hetzner"
    NodeLevel DualStackLoadBalancer "the cloud controller manager makes load balancers with addresses of both families"
        "https://github.com/hetznercloud/hcloud-cloud-controller-manager"
};
