//! The OpenStack driver: Keystone authentication and dual-stack Neutron networks.
//!
//! What is made, what is checked, and where the IPv6 range comes from stands in
//! `docs/openstack.md`.

mod answer;
mod api;
mod assess;
mod capabilities;
mod check;
mod checks;
pub mod codes;
mod compile;
mod credentials;
mod machines;
mod object;
mod operations;
mod provider;
mod spec;
mod survey;
mod topology;
mod watched;

pub use api::Api;
pub use provider::OpenStack;
pub use spec::{Datacenter, Spec};
