//! What this cloud can do, as data.

use groundwork_provider::{Capabilities, capabilities};

/// The vendor's page of the product said it first, and was taken down with it on 30 September 2026.
pub(crate) const SUNSET: &str =
    "https://github.com/kubernetes-retired/cloud-provider-equinix-metal/issues/636";
const API: &str = "https://github.com/equinix/equinix-sdk-python";

/// By feature.
pub(crate) const CAPABILITIES: Capabilities = capabilities! {
    Sunset Create "the service ended on 30 June 2026: nothing is created" SUNSET
    Native Verify "project, metro, IPv6 block and VLANs of an installation that the document names"
        API
    VerifyOnly DualStack "a server has IPv6 out of the project's block in its metro" API
    NodeLevel InPlaceDualStack "every server has both families from the beginning" API
    Unsupported DualStackLoadBalancer "KKP has no load balancers here" SUNSET
};
