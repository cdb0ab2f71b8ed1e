//! One document while its nodes come in.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    build,
    limits::{ALIAS_VALUES_MAX, DEPTH_MAX, FINDINGS_MAX, VALUES_MAX},
    tree::{Content, Entry, Place, Tree},
};
use crate::{Finding, codes};

/// What one source has used up so far.
#[derive(Default)]
pub(super) struct Budget {
    values: usize,
    alias_values: usize,
}

/// The lists and objects that are open, and what is finished.
pub(super) struct Draft<'a> {
    source: &'a str,
    budget: &'a mut Budget,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Tree>,
    root: Option<Tree>,
    faults: Vec<Finding>,
}

/// A scalar as it is written: it may become a key.
pub(super) struct Scalar {
    /// Its text, where it means anything but that.
    pub(super) other: Option<String>,
    /// Whether it is a `<<` without quotes.
    pub(super) merge: bool,
}

struct Open {
    place: Place,
    start: usize,
    anchor: usize,
    members: Members,
}

enum Members {
    List(Vec<Tree>),
    Object(Fields),
}

/// The entries of an object; the key whose value comes next; what is merged into it.
#[derive(Default)]
struct Fields {
    entries: Vec<Entry>,
    key: Option<(Key, Place)>,
    merged: Vec<Tree>,
}

/// The key of the value that comes next.
enum Key {
    Of(String),
    Merge,
}

impl<'a> Draft<'a> {
    pub(super) fn new(source: &'a str, budget: &'a mut Budget) -> Self {
        let (open, anchors, faults) = Default::default();
        Self {
            source,
            budget,
            open,
            anchors,
            root: None,
            faults,
        }
    }

    /// The document, and what is wrong with it.
    pub(super) fn finish(self) -> (Option<Tree>, Vec<Finding>) {
        (self.root, self.faults)
    }

    pub(super) fn open_list(&mut self, place: Place, start: usize, anchor: usize) {
        self.open.push(Open {
            place,
            start,
            anchor,
            members: Members::List(Vec::new()),
        });
    }

    pub(super) fn open_object(&mut self, place: Place, start: usize, anchor: usize) {
        let members = Members::Object(Fields::default());
        self.open.push(Open {
            place,
            start,
            anchor,
            members,
        });
    }

    pub(super) fn close(&mut self, end: usize) -> Result<(), Finding> {
        let Open {
            place,
            start,
            anchor,
            members,
        } = self
            .open
            .pop()
            .expect("the parser closes only what it opened");
        let bytes = end.saturating_sub(start);
        let tree = match members {
            Members::List(items) => Tree::list(items, place, bytes),
            Members::Object(members) => {
                members
                    .duplicates()
                    .into_iter()
                    .for_each(|fault| self.fault(fault));
                Tree::object(members.merge(), place, bytes)
            }
        };
        self.complete(tree, anchor, None)
    }

    /// A value that stands elsewhere in the document already.
    pub(super) fn alias(
        &mut self,
        anchor: usize,
        place: Place,
        bytes: usize,
    ) -> Result<(), Finding> {
        let Some(tree) = self.anchors.get(&anchor) else {
            let message = "the alias stands inside the value that it refers to";
            return Err(self.at(Finding::error(codes::DOCUMENT_ALIASES, message), place));
        };
        let tree = Tree {
            place,
            bytes,
            ..tree.clone()
        };
        self.charge_alias(tree.weight, place)?;
        self.complete(tree, 0, None)
    }

    /// Puts a finished value where it belongs.
    pub(super) fn complete(
        &mut self,
        tree: Tree,
        anchor: usize,
        scalar: Option<Scalar>,
    ) -> Result<(), Finding> {
        self.charge_value(tree.place)?;
        // Of what is open, the innermost value is the first to be finished: it is met early.
        if self.open.len() + tree.height > DEPTH_MAX + 1 {
            return Err(self.too_deep(tree.place));
        }
        if anchor != 0 {
            // The copy that later aliases are made of is paid for like one of them.
            self.charge_alias(tree.weight, tree.place)?;
            self.anchors.insert(anchor, tree.clone());
        }
        let (place, noun) = (tree.place, tree.noun());
        let fault = match self.open.last_mut().map(|open| &mut open.members) {
            None => {
                self.root = Some(tree);
                None
            }
            Some(Members::List(items)) => {
                items.push(tree);
                None
            }
            Some(Members::Object(members)) if members.key.is_some() => members.value(tree),
            Some(Members::Object(members)) => match key(tree, scalar) {
                Some(key) => {
                    members.key = Some((key, place));
                    None
                }
                None => {
                    let message = format!("a key has to be text, and this one is {noun}");
                    let fault = Finding::error(codes::DOCUMENT_SYNTAX, message);
                    return Err(self.at(fault, place));
                }
            },
        };
        fault.into_iter().for_each(|fault| self.fault(fault));
        Ok(())
    }

