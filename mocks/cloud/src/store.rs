use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The attributes of an object.
pub type Body = Map<String, Value>;

/// Who made an object, or who touches it now.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Author {
    /// A client of the API: the one under test.
    #[default]
    Api,
    /// The cloud itself, as part of something else (a default security group).
    Cloud,
    /// Another hand, through [`Mock::with`](crate::Mock::with): a colleague, another tool.
    Hand,
}

/// One object of the cloud.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Object {
    /// The name of its collection (`subnets`).
    pub kind: String,
    /// Its id, unique in its collection.
    pub id: String,
    /// Who made it.
    pub author: Author,
    /// Its attributes, as they are stored.
    pub body: Body,
}

impl Object {
    /// The text of an attribute; empty where it is absent or not a text.
    pub fn text(&self, attribute: &str) -> &str {
        self.body
            .get(attribute)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

/// What happened to an object.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verb {
    /// It is new.
    Created,
    /// At least one attribute that a user sees and set is different.
    Changed,
    /// It is gone.
    Deleted,
}

/// One change of one object, as the checker reads it.
#[derive(Clone, Debug)]
pub struct Touch {
    /// The object before the change; after it where it is new.
    pub object: Arc<Object>,
    /// What happened.
    pub verb: Verb,
    /// The attributes that differ (`Changed` only).
    pub attributes: Vec<String>,
}

/// What has to be put back if a request is refused half-way through.
#[derive(Clone, Debug)]
struct Attempt {
    /// How many touches there were before.
    touches: usize,
    /// What was at a kind and id before each change, in order.
    before: Vec<(String, String, Option<Arc<Object>>)>,
}

/// Every object of a cloud, by collection and id, with a record of what was touched.
///
/// Cloning is cheap: the objects are shared until one of the copies changes them.
#[derive(Clone, Debug)]
pub struct Store {
    objects: BTreeMap<String, BTreeMap<String, Arc<Object>>>,
    index: BTreeMap<(String, &'static str, String), BTreeSet<String>>,
    indexed: &'static [&'static str],
    touches: Vec<Touch>,
    attempt: Option<Attempt>,
    volatile: &'static [&'static str],
    author: Author,
    seed: u64,
    drawn: u64,
    changes: u64,
}

