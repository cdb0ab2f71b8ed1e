//! Watches: what changes after a revision, one line of JSON for each change.
//!
//! As kube-apiserver does it: a revision that is not kept any more is an event `ERROR` with the status 410, not
//! a refusal; without a revision the objects that exist come first; bookmarks come every minute, and two seconds
//! before the end; after `timeoutSeconds` the body ends.

use std::time::Duration;

use mock_cloud::{Follow, Next, Request, Response, reply};
use mock_rest::{Query, segments};
use serde_json::{Value, json};

use crate::{
    apiserver::Apiserver,
    collections::Place,
    form::Form,
    history::Change,
    selector::Selection,
    status::{Answer, Status},
};

/// How long one is open where the request does not say.
const OPEN_FOR: Duration = Duration::from_secs(1800);
const BOOKMARKS: Duration = Duration::from_secs(60);
const LAST_BOOKMARK: Duration = Duration::from_secs(2);

/// Whether a request asks for one.
pub(crate) fn is_watch(request: &Request) -> bool {
    is_true(&Query::of(request), "watch")
}

fn is_true(query: &Query, name: &str) -> bool {
    matches!(query.one(name), Some("1" | "true" | "True" | ""))
}

/// What a watch was asked for.
struct Asked {
    place: Place,
    selection: Selection,
    form: Form,
    lasts: Duration,
    has_bookmarks: bool,
}

impl Asked {
    fn of(request: &Request) -> Answer<Self> {
        let path = segments(request.uri().path().trim_end_matches('/'));
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let place = Place::of(&path).ok_or_else(Status::absent)?;
        let query = Query::of(request);
        let seconds = query
            .one("timeoutSeconds")
            .and_then(|text| text.parse().ok());
        let lasts = seconds.filter(|seconds| *seconds > 0);
        Ok(Self {
            selection: Selection::of(&place, &query),
            place,
            form: Form::of(request)?,
            lasts: lasts.map_or(OPEN_FOR, Duration::from_secs),
            has_bookmarks: is_true(&query, "allowWatchBookmarks"),
        })
    }

    /// A change as a line; nothing where it is about no object of the selection.
    fn line(&self, change: &Change) -> Option<String> {
        let was = change
            .before
            .as_ref()
            .filter(|one| self.selection.has(&one.object));
        let is = change
            .after
            .as_ref()
            .filter(|one| self.selection.has(&one.object));
        let place = &self.place;
        let (kind, mut object) = match (was, is) {
            (None, None) => return None,
            (None, Some(is)) => ("ADDED", self.form.object(place, is)),
            (Some(_), Some(is)) => ("MODIFIED", self.form.object(place, is)),
            (Some(was), None) => ("DELETED", self.form.object(place, was)),
        };
        object["metadata"]["resourceVersion"] = json!(change.revision.to_string());
        Some(line(kind, &object))
    }

    /// Whether a bookmark is due after `looked` and at `now`, both since the beginning.
    fn is_marked(&self, looked: Duration, now: Duration) -> bool {
        let minutes = |time: Duration| time.as_secs() / BOOKMARKS.as_secs();
        let last = self.lasts.saturating_sub(LAST_BOOKMARK);
        let is_last = looked < last && now >= last;
        self.has_bookmarks && (is_last || minutes(looked) < minutes(now))
    }
}

fn line(kind: &str, object: &Value) -> String {
    format!("{}\n", json!({ "type": kind, "object": object }))
}

impl Apiserver {
    /// Begins a watch.
    pub(crate) fn watch(&mut self, request: &Request) -> Answer<Response> {
        let asked = Asked::of(request)?;
        let query = Query::of(request);
        let text = query.one("resourceVersion").unwrap_or_default();
        let from: u64 = match text {
            "" => 0,
            text => text.parse().map_err(|_| Status::not_a_version(text))?,
        };
        let follow = |at| Follow::new(request.clone(), self.now, at);
        let (body, follow) = match from {
            0 => (self.existing(&asked), Some(follow(self.history.revision()))),
            from if from < self.history.compacted() => {
                let status = Status::too_old(from, self.history.compacted());
                (line("ERROR", &status.body()), None)
            }
            from => (String::new(), Some(follow(from))),
        };
        let mut response = reply::of_type(200, "application/json", body);
        if let Some(mut follow) = follow {
            // What has happened since comes with the beginning.
            let (lines, at) = self.told(&asked, follow.at);
            follow.at = at;
            let body = [response.body(), lines.as_bytes()].concat();
            *response.body_mut() = body.into();
            response.extensions_mut().insert(follow);
        }
        Ok(response)
    }

    /// The objects that exist, as if they were new.
    fn existing(&self, asked: &Asked) -> String {
        let resource = asked.place.collection.resource;
        let all = self.history.list(resource, self.history.revision());
        let all = all.values().filter(|one| asked.selection.has(&one.object));
        all.map(|one| line("ADDED", &asked.form.object(&asked.place, one)))
            .collect()
    }

    /// The lines of what has changed after a revision, and up to which one that is.
    fn told(&self, asked: &Asked, from: u64) -> (String, u64) {
        let changes = self.history.since(asked.place.collection.resource, from);
        let lines = changes.filter_map(|change| asked.line(change)).collect();
        (lines, self.history.revision().max(from))
    }

    pub(crate) fn goes_on(&self, now: Duration, follow: &mut Follow) -> Next {
        let Ok(asked) = Asked::of(&follow.request) else {
            return Next::End;
        };
        if self
            .restarted_at
            .is_some_and(|at| at >= follow.opened && at <= now)
        {
            return Next::Broken;
        }
        let (mut lines, at) = self.told(&asked, follow.at);
        follow.at = at;
        let (looked, passed) = (follow.looked - follow.opened, now - follow.opened);
        if asked.is_marked(looked, passed) {
            let bookmark = asked.form.bookmark(&asked.place, at);
            lines += &line("BOOKMARK", &bookmark);
        }
        follow.looked = now;
        match (lines.is_empty(), passed >= asked.lasts) {
            (false, _) => Next::Part(lines.into()),
            (true, true) => Next::End,
            (true, false) => Next::Nothing,
        }
    }
}
