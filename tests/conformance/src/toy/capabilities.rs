//! What this cloud can do, as data.

use groundwork_provider::{Capabilities, Capability, Feature, Support};

const fn feature(feature: Feature, support: Support, reason: &'static str) -> Capability {
    Capability {
        feature,
        support,
        reason,
        reference: "docs/writing-a-driver.md",
    }
}

/// By feature.
pub(super) const CAPABILITIES: Capabilities = Capabilities {
    features: &[
        feature(
            Feature::Create,
            Support::Native,
            "networks, subnets, gateways and attachments",
        ),
        feature(
            Feature::Verify,
            Support::Native,
            "a network or a gateway that exists",
        ),
        feature(
            Feature::DualStack,
            Support::Native,
            "the cloud gives each network a /56",
        ),
        feature(
            Feature::InPlaceDualStack,
            Support::Native,
            "a subnet takes a prefix later",
        ),
        feature(
            Feature::Adopt,
            Support::Native,
            "networks and gateways, by their names",
        ),
        feature(
            Feature::DualStackLoadBalancer,
            Support::Unsupported,
            "there are none",
        ),
    ],
};
