//! What a driver says about one object: the progress of a call, and the difference from the
//! desired fields.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Operation;

/// How far a mutating call has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress<S> {
    /// The call is finished, and this is the object now.
    Done(S),
    /// The object does not exist any more.
    Gone,
    /// The cloud goes on: ask with `poll`, not earlier than `poll_after`.
    Pending {
        /// What to ask about.
        operation: Operation,
        /// How long to wait first.
        poll_after: Duration,
    },
}

impl<S> Progress<S> {
    /// The same progress with another form of the state.
    pub fn map<T>(self, form: impl FnOnce(S) -> T) -> Progress<T> {
        match self {
            Self::Done(state) => Progress::Done(form(state)),
            Self::Gone => Progress::Gone,
            Self::Pending {
                operation,
                poll_after,
            } => Progress::Pending {
                operation,
                poll_after,
            },
        }
    }
}

/// How an object differs from the desired fields.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Diff {
    /// Not at all.
    Same,
    /// In ways that can be changed in place.
    Update(Vec<Change>),
    /// In ways that need a new object.
    Replace(Vec<Change>),
}

impl Diff {
    /// `Same` without changes, else `Update`, or `Replace` if one of them cannot be made in place.
    pub fn of(
        in_place: impl IntoIterator<Item = Change>,
        replacing: impl IntoIterator<Item = Change>,
    ) -> Self {
        let in_place: Vec<Change> = in_place.into_iter().collect();
        let replacing: Vec<Change> = replacing.into_iter().collect();
        match (in_place.is_empty(), replacing.is_empty()) {
            (true, true) => Self::Same,
            (false, true) => Self::Update(in_place),
            (_, false) => Self::Replace(replacing.into_iter().chain(in_place).collect()),
        }
    }

    /// The changes, whatever they need.
    pub fn changes(&self) -> &[Change] {
        match self {
            Self::Same => &[],
            Self::Update(changes) | Self::Replace(changes) => changes,
        }
    }
}

/// One field that differs.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The field, as the cloud spells it; [`Change::LABEL`] for the label itself.
    pub field: String,
    /// Its value; `null` if it has none.
    pub from: Value,
    /// The desired value; `null` if it is to have none.
    pub to: Value,
}

impl Change {
    /// The field name under which an adopted object gets its label: `update` writes `cx.label()`.
    pub const LABEL: &'static str = "label";

    /// A field that differs.
    pub fn new(field: impl Into<String>, from: impl Into<Value>, to: impl Into<Value>) -> Self {
        Self {
            field: field.into(),
            from: from.into(),
            to: to.into(),
        }
    }

    /// `Some` if the two differ.
    pub fn between<T: PartialEq + Serialize>(field: &str, from: &T, to: &T) -> Option<Self> {
        (from != to).then(|| Self {
            field: field.to_owned(),
            from: serde_json::to_value(from).unwrap_or(Value::Null),
            to: serde_json::to_value(to).unwrap_or(Value::Null),
        })
    }

    /// Whether it is the label.
    pub fn is_label(&self) -> bool {
        self.field == Self::LABEL
    }
}

/// A desired field, and who desired it.
///
/// A value of the user's is compared with the cloud. A default of ours is used to create the object;
/// later, the value that exists wins.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Want<T> {
    /// The user asked for this value.
    Asked(T),
    /// This is our default.
    Chosen(T),
}

impl<T> Want<T> {
    /// The value to create with.
    pub fn value(&self) -> &T {
        match self {
            Self::Asked(value) | Self::Chosen(value) => value,
        }
    }

    /// The value to compare with, if the user gave one.
    pub fn asked(&self) -> Option<&T> {
        match self {
            Self::Asked(value) => Some(value),
            Self::Chosen(_) => None,
        }
    }

    /// `Asked` if there is a value, else the default as `Chosen`.
    pub fn or(given: Option<T>, default: impl FnOnce() -> T) -> Self {
        given.map_or_else(|| Self::Chosen(default()), Self::Asked)
    }
}

impl<T: PartialEq + Serialize> Want<T> {
    /// The change that this field needs, if the user asked for another value than the object has.
    pub fn change(&self, field: &str, is: &T) -> Option<Change> {
        self.asked()
            .and_then(|asked| Change::between(field, is, asked))
    }
}
