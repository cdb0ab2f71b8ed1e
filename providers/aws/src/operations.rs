//! The operations that this driver uses: the one table for policies, preflight and the mock.

use groundwork_provider::{ApiOperation, Use};

/// Operations whose permission has their name.
macro_rules! ec2 {
    ($($name:literal $kind:literal $used_for:ident)*) => {
        &[
            // Whoever can sign may ask who they are.
            ApiOperation::new("GetCallerIdentity", "", Use::Connect, ""),
            // Where a role is named. It is of the keys that assume it; policies are the role's.
            ApiOperation::new("AssumeRole", "", Use::Connect, "sts:AssumeRole"),
            ApiOperation::new("ListServiceQuotas", "", Use::List, "servicequotas:ListServiceQuotas"),
            ApiOperation::new("GetServiceQuota", "", Use::List, "servicequotas:GetServiceQuota"),
            // For those that have no value of their own.
            ApiOperation::new(
                "ListAWSDefaultServiceQuotas",
                "",
                Use::List,
                "servicequotas:ListAWSDefaultServiceQuotas",
            ),
            ApiOperation::new(
                "GetAWSDefaultServiceQuota",
                "",
                Use::List,
                "servicequotas:GetAWSDefaultServiceQuota",
            ),
            $(ApiOperation::new($name, $kind, Use::$used_for, concat!("ec2:", $name)),)*
        ]
    };
}

/// By call, as EC2 names it; the permission as IAM spells it.
pub(crate) const OPERATIONS: &[ApiOperation] = ec2! {
    "DescribeAccountVpcEncryptionControl" "" List
    "DescribeAvailabilityZones" "aws.zone/1" List
    "DescribeVpcs" "aws.vpc/1" List
    "DescribeIpamPools" "aws.ipv6-pool/1" List
    "GetIpamPoolCidrs" "aws.ipv6-pool/1" List
    "DescribeIpv6Pools" "aws.ipv6-pool/1" List
    "DescribeVpcAttribute" "aws.vpc-attributes/1" List
    "DescribeSubnets" "aws.subnet/1" List
    "DescribeInternetGateways" "aws.internet-gateway/1" List
    "DescribeEgressOnlyInternetGateways" "aws.egress-only-gateway/1" List
    "DescribeAddresses" "aws.address/1" List
    "DescribeNatGateways" "aws.nat-gateway/1" List
    "DescribeRouteTables" "aws.route-table/1" List
    "DescribeNetworkAcls" "aws.network-acl/1" List
    "DescribeSecurityGroups" "aws.security-group/1" List
    "DescribeSecurityGroupRules" "aws.security-group/1" List
    "DescribeNetworkInterfaces" "aws.network-interface/1" List
    "DescribeVpcEndpoints" "aws.endpoint/1" List
    "DescribeVpcPeeringConnections" "aws.peering/1" List
    "DescribeVpnGateways" "aws.vpn-gateway/1" List
    "DescribeTags" "aws.shared-tag/1" List
    "CreateVpc" "aws.vpc/1" Create
    "AssociateVpcCidrBlock" "aws.vpc-ipv6/1" Create
    "ModifyVpcAttribute" "aws.vpc-attributes/1" Create
    "CreateSubnet" "aws.subnet/1" Create
    "CreateInternetGateway" "aws.internet-gateway/1" Create
    "AttachInternetGateway" "aws.internet-gateway-attachment/1" Create
    "CreateEgressOnlyInternetGateway" "aws.egress-only-gateway/1" Create
    "AllocateAddress" "aws.address/1" Create
    "CreateNatGateway" "aws.nat-gateway/1" Create
    "CreateRouteTable" "aws.route-table/1" Create
    "CreateRoute" "aws.route/1" Create
    "AssociateRouteTable" "aws.route-table-association/1" Create
    "CreateSecurityGroup" "aws.security-group/1" Create
    "CreateTags" "aws.shared-tag/1" Create
    "AssociateSubnetCidrBlock" "aws.subnet/1" Update
    "ModifySubnetAttribute" "aws.subnet/1" Update
    "ReplaceRoute" "aws.route/1" Update
    "ReplaceRouteTableAssociation" "aws.route-table-association/1" Update
    "AuthorizeSecurityGroupIngress" "aws.security-group/1" Update
    "AuthorizeSecurityGroupEgress" "aws.security-group/1" Update
    "RevokeSecurityGroupIngress" "aws.security-group/1" Update
    "RevokeSecurityGroupEgress" "aws.security-group/1" Update
    "DeleteVpc" "aws.vpc/1" Delete
    "DisassociateVpcCidrBlock" "aws.vpc-ipv6/1" Delete
    "DeleteSubnet" "aws.subnet/1" Delete
    "DetachInternetGateway" "aws.internet-gateway-attachment/1" Delete
    "DeleteInternetGateway" "aws.internet-gateway/1" Delete
    "DeleteEgressOnlyInternetGateway" "aws.egress-only-gateway/1" Delete
    "DeleteNatGateway" "aws.nat-gateway/1" Delete
    "ReleaseAddress" "aws.address/1" Delete
    "DeleteRoute" "aws.route/1" Delete
    "DisassociateRouteTable" "aws.route-table-association/1" Delete
    "DeleteRouteTable" "aws.route-table/1" Delete
    "DeleteSecurityGroup" "aws.security-group/1" Delete
    "DeleteTags" "aws.shared-tag/1" Delete
};
