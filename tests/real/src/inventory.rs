//! Everything that a project or an account has, to compare before and after.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

/// Objects by kind and id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inventory {
    kinds: BTreeMap<&'static str, BTreeMap<String, Value>>,
}

/// What every write changes, whatever it writes.
const VOLATILE: [&str; 3] = ["created_at", "revision_number", "updated_at"];

impl Inventory {
    /// Adds a listing.
    pub(crate) fn add(&mut self, kind: &'static str, objects: &[Value]) {
        let of_kind = self.kinds.entry(kind).or_default();
        for object in objects {
            of_kind.insert(
                object["id"].as_str().unwrap_or_default().to_owned(),
                sorted(object),
            );
        }
    }

    /// The objects of one kind by id.
    pub fn of(&self, kind: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.kinds.get(kind).into_iter().flatten()
    }

    /// How many there are of each kind, for a first look.
    pub fn counts(&self) -> BTreeMap<&'static str, usize> {
        self.kinds
            .iter()
            .map(|(kind, objects)| (*kind, objects.len()))
            .collect()
    }

    /// How many more there are later, of each kind of which there are.
    pub fn added(&self, later: &Self) -> BTreeMap<&'static str, usize> {
        let before = self.counts();
        let more = |(kind, count): (_, usize)| {
            let before = before.get(kind).copied().unwrap_or_default();
            (kind, count.saturating_sub(before))
        };
        let more = later.counts().into_iter().map(more);
        more.filter(|(_, count)| *count > 0).collect()
    }

    /// The one object of that kind whose field has this value.
    ///
    /// # Panics
    /// There is none, or more than one.
    pub fn one(&self, kind: &str, field: &str, value: impl Into<Value>) -> &Value {
        let value = value.into();
        let found: Vec<&Value> = self
            .of(kind)
            .map(|(_, object)| object)
            .filter(|object| object[field] == value)
            .collect();
        assert_eq!(found.len(), 1, "{kind} with {field} {value}: {found:#?}");
        found[0]
    }

    /// What is different later: one line for each object that came, went or changed.
    pub fn differences(&self, later: &Self) -> Vec<String> {
        self.compare(later, |now, then| stable(now) == stable(then))
    }

    fn compare(&self, later: &Self, same: impl Fn(&Value, &Value) -> bool) -> Vec<String> {
        let mut lines = Vec::new();
        for (kind, id, object) in self.all() {
            match later.find(kind, id) {
                None => lines.push(format!("- {kind} {id}: {object}")),
                Some(now) if !same(now, object) => {
                    lines.push(format!("~ {kind} {id}: {object}\n    now {now}"));
                }
                Some(_) => {}
            }
        }
        let came = later
            .all()
            .filter(|(kind, id, _)| self.find(kind, id).is_none());
        lines.extend(came.map(|(kind, id, object)| format!("+ {kind} {id}: {object}")));
        lines
    }

    fn find(&self, kind: &str, id: &str) -> Option<&Value> {
        self.kinds.get(kind)?.get(id)
    }

    /// Nobody has written anything, not even what was there already: Neutron counts.
    ///
    /// # Panics
    /// Somebody has.
    #[track_caller]
    pub fn expect_untouched(&self, later: &Self) {
        let lines = self.compare(later, |now, then| now == then);
        assert!(lines.is_empty(), "it was written to:\n{}", lines.join("\n"));
    }

    /// Nothing came, went or changed.
    ///
    /// # Panics
    /// Something did; all of it is in the message.
    #[track_caller]
    pub fn expect_same(&self, later: &Self) {
        let lines = self.differences(later);
        assert!(lines.is_empty(), "it differs:\n{}", lines.join("\n"));
    }

    /// Ids that carry a label of ours, with the label.
    pub fn labels(&self) -> BTreeMap<String, String> {
        let text = |object: &Value| {
            object["description"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let described = self.all().map(|(_, id, object)| (id.clone(), text(object)));
        described
            .filter(|(_, text)| text.starts_with("groundwork/"))
            .collect()
    }

    fn all(&self) -> impl Iterator<Item = (&'static str, &String, &Value)> {
        self.kinds
            .iter()
            .flat_map(|(kind, objects)| objects.iter().map(move |(id, object)| (*kind, id, object)))
    }
}

/// Waits until an inventory that is taken again and again stays the same.
pub(crate) async fn settle(take: impl AsyncFn() -> Result<Inventory>) -> Result<()> {
    // Of a cloud that has much to do, a request may take longer than some listings.
    const STILL: u32 = 20;
    let (mut last, mut still) = (take().await?, 0);
    while still < STILL {
        thread::sleep(Duration::from_millis(500));
        let now = take().await?;
        still = if now == last { still + 1 } else { 0 };
        last = now;
    }
    Ok(())
}

/// Without what every write changes.
fn stable(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields
                .iter()
                .filter(|(key, _)| !VOLATILE.contains(&key.as_str()));
            Value::Object(
                kept.map(|(key, value)| (key.clone(), stable(value)))
                    .collect(),
            )
        }
        // Their order may have come from what is left out here.
        Value::Array(items) => sorted(&Value::Array(items.iter().map(stable).collect())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// With lists in an order of ours: theirs says nothing.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(key, value)| (key.clone(), sorted(value)))
                .collect(),
        ),
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(sorted).collect();
            items.sort_by_cached_key(Value::to_string);
            Value::Array(items)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn inventory(objects: &[Value]) -> Inventory {
        let mut inventory = Inventory::default();
        inventory.add("networks", objects);
        inventory
    }

    #[test]
    fn what_came_went_or_changed_is_named_and_what_changes_by_itself_is_not() {
        let before = inventory(&[
            json!({"id": "a", "name": "x", "revision_number": 1}),
            json!({"id": "b"}),
        ]);
        let same = inventory(&[
            json!({"id": "a", "name": "x", "revision_number": 2}),
            json!({"id": "b"}),
        ]);
        assert_eq!(before.differences(&same), [""; 0]);
        let other = inventory(&[json!({"id": "a", "name": "y"}), json!({"id": "c"})]);
        let lines = before.differences(&other);
        let starts: Vec<&str> = lines.iter().map(|line| &line[..12]).collect();
        assert_eq!(starts, ["~ networks a", "- networks b", "+ networks c"]);
    }
}
