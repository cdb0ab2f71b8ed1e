//! Operations: what a request has set going, and what is so once it has come to its end.

use std::time::Duration;

use mock_cloud::Author;
use serde_json::{Value, json};

use crate::cloud::Azure;
use crate::config::Failure;
use crate::kind::Kind;
use crate::refused::{Answer, Refused, below};
use crate::said::Said;

/// Something that takes its time.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) name: String,
    pub(crate) verb: Verb,
    pub(crate) kind: Kind,
    pub(crate) id: String,
    /// What becomes ready with it.
    targets: Vec<(Kind, String)>,
    pub(crate) location: String,
    pub(crate) is_done: bool,
    pub(crate) error: Option<Failure>,
}

/// What an operation does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verb {
    Delete,
    Put,
}

impl Verb {
    fn word(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Put => "Put",
        }
    }
}

/// What time brings about.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// An operation comes to its end.
    End(u64),
    /// An operation is forgotten.
    Forget(u64),
}

/// What a resource carries while an operation works on it: the name of the operation.
pub(crate) const WORK: &str = "_work";
/// What a resource carries that is to go.
pub(crate) const GOING: &str = "_going";

impl Azure {
    /// Lets everything happen that is due by `now`.
    pub(crate) fn advance(&mut self, now: Duration) {
        let now = self.now.max(now);
        let author = self.store.author();
        self.store.set_author(Author::Cloud);
        while let Some((due, step)) = self.schedule.pop_due(now) {
            self.now = self.now.max(due);
            self.finish(step);
        }
        self.now = now;
        self.store.set_author(author);
        // What time does is nobody's deed: who asked for it has touched the object already.
        self.store.take_touches();
    }

    pub(crate) fn finish(&mut self, step: Step) {
        match step {
            Step::End(number) => self.end(number),
            Step::Forget(number) => drop(self.operations.remove(&number)),
        }
    }

    /// Begins to work on a resource. Its parts, and what it is a part of, cannot be changed meanwhile.
    pub(crate) fn start(
        &mut self,
        verb: Verb,
        kind: Kind,
        id: &str,
        targets: Vec<(Kind, String)>,
    ) -> u64 {
        let last = self.operations.keys().next_back();
        let number = last.map_or(1, |last| last + 1);
        let name = format!(
            "0befa7e0-{:04x}-4000-8000-{number:012x}",
            self.store.draw() & 0xffff
        );
        let (root_kind, root) = self.root(kind, id);
        let found = self.find(root_kind, &root);
        let location = found
            .map(|root| root.text("location").to_owned())
            .unwrap_or_default();
        let state = match verb {
            Verb::Delete => "Deleting",
            Verb::Put => "Updating",
        };
        for (kind, id) in &targets {
            self.mark(*kind, id, state, Some(&name));
        }
        if root != id {
            self.mark(root_kind, &root, "Updating", Some(&name));
        }
        let delay = match self.is_hand {
            true => Duration::ZERO,
            false => self.config.operation_delay,
        };
        self.schedule.plan(self.now + delay, Step::End(number));
        let id = id.to_owned();
        let (is_done, error) = (false, None);
        let operation = Operation {
            name,
            verb,
            kind,
            id,
            targets,
            location,
            is_done,
            error,
        };
        self.operations.insert(number, operation);
        number
    }

    fn mark(&mut self, kind: Kind, id: &str, state: &str, work: Option<&str>) {
        let etag = self.new_etag();
        let Some(id) = self.find(kind, id).map(|found| found.id.clone()) else {
            return;
        };
        self.store.update(kind.plural(), &id, |body| {
            body.insert("provisioningState".to_owned(), json!(state));
            if kind != Kind::ResourceGroup {
                body.insert("etag".to_owned(), json!(etag));
            }
            match work {
                Some(work) => drop(body.insert(WORK.to_owned(), json!(work))),
                None => drop(body.remove(WORK)),
            }
        });
    }

    fn end(&mut self, number: u64) {
        let Some(operation) = self.operations.get(&number).cloned() else {
            return;
        };
        let (verb, kind, id) = (operation.verb, operation.kind, operation.id.clone());
        let method = verb.word().to_uppercase();
        let name = format!("{}.{method}", kind.plural());
        let failure = self.config.failing_operations.get(&name).cloned();
        let failure = failure.filter(|_| !self.is_hand);
        let error = failure.or_else(|| match verb {
            Verb::Delete => self.still_used(kind, &id),
            Verb::Put => None,
        });
        let root = self.root(kind, &id);
        let state = match error {
            Some(_) => "Failed",
            None => "Succeeded",
        };
        for (kind, id) in operation.targets.iter().filter(|target| **target != root) {
            self.mark(*kind, id, state, None);
        }
        let root_state = if root.1 == id { state } else { "Succeeded" };
        self.mark(root.0, &root.1, root_state, None);
        match (verb, &error) {
            (Verb::Delete, None) => self.gone(kind, &id),
            (Verb::Delete, Some(_)) => self.stays(kind, &id),
            (Verb::Put, _) => {}
        }
        if let Some(operation) = self.operations.get_mut(&number) {
            operation.is_done = true;
            operation.error = error;
        }
        let kept = self.config.operations_kept;
        self.schedule.plan(self.now + kept, Step::Forget(number));
    }

