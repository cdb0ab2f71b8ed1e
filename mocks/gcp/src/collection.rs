use mock_rest::{Attribute, Plain};

use crate::tables;

/// A collection of the API that holds objects with names.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Collection {
    Addresses,
    Firewalls,
    Instances,
    NetworkProfiles,
    Networks,
    PublicDelegatedPrefixes,
    Routers,
    Routes,
    Subnetworks,
}

/// What the objects of a collection belong to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    Project,
    Region,
    Zone,
}

impl Collection {
    const ALL: [Self; 9] = [
        Self::Addresses,
        Self::Firewalls,
        Self::Instances,
        Self::NetworkProfiles,
        Self::Networks,
        Self::PublicDelegatedPrefixes,
        Self::Routers,
        Self::Routes,
        Self::Subnetworks,
    ];

    /// The part of the path, and the kind in the store.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Addresses => "addresses",
            Self::Firewalls => "firewalls",
            Self::Instances => "instances",
            Self::NetworkProfiles => "networkProfiles",
            Self::Networks => "networks",
            Self::PublicDelegatedPrefixes => "publicDelegatedPrefixes",
            Self::Routers => "routers",
            Self::Routes => "routes",
            Self::Subnetworks => "subnetworks",
        }
    }

    /// What the `kind` of an object has behind `compute#`.
    pub(crate) fn singular(self) -> &'static str {
        match self {
            Self::Addresses => "address",
            Self::Firewalls => "firewall",
            Self::Instances => "instance",
            Self::NetworkProfiles => "networkProfile",
            Self::Networks => "network",
            Self::PublicDelegatedPrefixes => "publicDelegatedPrefix",
            Self::Routers => "router",
            Self::Routes => "route",
            Self::Subnetworks => "subnetwork",
        }
    }

    pub(crate) fn place(self) -> Place {
        match self {
            Self::Firewalls | Self::NetworkProfiles | Self::Networks | Self::Routes => {
                Place::Project
            }
            Self::Addresses | Self::PublicDelegatedPrefixes | Self::Routers | Self::Subnetworks => {
                Place::Region
            }
            Self::Instances => Place::Zone,
        }
    }

    pub(crate) fn by_plural(plural: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|collection| collection.plural() == plural)
    }

    /// What clients may say of it; nothing of what only Google makes.
    pub(crate) fn attributes(self) -> Option<&'static [Attribute<Plain>]> {
        match self {
            Self::Addresses => Some(tables::ADDRESS),
            Self::Firewalls => Some(tables::FIREWALL),
            Self::Instances => Some(tables::INSTANCE),
            Self::NetworkProfiles => None,
            Self::Networks => Some(tables::NETWORK),
            Self::PublicDelegatedPrefixes => Some(tables::PUBLIC_DELEGATED_PREFIX),
            Self::Routers => Some(tables::ROUTER),
            Self::Routes => Some(tables::ROUTE),
            Self::Subnetworks => Some(tables::SUBNETWORK),
        }
    }

    /// What it counts against.
    pub(crate) fn metric(self) -> Option<&'static str> {
        match self {
            Self::Addresses => Some("STATIC_ADDRESSES"),
            Self::Firewalls => Some("FIREWALLS"),
            Self::Instances => Some("INSTANCES"),
            Self::Networks => Some("NETWORKS"),
            Self::Routers => Some("ROUTERS"),
            Self::Subnetworks => Some("SUBNETWORKS"),
            Self::NetworkProfiles | Self::PublicDelegatedPrefixes | Self::Routes => None,
        }
    }
}
