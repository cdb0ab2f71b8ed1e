//! Which objects a request is about: a namespace, `fieldSelector`, `labelSelector`.

use mock_cloud::Object;
use mock_rest::Query;
use serde_json::Value;

use crate::collections::Place;

/// What an object has to be.
#[derive(Debug)]
pub(crate) struct Selection {
    /// What its id begins with.
    inside: Option<String>,
    selectors: Vec<Selector>,
}

/// Where in an object, and what has to be there.
#[derive(Debug)]
struct Selector {
    at: String,
    /// None where anything will do.
    value: Option<String>,
}

impl Selection {
    pub(crate) fn of(place: &Place, query: &Query) -> Self {
        Self {
            inside: place.namespace.as_ref().map(|name| format!("{name}/")),
            selectors: selectors(query),
        }
    }

    /// Whether every object of the place is in it.
    pub(crate) fn is_everything(&self) -> bool {
        self.selectors.is_empty()
    }

    pub(crate) fn has(&self, object: &Object) -> bool {
        let inside = self.inside.as_ref();
        let body = &object.body;
        inside.is_none_or(|start| object.id.starts_with(start))
            && self.selectors.iter().all(|by| by.fits(body))
    }
}

impl Selector {
    fn fits(&self, body: &mock_cloud::Body) -> bool {
        let body = Value::Object(body.clone());
        let is = body.pointer(&self.at).and_then(Value::as_str);
        is.is_some_and(|is| self.value.as_deref().is_none_or(|value| value == is))
    }
}

/// `fieldSelector=a.b=c`, `labelSelector=a=c` and `labelSelector=a`, each with one requirement or several.
fn selectors(query: &Query) -> Vec<Selector> {
    let of = |name: &str, at: fn(&str) -> String| {
        let text = query.one(name).unwrap_or_default();
        let parts = text.split(',').filter(|part| !part.is_empty());
        let parts = parts.map(|part| match part.split_once('=') {
            Some((key, value)) => Selector {
                at: at(key),
                value: Some(value.trim_start_matches('=').to_owned()),
            },
            None => Selector {
                at: at(part),
                value: None,
            },
        });
        parts.collect::<Vec<_>>()
    };
    let mut all = of("fieldSelector", |key| format!("/{}", key.replace('.', "/")));
    all.extend(of("labelSelector", |key| {
        format!("/metadata/labels/{}", key.replace('/', "~1"))
    }));
    all
}
