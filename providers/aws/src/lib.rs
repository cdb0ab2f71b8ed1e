//! The AWS driver: dual-stack VPCs, made or verified.

mod answer;
mod api;
mod assess;
mod capabilities;
mod checks;
pub mod codes;
mod compile;
mod credentials;
mod machines;
mod object;
mod operations;
mod policy;
mod provider;
mod spec;
mod survey;
mod topology;
mod watched;
mod wire;

pub use api::Api;
pub use object::Common;
pub use object::address::{AddressState, ElasticAddress};
pub use object::egress_only_gateway::{EgressOnlyGateway, EgressOnlyGatewayState};
pub use object::internet_gateway::{
    Attachment, AttachmentState, InternetGateway, InternetGatewayState,
};
pub use object::nat_gateway::{NatGateway, NatGatewayState};
pub use object::route::{Route, RouteState, Target};
pub use object::route_table::{Association, Entry, RouteTable, RouteTableState};
pub use object::route_table_association::{RouteTableAssociation, RouteTableAssociationState};
pub use object::rules::RuleState;
pub use object::security_group::{SecurityGroup, SecurityGroupState};
pub use object::shared_tag::{ResourceTag, SharedTag};
pub use object::subnet::{Subnet, SubnetState, Switches};
pub use object::vpc::{Ipv6Block, Vpc, VpcState};
pub use object::vpc_attributes::{VpcAttributes, VpcAttributesState};
pub use object::vpc_ipv6::{VpcIpv6, VpcIpv6State};
pub use policy::Policy;
pub use provider::Aws;
pub use spec::{Datacenter, Ipv6Source, NatGateways, Spec};
pub use survey::targets::Targets;
pub use survey::{Named, Source, Survey};
pub use watched::endpoint::{Endpoint, EndpointState};
pub use watched::network_acl::{AclEntry, NetworkAcl, NetworkAclState};
pub use watched::network_interface::{InterfaceState, NetworkInterface};
pub use watched::peering::{Peering, PeeringSide, PeeringState};
pub use watched::pool::{Pool, PoolState};
pub use watched::public_access::Blocked;
pub use watched::vpn_gateway::{VpnGateway, VpnGatewayState};
pub use watched::zone::{Zone, ZoneState};
