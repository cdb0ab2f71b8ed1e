//! What a document says about one cloud: opaque here, and never printed.

use std::{borrow::Cow, fmt, sync::Arc};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

use crate::{Finding, codes};

/// The object under `spec.cloud.<name>` (and its like in datacenters and presets).
///
/// It may hold inline credentials: it has no `Serialize`, and `Debug` prints its field names only.
/// A copy shares its fields.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct CloudSection(Arc<Value>);

impl CloudSection {
    /// Wraps a section.
    pub fn new(value: Value) -> Self {
        Self(Arc::new(value))
    }

    /// The section as the document has it.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// Sets a field of the section.
    pub(crate) fn insert(&mut self, field: &str, value: Value) {
        if let Value::Object(fields) = Arc::make_mut(&mut self.0) {
            fields.insert(field.to_owned(), value);
        }
    }

    /// Reads a driver's own type from the section, which stands at `field` of its document.
    ///
    /// # Errors
    /// What the JSON Schema of that type could not say, as a finding at the field concerned. It does
    /// not repeat what was found there: that may be a secret.
    pub fn read<T: DeserializeOwned>(&self, field: &str) -> Result<T, Finding> {
        read(&*self.0, field)
    }
}

/// Reads a type from a value that stands at `field`, which may be empty for a whole document.
pub(crate) fn read<'de, T: Deserialize<'de>>(
    value: impl Deserializer<'de, Error = serde_json::Error>,
    field: &str,
) -> Result<T, Finding> {
    serde_path_to_error::deserialize(value).map_err(|fault| {
        let finding = Finding::error(
            codes::DOCUMENT_TYPE,
            expectation(&fault.inner().to_string()),
        );
        match fault.path().to_string() {
            root if root == "." && field.is_empty() => finding,
            root if root == "." => finding.at(field),
            path if field.is_empty() => finding.at(path),
            path => finding.at(format!("{field}.{path}")),
        }
    })
}

/// Serde says `invalid type: string "hunter2", expected a boolean`: only the end is fit to print.
fn expectation(message: &str) -> String {
    match message.split_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => message.to_owned(),
    }
}

impl<'de> Deserialize<'de> for CloudSection {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Value::deserialize(from).map(Self::new)
    }
}

impl fmt::Debug for CloudSection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Value::Object(fields) = &*self.0 else {
            return f.write_str("<redacted>");
        };
        f.debug_map()
            .entries(fields.keys().map(|name| (name, format_args!("<redacted>"))))
            .finish()
    }
}

impl JsonSchema for CloudSection {
    fn schema_name() -> Cow<'static, str> {
        "CloudSection".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_read_and_a_fault_names_its_field_without_the_value() {
        #[derive(Debug, Deserialize)]
        struct Spec {
            ports: Vec<u16>,
        }
        let section = |value| CloudSection::new(serde_json::json!({ "ports": [1, value] }));
        assert_eq!(
            section(Value::from(2))
                .read::<Spec>("spec.cloud.x")
                .unwrap()
                .ports,
            [1, 2]
        );
        let finding = section(Value::from("hunter2"))
            .read::<Spec>("spec.cloud.x")
            .unwrap_err();
        assert_eq!(finding.field.as_deref(), Some("spec.cloud.x.ports[1]"));
        assert_eq!(finding.message, "expected u16");
    }

    #[test]
    fn the_values_of_a_section_are_not_printed() {
        let section =
            CloudSection::new(serde_json::json!({ "password": "hunter2", "region": "x" }));
        assert_eq!(
            format!("{section:?}"),
            r#"{"password": <redacted>, "region": <redacted>}"#
        );
    }
}
