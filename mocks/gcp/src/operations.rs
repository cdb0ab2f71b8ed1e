//! Operations: what a request has set going, and what is so once it has come to its end.

use std::time::Duration;

use mock_cloud::Body;
use mock_rest::Query;
use serde_json::{Value, json};

use crate::cloud::Gcp;
use crate::collection::Collection;
use crate::config::Failure;
use crate::links::{Scope, url};
use crate::refused::{Answer, Refused};

/// Something that takes its time.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) scope: Scope,
    /// `insert`
    pub(crate) verb: &'static str,
    pub(crate) collection: Collection,
    /// The path of what it is about, and its number.
    pub(crate) target: String,
    pub(crate) target_number: String,
    pub(crate) inserted: Duration,
    pub(crate) due: Duration,
    pub(crate) is_done: bool,
    pub(crate) error: Option<Failure>,
}

/// What time brings about.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// An operation comes to its end.
    End(u64, Effect),
    /// An operation is forgotten.
    Forget(u64),
    /// A subnetwork gets its IPv6 prefix.
    Prefix(String),
}

/// What an operation brings about.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// Attributes have other values; those that are `null` are gone.
    Changed(Body),
    /// The object is gone.
    Deleted,
    /// The object can be used.
    Made,
}

/// What an object carries while an operation works on it.
pub(crate) const WORK: &str = "_work";

impl Gcp {
    /// Lets everything happen that is due by `now`.
    pub(crate) fn advance(&mut self, now: Duration) {
        let now = self.now.max(now);
        let author = self.store.author();
        self.store.set_author(mock_cloud::Author::Cloud);
        while let Some((due, step)) = self.schedule.pop_due(now) {
            self.now = self.now.max(due);
            self.finish(step);
        }
        self.now = now;
        self.store.set_author(author);
        // What time does is nobody's deed: who asked for it has touched the object already.
        self.store.take_touches();
        if let Some(host) = &mut self.host {
            host.advance(now);
        }
    }

    pub(crate) fn finish(&mut self, step: Step) {
        match step {
            Step::End(number, effect) => self.end(number, effect),
            Step::Forget(number) => drop(self.operations.remove(&number)),
            Step::Prefix(id) => self.assign_prefix(&id),
        }
    }

    fn end(&mut self, number: u64, effect: Effect) {
        let Some(operation) = self.operations.get(&number) else {
            return;
        };
        let (collection, target) = (operation.collection, operation.target.clone());
        let name = format!("{}.{}", collection.plural(), operation.verb);
        let failure = self.config.failing_operations.get(&name).cloned();
        let failure = failure.filter(|_| !self.is_hand);
        let late = || match &effect {
            Effect::Changed(values) => self.range_taken(&target, values.get("internalIpv6Range")),
            Effect::Deleted => self.still_used(&target),
            Effect::Made => {
                let made = self.store.find(collection.plural(), &target)?;
                self.range_taken(&target, made.body.get("internalIpv6Range"))
            }
        };
        let error = failure.or_else(late);
        match (&error, effect) {
            (None, Effect::Made) => self.made(collection, &target),
            (None, Effect::Changed(values)) => self.changed(collection, &target, values),
            (None, Effect::Deleted) | (Some(_), Effect::Made) => self.gone(collection, &target),
            (Some(_), Effect::Changed(_) | Effect::Deleted) => self.rest(collection, &target),
        }
        if let Some(operation) = self.operations.get_mut(&number) {
            operation.is_done = true;
            operation.error = error;
        }
        let kept = self.config.operations_kept;
        self.schedule.plan(self.now + kept, Step::Forget(number));
    }

    /// What came to hang on an object since it was to be deleted.
    fn still_used(&self, id: &str) -> Option<Failure> {
        let refused = self.unused(id).err()?;
        Some(Failure {
            code: "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE".to_owned(),
            status: 400,
            message: refused.message,
        })
    }

    /// Begins to work on an object. Says so on the object; the operation as it is shown.
    pub(crate) fn start(
        &mut self,
        verb: &'static str,
        collection: Collection,
        id: &str,
        effect: Effect,
    ) -> Answer<Value> {
        let object = self.find(collection, id)?;
        self.store.update(collection.plural(), id, |body| {
            body.insert(WORK.to_owned(), json!(verb));
        });
        let delay = match self.is_hand {
            true => Duration::ZERO,
            false => self.config.operation_delay,
        };
        let operation = Operation {
            scope: self.scope_of(id),
            verb,
            collection,
            target: id.to_owned(),
            target_number: object.text("id").to_owned(),
            inserted: self.now,
            due: self.now + delay,
            is_done: false,
            error: None,
        };
        let number = self
            .operations
            .keys()
            .next_back()
            .map_or(1, |last| last + 1);
        self.schedule.plan(operation.due, Step::End(number, effect));
        self.operations.insert(number, operation);
        self.shown_operation(number)
    }

