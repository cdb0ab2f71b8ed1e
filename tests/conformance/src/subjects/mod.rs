//! The drivers, each over its mock.

#[cfg(feature = "aws")]
mod aws;
mod openstack;
mod toy;

#[cfg(feature = "aws")]
pub use aws::AwsSubject;
pub use openstack::OpenStackSubject;
pub use toy::ToySubject;
