//! The drivers, each over its mock.

#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "aws")]
mod aws_existing;
mod digitalocean;
mod equinix;
mod hetzner;
mod openstack;
mod toy;

#[cfg(feature = "aws")]
pub use aws::AwsSubject;
pub use digitalocean::DigitalOceanSubject;
pub use equinix::EquinixSubject;
pub use hetzner::HetznerSubject;
pub use openstack::OpenStackSubject;
pub use toy::ToySubject;
