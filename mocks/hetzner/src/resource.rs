use mock_rest::{Attribute, Plain};

use crate::tables;

/// A collection of the API.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Resource {
    Firewall,
    LoadBalancer,
    Location,
    Network,
    PrimaryIp,
    Server,
    ServerType,
}

impl Resource {
    const ALL: [Self; 7] = [
        Self::Firewall,
        Self::LoadBalancer,
        Self::Location,
        Self::Network,
        Self::PrimaryIp,
        Self::Server,
        Self::ServerType,
    ];

    /// The key of one object in a body, and its type in an action.
    pub(crate) fn singular(self) -> &'static str {
        match self {
            Self::Firewall => "firewall",
            Self::LoadBalancer => "load_balancer",
            Self::Location => "location",
            Self::Network => "network",
            Self::PrimaryIp => "primary_ip",
            Self::Server => "server",
            Self::ServerType => "server_type",
        }
    }

    /// The key of a listing, the part of the path, and the kind in the store.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Firewall => "firewalls",
            Self::LoadBalancer => "load_balancers",
            Self::Location => "locations",
            Self::Network => "networks",
            Self::PrimaryIp => "primary_ips",
            Self::Server => "servers",
            Self::ServerType => "server_types",
        }
    }

    pub(crate) fn by_plural(plural: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|resource| resource.plural() == plural)
    }

    /// What clients may say of it; nothing of what only Hetzner makes.
    pub(crate) fn attributes(self) -> Option<&'static [Attribute<Plain>]> {
        match self {
            Self::Firewall => Some(tables::FIREWALL),
            Self::Network => Some(tables::NETWORK),
            Self::PrimaryIp => Some(tables::PRIMARY_IP),
            Self::Server => Some(tables::SERVER),
            Self::LoadBalancer | Self::Location | Self::ServerType => None,
        }
    }

    /// What its ids begin with, so that no two kinds have the same.
    pub(crate) fn first_id(self) -> u64 {
        let place = Self::ALL.iter().position(|resource| *resource == self);
        1_000_000 * (1 + u64::try_from(place.unwrap_or_default()).unwrap_or_default())
    }
}
