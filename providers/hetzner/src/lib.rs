//! The Hetzner Cloud driver: private networks, and firewalls of both families.
//!
//! A network of Hetzner Cloud is of IPv4 alone: IPv6 belongs to each server. What is made, what is
//! checked, and what that means for a cluster stands in `docs/hetzner.md`.

mod answer;
mod api;
mod assess;
mod capabilities;
mod check;
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

pub use api::Api;
pub use object::{
    Firewall, FirewallId, FirewallRule, FirewallSelector, FirewallState, Location, LocationState,
    Member, MemberState, Network, NetworkId, NetworkState, Part, Route, SelectorState, Subnet,
    SubnetState, Target, Targets,
};
pub use provider::Hetzner;
pub use spec::{Datacenter, Spec};
pub use survey::Survey;
