//! From YAML (and so from JSON) to located trees, within limits.

use std::collections::{BTreeMap, BTreeSet};

use serde_saphyr::granit_parser::{
    ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span, StrInput, Tag,
};

use super::{
    limits::{ALIAS_VALUES_MAX, DEPTH_MAX, DOCUMENTS_MAX, VALUES_MAX},
    places::location,
    scalar,
    text::saturate,
    tree::{Content, Entry, Place, Tree},
};
use crate::{Finding, codes};

/// Reads every document of one text. One that is malformed is a finding, and the next is read.
pub(super) fn read(source: &str, text: &str) -> (Vec<Tree>, Vec<Finding>) {
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut reader = Reader {
        source,
        parser: Parser::new_from_str_with_options(text, options),
        values: 0,
        alias_values: 0,
        findings: Vec::new(),
    };
    let mut trees = Vec::new();
    loop {
        match reader.document() {
            Ok(Some(tree)) => trees.push(tree),
            Ok(None) => break,
            Err(fatal) => {
                reader.findings.push(fatal);
                if !reader.parser.proceed_next_document().unwrap_or(false) {
                    break;
                }
            }
        }
        if trees.len() + reader.findings.len() > DOCUMENTS_MAX {
            break;
        }
    }
    (trees, reader.findings)
}

struct Reader<'a> {
    source: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    values: usize,
    alias_values: usize,
    findings: Vec<Finding>,
}

/// A list or an object that is not closed yet.
struct Open {
    place: Place,
    start: usize,
    anchor: usize,
    members: Members,
}

enum Members {
    List(Vec<Tree>),
    Object {
        entries: Vec<Entry>,
        keys: BTreeMap<String, Place>,
        key: Option<Key>,
        merged: Vec<Tree>,
    },
}

struct Key {
    text: String,
    place: Place,
    merge: bool,
}

/// What is known while one document is read.
#[derive(Default)]
struct Draft {
    open: Vec<Open>,
    anchors: BTreeMap<usize, Tree>,
    root: Option<Tree>,
}

