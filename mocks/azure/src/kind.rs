use crate::tables::{self, Table};

/// A type of resource.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Kind {
    LoadBalancer,
    NatGateway,
    NetworkInterface,
    NetworkSecurityGroup,
    Peering,
    PublicIpAddress,
    PublicIpPrefix,
    ResourceGroup,
    Route,
    RouteTable,
    SecurityRule,
    Subnet,
    VirtualNetwork,
}

impl Kind {
    pub(crate) const ALL: [Self; 13] = [
        Self::LoadBalancer,
        Self::NatGateway,
        Self::NetworkInterface,
        Self::NetworkSecurityGroup,
        Self::Peering,
        Self::PublicIpAddress,
        Self::PublicIpPrefix,
        Self::ResourceGroup,
        Self::Route,
        Self::RouteTable,
        Self::SecurityRule,
        Self::Subnet,
        Self::VirtualNetwork,
    ];

    /// The part of the path, and the kind in the store.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::LoadBalancer => "loadBalancers",
            Self::NatGateway => "natGateways",
            Self::NetworkInterface => "networkInterfaces",
            Self::NetworkSecurityGroup => "networkSecurityGroups",
            Self::Peering => "virtualNetworkPeerings",
            Self::PublicIpAddress => "publicIPAddresses",
            Self::PublicIpPrefix => "publicIPPrefixes",
            Self::ResourceGroup => "resourceGroups",
            Self::Route => "routes",
            Self::RouteTable => "routeTables",
            Self::SecurityRule => "securityRules",
            Self::Subnet => "subnets",
            Self::VirtualNetwork => "virtualNetworks",
        }
    }

    pub(crate) fn by_plural(plural: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.plural().eq_ignore_ascii_case(plural))
    }

    /// What it is a part of, besides a resource group.
    pub(crate) fn parent(self) -> Option<Self> {
        match self {
            Self::Peering | Self::Subnet => Some(Self::VirtualNetwork),
            Self::Route => Some(Self::RouteTable),
            Self::SecurityRule => Some(Self::NetworkSecurityGroup),
            Self::LoadBalancer
            | Self::NatGateway
            | Self::NetworkInterface
            | Self::NetworkSecurityGroup
            | Self::PublicIpAddress
            | Self::PublicIpPrefix
            | Self::ResourceGroup
            | Self::RouteTable
            | Self::VirtualNetwork => None,
        }
    }

    /// What it has inside, each in the field of that name.
    pub(crate) fn parts(self) -> &'static [Self] {
        match self {
            Self::NetworkSecurityGroup => &[Self::SecurityRule],
            Self::RouteTable => &[Self::Route],
            Self::VirtualNetwork => &[Self::Subnet, Self::Peering],
            Self::LoadBalancer
            | Self::NatGateway
            | Self::NetworkInterface
            | Self::Peering
            | Self::PublicIpAddress
            | Self::PublicIpPrefix
            | Self::ResourceGroup
            | Self::Route
            | Self::SecurityRule
            | Self::Subnet => &[],
        }
    }

    pub(crate) fn provider(self) -> &'static str {
        if self == Self::ResourceGroup {
            return "Microsoft.Resources";
        }
        "Microsoft.Network"
    }

    /// `Microsoft.Network/virtualNetworks/subnets`
    pub(crate) fn type_name(self) -> String {
        match self.parent() {
            Some(parent) => format!("{}/{}", parent.type_name(), self.plural()),
            None => format!("{}/{}", self.provider(), self.plural()),
        }
    }

    /// What a permission for it begins with.
    pub(crate) fn permission(self) -> String {
        if self == Self::ResourceGroup {
            return "Microsoft.Resources/subscriptions/resourceGroups".to_owned();
        }
        self.type_name()
    }

    /// What clients may say of it.
    pub(crate) fn table(self) -> &'static Table {
        match self {
            Self::LoadBalancer => &tables::LOAD_BALANCER,
            Self::NatGateway => &tables::NAT_GATEWAY,
            Self::NetworkInterface => &tables::NETWORK_INTERFACE,
            Self::NetworkSecurityGroup => &tables::NETWORK_SECURITY_GROUP,
            Self::Peering => &tables::PEERING,
            Self::PublicIpAddress => &tables::PUBLIC_IP_ADDRESS,
            Self::PublicIpPrefix => &tables::PUBLIC_IP_PREFIX,
            Self::ResourceGroup => &tables::RESOURCE_GROUP,
            Self::Route => &tables::ROUTE,
            Self::RouteTable => &tables::ROUTE_TABLE,
            Self::SecurityRule => &tables::SECURITY_RULE,
            Self::Subnet => &tables::SUBNET,
            Self::VirtualNetwork => &tables::VIRTUAL_NETWORK,
        }
    }

    /// The name of its usage, which has a limit.
    pub(crate) fn usage(self) -> Option<&'static str> {
        match self {
            Self::LoadBalancer => Some("LoadBalancers"),
            Self::NatGateway => Some("NatGateways"),
            Self::NetworkInterface => Some("NetworkInterfaces"),
            Self::NetworkSecurityGroup => Some("NetworkSecurityGroups"),
            Self::PublicIpAddress => Some("PublicIPAddresses"),
            Self::PublicIpPrefix => Some("PublicIpPrefixes"),
            Self::RouteTable => Some("RouteTables"),
            Self::VirtualNetwork => Some("VirtualNetworks"),
            Self::Peering
            | Self::ResourceGroup
            | Self::Route
            | Self::SecurityRule
            | Self::Subnet => None,
        }
    }

    /// How operations call it: `PutVirtualNetworkOperation`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::LoadBalancer => "LoadBalancer",
            Self::NatGateway => "NatGateway",
            Self::NetworkInterface => "NetworkInterface",
            Self::NetworkSecurityGroup => "NetworkSecurityGroup",
            Self::Peering => "VirtualNetworkPeering",
            Self::PublicIpAddress => "PublicIPAddress",
            Self::PublicIpPrefix => "PublicIpPrefix",
            Self::ResourceGroup => "ResourceGroup",
            Self::Route => "Route",
            Self::RouteTable => "RouteTable",
            Self::SecurityRule => "SecurityRule",
            Self::Subnet => "Subnet",
            Self::VirtualNetwork => "VirtualNetwork",
        }
    }
}
