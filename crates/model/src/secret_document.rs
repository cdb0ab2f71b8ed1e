//! Kubernetes Secrets, as far as credentials are read from them.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{Finding, Secret, codes, document::append};

/// A Secret (`kind: Secret`, `apiVersion: v1`): named values that are not shown.
#[derive(Clone, Debug)]
pub struct SecretDocument {
    /// Its name.
    pub name: String,
    /// Its namespace, where the document says it.
    pub namespace: Option<String>,
    /// The values of `data`, decoded, and of `stringData`, which wins.
    pub values: BTreeMap<String, Secret>,
}

impl SecretDocument {
    /// One value.
    pub fn value(&self, key: &str) -> Option<&Secret> {
        self.values.get(key)
    }
}

/// The two forms of the values.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
#[schemars(rename = "SecretValues")]
pub(crate) struct RawValues {
    /// Values in base64.
    data: BTreeMap<String, Secret>,
    /// Values as they are.
    string_data: BTreeMap<String, Secret>,
}

impl RawValues {
    /// Decodes all values. One that cannot be decoded is a finding; one that is not text is left
    /// out, because no credential is.
    pub(crate) fn decode(self) -> (BTreeMap<String, Secret>, Vec<Finding>) {
        let mut values = BTreeMap::new();
        let mut findings = Vec::new();
        for (key, encoded) in self.data {
            match decoded(&encoded) {
                Ok(value) => drop(values.insert(key, value)),
                Err(finding) => {
                    let mut field = "data".to_owned();
                    append(&mut field, &key);
                    findings.push(finding.at(field));
                }
            }
        }
        values.extend(self.string_data);
        (values, findings)
    }
}

/// Line breaks are allowed, as Kubernetes allows them.
fn decoded(encoded: &Secret) -> Result<Secret, Finding> {
    let compact: String = encoded.expose().split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(compact).map_err(|_| {
        Finding::error(codes::DOCUMENT_SECRET_VALUE, "the value is not base64")
            .remedy("encode it with `base64 -w0`, or move it to stringData as it is")
    })?;
    String::from_utf8(bytes).map(Secret::new).map_err(|_| {
        Finding::warning(
            codes::DOCUMENT_SECRET_VALUE,
            "the value is not text and is left out",
        )
    })
}
