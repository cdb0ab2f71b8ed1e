//! What this cloud can do, as data.

use groundwork_provider::{Capabilities, Capability, Feature};

const GUIDE: &str = "docs/writing-a-driver.md";

const fn native(feature: Feature, reason: &'static str) -> Capability {
    Capability::native(feature, reason, GUIDE)
}

/// By feature.
pub(super) const CAPABILITIES: Capabilities = Capabilities {
    features: &[
        native(
            Feature::Create,
            "networks, subnets, gateways and attachments",
        ),
        native(Feature::Verify, "a network or a gateway that exists"),
        native(Feature::DualStack, "the cloud gives each network a /56"),
        native(Feature::InPlaceDualStack, "a subnet takes a prefix later"),
        native(Feature::Adopt, "networks and gateways, by their names"),
        Capability::unsupported(Feature::DualStackLoadBalancer, "there are none", GUIDE),
    ],
};
