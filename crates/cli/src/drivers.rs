//! The clouds that this binary knows: each is a feature of it.

use groundwork_engine::Registry;

/// Every driver that was built in.
pub(crate) fn drivers() -> Registry {
    let registry = Registry::new();
    #[cfg(feature = "aws")]
    let registry = registry.with(groundwork_aws::Aws);
    #[cfg(feature = "openstack")]
    let registry = registry.with(groundwork_openstack::OpenStack);
    registry
}
