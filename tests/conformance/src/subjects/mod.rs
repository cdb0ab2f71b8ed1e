//! The drivers, each over its mock.

mod openstack;
mod toy;

pub use openstack::OpenStackSubject;
pub use toy::ToySubject;
