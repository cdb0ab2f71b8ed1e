//! Plain data whose type its driver alone knows: what a node asks for, what a cloud says of an
//! object, what a survey found.

use std::{any::Any, fmt, ops::Deref, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::Value;

use crate::Found;

/// Data of some type that can be written as JSON, and read back from it.
pub trait AnyFields: Any + Send + Sync {
    /// The same as JSON.
    fn to_value(&self) -> Value;
}

impl<T: Any + Send + Serialize + Sync> AnyFields for T {
    fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("fields are plain data")
    }
}

impl dyn AnyFields {
    /// The data as a type: as it is where it is of that type, else read from its JSON.
    ///
    /// # Errors
    /// It is of another type, and its JSON cannot be read as this one.
    pub fn read<T: DeserializeOwned + 'static>(&self) -> serde_json::Result<Typed<'_, T>> {
        let any = self as &dyn Any;
        match (any.downcast_ref::<T>(), any.downcast_ref::<Fields>()) {
            (Some(typed), _) => Ok(Typed::Here(typed)),
            (None, Some(fields)) => fields.read(),
            (None, None) => T::deserialize(self.to_value()).map(Typed::Read),
        }
    }

    /// The same for what this process has written itself.
    pub(crate) fn typed<T: DeserializeOwned + 'static>(&self) -> Typed<'_, T> {
        self.read()
            .expect("fields are read as what they were written from")
    }
}

impl fmt::Debug for dyn AnyFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_value().fmt(f)
    }
}

impl PartialEq for dyn AnyFields {
    fn eq(&self, other: &Self) -> bool {
        self.to_value() == other.to_value()
    }
}

impl Serialize for dyn AnyFields {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(to)
    }
}

/// Fields with their type.
#[derive(Debug)]
pub enum Typed<'a, T> {
    /// Of that type all along.
    Here(&'a T),
    /// Read from JSON.
    Read(T),
}

impl<T: Clone> Typed<'_, T> {
    /// The fields, to keep.
    pub fn into_owned(self) -> T {
        match self {
            Self::Here(typed) => typed.clone(),
            Self::Read(typed) => typed,
        }
    }
}

impl<T> Deref for Typed<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Here(typed) => typed,
            Self::Read(typed) => typed,
        }
    }
}

/// Fields that several hold: a copy shares them. What is listed once is in memory once, however many
/// plans speak of it.
#[derive(Clone)]
pub struct Fields(Held);

#[derive(Clone)]
enum Held {
    Alone(Arc<dyn AnyFields>),
    /// The state of something that was found.
    Found(Arc<Found<dyn AnyFields>>),
}

impl Fields {
    /// Holds fields of some type.
    pub fn new(fields: impl AnyFields) -> Self {
        Self(Held::Alone(Arc::new(fields)))
    }
}

impl Deref for Fields {
    type Target = dyn AnyFields;

    fn deref(&self) -> &dyn AnyFields {
        match &self.0 {
            Held::Alone(fields) => &**fields,
            Held::Found(found) => &found.state,
        }
    }
}

impl From<Arc<Found<dyn AnyFields>>> for Fields {
    fn from(found: Arc<Found<dyn AnyFields>>) -> Self {
        Self(Held::Found(found))
    }
}

impl Default for Fields {
    /// No fields at all: JSON's `null`.
    fn default() -> Self {
        Self::new(Value::Null)
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Value::deserialize(from).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
    struct Net {
        size: u32,
    }

    #[test]
    fn fields_are_the_same_before_and_after_they_were_written_down() {
        let fields = Fields::new(Net { size: 1 });
        let written = serde_json::to_string(&fields).unwrap();
        let read: Fields = serde_json::from_str(&written).unwrap();
        assert_eq!(fields, read);
        for fields in [fields, read] {
            assert_eq!(fields.read::<Net>().unwrap().size, 1);
        }
    }

    #[test]
    fn what_is_of_its_type_is_not_copied_and_what_is_of_another_is_refused() {
        let fields = Fields::new(Net { size: 1 });
        assert!(matches!(fields.read::<Net>(), Ok(Typed::Here(_))));
        assert!(Fields::new(json!({ "size": "?" })).read::<Net>().is_err());
    }
}
