use std::fmt;
use std::str::FromStr;

/// A release of OpenStack, as far as Neutron answers differently in it. Drivers ask for extensions and
/// never for this.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Release {
    /// Neutron 21, of 2022.
    #[default]
    Zed,
    /// Neutron 29, of 2026.
    V2026_2,
}

impl Release {
    /// All that the mock knows, the oldest first.
    pub const ALL: [Self; 2] = [Self::Zed, Self::V2026_2];

    /// The aliases of the extensions that it has with ML2 and that have to do with what the mock knows.
    pub fn extensions(self) -> impl Iterator<Item = &'static str> {
        let later = match self {
            Self::Zed => &[][..],
            Self::V2026_2 => SINCE_ZED,
        };
        ZED.iter().chain(later).copied()
    }

    /// As OpenStack writes it: `zed`, `2026.2`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zed => "zed",
            Self::V2026_2 => "2026.2",
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Names a release that the mock does not know; lists those that it knows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownRelease(String);

impl fmt::Display for UnknownRelease {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Release::ALL.map(Release::name).join(", ");
        write!(formatter, "release {} is not one of {known}", self.0)
    }
}

impl std::error::Error for UnknownRelease {}

impl FromStr for Release {
    type Err = UnknownRelease;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|release| release.name() == text);
        found.ok_or_else(|| UnknownRelease(text.to_owned()))
    }
}

/// The extensions of Neutron 21 with ML2 that have to do with what the mock knows.
const ZED: &[&str] = &[
    "address-scope",
    "allowed-address-pairs",
    "availability_zone",
    "binding",
    "default-subnetpools",
    "dns-integration",
    "dvr",
    "empty-string-filtering",
    "ext-gw-mode",
    "external-net",
    "extraroute",
    "filter-validation",
    "ip-substring-filtering",
    "ip_allocation",
    "l2_adjacency",
    "l3-ha",
    "net-mtu",
    "net-mtu-writable",
    "network_availability_zone",
    "pagination",
    "port-security",
    "port-security-groups-filtering",
    "project-id",
    "provider",
    "quota_details",
    "quotas",
    "revision-if-match",
    "router",
    "router_availability_zone",
    "security-group",
    "security-groups-normalized-cidr",
    "security-groups-remote-address-group",
    "security-groups-shared-filtering",
    "segment",
    "sorting",
    "standard-attr-description",
    "standard-attr-revisions",
    "standard-attr-tag",
    "standard-attr-timestamp",
    "stateful-security-group",
    "subnet-service-types",
    "subnet_allocation",
];

/// Those that have come since, up to Neutron 29.
const SINCE_ZED: &[&str] = &[
    "security-groups-default-rules",
    "security-groups-rules-belongs-to-default-sg",
    "subnet-external-network",
    "tag-creation",
];
