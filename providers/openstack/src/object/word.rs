//! Short texts of objects. A fleet has each of some hundred thousand times, and the same few nearly
//! always: those take no memory of their own.

use std::{fmt, marker::PhantomData, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A text that an object has. Their order is not alphabetical: it only brings equal ones together.
#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
pub struct Word(Text);

#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
enum Text {
    /// One of [`KNOWN`].
    Known(&'static &'static str),
    Other(Box<str>),
}

/// The texts that most objects have. Any other is as good, and takes its own memory.
const KNOWN: &[&str] = &[
    "",
    "ACTIVE",
    "IPv4",
    "IPv6",
    "egress",
    "ingress",
    "icmp",
    "ipv6-icmp",
    "tcp",
    "udp",
    "0.0.0.0/0",
    "::/0",
    super::rules::MARK,
    super::TAG,
    "network:router_interface",
];

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        match &self.0 {
            Text::Known(text) => text,
            Text::Other(text) => text,
        }
    }
}

impl Default for Word {
    fn default() -> Self {
        "".into()
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        let known = KNOWN.iter().find(|known| **known == text);
        Self(known.map_or_else(|| Text::Other(text.into()), Text::Known))
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        read(from)
    }
}

/// Reads a text in place: what is made of it decides whether it takes memory of its own.
pub(super) fn read<'de, T: for<'t> From<&'t str>, D: Deserializer<'de>>(
    from: D,
) -> Result<T, D::Error> {
    from.deserialize_any(Reader(PhantomData))
}

struct Reader<T>(PhantomData<T>);

impl<T: for<'t> From<&'t str>> de::Visitor<'_> for Reader<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or a number in its place")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        Ok(text.into())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        Ok(number.to_string().as_str().into())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        Ok(number.to_string().as_str().into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_word_is_its_text_whether_it_is_known_or_not() {
        for text in KNOWN.iter().copied().chain(["sctp", "10.0.0.0/8"]) {
            let word: Word = serde_json::from_value(json!(text)).unwrap();
            assert_eq!(&*word, text);
            assert_eq!(serde_json::to_value(&word).unwrap(), json!(text));
            assert_eq!(word, Word::from(text));
        }
    }

    #[test]
    fn a_number_is_taken_for_its_digits_and_nothing_else_is_a_word() {
        let read = |value| serde_json::from_value::<Word>(value).map(|word| word.to_string());
        assert_eq!(read(json!(58)).unwrap(), "58");
        assert_eq!(read(json!(-1)).unwrap(), "-1");
        assert!(read(json!([])).is_err());
    }
}
