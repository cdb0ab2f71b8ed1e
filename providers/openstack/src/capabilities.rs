//! What OpenStack can do, as data.

use groundwork_provider::{Capabilities, capabilities};

const NEUTRON: &str = "https://docs.openstack.org/neutron/latest/admin/config-ipv6.html";

/// Everything but load balancers of both families.
pub(crate) const CAPABILITIES: Capabilities = capabilities! {
    Native Create "Neutron makes networks, subnets, routers and security groups" NEUTRON
    Native Verify "Neutron tells everything that matters of an existing network" NEUTRON
    Native DualStack "one subnet of each family in one network" NEUTRON
    Native InPlaceDualStack "an IPv6 subnet can be added to a network at any time" NEUTRON
    Native Adopt "the reference system's objects are known by their names" NEUTRON
    Unsupported DualStackLoadBalancer "the cloud controller manager gives a Service the first of its families"
        "https://github.com/kubernetes/cloud-provider-openstack/issues/1937"
};
