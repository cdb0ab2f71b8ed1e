//! Neutron's objects read in one pass: the fields that all have, and a kind's own, out of one map.
//! Serde's `flatten` would first keep each field of each object, wanted or not.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, Error, IntoDeserializer, MapAccess, Visitor,
        value::{BorrowedStrDeserializer, MapAccessDeserializer},
    },
};

use super::{Common, Object};

/// A state whose own fields can be read apart from those that all have.
pub(crate) trait Whole: Object {
    /// Reads its own fields. Those that all have are left as they are by default.
    fn own<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error>;
}

/// Reads and writes states whose derives are of `#[serde(remote = "Self")]`, and whose field `common`
/// is skipped where their own fields are read.
macro_rules! whole {
    ($state:ty) => {
        impl crate::object::whole::Whole for $state {
            fn own<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Self::deserialize(from)
            }
        }

        impl<'de> serde::Deserialize<'de> for $state {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                crate::object::whole::read(from)
            }
        }

        impl serde::Serialize for $state {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, to)
            }
        }
    };
}
pub(crate) use whole;

/// Reads a whole state.
pub(crate) fn read<'de, S: Whole, D: Deserializer<'de>>(from: D) -> Result<S, D::Error> {
    from.deserialize_map(Reader(PhantomData))
}

struct Reader<S>(PhantomData<fn() -> S>);

impl<'de, S: Whole> Visitor<'de> for Reader<S> {
    type Value = S;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of Neutron's")
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<S, M::Error> {
        let mut common = Common::default();
        let mut split = Split {
            map,
            common: &mut common,
            id: false,
        };
        let mut state = S::own(MapAccessDeserializer::new(&mut split))?;
        if !split.id {
            return Err(M::Error::missing_field("id"));
        }
        *state.common_mut() = common;
        Ok(state)
    }
}

/// A map without the fields that all have: they are taken out on the way.
struct Split<'c, M> {
    map: M,
    common: &'c mut Common,
    id: bool,
}

impl<'de, M: MapAccess<'de>> Split<'_, M> {
    /// Whether a field is one of those that all have; it is read then.
    fn take(&mut self, key: &str) -> Result<bool, M::Error> {
        match key {
            "id" => {
                self.common.id = self.map.next_value()?;
                self.id = true;
            }
            "name" => self.common.name = self.map.next_value()?,
            "description" => self.common.description = self.map.next_value()?,
            "project_id" => self.common.project_id = self.map.next_value()?,
            "tags" => self.common.tags = self.map.next_value()?,
            "created_at" => self.common.created_at = self.map.next_value()?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl<'de, M: MapAccess<'de>> MapAccess<'de> for Split<'_, M> {
    type Error = M::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, M::Error> {
        while let Some(Key(key)) = self.map.next_key()? {
            if self.take(&key)? {
                continue;
            }
            return match key {
                Cow::Borrowed(key) => seed.deserialize(BorrowedStrDeserializer::new(key)),
                Cow::Owned(key) => seed.deserialize(key.into_deserializer()),
            }
            .map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, M::Error> {
        self.map.next_value_seed(seed)
    }
}

/// A key, borrowed where it can be.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::object::network::NetworkState;

    #[test]
    fn a_state_is_read_as_it_is_written_from_text_and_from_a_value() {
        let value = json!({
            "unknown": [1], "admin_state_up": true, "id": "n", "name": "a\"b", "description": "d",
            "project_id": "p", "tags": ["x"], "created_at": null, "mtu": 1442, "status": "ACTIVE",
            "router:external": false, "shared": false, "subnets": ["s"]
        });
        let read: NetworkState = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(read.common.name, "a\"b");
        assert_eq!((read.mtu, read.subnets.len()), (Some(1442), 1));
        let text: NetworkState = serde_json::from_str(&value.to_string()).unwrap();
        let again: NetworkState =
            serde_json::from_value(serde_json::to_value(&text).unwrap()).unwrap();
        assert_eq!([&text, &again], [&read, &read]);
    }

    #[test]
    fn an_object_without_an_id_is_refused() {
        let read = serde_json::from_value::<NetworkState>(json!({ "admin_state_up": true }));
        assert!(read.unwrap_err().to_string().contains("`id`"));
    }
}
