//! What Azure can do, as data.

use groundwork_provider::{Capabilities, capabilities};

const IPV6: &str = "https://learn.microsoft.com/azure/virtual-network/ip-services/ipv6-overview";

/// Virtual networks, their machines and their load balancers have both families.
pub(crate) const CAPABILITIES: Capabilities = capabilities! {
    Native Create "resource groups, virtual networks with a subnet, security groups, route tables, NAT gateways"
        "https://learn.microsoft.com/rest/api/virtualnetwork/"
    Native Verify "the API tells networks, subnets, security groups, route tables and peerings"
        "https://learn.microsoft.com/rest/api/virtualnetwork/"
    Native DualStack "a subnet has an IPv4 range and an IPv6 /64" IPV6
    Native InPlaceDualStack "a network, and a subnet with machines in it, take an IPv6 range by a change"
        IPV6
    Native Adopt "what the reference system makes, by its names"
        "https://docs.kubermatic.com/kubermatic/main/architecture/supported-providers/azure"
    Native DualStackLoadBalancer "the cloud controller manager makes them since 1.28"
        "https://github.com/kubernetes-sigs/cloud-provider-azure/issues/814"
};
