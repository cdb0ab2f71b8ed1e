use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::cloud::Cloud;
use crate::store::{Author, Body};

/// One object, as the inventory shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// The name of its collection.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its name; may be empty.
    pub name: String,
    /// The account or project that owns it.
    pub owner: String,
    /// The text that may carry a label.
    pub text: String,
    /// Who made it.
    pub author: Author,
    /// Ids of what it joins or lives in.
    pub joins: Vec<String>,
    /// Its attributes, without the volatile ones.
    pub body: Body,
}

/// Everything that exists in a cloud at one moment, sorted, so that two of them can be compared.
///
/// Attributes which the cloud itself keeps changing (revision numbers, times) are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Inventory {
    /// By collection, then by id.
    pub objects: BTreeMap<String, BTreeMap<String, Entry>>,
}

impl Inventory {
    /// What `cloud` holds now.
    pub fn of(cloud: &dyn Cloud) -> Self {
        let mut inventory = Self::default();
        for object in cloud.store().all() {
            let about = cloud.describe(object);
            let mut body = object.body.clone();
            body.retain(|name, _| !cloud.store().volatile().contains(&name.as_str()));
            let (kind, id) = (object.kind.clone(), object.id.clone());
            let entry = Entry {
                kind: kind.clone(),
                id: id.clone(),
                name: about.name,
                owner: about.owner,
                text: about.text,
                author: object.author,
                joins: about.joins,
                body,
            };
            inventory.objects.entry(kind).or_default().insert(id, entry);
        }
        inventory
    }

    /// Every entry, by collection and id.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.objects.values().flat_map(BTreeMap::values)
    }

    /// One collection; empty where there is none of that name.
    pub fn kind(&self, kind: &str) -> impl Iterator<Item = &Entry> {
        self.objects
            .get(kind)
            .into_iter()
            .flat_map(BTreeMap::values)
    }

    /// What clients of the API have made.
    pub fn made_by_api(&self) -> impl Iterator<Item = &Entry> {
        self.entries().filter(|entry| entry.author == Author::Api)
    }

    /// As JSON, ids and all.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(&self.objects).expect("maps with text keys are JSON")
    }

    /// As JSON with every id replaced by `kind:name#n`, so that inventories of two runs compare.
    /// Objects that have one name are counted in the order of their contents, not of their ids.
    pub fn normalised(&self) -> Value {
        let mut named: Vec<(String, String, &Entry)> = self
            .entries()
            .map(|entry| {
                (
                    format!("{}:{}", entry.kind, entry.name),
                    without_ids(entry, self),
                    entry,
                )
            })
            .collect();
        named.sort_by(|left, right| (&left.0, &left.1).cmp(&(&right.0, &right.1)));
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut text = self.ids_as_texts(self.to_json()).to_string();
        for (name, _, entry) in &named {
            let count = counts.entry(name).or_default();
            *count += 1;
            // A zone is called `a`: what is that short is a word, and no id.
            if entry.id.len() > 3 {
                text = text.replace(&entry.id, &format!("{name}#{count}"));
            }
        }
        serde_json::from_str(&text).expect("replacing ids inside texts keeps JSON well-formed")
    }

    /// The same with ids that are numbers as texts, in which they can be replaced.
    fn ids_as_texts(&self, value: Value) -> Value {
        let ids: BTreeSet<&str> = self.entries().map(|entry| entry.id.as_str()).collect();
        as_texts(value, &ids)
    }

    /// The differences to a later inventory, one line each; empty when they are equal.
    pub fn differences(&self, later: &Self) -> Vec<String> {
        let ids = |of: &Self| -> BTreeSet<(String, String)> {
            of.entries()
                .map(|entry| (entry.kind.clone(), entry.id.clone()))
                .collect()
        };
        let all: BTreeSet<_> = ids(self).union(&ids(later)).cloned().collect();
        all.iter()
            .filter_map(|(kind, id)| self.difference(later, kind, id))
            .collect()
    }

    fn difference(&self, later: &Self, kind: &str, id: &str) -> Option<String> {
        let at = |of: &Self| of.objects.get(kind).and_then(|all| all.get(id)).cloned();
        match (at(self), at(later)) {
            (Some(before), None) => Some(format!("- {kind}/{id} {}", before.name)),
            (None, Some(after)) => Some(format!("+ {kind}/{id} {}", after.name)),
            (Some(before), Some(after)) if before != after => {
                let names = crate::store::differing(&before.body, &after.body, &[]);
                Some(format!(
                    "~ {kind}/{id} {}: {}",
                    after.name,
                    names.join(", ")
                ))
            }
            (Some(_), Some(_)) | (None, None) => None,
        }
    }

    /// Labels that more than one object carries, with the ids. `label_of` reads a label off an
    /// entry, without what may differ between incarnations; the kind belongs to the comparison.
    pub fn duplicates(
        &self,
        label_of: impl Fn(&Entry) -> Option<String>,
    ) -> BTreeMap<(String, String), Vec<String>> {
        let mut seen: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for entry in self.entries() {
            if let Some(label) = label_of(entry) {
                seen.entry((entry.kind.clone(), label))
                    .or_default()
                    .push(entry.id.clone());
            }
        }
        seen.retain(|_, ids| ids.len() > 1);
        seen
    }

    /// Objects that came in through the API and that nobody could find again: they carry no label,
    /// and neither does anything they join.
    pub fn orphans(&self, label_of: impl Fn(&Entry) -> Option<String>) -> Vec<&Entry> {
        let labelled: BTreeSet<&str> = self
            .entries()
            .filter(|entry| label_of(entry).is_some())
            .map(|entry| entry.id.as_str())
            .collect();
        let known = |entry: &Entry| {
            labelled.contains(entry.id.as_str())
                || entry.joins.iter().any(|id| labelled.contains(id.as_str()))
        };
        self.made_by_api().filter(|entry| !known(entry)).collect()
    }
}

fn as_texts(value: Value, ids: &BTreeSet<&str>) -> Value {
    match value {
        Value::Number(number) if ids.contains(number.to_string().as_str()) => {
            Value::String(number.to_string())
        }
        Value::Array(items) => items.into_iter().map(|item| as_texts(item, ids)).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter();
            Value::Object(
                fields
                    .map(|(name, value)| (name, as_texts(value, ids)))
                    .collect(),
            )
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// The contents of an entry with every known id blanked out.
fn without_ids(entry: &Entry, inventory: &Inventory) -> String {
    let text = serde_json::to_string(&entry.body).expect("a body is JSON");
    inventory
        .entries()
        .fold(text, |text, other| text.replace(&other.id, "?"))
}
