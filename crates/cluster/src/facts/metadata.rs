//! What an object says of itself, where its name is enough.

use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub(super) struct Metadata {
    pub(super) name: String,
}
