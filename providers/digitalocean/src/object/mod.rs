//! The objects that are made.

pub(crate) mod firewall;
pub(crate) mod rules;
pub(crate) mod subnet;
pub(crate) mod tag;
pub(crate) mod vpc;

use groundwork_provider::{Error, ErrorKind};
use serde::{Deserialize, Deserializer};

/// A list that the API may give as `null`.
pub(crate) fn nullable<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// What keeps an object from being deleted.
pub(crate) fn in_use(operation: String, held_by: &str) -> Error {
    let message = format!("it still has {held_by}");
    Error::new(ErrorKind::InUse, operation, message)
        .remedy(format!("delete or move {held_by} first"))
}
