//! What this cloud can do, as data.

use groundwork_provider::{Capabilities, capabilities};

const GUIDE: &str = "docs/writing-a-driver.md";

/// By feature.
pub(super) const CAPABILITIES: Capabilities = capabilities! {
    Native Create "networks, subnets, gateways and attachments" GUIDE
    Native Verify "a network or a gateway that exists" GUIDE
    Native DualStack "the cloud gives each network a /56" GUIDE
    Native InPlaceDualStack "a subnet takes a prefix later" GUIDE
    Native Adopt "networks and gateways, by their names" GUIDE
    Unsupported DualStackLoadBalancer "there are none" GUIDE
};
