//! A part of one's own addresses, brought to the cloud, that subnetworks get their IPv6 ranges from.
//! Only read.

use serde::{Deserialize, Serialize};

use crate::spec::AccessType;

/// What the API says of it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Prefix {
    /// What it is for: `EXTERNAL_IPV6_SUBNETWORK_CREATION`.
    pub mode: Option<String>,
}

/// The mode that a prefix has for subnetworks with one kind of addresses
/// (<https://cloud.google.com/compute/docs/reference/rest/v1/publicDelegatedPrefixes>).
pub(crate) fn mode_for(access: AccessType) -> String {
    format!("{}_IPV6_SUBNETWORK_CREATION", access.as_str())
}
