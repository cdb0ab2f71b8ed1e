//! What Hetzner Cloud can do, as data.

use groundwork_provider::{Capabilities, Capability, Feature, Support};

const NETWORKS: &str = "https://docs.hetzner.com/cloud/networks/faq";
const FIREWALLS: &str = "https://docs.hetzner.com/cloud/firewalls/faq/";

/// Networks are of IPv4 alone.
pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    features: &[
        Capability::native(
            Feature::Create,
            "networks with a subnet, and firewalls of both families",
            NETWORKS,
        ),
        Capability::native(
            Feature::Verify,
            "the API tells everything that matters of networks and firewalls",
            NETWORKS,
        ),
        Capability::new(
            Feature::DualStack,
            Support::NodeLevel,
            "each server has an IPv6 /64 of its own; networks are of IPv4 alone",
            NETWORKS,
        ),
        Capability::native(
            Feature::InPlaceDualStack,
            "a firewall gets rules of the other family at any time",
            FIREWALLS,
        ),
        Capability::unsupported(
            Feature::Adopt,
            "the reference system makes nothing here that could be taken over",
            "https://docs.kubermatic.com/machine-controller/main/references/cloud-providers/hetzner",
        ),
        Capability::new(
            Feature::DualStackLoadBalancer,
            Support::NodeLevel,
            "the cloud controller manager makes load balancers with addresses of both families",
            "https://github.com/hetznercloud/hcloud-cloud-controller-manager",
        ),
    ],
};
