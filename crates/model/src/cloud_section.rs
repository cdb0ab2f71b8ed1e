//! What a document says about one cloud: opaque here, and never printed.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::Value;

/// The object under `spec.cloud.<name>` (and its like in datacenters and presets).
///
/// It may hold inline credentials: it has no `Serialize`, and `Debug` prints its field names only.
#[derive(Clone, Default, Deserialize, Eq, PartialEq)]
#[serde(transparent)]
pub struct CloudSection(Value);

impl CloudSection {
    /// Wraps a section.
    pub fn new(value: Value) -> Self {
        Self(value)
    }

    /// The section as the document has it; a driver reads its own type from it.
    pub fn value(&self) -> &Value {
        &self.0
    }
}

impl fmt::Debug for CloudSection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Value::Object(fields) = &self.0 else {
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
    fn the_values_of_a_section_are_not_printed() {
        let section =
            CloudSection::new(serde_json::json!({ "password": "hunter2", "region": "x" }));
        assert_eq!(
            format!("{section:?}"),
            r#"{"password": <redacted>, "region": <redacted>}"#
        );
    }
}