    pub(crate) fn operation_named(&self, name: &str) -> Option<(u64, &Operation)> {
        let number = name.rsplit_once('-')?.1;
        let number = u64::from_str_radix(number, 16).ok()?;
        let operation = self.operations.get(&number)?;
        (self.operation_name(number, operation) == name).then_some((number, operation))
    }

    fn operation_name(&self, number: u64, operation: &Operation) -> String {
        let at = self.config.calendar.at(operation.inserted);
        format!("operation-{}-{number:08x}", at.as_millisecond())
    }

    /// `GET …/operations/name`, and the same with `/wait`: as it will be when the reply is sent.
    pub(crate) fn operation(&self, scope: &Scope, name: &str, is_waited: bool) -> Answer<Value> {
        let id = format!("projects/{}/{scope}/operations/{name}", self.config.project);
        let found = self.operation_named(name);
        let found = found.filter(|(_, operation)| operation.scope == *scope);
        let (number, operation) = found.ok_or_else(|| Refused::absent(&id))?;
        if !is_waited || operation.is_done {
            return self.shown_operation(number);
        }
        let mut later = self.clone();
        later.advance(operation.due.min(self.now + self.config.wait_max));
        later.shown_operation(number)
    }

    pub(crate) fn operations_of(&self, scope: &Scope, query: &Query) -> Answer<Value> {
        let numbers = self.operations.iter();
        let shown: Answer<Vec<Value>> = numbers
            .filter(|(_, operation)| operation.scope == *scope)
            .map(|(number, _)| self.shown_operation(*number))
            .collect();
        self.page("operation", &format!("{scope}/operations"), shown?, query)
    }

    /// An operation as the API shows it.
    fn shown_operation(&self, number: u64) -> Answer<Value> {
        let operation = self.operations.get(&number).ok_or_else(Refused::no_route)?;
        let name = self.operation_name(number, operation);
        let at = format!(
            "projects/{}/{}/operations/{name}",
            self.config.project, operation.scope
        );
        let (status, progress) = match (operation.is_done, self.is_running(operation)) {
            (true, _) => ("DONE", 100),
            (false, true) => ("RUNNING", 50),
            (false, false) => ("PENDING", 0),
        };
        let mut shown = json!({
            "kind": "compute#operation", "id": (7_000_000_000_000_000_000 + number).to_string(),
            "name": name, "selfLink": url(&at), "operationType": operation.verb,
            "targetLink": url(&operation.target), "targetId": operation.target_number,
            "status": status, "progress": progress, "user": self.config.account,
            "insertTime": self.stamp(operation.inserted),
        });
        if status != "PENDING" {
            shown["startTime"] = json!(self.stamp(operation.inserted));
        }
        if operation.is_done {
            shown["endTime"] = json!(self.stamp(operation.due));
        }
        match &operation.scope {
            Scope::Global => {}
            Scope::Region(_) => shown["region"] = json!(self.scope_url(&operation.scope)),
            Scope::Zone(_) => shown["zone"] = json!(self.scope_url(&operation.scope)),
        }
        if let Some(Failure {
            code,
            status,
            message,
        }) = &operation.error
        {
            shown["error"] = json!({ "errors": [{ "code": code, "message": message }] });
            if *status != 0 {
                shown["httpErrorStatusCode"] = json!(status);
                shown["httpErrorMessage"] = json!(status_text(*status));
            }
        }
        Ok(shown)
    }

    /// An operation waits for a quarter of its time.
    fn is_running(&self, operation: &Operation) -> bool {
        let waits = (operation.due - operation.inserted) / 4;
        self.now >= operation.inserted + waits
    }

    /// Whether an object can be seen: one that is being made can, once its operation runs.
    pub(crate) fn is_seen(&self, body: &Body, id: &str) -> bool {
        if body.get(WORK).is_none_or(|work| work != "insert") {
            return true;
        }
        let mut latest = self.operations.values().rev();
        let made = latest.find(|operation| operation.target == id);
        made.is_none_or(|operation| self.is_running(operation))
    }

    /// The time as objects carry it.
    pub(crate) fn stamp(&self, at: Duration) -> String {
        let at = self.config.calendar.at(at);
        at.strftime("%Y-%m-%dT%H:%M:%S.%3f-00:00").to_string()
    }
}

fn status_text(status: u16) -> &'static str {
    match status {
        400 => "BAD REQUEST",
        403 => "FORBIDDEN",
        409 => "CONFLICT",
        503 => "SERVICE UNAVAILABLE",
        _ => "ERROR",
    }
}
