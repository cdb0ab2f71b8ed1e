//! Listings in pages: `limit`, and `continue`, a token that says from where and as of when.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use mock_cloud::{Body, Request};
use mock_rest::Query;
use serde_json::{Value, json};

use crate::{
    apiserver::Apiserver,
    collections::Place,
    status::{Answer, Status},
};

impl Apiserver {
    pub(crate) fn list(&self, place: &Place, request: &Request) -> Answer<Value> {
        let query = Query::of(request);
        let limit = limit(&query)?;
        let begun = match query.one("continue").filter(|token| !token.is_empty()) {
            Some(token) => self.continued(token)?,
            None => Continue {
                after: String::new(),
                as_of: self.now,
            },
        };
        let after = Some(begun.after.as_str()).filter(|name| !name.is_empty());
        let inside = place.namespace.as_ref().map(|name| format!("{name}/"));
        let selected = selected(&query);
        let rest = self.store.list_after(place.collection.resource, after);
        let rest = rest.filter(|one| {
            inside
                .as_ref()
                .is_none_or(|start| one.id.starts_with(start))
        });
        let rest: Vec<_> = rest
            .filter(|one| selected.iter().all(|by| by.fits(&one.body)))
            .collect();
        let most = [limit, self.config.page].into_iter().flatten().min();
        let most = most.unwrap_or(rest.len()).min(rest.len());
        let items: Vec<Value> = rest[..most]
            .iter()
            .map(|node| Value::Object(node.body.clone()))
            .collect();
        let mut metadata = json!({ "resourceVersion": "1000" });
        let left = rest.len() - most;
        if left > 0 {
            let last = rest[..most].last().map(|node| node.id.clone());
            let next = Continue {
                after: last.unwrap_or(begun.after),
                ..begun
            };
            metadata["continue"] = json!(next.token());
            metadata["remainingItemCount"] = json!(left);
        }
        Ok(json!({
            "kind": format!("{}List", place.collection.kind),
            "apiVersion": place.collection.version(), "metadata": metadata, "items": items,
        }))
    }

    fn continued(&self, token: &str) -> Answer<Continue> {
        let read = Continue::read(token).ok_or_else(|| {
            Status::new(
                400,
                "BadRequest",
                "continue key is not valid: malformed value",
            )
        })?;
        if self.now.saturating_sub(read.as_of) <= self.config.history {
            return Ok(read);
        }
        let now = Continue {
            as_of: self.now,
            ..read
        };
        Err(Status::expired(&now.token()))
    }
}

/// What a selector asks for: where in an object, and what has to be there.
struct Selector {
    at: String,
    /// None where anything will do.
    value: Option<String>,
}

impl Selector {
    fn fits(&self, body: &Body) -> bool {
        let body = Value::Object(body.clone());
        let is = body.pointer(&self.at).and_then(Value::as_str);
        is.is_some_and(|is| self.value.as_deref().is_none_or(|value| value == is))
    }
}

/// `fieldSelector=a.b=c`, `labelSelector=a=c` and `labelSelector=a`, each with one requirement or several.
fn selected(query: &Query) -> Vec<Selector> {
    let of = |name: &str, at: fn(&str) -> String| {
        let text = query.one(name).unwrap_or_default();
        let parts = text.split(',').filter(|part| !part.is_empty());
        let parts = parts.map(|part| match part.split_once('=') {
            Some((key, value)) => Selector {
                at: at(key),
                value: Some(value.to_owned()),
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

fn limit(query: &Query) -> Answer<Option<usize>> {
    match query.one("limit") {
        None | Some("" | "0") => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| {
            let message = format!("strconv.ParseInt: parsing \"{text}\": invalid syntax");
            Status::new(400, "BadRequest", message)
        }),
    }
}

/// Where a listing goes on.
struct Continue {
    after: String,
    as_of: Duration,
}

impl Continue {
    fn token(&self) -> String {
        let as_of = u64::try_from(self.as_of.as_millis()).unwrap_or(u64::MAX);
        let text = json!({ "v": "meta.k8s.io/v1", "rv": as_of, "start": self.after });
        BASE64_URL_SAFE_NO_PAD.encode(text.to_string())
    }

    fn read(token: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
        let read: Value = serde_json::from_slice(&bytes).ok()?;
        Some(Self {
            after: read["start"].as_str()?.to_owned(),
            as_of: Duration::from_millis(read["rv"].as_u64()?),
        })
    }
}
