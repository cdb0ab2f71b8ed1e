//! One page of a listing, decoded straight into its objects.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

/// One page of a listing.
pub(super) struct Page<T> {
    /// Its objects; nothing where it has no such list.
    pub(super) objects: Option<Vec<T>>,
    /// What stands beside them: an object.
    pub(super) beside: Value,
}

impl<T: DeserializeOwned> Page<T> {
    /// Reads a page whose objects are in its list `items`.
    pub(super) fn read(body: &[u8], items: &str) -> serde_json::Result<Self> {
        let mut from = serde_json::Deserializer::from_slice(body);
        let page = Reader {
            items,
            item: PhantomData,
        };
        let page = page.deserialize(&mut from)?;
        from.end()?;
        Ok(page)
    }
}

struct Reader<'a, T> {
    items: &'a str,
    item: PhantomData<fn() -> T>,
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Reader<'_, T> {
    type Value = Page<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Page<T>, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Reader<'_, T> {
    type Value = Page<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the list {}", self.items)
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Page<T>, M::Error> {
        let (mut objects, mut beside) = (None, Map::new());
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match key == self.items {
                true => objects = Some(map.next_value()?),
                false => {
                    beside.insert(key.into_owned(), map.next_value()?);
                }
            }
        }
        Ok(Page {
            objects,
            beside: Value::Object(beside),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    const PAGE: &[u8] = br#"{"a_links": [1], "as": [{"id": "x", "n": 1}, {"id": "y", "n": 2}]}"#;

    #[derive(Deserialize)]
    struct A {
        n: u32,
    }

    #[test]
    fn a_page_is_its_objects_and_what_stands_beside_them() {
        let page = Page::<A>::read(PAGE, "as").unwrap();
        let numbers: Vec<u32> = page.objects.unwrap().iter().map(|a| a.n).collect();
        assert_eq!(numbers, [1, 2]);
        assert_eq!(page.beside["a_links"][0], 1);
    }

    #[test]
    fn what_is_no_page_is_told() {
        assert!(Page::<A>::read(PAGE, "bs").unwrap().objects.is_none());
        assert!(Page::<A>::read(br#"{"as": [{"id": "x"}]}"#, "as").is_err());
        assert!(Page::<A>::read(br#"{"as": []} more"#, "as").is_err());
    }
}