impl Reader<'_> {
    /// The next document that is not empty and has no fault; `None` at the end.
    fn document(&mut self) -> Result<Option<Tree>, Finding> {
        let mut draft = Draft::default();
        let faults = self.findings.len();
        while let Some(event) = self.parser.next_event() {
            let (event, span) = event.map_err(|error| self.syntax(&error))?;
            if matches!(event, Event::DocumentEnd) {
                let root = std::mem::take(&mut draft)
                    .root
                    .filter(|tree| !tree.is_null());
                match root {
                    Some(tree) if faults == self.findings.len() => return Ok(Some(tree)),
                    Some(_) | None => continue,
                }
            }
            self.event(&mut draft, event, span)?;
        }
        Ok(None)
    }

    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "of the parser's events only nodes matter"
    )]
    fn event(&mut self, draft: &mut Draft, event: Event<'_>, span: Span) -> Result<(), Finding> {
        let place = place_of(span);
        let range = span.byte_range().unwrap_or_default();
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let content = self.content(&text, style, tag.as_deref(), place)?;
                let merge = style == ScalarStyle::Plain && text == "<<";
                let tree = Tree::scalar(content, place, range.len());
                self.complete(draft, tree, anchor, Some((text.into_owned(), merge)))
            }
            Event::Alias(anchor) => {
                let tree = draft.anchors.get(&anchor).cloned();
                let Some(tree) = tree else {
                    return Err(self.alias_in_itself(place));
                };
                self.charge_alias(tree.size, place)?;
                self.complete(
                    draft,
                    Tree {
                        place,
                        bytes: range.len(),
                        ..tree
                    },
                    0,
                    None,
                )
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.core_tag(tag.as_deref(), place)?;
                let members = Members::List(Vec::new());
                self.open(
                    draft,
                    Open {
                        place,
                        start: range.start,
                        anchor,
                        members,
                    },
                )
            }
            Event::MappingStart(_, anchor, tag) => {
                self.core_tag(tag.as_deref(), place)?;
                let (entries, keys, merged) = Default::default();
                let members = Members::Object {
                    entries,
                    keys,
                    key: None,
                    merged,
                };
                self.open(
                    draft,
                    Open {
                        place,
                        start: range.start,
                        anchor,
                        members,
                    },
                )
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(draft, range.end),
            _ => Ok(()),
        }
    }

    fn open(&self, draft: &mut Draft, open: Open) -> Result<(), Finding> {
        if draft.open.len() >= DEPTH_MAX {
            return Err(self.too_deep(open.place));
        }
        draft.open.push(open);
        Ok(())
    }

    fn close(&mut self, draft: &mut Draft, end: usize) -> Result<(), Finding> {
        let Open {
            place,
            start,
            anchor,
            members,
        } = draft
            .open
            .pop()
            .expect("the parser closes only what it opened");
        let bytes = end.saturating_sub(start);
        let tree = match members {
            Members::List(items) => Tree::list(items, place, bytes),
            Members::Object {
                mut entries,
                mut keys,
                key: _,
                merged,
            } => {
                merge(&mut entries, &mut keys, merged);
                Tree::object(entries, place, bytes)
            }
        };
        self.complete(draft, tree, anchor, None)
    }

    /// Puts a finished value where it belongs.
    fn complete(
        &mut self,
        draft: &mut Draft,
        tree: Tree,
        anchor: usize,
        scalar: Option<(String, bool)>,
    ) -> Result<(), Finding> {
        self.values += 1;
        if self.values > VALUES_MAX {
            let message = format!("the file holds more than {VALUES_MAX} values");
            let remedy = "split it into several files";
            return Err(self.at(
                Finding::error(codes::DOCUMENT_SIZE, message).remedy(remedy),
                tree.place,
            ));
        }
        if draft.open.len() + tree.height > DEPTH_MAX + 1 {
            return Err(self.too_deep(tree.place));
        }
        if anchor != 0 {
            self.charge_alias(tree.size, tree.place)?;
            draft.anchors.insert(anchor, tree.clone());
        }
        match draft.open.last_mut().map(|open| &mut open.members) {
            None => draft.root = Some(tree),
            Some(Members::List(items)) => items.push(tree),
            Some(Members::Object {
                entries,
                keys,
                key,
                merged,
            }) => match key.take() {
                Some(Key {
                    merge: true, place, ..
                }) => {
                    let fault = not_mergeable(&tree);
                    merged.push(tree);
                    if fault {
                        let message = "only objects can be merged with <<";
                        let finding = Finding::error(codes::DOCUMENT_SYNTAX, message);
                        self.findings.push(self.at(finding, place));
                    }
                }
                Some(Key {
                    text,
                    place,
                    merge: false,
                }) => {
                    if let Some(first) = keys.insert(text.clone(), place) {
                        self.findings.push(self.duplicate(&text, first, place));
                    }
                    entries.push(Entry {
                        key: text,
                        place,
                        value: tree,
                    });
                }
                None => *key = Some(self.key(&tree, scalar)?),
            },
        }
        Ok(())
    }

    fn key(&self, tree: &Tree, scalar: Option<(String, bool)>) -> Result<Key, Finding> {
        let text = scalar.or_else(|| Some((tree.text()?.to_owned(), false)));
        match text {
            Some((text, merge)) if !tree.is_null() => Ok(Key {
                text,
                place: tree.place,
                merge,
            }),
            Some(_) | None => {
                let message = format!("a key has to be text, and this one is {}", tree.noun());
                Err(self.at(Finding::error(codes::DOCUMENT_SYNTAX, message), tree.place))
            }
        }
    }

    fn content(
        &self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        place: Place,
    ) -> Result<Content, Finding> {
        self.core_tag(tag, place)?;
        let told_text =
            tag.is_some_and(|tag| tag.core_suffix() == Some("str") || tag.suffix().is_empty());
        let quoted = style != ScalarStyle::Plain && tag.is_none();
        Ok(if told_text || quoted {
            Content::Text(text.to_owned())
        } else {
            scalar::plain(text)
        })
    }

    /// Tags of the core schema say what is known anyway; any other is refused.
    fn core_tag(&self, tag: Option<&Tag>, place: Place) -> Result<(), Finding> {
        const CORE: [&str; 7] = ["str", "int", "float", "bool", "null", "seq", "map"];
        let Some(tag) = tag else { return Ok(()) };
        let core = tag
            .core_suffix()
            .is_some_and(|suffix| CORE.contains(&suffix));
        if core || (tag.handle() == "!" && tag.suffix().is_empty()) {
            return Ok(());
        }
        let message = format!("the tag {} is not read", tag.original());
        let finding = Finding::error(codes::DOCUMENT_TAG, message).remedy("remove the tag");
        Err(self.at(finding, place))
    }

    /// Anchors are counted too: the parser keeps a copy of what they name.
    fn charge_alias(&mut self, values: usize, place: Place) -> Result<(), Finding> {
        self.alias_values += values;
        if self.alias_values <= ALIAS_VALUES_MAX {
            return Ok(());
        }
        let message = format!("anchors and aliases expand to more than {ALIAS_VALUES_MAX} values");
        let finding = Finding::error(codes::DOCUMENT_ALIASES, message)
            .remedy("write the values out where they are needed");
        Err(self.at(finding, place))
    }

    fn alias_in_itself(&self, place: Place) -> Finding {
        let message = "the alias stands inside the value that it refers to";
        self.at(Finding::error(codes::DOCUMENT_ALIASES, message), place)
    }

    fn too_deep(&self, place: Place) -> Finding {
        let message = format!("lists and objects are nested more than {DEPTH_MAX} levels deep");
        self.at(Finding::error(codes::DOCUMENT_DEPTH, message), place)
    }

    fn duplicate(&self, key: &str, first: Place, place: Place) -> Finding {
        let message = format!(
            "the key {key:?} was given in line {} already; readers disagree on which one counts",
            first.line
        );
        let finding =
            Finding::error(codes::DOCUMENT_DUPLICATE_KEY, message).remedy("keep one of them");
        self.at(finding, place)
    }

    fn syntax(&self, error: &ScanError) -> Finding {
        let marker = error.marker();
        let place = Place {
            line: saturate(marker.line()),
            column: saturate(marker.col() + 1),
        };
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            return self.too_deep(place);
        }
        let finding = Finding::error(codes::DOCUMENT_SYNTAX, error.info());
        self.at(finding, place)
    }

    fn at(&self, mut finding: Finding, place: Place) -> Finding {
        finding.location = Some(location(self.source, place));
        finding
    }
}

