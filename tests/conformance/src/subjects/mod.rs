//! The drivers, each over its mock.

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "aws")]
mod aws_existing;
#[cfg(feature = "azure")]
mod azure;
#[cfg(feature = "azure")]
mod azure_existing;
mod byo;
mod digitalocean;
mod equinix;
mod gcp;
mod hetzner;
mod openstack;
mod toy;
mod vsphere;

#[cfg(feature = "aws")]
pub use aws::AwsSubject;
#[cfg(feature = "azure")]
pub use azure::AzureSubject;
pub use byo::ByoSubject;
pub use digitalocean::DigitalOceanSubject;
pub use equinix::EquinixSubject;
pub use gcp::GcpSubject;
pub use hetzner::HetznerSubject;
pub use openstack::OpenStackSubject;
pub use toy::ToySubject;
pub use vsphere::VsphereSubject;
