//! Plain data as YAML.

use serde::Serialize;

/// The data as one document, lists indented like their fields, as KKP's own documents have them.
pub(crate) fn yaml<T: Serialize>(data: &T) -> String {
    serde_saphyr::to_string(data).expect("it is plain data with text as keys")
}