fn place_of(span: Span) -> Place {
    Place {
        line: saturate(span.start.line()),
        column: saturate(span.start.col() + 1),
    }
}

fn not_mergeable(tree: &Tree) -> bool {
    match &tree.content {
        Content::Object(_) => false,
        Content::List(items) => items
            .iter()
            .any(|item| !matches!(item.content, Content::Object(_))),
        Content::Null
        | Content::Bool(_)
        | Content::Number(..)
        | Content::NotFinite
        | Content::Text(_) => true,
    }
}

/// Adds the entries of merged objects (`<<: *base`): what stands in the object itself wins, then
/// what was merged first.
fn merge(entries: &mut Vec<Entry>, keys: &mut BTreeMap<String, Place>, merged: Vec<Tree>) {
    let mut seen: BTreeSet<String> = std::mem::take(keys).into_keys().collect();
    let objects = merged.into_iter().flat_map(|tree| match tree.content {
        Content::List(items) => items,
        Content::Null
        | Content::Bool(_)
        | Content::Number(..)
        | Content::NotFinite
        | Content::Text(_)
        | Content::Object(_) => vec![tree],
    });
    for object in objects {
        let Content::Object(inherited) = object.content else {
            continue;
        };
        let new = inherited
            .into_iter()
            .filter(|entry| seen.insert(entry.key.clone()));
        entries.extend(new);
    }
}
