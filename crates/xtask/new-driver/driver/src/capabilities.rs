//! What this cloud can do, as data: printed by `groundwork capabilities`, and held by the suite.

use groundwork_provider::{Capabilities, capabilities};

/// The page that says so.
const API: &str = "docs/acorn.md";

/// By feature.
pub(crate) const CAPABILITIES: Capabilities = capabilities! {
    Native Create "networks and subnets" API
    Native Verify "a network that exists" API
    Native DualStack "each network has a /56" API
    Native InPlaceDualStack "a subnet takes a prefix at any time" API
    Unsupported Adopt "KKP creates no networks here" API
    Unsupported DualStackLoadBalancer "there are none" API
};
