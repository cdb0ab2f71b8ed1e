//! The Google Cloud driver: dual-stack VPC networks, created or verified.
//!
//! What is made, what is checked, and what that means for a cluster stands in `docs/gcp.md`.

mod answer;
mod api;
mod around;
mod assess;
mod capabilities;
mod check;
mod checks;
pub mod codes;
mod compile;
mod credentials;
mod link;
mod machines;
mod names;
mod object;
mod operations;
mod provider;
mod role;
mod spec;
mod survey;
mod topology;

pub use api::Api;
pub use object::{
    Address, Allowed, Common, Firewall, FirewallState, Instance, InstanceState, Nat, Network,
    NetworkState, Peering, Prefix, Quota, Region, RegionState, Route, RouteState, Router,
    RouterState, SecondaryRange, Source, Subnetwork, SubnetworkState,
};
pub use provider::Gcp;
pub use role::Role;
pub use spec::{AccessType, Datacenter, Spec};
pub use survey::Survey;
