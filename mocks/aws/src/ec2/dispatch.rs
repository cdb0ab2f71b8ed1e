//! Which operation is which function.

use serde_json::{Value, json};

use super::listing::Listing;
use super::{Ec2, Kind, Params};
use crate::refused::{Answer, Refused};

const fn listing(kind: Kind, member: &'static str, ids: &'static str) -> Listing {
    Listing { kind, member, ids }
}

impl Ec2<'_> {
    /// Carries out an operation; `asked` has the form of the model.
    ///
    /// # Errors
    /// EC2's own, and `InvalidAction` for what the mock does not serve.
    pub(crate) fn act(&mut self, action: &str, asked: Params<'_>) -> Answer<Value> {
        if let Some(listing) = plain_listing(action) {
            return self.list(asked, &listing);
        }
        if let Some(member) = always_empty(action) {
            return Ok(json!({ member: [] }));
        }
        match action {
            "AcceptVpcPeeringConnection" => self.accept_peering(asked),
            "AllocateAddress" => self.allocate_address(asked),
            "AssociateAddress" => self.associate_address(asked),
            "AssociateDhcpOptions" => self.associate_dhcp_options(asked),
            "AssociateRouteTable" => self.associate_route_table(asked),
            "AssociateSubnetCidrBlock" => self.associate_subnet_cidr_block(asked),
            "AssociateVpcCidrBlock" => self.associate_vpc_cidr_block(asked),
            "AttachInternetGateway" => self.attach_internet_gateway(asked),
            "AuthorizeSecurityGroupEgress" => self.authorize(asked, true),
            "AuthorizeSecurityGroupIngress" => self.authorize(asked, false),
            "CreateDhcpOptions" => self.create_dhcp_options(asked),
            "CreateEgressOnlyInternetGateway" => self.create_egress_only(asked),
            "CreateInternetGateway" => self.create_internet_gateway(asked),
            "CreateNatGateway" => self.create_nat_gateway(asked),
            "CreateNetworkAclEntry" => self.create_acl_entry(asked),
            "CreateNetworkInterface" => self.create_network_interface(asked),
            "CreateRoute" => self.create_route(asked),
            "CreateRouteTable" => self.create_route_table(asked),
            "CreateSecurityGroup" => self.create_security_group(asked),
            "CreateSubnet" => self.create_subnet(asked),
            "CreateSubnetCidrReservation" => self.create_reservation(asked),
            "CreateTags" => self.create_tags(asked),
            "CreateVpc" => self.create_vpc(asked),
            "CreateVpcEndpoint" => self.create_endpoint(asked),
            "CreateVpcPeeringConnection" => self.create_peering(asked),
            "DeleteDhcpOptions" => self.delete_dhcp_options(asked),
            "DeleteEgressOnlyInternetGateway" => self.delete_egress_only(asked),
            "DeleteInternetGateway" => self.delete_internet_gateway(asked),
            "DeleteKeyPair" => self.delete_key_pair(asked),
            "DeleteNatGateway" => self.delete_nat_gateway(asked),
            "DeleteNetworkAclEntry" => self.delete_acl_entry(asked),
            "DeleteNetworkInterface" => self.delete_network_interface(asked),
            "DeleteRoute" => self.delete_route(asked),
            "DeleteRouteTable" => self.delete_route_table(asked),
            "DeleteSecurityGroup" => self.delete_security_group(asked),
            "DeleteSubnet" => self.delete_subnet(asked),
            "DeleteSubnetCidrReservation" => self.delete_reservation(asked),
            "DeleteTags" => self.delete_tags(asked),
            "DeleteVpc" => self.delete_vpc(asked),
            "DeleteVpcEndpoints" => self.delete_endpoints(asked),
            "DeleteVpcPeeringConnection" => self.delete_peering(asked),
            "DescribeAccountAttributes" => self.describe_account(asked),
            "DescribeAccountVpcEncryptionControl" => self.describe_account_encryption(asked),
            "DescribeAddresses" => self.describe_addresses(asked),
            "DescribeAddressesAttribute" => self.describe_addresses_attribute(asked),
            "DescribeAvailabilityZones" => self.describe_zones(asked),
            "DescribeKeyPairs" => self.describe_key_pairs(asked),
            "DescribePrefixLists" => self.describe_prefix_lists(asked),
            "DescribeRegions" => self.describe_regions(asked),
            "DescribeSecurityGroups" => self.describe_security_groups(asked),
            "DescribeTags" => self.describe_tags(asked),
            "DescribeTransitGatewayAttachments" => self.describe_attachments(asked),
            "DescribeVpcAttribute" => self.describe_vpc_attribute(asked),
            "DetachInternetGateway" => self.detach_internet_gateway(asked),
            "DisassociateAddress" => self.disassociate_address(asked),
            "DisassociateRouteTable" => self.disassociate_route_table(asked),
            "DisassociateSubnetCidrBlock" => self.disassociate_subnet_cidr_block(asked),
            "DisassociateVpcCidrBlock" => self.disassociate_vpc_cidr_block(asked),
            "GetAssociatedIpv6PoolCidrs" => self.associated_pool_cidrs(asked),
            "GetIpamPoolCidrs" => self.ipam_pool_cidrs(asked),
            "GetSubnetCidrReservations" => self.subnet_reservations(asked),
            "ImportKeyPair" => self.import_key_pair(asked),
            "ModifySecurityGroupRules" => self.modify_rules(asked),
            "ModifySubnetAttribute" => self.modify_subnet_attribute(asked),
            "ModifyVpcAttribute" => self.modify_vpc_attribute(asked),
            "ModifyVpcEndpoint" => self.modify_endpoint(asked),
            "ReleaseAddress" => self.release_address(asked),
            "ReplaceNetworkAclEntry" => self.replace_acl_entry(asked),
            "ReplaceRoute" => self.replace_route(asked),
            "ReplaceRouteTableAssociation" => self.replace_association(asked),
            "RevokeSecurityGroupEgress" => self.revoke(asked, true),
            "RevokeSecurityGroupIngress" => self.revoke(asked, false),
            "UpdateSecurityGroupRuleDescriptionsEgress" => self.describe_rules_anew(asked, true),
            "UpdateSecurityGroupRuleDescriptionsIngress" => self.describe_rules_anew(asked, false),
            _ => Err(unknown(action)),
        }
    }
}