    fn fault(&mut self, (finding, place): (Finding, Place)) {
        if self.faults.len() < FINDINGS_MAX {
            self.faults.push(self.at(finding, place));
        }
    }

    fn charge_value(&mut self, place: Place) -> Result<(), Finding> {
        self.budget.values += 1;
        if self.budget.values <= VALUES_MAX {
            return Ok(());
        }
        let message = format!("the file holds more than {VALUES_MAX} values");
        let finding = Finding::error(codes::DOCUMENT_SIZE, message);
        Err(self.at(finding.remedy("split it into several files"), place))
    }

    fn charge_alias(&mut self, values: usize, place: Place) -> Result<(), Finding> {
        self.budget.alias_values += values;
        if self.budget.alias_values <= ALIAS_VALUES_MAX {
            return Ok(());
        }
        let message = format!("anchors and aliases expand to more than {ALIAS_VALUES_MAX} values");
        let finding = Finding::error(codes::DOCUMENT_ALIASES, message);
        Err(self.at(
            finding.remedy("write the values out where they are needed"),
            place,
        ))
    }

    pub(super) fn too_deep(&self, place: Place) -> Finding {
        let message = format!("lists and objects are nested more than {DEPTH_MAX} levels deep");
        self.at(Finding::error(codes::DOCUMENT_DEPTH, message), place)
    }

    pub(super) fn at(&self, finding: Finding, place: Place) -> Finding {
        build::at(self.source, finding, place)
    }
}

fn key(tree: Tree, scalar: Option<Scalar>) -> Option<Key> {
    match (tree.content, scalar) {
        (Content::Null, _) => None,
        (_, Some(Scalar { merge: true, .. })) => Some(Key::Merge),
        (Content::Text(text), _) => Some(Key::Of(text)),
        (_, scalar) => scalar?.other.map(Key::Of),
    }
}

impl Fields {
    /// Takes the value of the key that was read last.
    fn value(&mut self, tree: Tree) -> Option<(Finding, Place)> {
        let (key, place) = self.key.take()?;
        let Key::Of(key) = key else {
            let fault = (!can_merge(&tree)).then(|| {
                let message = "only objects can be merged with <<";
                (Finding::error(codes::DOCUMENT_SYNTAX, message), place)
            });
            self.merged.push(tree);
            return fault;
        };
        self.entries.push(Entry {
            key,
            place,
            value: tree,
        });
        None
    }

    /// The keys that stand there already, in their order.
    fn duplicates(&self) -> Vec<(Finding, Place)> {
        let mut sorted: Vec<&Entry> = self.entries.iter().collect();
        // Of those with one key, the order stays.
        sorted.sort_by(|one, other| one.key.cmp(&other.key));
        let pairs = sorted.iter().zip(sorted.iter().skip(1));
        let twice = pairs.filter(|(first, next)| first.key == next.key);
        let mut all: Vec<_> = twice
            .map(|(first, next)| (duplicate(&next.key, first.place), next.place))
            .collect();
        all.sort_by_key(|(_, place)| (place.line, place.column));
        all
    }

    /// The entries with those of merged objects (`<<: *base`): what stands in the object itself
    /// wins, then what was merged first.
    fn merge(self) -> Vec<Entry> {
        let Self {
            mut entries,
            key: _,
            merged,
        } = self;
        if merged.is_empty() {
            return entries;
        }
        let mut seen: BTreeSet<String> = entries.iter().map(|entry| entry.key.clone()).collect();
        for object in merged.into_iter().flat_map(objects) {
            let Content::Object(inherited) = object.content else {
                continue;
            };
            entries.extend(
                inherited
                    .into_iter()
                    .filter(|entry| seen.insert(entry.key.clone())),
            );
        }
        entries
    }
}

fn duplicate(key: &str, first: Place) -> Finding {
    let message = format!(
        "the key {key:?} was given in line {} already; readers disagree on which one counts",
        first.line
    );
    Finding::error(codes::DOCUMENT_DUPLICATE_KEY, message).remedy("keep one of them")
}

fn can_merge(tree: &Tree) -> bool {
    let is_object = |tree: &Tree| matches!(tree.content, Content::Object(_));
    match &tree.content {
        Content::List(items) => items.iter().all(is_object),
        Content::Null
        | Content::Bool(_)
        | Content::Number(..)
        | Content::NotFinite
        | Content::Text(_)
        | Content::Object(_) => is_object(tree),
    }
}

fn objects(tree: Tree) -> Vec<Tree> {
    match tree.content {
        Content::List(items) => items,
        Content::Null
        | Content::Bool(_)
        | Content::Number(..)
        | Content::NotFinite
        | Content::Text(_)
        | Content::Object(_) => vec![tree],
    }
}
