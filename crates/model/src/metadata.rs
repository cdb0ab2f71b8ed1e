//! The part that every document has.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

/// Kubernetes' object metadata, as far as it is used. The rest of it is accepted.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq)]
#[serde(default, rename_all = "camelCase")]
pub struct Metadata {
    /// The name, never empty.
    pub name: String,
    /// The unique id that the API server gave.
    pub uid: Option<String>,
    /// The version that the API server gave.
    pub resource_version: Option<String>,
    /// The namespace, of a Secret.
    pub namespace: Option<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    pub annotations: BTreeMap<String, String>,
    /// Who still has to do something before the object may go.
    pub finalizers: Vec<String>,
    /// Since when the object is being deleted.
    #[schemars(with = "Option<DateTime>")]
    pub deletion_timestamp: Option<Timestamp>,
}

/// Stands for `jiff::Timestamp` in the schema.
#[derive(JsonSchema)]
#[schemars(inline)]
struct DateTime(
    #[schemars(extend("format" = "date-time"))]
    #[allow(dead_code, reason = "only its schema is used")]
    String,
);
