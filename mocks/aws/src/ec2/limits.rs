//! Quotas, by the code that Service Quotas has for them.

use super::Ec2;
use crate::refused::{Answer, Refused};

/// One quota as AWS has it for every new account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) code: &'static str,
    pub(crate) service: &'static str,
    pub(crate) name: &'static str,
    pub(crate) value: u32,
    /// What EC2 says where it is used up.
    pub(crate) error: &'static str,
}

const fn limit(
    code: &'static str,
    service: &'static str,
    name: &'static str,
    value: u32,
    error: &'static str,
) -> Limit {
    Limit {
        code,
        service,
        name,
        value,
        error,
    }
}

pub(crate) const VPCS: &str = "L-F678F1CE";
pub(crate) const SUBNETS: &str = "L-407747CB";
pub(crate) const INTERNET_GATEWAYS: &str = "L-A4707A72";
pub(crate) const EGRESS_ONLY: &str = "L-45FE3B85";
pub(crate) const NAT_GATEWAYS: &str = "L-FE5A380F";
pub(crate) const ADDRESSES: &str = "L-0263D0A3";
pub(crate) const ROUTE_TABLES: &str = "L-589F43AA";
pub(crate) const ROUTES: &str = "L-93826ACB";
pub(crate) const GROUPS: &str = "L-E79EC296";
pub(crate) const RULES: &str = "L-0EA8095F";
pub(crate) const IPV4_BLOCKS: &str = "L-83CA0A9D";
pub(crate) const IPV6_BLOCKS: &str = "L-085A6257";

/// The published defaults.
pub(crate) const DEFAULTS: &[Limit] = &[
    limit(VPCS, "vpc", "VPCs per Region", 5, "VpcLimitExceeded"),
    limit(
        SUBNETS,
        "vpc",
        "Subnets per VPC",
        200,
        "SubnetLimitExceeded",
    ),
    limit(
        INTERNET_GATEWAYS,
        "vpc",
        "Internet gateways per Region",
        5,
        "InternetGatewayLimitExceeded",
    ),
    limit(
        EGRESS_ONLY,
        "vpc",
        "Egress-only internet gateways per Region",
        5,
        "EgressOnlyInternetGatewayLimitExceeded",
    ),
    limit(
        NAT_GATEWAYS,
        "vpc",
        "NAT gateways per Availability Zone",
        5,
        "NatGatewayLimitExceeded",
    ),
    limit(
        ADDRESSES,
        "ec2",
        "EC2-VPC Elastic IPs",
        5,
        "AddressLimitExceeded",
    ),
    limit(
        ROUTE_TABLES,
        "vpc",
        "Route tables per VPC",
        200,
        "RouteTableLimitExceeded",
    ),
    limit(
        ROUTES,
        "vpc",
        "Routes per route table",
        50,
        "RouteLimitExceeded",
    ),
    limit(
        GROUPS,
        "vpc",
        "VPC security groups per Region",
        2500,
        "SecurityGroupLimitExceeded",
    ),
    limit(
        RULES,
        "vpc",
        "Inbound or outbound rules per security group",
        60,
        "RulesPerSecurityGroupLimitExceeded",
    ),
    limit(
        IPV4_BLOCKS,
        "vpc",
        "IPv4 CIDR blocks per VPC",
        5,
        "CidrLimitExceeded",
    ),
    limit(
        IPV6_BLOCKS,
        "vpc",
        "IPv6 CIDR blocks per VPC",
        5,
        "CidrLimitExceeded",
    ),
    limit(
        "L-B4A6D682",
        "vpc",
        "Network ACLs per VPC",
        200,
        "NetworkAclLimitExceeded",
    ),
    limit(
        "L-2AFB9258",
        "vpc",
        "Security groups per network interface",
        5,
        "SecurityGroupsPerInterfaceLimitExceeded",
    ),
    limit(
        "L-DF5E4CA3",
        "vpc",
        "Network interfaces per Region",
        5000,
        "NetworkInterfaceLimitExceeded",
    ),
    limit(
        "L-7E9ECCDB",
        "vpc",
        "Active VPC peering connections per VPC",
        50,
        "VpcPeeringConnectionsPerVpcLimitExceeded",
    ),
    limit(
        "L-1B52E74A",
        "vpc",
        "Gateway VPC endpoints per Region",
        20,
        "VpcEndpointLimitExceeded",
    ),
    limit(
        "L-29B6F2EB",
        "vpc",
        "Interface VPC endpoints per VPC",
        50,
        "VpcEndpointLimitExceeded",
    ),
];

impl Ec2<'_> {
    pub(crate) fn quota(&self, code: &str) -> usize {
        let own = self.config.quotas.get(code).copied();
        let published = || DEFAULTS.iter().find(|limit| limit.code == code);
        let value = own.or_else(|| published().map(|limit| limit.value));
        value.map_or(usize::MAX, |value| {
            usize::try_from(value).unwrap_or(usize::MAX)
        })
    }

    /// Whether there may be one more than there are.
    ///
    /// # Errors
    /// EC2's own for this quota.
    pub(crate) fn room(&self, code: &str, there: usize) -> Answer<()> {
        if there < self.quota(code) {
            return Ok(());
        }
        Err(exhausted(code))
    }
}

/// What EC2 says where a quota is used up.
pub(crate) fn exhausted(code: &str) -> Refused {
    let limit = DEFAULTS.iter().find(|limit| limit.code == code);
    let limit = limit.expect("the constants above are in the table");
    let message = match code {
        VPCS => "The maximum number of VPCs has been reached.".to_owned(),
        INTERNET_GATEWAYS => "The maximum number of internet gateways has been reached.".to_owned(),
        ADDRESSES => "The maximum number of addresses has been reached.".to_owned(),
        NAT_GATEWAYS => {
            "Performing this operation would exceed the limit of NAT gateways".to_owned()
        }
        RULES => "The maximum number of rules per security group has been reached.".to_owned(),
        _ => format!("The limit of \"{}\" has been reached.", limit.name),
    };
    Refused::new(limit.error, message)
}
