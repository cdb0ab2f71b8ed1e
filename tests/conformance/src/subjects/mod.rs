//! The drivers, each over its mock.

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "aws")]
mod aws_existing;
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
pub use byo::ByoSubject;
pub use digitalocean::DigitalOceanSubject;
pub use equinix::EquinixSubject;
pub use gcp::GcpSubject;
pub use hetzner::HetznerSubject;
pub use openstack::OpenStackSubject;
pub use toy::ToySubject;
pub use vsphere::VsphereSubject;
