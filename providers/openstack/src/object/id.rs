//! Ids of what a fleet has hundreds of thousands of. Nearly all are UUIDs: sixteen bytes, and no memory
//! of their own.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::word;

/// An id.
#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
pub struct Id(Held);

#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
enum Held {
    /// A UUID, as Neutron writes it: in small letters, with hyphens.
    Uuid([u8; 16]),
    Other(Box<str>),
}

/// Where the hyphens of a UUID are.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];
/// How long it is as text.
const LENGTH: usize = 36;

impl Default for Id {
    /// None at all.
    fn default() -> Self {
        Self(Held::Other(Box::default()))
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self(uuid(text).map_or_else(|| Held::Other(text.into()), Held::Uuid))
    }
}

fn uuid(text: &str) -> Option<[u8; 16]> {
    let text = text.as_bytes();
    let fits = text.len() == LENGTH && HYPHENS.iter().all(|at| text[*at] == b'-');
    let mut digits = text.iter().filter(|byte| **byte != b'-');
    let mut digit = || match digits.next()? {
        byte @ b'0'..=b'9' => Some(byte - b'0'),
        byte @ b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; 16];
    for byte in bytes.iter_mut().filter(|_| fits) {
        *byte = digit()? << 4 | digit()?;
    }
    fits.then_some(bytes)
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = match &self.0 {
            Held::Uuid(bytes) => bytes,
            Held::Other(text) => return f.write_str(text),
        };
        for (at, byte) in bytes.iter().enumerate() {
            let hyphen = if matches!(at, 4 | 6 | 8 | 10) {
                "-"
            } else {
                ""
            };
            write!(f, "{hyphen}{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        word::read(from)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_is_its_text_whether_it_is_a_uuid_or_not() {
        let uuid = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
        for text in [
            uuid,
            "0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0",
            "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f",
            "0f1e2d3c4-b5a-6978-8796-a5b4c3d2e1f0",
            "0f1e2d3c-4b5a-6978-8796-a5b4c3d2-1f0",
            "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1fg",
            "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            "r1",
            "",
        ] {
            let id: Id = serde_json::from_value(json!(text)).unwrap();
            assert_eq!(id.to_string(), text);
            assert_eq!(serde_json::to_value(&id).unwrap(), json!(text));
            assert_eq!(matches!(id.0, Held::Uuid(_)), text == uuid, "{text}");
        }
    }
}
