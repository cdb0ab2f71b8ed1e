//! Paths of fields, and where in a file they stand.

use std::{fmt, sync::Arc};

use super::tree::{Content, Place, Tree};
use crate::Location;

/// Where each field of one document stands.
pub(crate) struct Places {
    source: Arc<str>,
    root: Place,
    paths: Arc<Paths>,
    /// In the order of the document. A fleet has many documents, and of most nothing is ever looked up.
    at: Box<[Place]>,
}

/// The paths of a document's fields. Documents of one fleet mostly have the same: they share them.
#[derive(Default)]
pub(super) struct Paths {
    /// In the order of the document.
    all: Box<[Box<str>]>,
    /// Their indices, in the order of the paths.
    sorted: Box<[usize]>,
}

impl Paths {
    fn of(tree: &Tree) -> Self {
        let mut all: Vec<Box<str>> = Vec::new();
        each(tree, &mut String::new(), &mut |path, _| {
            all.push(path.into());
        });
        let mut sorted: Vec<usize> = (0..all.len()).collect();
        sorted.sort_by_key(|index| &all[*index]);
        let sorted = sorted.into_boxed_slice();
        let all = all.into_boxed_slice();
        Self { all, sorted }
    }

    /// The index of a path.
    fn index(&self, path: &str) -> Option<usize> {
        let found = self
            .sorted
            .binary_search_by(|index| (*self.all[*index]).cmp(path));
        found.ok().map(|found| self.sorted[found])
    }
}

impl Places {
    /// Notes the places of a document's fields, except of those that nothing refers to. `paths` are
    /// those of the document before, and then of this one.
    pub(super) fn new(source: &Arc<str>, tree: &Tree, paths: &mut Arc<Paths>) -> Self {
        let mut at = Vec::with_capacity(paths.all.len());
        let mut before = paths.all.iter();
        let mut same = true;
        each(tree, &mut String::new(), &mut |path, place| {
            same = same && before.next().is_some_and(|before| **before == *path);
            at.push(place);
        });
        if !same || before.next().is_some() {
            *paths = Arc::new(Paths::of(tree));
        }
        Self {
            source: Arc::clone(source),
            root: tree.place,
            paths: Arc::clone(paths),
            at: at.into_boxed_slice(),
        }
    }

    /// The place of a field, or of the nearest ancestor that exists.
    pub(crate) fn locate(&self, field: &str) -> Option<Location> {
        let mut path = field;
        let place = loop {
            match (self.paths.index(path), parent(path)) {
                (Some(index), _) => break self.at[index],
                (None, Some(up)) => path = up,
                (None, None) => break self.root,
            }
        };
        Some(location(&self.source, place))
    }
}

/// Tells the path and the place of each field inside a value.
fn each(tree: &Tree, path: &mut String, tell: &mut dyn FnMut(&str, Place)) {
    let length = path.len();
    match &tree.content {
        Content::List(items) => {
            for (index, item) in items.iter().enumerate() {
                append_index(path, index);
                tell(path, item.place);
                each(item, path, tell);
                path.truncate(length);
            }
        }
        Content::Object(entries) => {
            for entry in entries {
                append(path, &entry.key);
                tell(path, field_place(entry.place, &entry.value));
                if !is_unused(path) {
                    each(&entry.value, path, tell);
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
