use crate::refused::Refused;

/// A kind of object of EC2.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Kind {
    Address,
    DhcpOptions,
    EgressOnlyInternetGateway,
    InternetGateway,
    IpamPool,
    Ipv6Pool,
    KeyPair,
    NatGateway,
    NetworkAcl,
    NetworkInterface,
    PrefixList,
    RouteTable,
    SecurityGroup,
    SecurityGroupRule,
    Subnet,
    SubnetCidrReservation,
    TransitGateway,
    TransitGatewayAttachment,
    Vpc,
    VpcEndpoint,
    VpcPeeringConnection,
    VpnGateway,
}

impl Kind {
    pub(crate) const ALL: [Self; 22] = [
        Self::Address,
        Self::DhcpOptions,
        Self::EgressOnlyInternetGateway,
        Self::InternetGateway,
        Self::IpamPool,
        Self::Ipv6Pool,
        Self::KeyPair,
        Self::NatGateway,
        Self::NetworkAcl,
        Self::NetworkInterface,
        Self::PrefixList,
        Self::RouteTable,
        Self::SecurityGroup,
        Self::SecurityGroupRule,
        Self::Subnet,
        Self::SubnetCidrReservation,
        Self::TransitGateway,
        Self::TransitGatewayAttachment,
        Self::Vpc,
        Self::VpcEndpoint,
        Self::VpcPeeringConnection,
        Self::VpnGateway,
    ];

