//! The OpenStack driver: Keystone authentication and dual-stack Neutron networks.
//!
//! What is made, what is checked, and where the IPv6 range comes from stands in
//! `docs/openstack.md`.

mod answer;
mod api;
mod asked;
mod assess;
mod capabilities;
mod check;
mod checks;
mod clouds_yaml;
pub mod codes;
mod compile;
mod credentials;
mod existing;
mod group_templates;
mod ipv6_source;
mod network;
mod node_subnets;
mod object;
mod operations;
mod overlap;
mod provider;
mod rights;
mod router;
mod router_interface;
mod routing;
mod rules;
mod security_group;
mod spec;
mod subnet;
mod subnet_pool;
mod survey;

pub use api::Api;
pub use network::{ExternalNetwork, Network, NetworkState, SharedNetwork};
pub use object::Common;
pub use provider::OpenStack;
pub use rights::Rights;
pub use router::{FixedIp, Gateway, HostRoute, Router, RouterState};
pub use router_interface::{Interface, NetworkPort, PortState, RouterInterface};
pub use rules::RuleState;
pub use security_group::{SecurityGroup, SecurityGroupState};
pub use spec::{CredentialsReference, Datacenter, RaMode, Spec};
pub use subnet::{AllocationPool, Range, Subnet, SubnetState};
pub use subnet_pool::{SubnetPool, SubnetPoolState};
pub use survey::{Holders, Ours, Reached, Survey};
