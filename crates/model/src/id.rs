//! Names of things, each a type of its own so that one cannot stand in for another. A copy shares the
//! text: a name is copied far more often than made.

use std::{fmt, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

/// Why a text cannot be used as a name.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{what} {text:?} {why}")]
pub struct NameError {
    what: &'static str,
    text: String,
    why: &'static str,
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $what:literal, $max:literal, $extra:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd)]
        #[schemars(transparent)]
        pub struct $type(Arc<str>);

        impl $type {
            /// Most characters of such a name: together they fit a label of 255 characters.
            pub const LENGTH_MAX: usize = $max;

            /// Checks length and characters (letters, digits, `-`, `.`, and what the type adds).
            pub fn new(text: impl Into<String> + AsRef<str>) -> Result<Self, NameError> {
                match fault(text.as_ref(), $max, $extra) {
                    Some(why) => Err(NameError { what: $what, text: text.into(), why }),
                    None => Ok(Self(text.as_ref().into())),
                }
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $type {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(from)?).map_err(serde::de::Error::custom)
            }
        }
    };
}

name! {
    /// Which cluster: `metadata.uid`, or the name where a document has none.
    ClusterKey, "cluster key", 63, "_:"
}
name! {
    /// Which installation of Groundwork: two of them in one account leave each other's objects alone.
    InstallationId, "installation", 40, "_"
}
name! {
    /// A node's name in its graph: `subnet/eu-central-1a`.
    Address, "address", 80, "_/"
}
name! {
    /// One run of a plan, in the journal and in events.
    RunId, "run id", 40, "_"
}

impl Default for InstallationId {
    /// `groundwork`: a name, never random, so that a lost state file loses nothing.
    fn default() -> Self {
        Self("groundwork".into())
    }
}

fn fault(text: &str, length_max: usize, extra: &str) -> Option<&'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.' || extra.contains(c);
    if text.is_empty() {
        Some("is empty")
    } else if text.len() > length_max {
        Some("is too long")
    } else if !text.chars().all(allowed) {
        Some("has a character other than a letter, a digit or one of '-', '.', '_'")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_checked_when_made_and_when_read() {
        assert!(Address::new("subnet/ipv6").is_ok());
        assert_eq!(
            InstallationId::new("a b").unwrap_err().to_string(),
            "installation \"a b\" has a character other than a letter, a digit or one of '-', '.', '_'"
        );
        assert!(serde_json::from_str::<ClusterKey>("\"a,b=c\"").is_err());
        assert!(ClusterKey::new("x".repeat(64)).is_err());
    }
}
