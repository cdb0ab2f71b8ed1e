//! A document whose every value knows where it stands.

use serde_json::{Map, Number, Value};

/// A value and its place. Lines and columns count from 1, offsets are bytes of the source.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) content: Content,
    pub(super) place: Place,
    /// Bytes of the source that it takes, without what aliases add.
    pub(super) bytes: usize,
    /// Values in it, itself included; a long text counts once for each 64 bytes.
    pub(super) weight: usize,
    /// Levels below it, itself included.
    pub(super) height: usize,
    /// What readers of YAML 1.1 take it for, where that is something else.
    pub(super) otherwise: Option<&'static str>,
}

/// A line and a column.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Place {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    Null,
    Bool(bool),
    /// A number and how it is written: `1.30` is not `1.3` to a person.
    Number(Number, String),
    /// `.nan` or `.inf`, which JSON does not have.
    NotFinite,
    Text(String),
    List(Vec<Tree>),
    Object(Vec<Entry>),
}

/// A key, where it stands, and its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) place: Place,
    pub(super) value: Tree,
}

impl Entry {
    fn weight(&self) -> usize {
        self.value.weight + self.key.len() / 64
    }
}

/// Whether a number is written without a fraction and is still too large for one without.
fn is_whole(written: &str) -> bool {
    let digits = written.strip_prefix(['+', '-']).unwrap_or(written);
    let whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    whole && written.parse::<i64>().is_err() && written.parse::<u64>().is_err()
}

impl Tree {
    pub(super) fn scalar(content: Content, place: Place, bytes: usize) -> Self {
        let weight = 1 + bytes / 64;
        Self {
            content,
            place,
            bytes,
            weight,
            height: 1,
            otherwise: None,
        }
    }

    pub(super) fn list(items: Vec<Self>, place: Place, bytes: usize) -> Self {
        let weight = 1 + items.iter().map(|item| item.weight).sum::<usize>();
        let height = 1 + items.iter().map(|item| item.height).max().unwrap_or(0);
        Self {
            content: Content::List(items),
            place,
            bytes,
            weight,
            height,
            otherwise: None,
        }
    }

    pub(super) fn object(entries: Vec<Entry>, place: Place, bytes: usize) -> Self {
        let weight = 1 + entries.iter().map(Entry::weight).sum::<usize>();
        let height = 1 + entries
            .iter()
            .map(|entry| entry.value.height)
            .max()
            .unwrap_or(0);
        Self {
            content: Content::Object(entries),
            place,
            bytes,
            weight,
            height,
            otherwise: None,
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.content, Content::Null)
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            Content::Null
            | Content::Bool(_)
            | Content::Number(..)
            | Content::NotFinite
            | Content::List(_)
            | Content::Object(_) => None,
        }
    }

    pub(super) fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Object(entries) => entries,
            Content::Null
            | Content::Bool(_)
            | Content::Number(..)
            | Content::NotFinite
            | Content::Text(_)
            | Content::List(_) => &[],
        }
    }

    /// The value of a field, unless it is absent or null.
    pub(super) fn child(&self, key: &str) -> Option<&Self> {
        let entry = self.entries().iter().find(|entry| entry.key == key)?;
        (!entry.value.is_null()).then_some(&entry.value)
    }

    /// What it is, for a sentence.
    pub(super) fn noun(&self) -> &'static str {
        match &self.content {
            Content::Null => "nothing",
            Content::Bool(_) => "true or false",
            Content::Number(..) => "a number",
            Content::NotFinite => "a number that is not finite",
            Content::Text(_) => "text",
            Content::List(_) => "a list",
            Content::Object(_) => "an object",
        }
    }

    /// What it is, where a whole number is expected.
    pub(super) fn noun_beside_whole(&self) -> &'static str {
        match &self.content {
            Content::Number(_, written) if is_whole(written) => "a number that is too large",
            Content::Number(number, _) if number.is_f64() => "a number with a fraction",
            Content::Null
            | Content::Bool(_)
            | Content::Number(..)
            | Content::NotFinite
            | Content::Text(_)
            | Content::List(_)
            | Content::Object(_) => self.noun(),
        }
    }

    /// The value without its places. Fields that are null are left out, as Kubernetes reads them.
    pub(super) fn to_value(&self) -> Value {
        match &self.content {
            Content::Null | Content::NotFinite => Value::Null,
            Content::Bool(value) => Value::Bool(*value),
            Content::Number(number, _) => Value::Number(number.clone()),
            Content::Text(text) => Value::String(text.clone()),
            Content::List(items) => Value::Array(items.iter().map(Self::to_value).collect()),
            Content::Object(entries) => Value::Object(object(entries)),
        }
    }
}

fn object(entries: &[Entry]) -> Map<String, Value> {
    let given = entries.iter().filter(|entry| !entry.value.is_null());
    given
        .map(|entry| (entry.key.clone(), entry.value.to_value()))
        .collect()
}
