//! In which form objects are answered: whole, or their metadata alone.

use mock_cloud::{Request, header};
use serde_json::{Value, json};

use crate::{
    collections::Place,
    history::Version,
    status::{Answer, Status},
};

/// A form.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    Whole,
    Metadata,
}

impl Form {
    /// What a request accepts, first of all: `application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1`.
    pub(crate) fn of(request: &Request) -> Answer<Self> {
        let accepted = header(request, "accept").unwrap_or("*/*");
        let first = accepted.split(',').next().unwrap_or_default();
        let mut parts = first.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or_default();
        let parameters: Vec<&str> = parts.filter(|part| !part.starts_with("q=")).collect();
        let is_metadata = |name: &str| {
            ["as=PartialObjectMetadata", "as=PartialObjectMetadataList"].contains(&name)
        };
        match (media_type, parameters.as_slice()) {
            ("application/json" | "application/*" | "*/*", []) => Ok(Self::Whole),
            ("application/json", [name, "g=meta.k8s.io", "v=v1"]) if is_metadata(name) => {
                Ok(Self::Metadata)
            }
            _ => Err(Status::not_acceptable()),
        }
    }

    /// An object as it is answered alone: with its kind and its version.
    pub(crate) fn object(self, place: &Place, version: &Version) -> Value {
        let mut object = self.item(version);
        let (kind, group) = match self {
            Self::Whole => (place.collection.kind, place.group_version()),
            Self::Metadata => ("PartialObjectMetadata", "meta.k8s.io/v1".to_owned()),
        };
        object["kind"] = json!(kind);
        object["apiVersion"] = json!(group);
        object
    }

    /// An object as it is in a list.
    pub(crate) fn item(self, version: &Version) -> Value {
        let body = &version.object.body;
        let mut object = match self {
            Self::Whole => Value::Object(body.clone()),
            Self::Metadata => json!({
                "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
                "metadata": body.get("metadata"),
            }),
        };
        object["metadata"]["resourceVersion"] = json!(version.revision.to_string());
        object
    }

    /// A list of them.
    pub(crate) fn list(self, place: &Place, metadata: Value, items: Vec<Value>) -> Value {
        let (kind, group) = match self {
            Self::Whole => (
                format!("{}List", place.collection.kind),
                place.group_version(),
            ),
            Self::Metadata => (
                "PartialObjectMetadataList".to_owned(),
                "meta.k8s.io/v1".to_owned(),
            ),
        };
        json!({ "kind": kind, "apiVersion": group, "metadata": metadata, "items": items })
    }

    /// What says up to which revision nothing has changed.
    pub(crate) fn bookmark(self, place: &Place, revision: u64) -> Value {
        let (kind, group) = match self {
            Self::Whole => (place.collection.kind, place.group_version()),
            Self::Metadata => ("PartialObjectMetadata", "meta.k8s.io/v1".to_owned()),
        };
        let mut bookmark = json!({
            "kind": kind, "apiVersion": group,
            "metadata": { "resourceVersion": revision.to_string() },
        });
        if self == Self::Whole {
            bookmark["spec"] = json!({});
            bookmark["status"] = json!({});
        }
        bookmark
    }
}
