//! The AWS driver: dual-stack VPCs, made or verified.
//!
//! In the making: the pure half (graphs, judgement, policies) is tested, the lifecycle is not yet
//! proven, and no binary has it.

mod address;
mod answer;
mod api;
mod assess;
mod capabilities;
mod checks;
pub mod codes;
mod compile;
mod credentials;
mod egress_only_gateway;
mod existing;
mod internet_gateway;
mod nat_gateway;
mod network_acl;
mod network_interface;
mod object;
mod operations;
mod policy;
mod provider;
mod reach;
mod route;
mod route_table;
mod route_table_association;
mod rule_set;
mod rules;
mod seam;
mod security_group;
mod shared_tag;
mod spec;
mod subnet;
mod survey;
mod topology;
mod vpc;
mod vpc_attributes;
mod vpc_ipv6;
mod wire;
mod zone;

pub use address::{AddressState, ElasticAddress};
pub use api::Api;
pub use egress_only_gateway::{EgressOnlyGateway, EgressOnlyGatewayState};
pub use internet_gateway::{Attachment, AttachmentState, InternetGateway, InternetGatewayState};
pub use nat_gateway::{NatGateway, NatGatewayState};
pub use network_acl::{AclEntry, NetworkAcl, NetworkAclState};
pub use network_interface::{InterfaceState, NetworkInterface};
pub use object::Common;
pub use policy::Policy;
pub use provider::Aws;
pub use route::{Route, RouteState, Target};
pub use route_table::{Association, Entry, RouteTable, RouteTableState};
pub use route_table_association::{RouteTableAssociation, RouteTableAssociationState};
pub use rules::{Protocol, Rule, RuleState, Source};
pub use security_group::{SecurityGroup, SecurityGroupState};
pub use shared_tag::{ResourceTag, SharedTag};
pub use spec::{Datacenter, Ipv6Source, NatGateways, Spec};
pub use subnet::{Subnet, SubnetState, Switches};
pub use survey::{Named, Survey};
pub use vpc::{Ipv6Block, Vpc, VpcState};
pub use vpc_attributes::{VpcAttributes, VpcAttributesState};
pub use vpc_ipv6::{VpcIpv6, VpcIpv6State};
pub use zone::{Zone, ZoneState};
