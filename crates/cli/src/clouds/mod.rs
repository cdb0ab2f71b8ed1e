//! The clouds that this binary knows. Each is a feature of it, and named once: in a file here.

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "azure")]
mod azure;
#[cfg(feature = "byo")]
mod byo;
#[cfg(feature = "digitalocean")]
mod digitalocean;
#[cfg(feature = "mock")]
#[allow(dead_code, reason = "a binary may be built without any cloud")]
mod embedded;
#[cfg(feature = "equinix")]
mod equinix;
mod former;
#[cfg(feature = "gcp")]
mod gcp;
#[cfg(feature = "hetzner")]
mod hetzner;
#[cfg(feature = "openstack")]
mod openstack;
mod policy;
#[cfg(feature = "vsphere")]
mod vsphere;

use groundwork_engine::Registry;
use groundwork_model::Code;
use groundwork_provider::{Capability, Support};

#[cfg(feature = "mock")]
pub(crate) use embedded::embedded;
pub(crate) use former::FORMER;
#[cfg(feature = "mock")]
pub(crate) use mock_in_process::InProcess;
pub(crate) use policy::Policies;

/// Everything that the command line knows of one cloud.
#[derive(Debug)]
pub(crate) struct Cloud {
    /// Its key in documents, and its name on the command line.
    pub(crate) name: &'static str,
    /// What people call it.
    pub(crate) title: &'static str,
    /// The codes of its findings.
    pub(crate) codes: &'static [Code],
    /// What an account has to be allowed.
    pub(crate) policies: Policies,
    /// Adds its driver.
    register: fn(Registry) -> Registry,
    /// Its mock.
    #[cfg(feature = "mock")]
    pub(crate) mock: embedded::MockOf,
}

/// Every cloud that was built in, by name.
pub(crate) const CLOUDS: &[Cloud] = &[
    #[cfg(feature = "aws")]
    aws::CLOUD,
    #[cfg(feature = "azure")]
    azure::CLOUD,
    #[cfg(feature = "byo")]
    byo::CLOUD,
    #[cfg(feature = "digitalocean")]
    digitalocean::CLOUD,
    #[cfg(feature = "gcp")]
    gcp::CLOUD,
    #[cfg(feature = "hetzner")]
    hetzner::CLOUD,
    #[cfg(feature = "openstack")]
    openstack::CLOUD,
    #[cfg(feature = "vsphere")]
    vsphere::CLOUD,
    #[cfg(feature = "equinix")]
    equinix::CLOUD,
];

/// Every driver that was built in.
pub(crate) fn drivers() -> Registry {
    let add = |registry, cloud: &Cloud| (cloud.register)(registry);
    CLOUDS.iter().fold(Registry::new(), add)
}

/// That a cloud has ended, and the page that says so.
pub(crate) fn ended(name: &str) -> Option<&'static Capability> {
    let registry = drivers();
    let features = registry.of(name)?.capabilities().features;
    features.iter().find(|one| one.support == Support::Sunset)
}

/// What people call a cloud.
pub(crate) fn title(name: &str) -> &str {
    let mut clouds = CLOUDS.iter().filter(|cloud| cloud.name == name);
    clouds.next().map_or(name, |cloud| cloud.title)
}

/// The names of the clouds, for sentences.
pub(crate) fn names() -> String {
    let names: Vec<&str> = CLOUDS.iter().map(|cloud| cloud.name).collect();
    names.join(", ")
}
