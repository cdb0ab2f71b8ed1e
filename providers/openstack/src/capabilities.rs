//! What OpenStack can do, as data.

use groundwork_provider::{Capabilities, Capability, Feature};

const NEUTRON: &str = "https://docs.openstack.org/neutron/latest/admin/config-ipv6.html";

const fn native(feature: Feature, reason: &'static str) -> Capability {
    Capability::native(feature, reason, NEUTRON)
}

/// Everything but load balancers of both families.
pub(crate) const CAPABILITIES: Capabilities = Capabilities {
    features: &[
        native(
            Feature::Create,
            "Neutron makes networks, subnets, routers and security groups",
        ),
        native(
            Feature::Verify,
            "Neutron tells everything that matters of an existing network",
        ),
        native(
            Feature::DualStack,
            "one subnet of each family in one network",
        ),
        native(
            Feature::InPlaceDualStack,
            "an IPv6 subnet can be added to a network at any time",
        ),
        native(
            Feature::Adopt,
            "the reference system's objects are known by their names",
        ),
        Capability::unsupported(
            Feature::DualStackLoadBalancer,
            "the cloud controller manager gives a Service the first of its families",
            "https://github.com/kubernetes/cloud-provider-openstack/issues/1937",
        ),
    ],
};
