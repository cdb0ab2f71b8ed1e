//! What this cloud can do, as data: printed by `groundwork capabilities`, and held by the suite.

use groundwork_provider::{Capabilities, Capability, Feature};

/// The page that says so.
const API: &str = "docs/acorn.md";

/// By feature.
pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    features: &[
        Capability::native(Feature::Create, "networks and subnets", API),
        Capability::native(Feature::Verify, "a network that exists", API),
        Capability::native(Feature::DualStack, "each network has a /56", API),
        Capability::native(
            Feature::InPlaceDualStack,
            "a subnet takes a prefix at any time",
            API,
        ),
        Capability::unsupported(Feature::Adopt, "KKP creates no networks here", API),
        Capability::unsupported(Feature::DualStackLoadBalancer, "there are none", API),
    ],
};
