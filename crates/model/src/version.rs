//! Versions of Kubernetes and of what runs in it.

use std::{borrow::Cow, fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A version by its three numbers: `1.30.2`, `v3.28`. A pre-release or build suffix is not kept.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct KubernetesVersion {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
    /// The third number, 0 where it is not said.
    pub patch: u32,
}

/// Why a text is not a version.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0:?} is not a version: two or three numbers such as 1.30.2 are")]
pub struct VersionError(String);

impl KubernetesVersion {
    /// The format under which a JSON Schema names such a text.
    pub(crate) const FORMAT: &str = "kubernetes-version";

    /// The version `major.minor.0`.
    pub const fn new(major: u32, minor: u32) -> Self {
        Self {
            major,
            minor,
            patch: 0,
        }
    }
}

impl FromStr for KubernetesVersion {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        numbers(text).ok_or_else(|| VersionError(text.to_owned()))
    }
}

fn numbers(text: &str) -> Option<KubernetesVersion> {
    let bare = text.strip_prefix('v').unwrap_or(text);
    let core = bare.split(['-', '+']).next()?;
    let mut parts = core.split('.').map(number);
    let version = KubernetesVersion {
        major: parts.next()??,
        minor: parts.next()??,
        patch: parts.next().unwrap_or(Some(0))?,
    };
    parts.next().is_none().then_some(version)
}

/// Digits only: `parse` alone would take `+1` as well.
fn number(text: &str) -> Option<u32> {
    text.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.parse().ok())?
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            major,
            minor,
            patch,
        } = self;
        write!(f, "{major}.{minor}.{patch}")
    }
}

impl<'de> Deserialize<'de> for KubernetesVersion {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

impl Serialize for KubernetesVersion {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl JsonSchema for KubernetesVersion {
    fn schema_name() -> Cow<'static, str> {
        "KubernetesVersion".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": Self::FORMAT, "examples": ["1.30.2"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared_by_number() {
        let version: KubernetesVersion = "v1.30.12-gke.1".parse().unwrap();
        assert_eq!(version.to_string(), "1.30.12");
        assert!("1.9".parse::<KubernetesVersion>().unwrap() < KubernetesVersion::new(1, 20));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "1",
            "latest",
            "1.x",
            "1.2.3.4",
            "+1.2",
            "1.-2",
            "1.99999999999",
        ] {
            assert!(text.parse::<KubernetesVersion>().is_err(), "{text}");
        }
    }
}
