use mock_rest::{Attribute, Plain};

use crate::tables;

/// A collection of the API.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Resource {
    Droplet,
    Firewall,
    LoadBalancer,
    NatGateway,
    Peering,
    Region,
    Subnet,
    Tag,
    Vpc,
}

impl Resource {
    /// Those that have a path of their own. Subnets are below their VPC.
    const TOP: [Self; 8] = [
        Self::Droplet,
        Self::Firewall,
        Self::LoadBalancer,
        Self::NatGateway,
        Self::Peering,
        Self::Region,
        Self::Tag,
        Self::Vpc,
    ];

    /// The key of one object in a body.
    pub(crate) fn singular(self) -> &'static str {
        match self {
            Self::Droplet => "droplet",
            Self::Firewall => "firewall",
            Self::LoadBalancer => "load_balancer",
            Self::NatGateway => "vpc_nat_gateway",
            Self::Peering => "vpc_peering",
            Self::Region => "region",
            Self::Subnet => "vpc_subnet",
            Self::Tag => "tag",
            Self::Vpc => "vpc",
        }
    }

    /// The part of the path, and the kind in the store.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Droplet => "droplets",
            Self::Firewall => "firewalls",
            Self::LoadBalancer => "load_balancers",
            Self::NatGateway => "vpc_nat_gateways",
            Self::Peering => "vpc_peerings",
            Self::Region => "regions",
            Self::Subnet => "subnets",
            Self::Tag => "tags",
            Self::Vpc => "vpcs",
        }
    }

    /// The key of a listing. Subnets have the one of a single subnet.
    pub(crate) fn listed(self) -> &'static str {
        match self {
            Self::Subnet => self.singular(),
            Self::Droplet
            | Self::Firewall
            | Self::LoadBalancer
            | Self::NatGateway
            | Self::Peering
            | Self::Region
            | Self::Tag
            | Self::Vpc => self.plural(),
        }
    }

    pub(crate) fn by_plural(plural: &str) -> Option<Self> {
        let mut all = Self::TOP.into_iter();
        all.find(|resource| resource.plural() == plural)
    }

    /// What a uniform resource name calls it: `do:vpc:…`.
    pub(crate) fn urn(self, id: &str) -> String {
        let kind = match self {
            Self::LoadBalancer => "loadbalancer",
            Self::NatGateway => "nat_gateway",
            Self::Subnet => "vpc_subnet",
            Self::Droplet
            | Self::Firewall
            | Self::Peering
            | Self::Region
            | Self::Tag
            | Self::Vpc => self.singular(),
        };
        format!("do:{kind}:{id}")
    }

    /// The status that answers a create request.
    pub(crate) fn created(self) -> u16 {
        match self {
            Self::Droplet
            | Self::Firewall
            | Self::LoadBalancer
            | Self::NatGateway
            | Self::Peering => 202,
            Self::Region | Self::Subnet | Self::Tag | Self::Vpc => 201,
        }
    }

    /// What clients may say of it; nothing of what only DigitalOcean makes.
    pub(crate) fn attributes(self) -> Option<&'static [Attribute<Plain>]> {
        match self {
            Self::Droplet => Some(tables::DROPLET),
            Self::Firewall => Some(tables::FIREWALL),
            Self::LoadBalancer => Some(tables::LOAD_BALANCER),
            Self::NatGateway => Some(tables::NAT_GATEWAY),
            Self::Peering => Some(tables::PEERING),
            Self::Region => None,
            Self::Subnet => Some(tables::SUBNET),
            Self::Tag => Some(tables::TAG),
            Self::Vpc => Some(tables::VPC),
        }
    }
}
