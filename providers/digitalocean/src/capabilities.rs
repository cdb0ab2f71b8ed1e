//! What this cloud can do, as data.

use groundwork_provider::{Capabilities, capabilities};

const VPC: &str = "https://docs.digitalocean.com/products/networking/vpc/";
const IPV6: &str = "https://docs.digitalocean.com/products/networking/ipv6/";

/// By feature.
pub(crate) const CAPABILITIES: Capabilities = capabilities! {
    Native Create "VPC, subnets, tag and cloud firewall; a VPC NAT gateway is only verified" VPC
    Native Verify "a VPC, its subnets, a firewall and a NAT gateway that exist" VPC
    NodeLevel DualStack "VPCs are IPv4 alone; the flag ipv6 of each droplet decides" IPV6
    Native InPlaceDualStack "the firewall gets the second family in place; droplets get IPv6 one by one"
        IPV6
    Unsupported Adopt "the reference system makes nothing here that could be taken over" VPC
    NodeLevel DualStackLoadBalancer "network_stack DUALSTACK, fixed when it is made, and only if every node has both families"
        "https://github.com/digitalocean/digitalocean-cloud-controller-manager"
};
