//! What Google Cloud can do, as data.

use groundwork_provider::{Capabilities, capabilities};

const SUBNETS: &str = "https://cloud.google.com/vpc/docs/subnets";

/// Subnetworks have both families; load balancers of the cloud controller manager have not.
pub(crate) const CAPABILITIES: Capabilities = capabilities! {
    Native Create "networks in custom mode with a dual-stack subnetwork, Cloud NAT, and firewall rules"
        SUBNETS
    Native Verify "the API tells networks, subnetworks, routes, and the rules and policies in force"
        "https://cloud.google.com/compute/docs/reference/rest/v1/regionNetworkFirewallPolicies/getEffectiveFirewalls"
    Native DualStack "a subnetwork has one IPv4 range and one IPv6 /64, public or of the network alone"
        SUBNETS
    Native InPlaceDualStack "a subnetwork gets its IPv6 range by a change; which kind is decided once"
        "https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks/patch"
    Native Adopt "firewall rules of the reference system, by their names; it makes nothing else"
        "https://docs.kubermatic.com/kubermatic/main/architecture/supported-providers/gcp"
    Unsupported DualStackLoadBalancer "the cloud controller manager makes load balancers of IPv4 alone"
        "https://github.com/kubernetes/cloud-provider-gcp"
};
