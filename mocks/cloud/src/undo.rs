use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cloud::Request;
use crate::store::{Object, Store};

/// What a cloud takes back of a create that nobody was told of.
pub(crate) struct Undo {
    /// What was there before, of all that the create touched.
    before: BTreeMap<(String, String), Option<Arc<Object>>>,
}

impl Undo {
    /// What lies between two moments; `None` where nothing new was made.
    pub(crate) fn between(before: &Store, after: &Store) -> Option<Self> {
        let key = |object: &Object| (object.kind.clone(), object.id.clone());
        let all = before.all().chain(after.all());
        let differs = all.filter(|object| {
            let (kind, id) = (&object.kind, &object.id);
            before.find(kind, id) != after.find(kind, id)
        });
        let before: BTreeMap<_, _> = differs
            .map(|object| (key(object), before.find(&object.kind, &object.id).cloned()))
            .collect();
        before
            .values()
            .any(Option::is_none)
            .then_some(Self { before })
    }

    /// Whether a request names something that the create has made.
    pub(crate) fn is_named_by(&self, request: &Request) -> bool {
        let address = request.uri().to_string();
        let body = String::from_utf8_lossy(request.body());
        let made = self.before.iter().filter(|(_, before)| before.is_none());
        made.into_iter()
            .any(|((_, id), _)| address.contains(id.as_str()) || body.contains(id.as_str()))
    }

    /// Puts back what was there.
    pub(crate) fn carry_out(self, store: &mut Store) {
        for ((kind, id), before) in self.before {
            match before {
                Some(object) => {
                    store.insert_as(object.author, &kind, &id, object.body.clone());
                }
                None => drop(store.remove(&kind, &id)),
            }
        }
        store.take_touches();
    }
}