impl Store {
    /// An empty store. `volatile` are attributes that the cloud itself keeps changing (revision
    /// numbers, times): a difference in those alone is no touch. `indexed` are attributes with text
    /// values by which [`Store::by`] finds objects.
    pub fn new(
        seed: u64,
        volatile: &'static [&'static str],
        indexed: &'static [&'static str],
    ) -> Self {
        Self {
            objects: BTreeMap::new(),
            index: BTreeMap::new(),
            indexed,
            touches: Vec::new(),
            attempt: None,
            volatile,
            author: Author::Hand,
            seed,
            drawn: 0,
            changes: 0,
        }
    }

    /// Who is at work from now on.
    pub fn set_author(&mut self, author: Author) {
        self.author = author;
    }

    /// Who is at work.
    pub fn author(&self) -> Author {
        self.author
    }

    /// The attributes that do not count as a change.
    pub fn volatile(&self) -> &'static [&'static str] {
        self.volatile
    }

    /// A number that is another one after every change.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Begins to remember, so that [`Store::roll_back`] can undo what comes.
    pub fn begin(&mut self) {
        self.attempt = Some(Attempt {
            touches: self.touches.len(),
            before: Vec::new(),
        });
    }

    /// Undoes everything since [`Store::begin`], or nothing without one.
    pub fn roll_back(&mut self) {
        let Some(attempt) = self.attempt.take() else {
            return;
        };
        self.changes += 1;
        for (kind, id, before) in attempt.before.into_iter().rev() {
            if let Some(now) = self.objects.get_mut(&kind).and_then(|all| all.remove(&id)) {
                self.forget(&now);
            }
            if let Some(before) = before {
                self.note(&before);
                self.objects.entry(kind).or_default().insert(id, before);
            }
        }
        self.touches.truncate(attempt.touches);
    }

    fn remember(&mut self, kind: &str, id: &str) {
        self.changes += 1;
        let before = self.find(kind, id).cloned();
        if let Some(attempt) = &mut self.attempt {
            attempt
                .before
                .push((kind.to_owned(), id.to_owned(), before));
        }
    }

    /// A number that no earlier call has returned, the same for the same seed.
    pub fn draw(&mut self) -> u64 {
        self.drawn += 1;
        scramble(self.seed ^ scramble(self.drawn))
    }

    /// An id in the form of a random UUID.
    pub fn fresh_uuid(&mut self) -> String {
        let (high, low) = (self.draw(), self.draw());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | (low >> 48) & 0x3fff,
            low & 0xffff_ffff_ffff
        )
    }

    /// The object, if it is there.
    pub fn find(&self, kind: &str, id: &str) -> Option<&Arc<Object>> {
        self.objects.get(kind)?.get(id)
    }

    /// A collection in the order of its ids.
    pub fn list(&self, kind: &str) -> impl Iterator<Item = &Arc<Object>> {
        self.objects
            .get(kind)
            .into_iter()
            .flat_map(BTreeMap::values)
    }

    /// The same from the object that comes after an id; from the first one without an id.
    pub fn list_after(&self, kind: &str, id: Option<&str>) -> impl Iterator<Item = &Arc<Object>> {
        let from = id.map_or(Bound::Unbounded, Bound::Excluded);
        let objects = self.objects.get(kind).into_iter();
        objects.flat_map(move |all| {
            let after = all.range::<str, _>((from, Bound::Unbounded));
            after.map(|(_, object)| object)
        })
    }

    /// The objects of a collection whose indexed attribute has this value, in the order of their
    /// ids.
    ///
    /// # Panics
    /// If the attribute is not one that the store was made to index.
    pub fn by(
        &self,
        kind: &str,
        attribute: &str,
        value: &str,
    ) -> impl Iterator<Item = &Arc<Object>> {
        let objects = self.objects.get(kind);
        let ids = self.ids(kind, attribute, value).into_iter().flatten();
        ids.filter_map(move |id| objects?.get(id))
    }

    /// How many of them there are.
    ///
    /// # Panics
    /// If the attribute is not one that the store was made to index.
    pub fn count_by(&self, kind: &str, attribute: &str, value: &str) -> usize {
        self.ids(kind, attribute, value).map_or(0, BTreeSet::len)
    }

    fn ids(&self, kind: &str, attribute: &str, value: &str) -> Option<&BTreeSet<String>> {
        let indexed = self.indexed.iter().find(|indexed| **indexed == attribute);
        let attribute: &'static str = indexed.expect("the attribute is indexed");
        self.index
            .get(&(kind.to_owned(), attribute, value.to_owned()))
    }

    fn note(&mut self, object: &Object) {
        for attribute in self.indexed {
            let key = (
                object.kind.clone(),
                *attribute,
                object.text(attribute).to_owned(),
            );
            self.index.entry(key).or_default().insert(object.id.clone());
        }
    }

    fn forget(&mut self, object: &Object) {
        for attribute in self.indexed {
            let key = (
                object.kind.clone(),
                *attribute,
                object.text(attribute).to_owned(),
            );
            if let Some(ids) = self.index.get_mut(&key) {
                ids.remove(&object.id);
            }
        }
    }

    /// Everything, by collection and id.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.objects.values().flat_map(BTreeMap::values)
    }

    /// Adds an object; one that has the same id is replaced.
    pub fn insert(&mut self, kind: &str, id: &str, body: Body) {
        self.insert_as(self.author, kind, id, body);
    }

    /// The same, made by someone else than who is at work.
    pub fn insert_as(&mut self, author: Author, kind: &str, id: &str, body: Body) {
        self.remember(kind, id);
        let object = Arc::new(Object {
            kind: kind.to_owned(),
            id: id.to_owned(),
            author,
            body,
        });
        if let Some(replaced) = self.find(kind, id).cloned() {
            self.forget(&replaced);
        }
        self.note(&object);
        self.touches.push(Touch {
            object: Arc::clone(&object),
            verb: Verb::Created,
            attributes: vec![],
        });
        self.objects
            .entry(kind.to_owned())
            .or_default()
            .insert(id.to_owned(), object);
    }

    /// Changes an object. Says whether anything but volatile attributes differs afterwards.
    pub fn update(&mut self, kind: &str, id: &str, change: impl FnOnce(&mut Body)) -> bool {
        self.remember(kind, id);
        let Some(slot) = self.objects.get_mut(kind).and_then(|all| all.get_mut(id)) else {
            return false;
        };
        let before = Arc::clone(slot);
        change(&mut Arc::make_mut(slot).body);
        let after = Arc::clone(slot);
        let attributes = differing(&before.body, &after.body, self.volatile);
        let moved = |name: &&&str| before.body.get(**name) != after.body.get(**name);
        if self.indexed.iter().any(|name| moved(&name)) {
            self.forget(&before);
            self.note(&after);
        }
        let changed = !attributes.is_empty();
        if changed {
            self.touches.push(Touch {
                object: before,
                verb: Verb::Changed,
                attributes,
            });
        }
        changed
    }

    /// Takes an object away; `None` if it was not there.
    pub fn remove(&mut self, kind: &str, id: &str) -> Option<Arc<Object>> {
        self.remember(kind, id);
        let object = self.objects.get_mut(kind)?.remove(id)?;
        self.forget(&object);
        self.touches.push(Touch {
            object: Arc::clone(&object),
            verb: Verb::Deleted,
            attributes: vec![],
        });
        Some(object)
    }

    /// Takes everything away.
    pub(crate) fn clear(&mut self) {
        self.changes += 1;
        self.objects.clear();
        self.index.clear();
    }

    /// What was touched since the last call.
    pub fn take_touches(&mut self) -> Vec<Touch> {
        std::mem::take(&mut self.touches)
    }
}

/// The attributes whose values differ, leaving out the volatile ones.
pub(crate) fn differing(before: &Body, after: &Body, volatile: &[&str]) -> Vec<String> {
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let differs = |name: &&String| {
        !volatile.contains(&name.as_str()) && before.get(*name) != after.get(*name)
    };
    names.into_iter().filter(differs).cloned().collect()
}

/// SplitMix64: neighbouring inputs give unrelated outputs.
fn scramble(input: u64) -> u64 {
    let mut z = input.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
