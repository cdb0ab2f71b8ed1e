//! What this cloud can do, as data.

use groundwork_provider::{Capabilities, Capability, Feature, Support};

/// The vendor's page of the product said it first, and was taken down with it on 30 September 2026.
pub(crate) const SUNSET: &str =
    "https://github.com/kubernetes-retired/cloud-provider-equinix-metal/issues/636";
const API: &str = "https://github.com/equinix/equinix-sdk-python";

/// By feature.
pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    features: &[
        Capability::new(
            Feature::Create,
            Support::Sunset,
            "the service ended on 30 June 2026: nothing is created",
            SUNSET,
        ),
        Capability::new(
            Feature::Verify,
            Support::Native,
            "project, metro, IPv6 block and VLANs of an installation that the document names",
            API,
        ),
        Capability::new(
            Feature::DualStack,
            Support::VerifyOnly,
            "a server has IPv6 out of the project's block in its metro",
            API,
        ),
        Capability::new(
            Feature::InPlaceDualStack,
            Support::NodeLevel,
            "every server has both families from the beginning",
            API,
        ),
        Capability::new(
            Feature::DualStackLoadBalancer,
            Support::Unsupported,
            "KKP has no load balancers here",
            SUNSET,
        ),
    ],
};
