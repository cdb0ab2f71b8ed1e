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
mod object;
mod operations;
mod provider;
mod spec;
mod survey;
mod watched;

pub use api::Api;
pub use object::network::{ExternalNetwork, Network, NetworkState, SharedNetwork};
pub use object::router::{FixedIp, Gateway, HostRoute, Router, RouterState};
pub use object::router_interface::{Interface, InterfaceState, RouterInterface};
pub use object::rules::RuleState;
pub use object::security_group::{SecurityGroup, SecurityGroupState};
pub use object::subnet::{AllocationPool, Range, Subnet, SubnetState};
pub use provider::OpenStack;
pub use spec::{CredentialsReference, Datacenter, RaMode, Spec};
pub use survey::rights::Rights;
pub use survey::{Holders, Ours, Reached, Survey};
pub use watched::port::{DevicePort, NetworkPort, Port, Ports};
pub use watched::subnet_pool::{SubnetPool, SubnetPoolState};
