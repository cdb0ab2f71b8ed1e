//! Listings in pages: `limit`, and `continue`, a token that says from where and as of when.

use std::{ops::Bound, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use mock_cloud::Request;
use mock_rest::Query;
use serde_json::{Value, json};

use crate::{
    apiserver::Apiserver,
    collections::Place,
    form::Form,
    history::Version,
    selector::Selection,
    status::{Answer, Status},
};

impl Apiserver {
    pub(crate) fn list(&self, place: &Place, request: &Request) -> Answer<Value> {
        let query = Query::of(request);
        let form = Form::of(request)?;
        let limit = limit(&query)?;
        let begun = match query.one("continue").filter(|token| !token.is_empty()) {
            Some(token) => self.continued(token)?,
            None => Continue {
                after: String::new(),
                as_of: self.now,
                revision: self.history.revision(),
            },
        };
        let selection = Selection::of(place, &query);
        let all = self.history.list(place.collection.resource, begun.revision);
        let rest = all.range::<str, _>((Bound::Excluded(begun.after.as_str()), Bound::Unbounded));
        let rest = rest.map(|(_, version)| *version);
        let rest: Vec<&Version> = rest.filter(|one| selection.has(&one.object)).collect();
        let most = [limit, self.config.page].into_iter().flatten().min();
        let most = most.unwrap_or(rest.len()).min(rest.len());
        let items: Vec<Value> = rest[..most].iter().map(|one| form.item(one)).collect();
        let mut metadata = json!({ "resourceVersion": begun.revision.to_string() });
        let left = rest.len() - most;
        if left > 0 {
            let last = rest[..most].last().map(|one| one.object.id.clone());
            let next = Continue {
                after: last.unwrap_or(begun.after),
                ..begun
            };
            metadata["continue"] = json!(next.token());
            // How many a selector leaves is not counted.
            if selection.is_everything() {
                metadata["remainingItemCount"] = json!(left);
            }
        }
        Ok(form.list(place, metadata, items))
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
            revision: self.history.revision(),
            ..read
        };
        Err(Status::expired(&now.token()))
    }
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
    revision: u64,
}

impl Continue {
    fn token(&self) -> String {
        let as_of = u64::try_from(self.as_of.as_millis()).unwrap_or(u64::MAX);
        let text = json!({
            "v": "meta.k8s.io/v1", "rv": self.revision, "at": as_of, "start": self.after,
        });
        BASE64_URL_SAFE_NO_PAD.encode(text.to_string())
    }

    fn read(token: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
        let read: Value = serde_json::from_slice(&bytes).ok()?;
        Some(Self {
            after: read["start"].as_str()?.to_owned(),
            as_of: Duration::from_millis(read["at"].as_u64()?),
            revision: read["rv"].as_u64()?,
        })
    }
}