/// The operation, in the name of which nothing else is done.
pub(crate) fn unknown(action: &str) -> Refused {
    let message = format!("The action {action} is not valid for this web service.");
    Refused::new("InvalidAction", message)
}

fn plain_listing(action: &str) -> Option<Listing> {
    Some(match action {
        "DescribeDhcpOptions" => listing(Kind::DhcpOptions, "DhcpOptions", "DhcpOptionsIds"),
        "DescribeEgressOnlyInternetGateways" => listing(
            Kind::EgressOnlyInternetGateway,
            "EgressOnlyInternetGateways",
            "EgressOnlyInternetGatewayIds",
        ),
        "DescribeInternetGateways" => listing(
            Kind::InternetGateway,
            "InternetGateways",
            "InternetGatewayIds",
        ),
        "DescribeIpamPools" => listing(Kind::IpamPool, "IpamPools", "IpamPoolIds"),
        "DescribeIpv6Pools" => listing(Kind::Ipv6Pool, "Ipv6Pools", "PoolIds"),
        "DescribeManagedPrefixLists" => listing(Kind::PrefixList, "PrefixLists", "PrefixListIds"),
        "DescribeNatGateways" => listing(Kind::NatGateway, "NatGateways", "NatGatewayIds"),
        "DescribeNetworkAcls" => listing(Kind::NetworkAcl, "NetworkAcls", "NetworkAclIds"),
        "DescribeNetworkInterfaces" => listing(
            Kind::NetworkInterface,
            "NetworkInterfaces",
            "NetworkInterfaceIds",
        ),
        "DescribeRouteTables" => listing(Kind::RouteTable, "RouteTables", "RouteTableIds"),
        "DescribeSecurityGroupRules" => listing(
            Kind::SecurityGroupRule,
            "SecurityGroupRules",
            "SecurityGroupRuleIds",
        ),
        "DescribeSubnets" => listing(Kind::Subnet, "Subnets", "SubnetIds"),
        "DescribeTransitGateways" => {
            listing(Kind::TransitGateway, "TransitGateways", "TransitGatewayIds")
        }
        "DescribeTransitGatewayVpcAttachments" => listing(
            Kind::TransitGatewayAttachment,
            "TransitGatewayVpcAttachments",
            "TransitGatewayAttachmentIds",
        ),
        "DescribeVpcEndpoints" => listing(Kind::VpcEndpoint, "VpcEndpoints", "VpcEndpointIds"),
        "DescribeVpcPeeringConnections" => listing(
            Kind::VpcPeeringConnection,
            "VpcPeeringConnections",
            "VpcPeeringConnectionIds",
        ),
        "DescribeVpcs" => listing(Kind::Vpc, "Vpcs", "VpcIds"),
        "DescribeVpnGateways" => listing(Kind::VpnGateway, "VpnGateways", "VpnGatewayIds"),
        _ => return None,
    })
}

/// What clients ask about and the mock never has.
fn always_empty(action: &str) -> Option<&'static str> {
    Some(match action {
        "DescribeCarrierGateways" => "CarrierGateways",
        "DescribeFlowLogs" => "FlowLogs",
        "DescribeInstances" => "Reservations",
        "DescribePublicIpv4Pools" => "PublicIpv4Pools",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::config::Config;
    use crate::ec2::Params;
    use crate::{Aws, model::Model};

    #[test]
    fn every_operation_of_the_model_is_served() {
        let mut cloud = Aws::new(Config::default());
        for operation in Model::ec2().operations() {
            let empty = json!({});
            let answer = cloud.attempt(|ec2| ec2.act(operation.name, Params(&empty)), true);
            if let Err(refused) = answer {
                assert_ne!(refused.code, "InvalidAction", "{}", operation.name);
            }
        }
    }
}
