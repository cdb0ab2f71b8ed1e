//! The Azure driver: dual-stack virtual networks, created or verified.
//!
//! What is made, what is checked, and what that means for a cluster stands in `docs/azure.md`.

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
mod id;
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
pub use around::{Around, Outbound};
pub use object::{
    Address, AddressState, Common, GroupState, LoadBalancer, LoadBalancerState, Location,
    LocationState, Member, MemberState, NatGateway, NatGatewayState, Network, NetworkIpv6,
    NetworkIpv6State, NetworkState, OutboundRule, Peering, PeeringState, Reference, Resource,
    ResourceGroup, ResourceState, Route, RouteTable, RouteTableState, SecurityGroup,
    SecurityGroupState, SecurityRule, SecurityRuleState, Subnet, SubnetProperties, SubnetState,
    Subscription, SubscriptionState, Tags,
};
pub use provider::Azure;
pub use role::Role;
pub use spec::{Datacenter, Spec};
pub use survey::Survey;
