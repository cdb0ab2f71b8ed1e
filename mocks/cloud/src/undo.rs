use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cloud::Request;
use crate::store::{Body, Object, Store};

/// What a cloud takes back of a create that nobody was told of.
pub(crate) struct Undo {
    /// What the create touched, by kind and id.
    touched: BTreeMap<(String, String), Touched>,
}

/// What a create did to one object.
enum Touched {
    Made,
    Removed(Arc<Object>),
    /// The object before and after. What has changed by itself since then is no part of the create.
    Changed(Arc<Object>, Arc<Object>),
}

impl Undo {
    /// What lies between two moments; `None` where nothing new was made.
    pub(crate) fn between(before: &Store, after: &Store) -> Option<Self> {
        let touch = |object: &Object| {
            let (kind, id) = (&object.kind, &object.id);
            let touched = match (before.find(kind, id), after.find(kind, id)) {
                (None, Some(_)) => Touched::Made,
                (Some(before), None) => Touched::Removed(before.clone()),
                (Some(before), Some(after)) if before != after => {
                    Touched::Changed(before.clone(), after.clone())
                }
                (Some(_) | None, Some(_) | None) => return None,
            };
            Some(((kind.clone(), id.clone()), touched))
        };
        let all = before.all().chain(after.all());
        let touched: BTreeMap<_, _> = all.filter_map(|object| touch(object)).collect();
        let is_made = |touched: &Touched| matches!(touched, Touched::Made);
        touched.values().any(is_made).then_some(Self { touched })
    }

    /// Whether a request names something that the create has made.
    pub(crate) fn is_named_by(&self, request: &Request) -> bool {
        let address = request.uri().to_string();
        let body = String::from_utf8_lossy(request.body());
        let names = |id: &str| address.contains(id) || body.contains(id);
        let mut touched = self.touched.iter();
        touched.any(|((_, id), touched)| matches!(touched, Touched::Made) && names(id))
    }

    /// Puts back what was there.
    pub(crate) fn carry_out(self, store: &mut Store) {
        for ((kind, id), touched) in self.touched {
            match touched {
                Touched::Made => drop(store.remove(&kind, &id)),
                Touched::Removed(object) => {
                    store.insert_as(object.author, &kind, &id, object.body.clone());
                }
                Touched::Changed(before, after) => {
                    store.update(&kind, &id, |body| put_back(body, &before.body, &after.body));
                }
            }
        }
        store.take_touches();
    }
}

/// Gives the fields in which `after` differs the values that they had before.
fn put_back(body: &mut Body, before: &Body, after: &Body) {
    let fields = before.keys().chain(after.keys());
    for field in fields.filter(|field| before.get(*field) != after.get(*field)) {
        match before.get(field) {
            Some(value) => drop(body.insert(field.clone(), value.clone())),
            None => drop(body.remove(field)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn body(value: Value) -> Body {
        value.as_object().cloned().expect("it is an object")
    }

    #[test]
    fn what_has_changed_by_itself_since_then_stays() {
        let mut store = Store::new(1, &[], &[]);
        let vpc = json!({ "state": "pending", "ranges": [] });
        store.insert("vpcs", "vpc", body(vpc));
        let before = store.clone();
        store.insert("ranges", "range", body(json!({ "of": "vpc" })));
        store.update("vpcs", "vpc", |vpc| {
            vpc.insert("ranges".to_owned(), json!(["range"]));
        });
        let undo = Undo::between(&before, &store).expect("something is new");
        store.update("vpcs", "vpc", |vpc| {
            vpc.insert("state".to_owned(), json!("available"));
        });
        undo.carry_out(&mut store);
        let vpc = store.find("vpcs", "vpc").expect("it is there");
        assert_eq!(
            vpc.body,
            body(json!({ "state": "available", "ranges": [] }))
        );
        assert!(store.find("ranges", "range").is_none());
    }
}