    /// What came to hang on a resource since it was to be deleted.
    fn still_used(&self, kind: Kind, id: &str) -> Option<Failure> {
        let refused = self.unused(kind, id).err()?;
        Some(Failure {
            code: refused.code,
            message: refused.message,
            details: refused.details.unwrap_or_default(),
        })
    }

    fn stays(&mut self, kind: Kind, id: &str) {
        for (kind, id) in self.whole(kind, id) {
            self.store.update(kind.plural(), &id, |body| {
                body.remove(GOING);
            });
        }
    }

    /// What an operation on a resource keeps others from changing: the whole that it is a part of.
    pub(crate) fn root(&self, kind: Kind, id: &str) -> (Kind, String) {
        match kind.parent() {
            Some(parent) => (parent, crate::ids::outer(kind, id)),
            None => (kind, id.to_owned()),
        }
    }

    /// Nobody works on a resource, nor on what it is a part of, nor on what uses it.
    pub(crate) fn idle(&self, kind: Kind, id: &str) -> Answer<()> {
        let (root_kind, root) = self.root(kind, id);
        let work = self
            .find(root_kind, &root)
            .map(|root| root.text(WORK).to_owned());
        if let Some(operation) = work.and_then(|name| self.operation_named(&name)) {
            let message = format!(
                "Another operation on this or dependent resource is in progress. To retrieve status of the \
                 operation use uri: https://management.azure.com{}?api-version={}.",
                self.operation_path("operations", operation),
                self.newest().0
            );
            return Err(Refused::new(409, "AnotherOperationInProgress", message));
        }
        for (user_kind, user) in self.referring(root_kind, &root) {
            let (user_kind, user) = self.root(user_kind, &user);
            let work = self
                .find(user_kind, &user)
                .map(|user| user.text(WORK).to_owned());
            if let Some(operation) = work.and_then(|name| self.operation_named(&name)) {
                let message = format!(
                    "Operation {}{}Operation ({}) is updating resource {user}. The call can be retried in \
                     11 seconds.",
                    operation.verb.word(),
                    operation.kind.word(),
                    operation.name
                );
                return Err(Refused::retryable(
                    "RetryableErrorDueToAnotherOperation",
                    message,
                    11,
                ));
            }
        }
        Ok(())
    }

    fn operation_named(&self, name: &str) -> Option<&Operation> {
        let number = u64::from_str_radix(name.rsplit('-').next()?, 16).ok()?;
        self.operations
            .get(&number)
            .filter(|own| own.name.eq_ignore_ascii_case(name))
    }

    fn operation_path(&self, collection: &str, operation: &Operation) -> String {
        let (subscription, name) = (self.subscription_id(), &operation.name);
        if operation.kind == Kind::ResourceGroup {
            return format!("{subscription}/operationresults/{name}");
        }
        let (provider, location) = (operation.kind.provider(), &operation.location);
        format!("{subscription}/providers/{provider}/locations/{location}/{collection}/{name}")
    }

    /// What a reply says of an operation that it has begun.
    pub(crate) fn begun(&self, said: Said, number: u64, base: &str, version: &str) -> Said {
        let Some(operation) = self.operations.get(&number) else {
            return said;
        };
        let at = |collection| {
            let path = self.operation_path(collection, operation);
            format!("{base}{path}?api-version={version}&t=638{number:015}&h=mock")
        };
        let said = match (operation.kind, operation.verb) {
            (Kind::ResourceGroup, _) => said.with("location", at("operationresults")),
            (_, Verb::Delete) => said
                .with("azure-asyncoperation", at("operations"))
                .with("location", at("operationResults")),
            (_, Verb::Put) => said
                .with("azure-asyncoperation", at("operations"))
                .with("azure-asyncnotification", "Enabled"),
        };
        said.with_retry_after(self.config.retry_after_s)
    }

    /// `GET …/operations/name`: how it stands.
    pub(crate) fn operation(&self, name: &str) -> Answer<Said> {
        let operation = self.operation_named(name).ok_or_else(|| forgotten(name))?;
        let body = match (&operation.error, operation.is_done) {
            (_, false) => json!({ "status": "InProgress" }),
            (None, true) => json!({ "status": "Succeeded" }),
            (Some(failure), true) => json!({ "status": "Failed", "error": error(failure) }),
        };
        let seconds = self.config.retry_after_s.filter(|_| !operation.is_done);
        Ok(Said::new(200, body).with_retry_after(seconds))
    }

    /// `GET …/operationResults/name`: what it has given; 202 while it is under way.
    pub(crate) fn operation_result(&self, name: &str, at: String) -> Answer<Said> {
        let operation = self.operation_named(name).ok_or_else(|| forgotten(name))?;
        let is_group = operation.kind == Kind::ResourceGroup;
        match (&operation.error, operation.is_done) {
            (_, false) => Ok(Said::empty(202)
                .with("location", at)
                .with_retry_after(self.config.retry_after_s)),
            (None, true) => Ok(Said::empty(if is_group { 200 } else { 204 })),
            (Some(failure), true) => {
                let refused = Refused::new(409, &failure.code, failure.message.clone());
                Err(refused.because(failure.details.clone()))
            }
        }
    }
}

fn error(failure: &Failure) -> Value {
    json!({
        "code": failure.code, "message": failure.message, "details": below(&failure.details),
    })
}

fn forgotten(name: &str) -> Refused {
    let message = format!("Operation {name} not found.");
    Refused::new(404, "OperationNotFound", message)
}
