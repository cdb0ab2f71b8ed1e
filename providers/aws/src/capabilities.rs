//! What AWS can do, as data.

use groundwork_provider::{Capabilities, capabilities};

const VPC: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-migrate-ipv6.html";

/// Everything but load balancers of both families.
pub(crate) const CAPABILITIES: Capabilities = capabilities! {
    Native Create "EC2 makes VPCs, subnets, gateways, route tables and security groups" VPC
    Native Verify "EC2 tells everything that matters of an existing VPC" VPC
    Native DualStack "one subnet has a range of each family" VPC
    Native InPlaceDualStack "VPCs and subnets take an IPv6 range at any time" VPC
    Unsupported DualStackLoadBalancer "the cloud controller manager makes load balancers of one family"
        "https://github.com/kubernetes/cloud-provider-aws/issues/477"
};
