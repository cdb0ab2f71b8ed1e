//! What AWS can do, as data.

use groundwork_provider::{Capabilities, Capability, Feature, Support};

const VPC: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-migrate-ipv6.html";

const fn native(feature: Feature, reason: &'static str) -> Capability {
    Capability {
        feature,
        support: Support::Native,
        reason,
        reference: VPC,
    }
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
        Capability {
            feature: Feature::DualStackLoadBalancer,
            support: Support::Unsupported,
            reason: "the cloud controller manager makes load balancers of one family",
            reference: "https://github.com/kubernetes/cloud-provider-aws/issues/477",
        },
    ],
};
