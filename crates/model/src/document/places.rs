//! Paths of fields, and where in a file they stand.

use std::{fmt, sync::Arc};

use super::tree::{Content, Place, Tree};
use crate::Location;

/// Where each field of one document stands.
pub(crate) struct Places {
    source: Arc<str>,
    root: Place,
    /// By path, sorted. A fleet has many documents, and of most nothing is ever looked up.
    at: Box<[(Box<str>, Place)]>,
}

impl Places {
    /// Notes the places of a document's fields, except of those that nothing refers to.
    pub(super) fn new(source: &Arc<str>, tree: &Tree) -> Self {
        let mut at = Vec::new();
        note(&mut at, tree, &mut String::new());
        at.sort_by(|(one, _), (other, _)| one.cmp(other));
        Self {
            source: Arc::clone(source),
            root: tree.place,
            at: at.into_boxed_slice(),
        }
    }

    /// The place of a field, or of the nearest ancestor that exists.
    pub(crate) fn locate(&self, field: &str) -> Option<Location> {
        let mut path = field;
        let place = loop {
            let found = self.at.binary_search_by(|(known, _)| (**known).cmp(path));
            match (found, parent(path)) {
                (Ok(found), _) => break self.at[found].1,
                (Err(_), Some(up)) => path = up,
                (Err(_), None) => break self.root,
            }
        };
        Some(location(&self.source, place))
    }
}

/// Notes the places of what is inside a value.
fn note(at: &mut Vec<(Box<str>, Place)>, tree: &Tree, path: &mut String) {
    let length = path.len();
    match &tree.content {
        Content::List(items) => {
            for (index, item) in items.iter().enumerate() {
                append_index(path, index);
                at.push((path.as_str().into(), item.place));
                note(at, item, path);
                path.truncate(length);
            }
        }
        Content::Object(entries) => {
            for entry in entries {
                append(path, &entry.key);
                at.push((path.as_str().into(), field_place(entry.place, &entry.value)));
                if !is_unused(path) {
                    note(at, &entry.value, path);
                }
                path.truncate(length);
            }
        }
        Content::Null
        | Content::Bool(_)
        | Content::Number(..)
        | Content::NotFinite
        | Content::Text(_) => {}
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source, self.root.line)
    }
}

pub(super) fn location(source: &str, place: Place) -> Location {
    Location {
        source: source.to_owned(),
        line: place.line,
        column: place.column,
    }
}

/// A short value is pointed at itself; a list or an object at its key, which stands before it.
pub(super) fn field_place(key: Place, value: &Tree) -> Place {
    match value.content {
        Content::List(_) | Content::Object(_) | Content::Null => key,
        Content::Bool(_) | Content::Number(..) | Content::NotFinite | Content::Text(_) => {
            value.place
        }
    }
}

fn is_unused(path: &str) -> bool {
    matches!(path, "status" | "metadata.managedFields")
}

/// Appends a key to a path: `.pods`, or `["kubernetes.io/name"]` where a dot would mislead.
pub(crate) fn append(path: &mut String, key: &str) {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '$');
    if key.is_empty() || !key.chars().all(plain) {
        path.push_str(&format!("[{key:?}]"));
    } else {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
    }
}

/// Appends an index to a path: `[1]`.
pub(super) fn append_index(path: &mut String, index: usize) {
    path.push_str(&format!("[{index}]"));
}

/// The path one level up; `None` above the root.
fn parent(path: &str) -> Option<&str> {
    let cut = if path.ends_with("\"]") {
        path.rfind("[\"")?
    } else if path.ends_with(']') {
        path.rfind('[')?
    } else {
        path.rfind('.').unwrap_or(0)
    };
    (!path.is_empty()).then(|| &path[..cut])
}