    /// As tag specifications and ARNs call it, and the name of its collection.
    pub(crate) fn resource_type(self) -> &'static str {
        match self {
            Self::Address => "elastic-ip",
            Self::DhcpOptions => "dhcp-options",
            Self::EgressOnlyInternetGateway => "egress-only-internet-gateway",
            Self::InternetGateway => "internet-gateway",
            Self::IpamPool => "ipam-pool",
            Self::Ipv6Pool => "ipv6pool-ec2",
            Self::KeyPair => "key-pair",
            Self::NatGateway => "natgateway",
            Self::NetworkAcl => "network-acl",
            Self::NetworkInterface => "network-interface",
            Self::PrefixList => "prefix-list",
            Self::RouteTable => "route-table",
            Self::SecurityGroup => "security-group",
            Self::SecurityGroupRule => "security-group-rule",
            Self::Subnet => "subnet",
            Self::SubnetCidrReservation => "subnet-cidr-reservation",
            Self::TransitGateway => "transit-gateway",
            Self::TransitGatewayAttachment => "transit-gateway-attachment",
            Self::Vpc => "vpc",
            Self::VpcEndpoint => "vpc-endpoint",
            Self::VpcPeeringConnection => "vpc-peering-connection",
            Self::VpnGateway => "vpn-gateway",
        }
    }

    pub(crate) fn by_resource_type(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.resource_type() == name)
    }

    /// What its ids begin with.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Address => "eipalloc",
            Self::DhcpOptions => "dopt",
            Self::EgressOnlyInternetGateway => "eigw",
            Self::InternetGateway => "igw",
            Self::IpamPool => "ipam-pool",
            Self::Ipv6Pool => "ipv6pool-ec2",
            Self::KeyPair => "key",
            Self::NatGateway => "nat",
            Self::NetworkAcl => "acl",
            Self::NetworkInterface => "eni",
            Self::PrefixList => "pl",
            Self::RouteTable => "rtb",
            Self::SecurityGroup => "sg",
            Self::SecurityGroupRule => "sgr",
            Self::Subnet => "subnet",
            Self::SubnetCidrReservation => "scr",
            Self::TransitGateway => "tgw",
            Self::TransitGatewayAttachment => "tgw-attach",
            Self::Vpc => "vpc",
            Self::VpcEndpoint => "vpce",
            Self::VpcPeeringConnection => "pcx",
            Self::VpnGateway => "vgw",
        }
    }

    /// The kind of the object that has such an id.
    pub(crate) fn of_id(id: &str) -> Option<Self> {
        let (prefix, _) = id.rsplit_once('-')?;
        Self::ALL.into_iter().find(|kind| kind.prefix() == prefix)
    }

    /// The member that holds the id.
    pub(crate) fn id_member(self) -> &'static str {
        match self {
            Self::Address => "AllocationId",
            Self::DhcpOptions => "DhcpOptionsId",
            Self::EgressOnlyInternetGateway => "EgressOnlyInternetGatewayId",
            Self::InternetGateway => "InternetGatewayId",
            Self::IpamPool => "IpamPoolId",
            Self::Ipv6Pool => "PoolId",
            Self::KeyPair => "KeyPairId",
            Self::NatGateway => "NatGatewayId",
            Self::NetworkAcl => "NetworkAclId",
            Self::NetworkInterface => "NetworkInterfaceId",
            Self::PrefixList => "PrefixListId",
            Self::RouteTable => "RouteTableId",
            Self::SecurityGroup => "GroupId",
            Self::SecurityGroupRule => "SecurityGroupRuleId",
            Self::Subnet => "SubnetId",
            Self::SubnetCidrReservation => "SubnetCidrReservationId",
            Self::TransitGateway => "TransitGatewayId",
            Self::TransitGatewayAttachment => "TransitGatewayAttachmentId",
            Self::Vpc => "VpcId",
            Self::VpcEndpoint => "VpcEndpointId",
            Self::VpcPeeringConnection => "VpcPeeringConnectionId",
            Self::VpnGateway => "VpnGatewayId",
        }
    }

    /// The error for an object that is not there.
    pub(crate) fn absent(self, id: &str) -> Refused {
        let (code, noun) = match self {
            Self::Address => ("InvalidAllocationID.NotFound", "allocation ID"),
            Self::DhcpOptions => ("InvalidDhcpOptionID.NotFound", "dhcpOption ID"),
            Self::EgressOnlyInternetGateway => ("InvalidGatewayID.NotFound", "eigw ID"),
            Self::InternetGateway => ("InvalidInternetGatewayID.NotFound", "internetGateway ID"),
            Self::IpamPool => ("InvalidIpamPoolId.NotFound", "ipam-pool ID"),
            Self::Ipv6Pool => ("InvalidPoolID.NotFound", "ipv6 pool ID"),
            Self::KeyPair => ("InvalidKeyPair.NotFound", "key pair ID"),
            Self::NatGateway => {
                let message = format!("The Nat Gateway {id} was not found");
                return Refused::new("NatGatewayNotFound", message);
            }
            Self::NetworkAcl => ("InvalidNetworkAclID.NotFound", "networkAcl ID"),
            Self::NetworkInterface => ("InvalidNetworkInterfaceID.NotFound", "networkInterface ID"),
            Self::PrefixList => ("InvalidPrefixListID.NotFound", "prefix list ID"),
            Self::RouteTable => ("InvalidRouteTableID.NotFound", "routeTable ID"),
            Self::SecurityGroup => ("InvalidGroup.NotFound", "security group"),
            Self::SecurityGroupRule => (
                "InvalidSecurityGroupRuleId.NotFound",
                "security group rule ID",
            ),
            Self::Subnet => ("InvalidSubnetID.NotFound", "subnet ID"),
            Self::SubnetCidrReservation => (
                "InvalidSubnetCidrReservationID.NotFound",
                "subnet CIDR reservation ID",
            ),
            Self::TransitGateway => ("InvalidTransitGatewayID.NotFound", "transitGateway ID"),
            Self::TransitGatewayAttachment => (
                "InvalidTransitGatewayAttachmentID.NotFound",
                "transitGatewayAttachment ID",
            ),
            Self::Vpc => ("InvalidVpcID.NotFound", "vpc ID"),
            Self::VpcEndpoint => ("InvalidVpcEndpointId.NotFound", "Vpc Endpoint Id"),
            Self::VpcPeeringConnection => (
                "InvalidVpcPeeringConnectionID.NotFound",
                "vpcPeeringConnection ID",
            ),
            Self::VpnGateway => ("InvalidVpnGatewayID.NotFound", "vpnGateway ID"),
        };
        Refused::new(code, format!("The {noun} '{id}' does not exist"))
    }

    /// The error for an id that cannot be one of this kind.
    pub(crate) fn malformed(self, id: &str) -> Refused {
        let code = match self {
            Self::Address => "InvalidAllocationID.Malformed",
            Self::NatGateway => "NatGatewayMalformed",
            Self::SecurityGroup => "InvalidGroupId.Malformed",
            Self::SecurityGroupRule => "InvalidSecurityGroupRuleId.Malformed",
            Self::NetworkInterface => "InvalidNetworkInterfaceId.Malformed",
            Self::RouteTable => "InvalidRouteTableId.Malformed",
            Self::Subnet => "InvalidSubnetID.Malformed",
            Self::Vpc => "InvalidVpcID.Malformed",
            Self::VpcEndpoint => "InvalidVpcEndpointId.Malformed",
            Self::VpcPeeringConnection => "InvalidVpcPeeringConnectionId.Malformed",
            Self::InternetGateway | Self::EgressOnlyInternetGateway => {
                "InvalidInternetGatewayId.Malformed"
            }
            Self::DhcpOptions
            | Self::IpamPool
            | Self::Ipv6Pool
            | Self::KeyPair
            | Self::NetworkAcl
            | Self::PrefixList
            | Self::SubnetCidrReservation
            | Self::TransitGateway
            | Self::TransitGatewayAttachment
            | Self::VpnGateway => "InvalidParameterValue",
        };
        let prefix = self.prefix();
        Refused::new(
            code,
            format!("Invalid id: \"{id}\" (expecting \"{prefix}-...\")"),
        )
    }
}
