//! The versions of the API, and what each knows.

use mock_rest::Query;

use crate::cloud::Azure;
use crate::kind::Kind;
use crate::refused::{Answer, Refused};

/// Fields that came with a version: an older one neither shows nor takes them.
const SINCE: [(Kind, &str, &str); 11] = [
    (Kind::NatGateway, "nat64", "2025-03-01"),
    (Kind::NatGateway, "publicIpAddressesV6", "2024-07-01"),
    (Kind::NatGateway, "publicIpPrefixesV6", "2024-07-01"),
    (Kind::NatGateway, "serviceGateway", "2025-03-01"),
    (Kind::NatGateway, "sourceVirtualNetwork", "2024-07-01"),
    (Kind::Subnet, "defaultOutboundAccess", "2023-09-01"),
    (Kind::Subnet, "ipamPoolPrefixAllocations", "2024-05-01"),
    (Kind::Subnet, "serviceGateway", "2025-03-01"),
    (Kind::Subnet, "sharingScope", "2024-01-01"),
    (
        Kind::VirtualNetwork,
        "privateEndpointVNetPolicies",
        "2024-01-01",
    ),
    (
        Kind::VirtualNetwork,
        "summarizedGatewayPrefixes",
        "2025-05-01",
    ),
];

/// From this version on, a network that says nothing of its subnets keeps them.
const KEEPS_SUBNETS: &str = "2023-09-01";

/// What the other providers serve.
const RESOURCES: [&str; 7] = [
    "2019-10-01",
    "2020-06-01",
    "2021-04-01",
    "2022-09-01",
    "2022-12-01",
    "2024-03-01",
    "2025-04-01",
];
const AUTHORIZATION: [&str; 3] = ["2015-07-01", "2018-01-01-preview", "2022-04-01"];

/// A version of the API, as a request names it: newer ones are greater.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Version(pub(crate) String);

impl Version {
    pub(crate) fn knows(&self, kind: Kind, field: &str) -> bool {
        let mut since = SINCE.iter();
        let since = since.find(|(own, name, _)| *own == kind && *name == field);
        since.is_none_or(|(_, _, since)| self.0.as_str() >= *since)
    }

    /// Whether a network that says nothing of its subnets keeps them.
    pub(crate) fn keeps_subnets(&self) -> bool {
        self.0.as_str() >= KEEPS_SUBNETS
    }
}

impl Azure {
    /// The version that a request names, if the provider serves it.
    pub(crate) fn version(&self, provider: &str, query: &Query) -> Answer<Version> {
        let Some(version) = query.one("api-version").filter(|text| !text.is_empty()) else {
            let message =
                "The api-version query parameter (?api-version=) is required for all requests.";
            return Err(Refused::front(400, "MissingApiVersionParameter", message));
        };
        let served: Vec<&str> = match provider {
            "Microsoft.Network" => self
                .config
                .api_versions
                .iter()
                .map(String::as_str)
                .collect(),
            "Microsoft.Authorization" => AUTHORIZATION.to_vec(),
            _ => RESOURCES.to_vec(),
        };
        if !served.contains(&version) {
            let message = format!(
                "The api-version '{version}' is invalid for '{provider}'. The supported versions are '{}'.",
                served.join(",")
            );
            return Err(Refused::front(400, "InvalidApiVersionParameter", message));
        }
        Ok(Version(version.to_owned()))
    }

    /// The newest version of `Microsoft.Network`.
    pub(crate) fn newest(&self) -> Version {
        Version(
            self.config
                .api_versions
                .iter()
                .max()
                .cloned()
                .unwrap_or_default(),
        )
    }
}
