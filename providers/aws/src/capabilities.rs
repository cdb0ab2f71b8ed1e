//! What AWS can do, as data.

use groundwork_provider::{Capabilities, Capability, Feature};

const VPC: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-migrate-ipv6.html";

const fn native(feature: Feature, reason: &'static str) -> Capability {
    Capability::native(feature, reason, VPC)
}

/// Everything but load balancers of both families.
pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    features: &[
        native(
            Feature::Create,
            "EC2 makes VPCs, subnets, gateways, route tables and security groups",
        ),
        native(
            Feature::Verify,
            "EC2 tells everything that matters of an existing VPC",
        ),
        native(Feature::DualStack, "one subnet has a range of each family"),
        native(
            Feature::InPlaceDualStack,
            "VPCs and subnets take an IPv6 range at any time",
        ),
        Capability::unsupported(
            Feature::DualStackLoadBalancer,
            "the cloud controller manager makes load balancers of one family",
            "https://github.com/kubernetes/cloud-provider-aws/issues/477",
        ),
    ],
};
