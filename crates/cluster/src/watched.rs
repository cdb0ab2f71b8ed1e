//! A cluster that is watched: read once, and from then on what changes.
//!
//! Each question is followed on its own, side by side with the others: a listing, then a watch from its
//! version. What comes is applied to the facts, and whoever judges them hears that something is another one
//! now. Where the API server goes away, each goes on where it was, or reads its listing again where the server
//! does not know that any more.

use std::{cell::RefCell, collections::BTreeMap, future::poll_fn, pin::pin};

use groundwork_kit::{client::Client, kubernetes::Bearer};
use groundwork_model::{Cluster, Finding};
use groundwork_provider::{Error, Retry};
use tokio::sync::Notify;

use crate::{
    Facts,
    facts::{ConfigMap, Node, Workload},
    feed::{Feed, PAUSE, PAUSE_MAX, Step},
    judge,
    rbac::{self, QUESTIONS},
    read::{Reader, not_asked, together, wanted},
    source::{ConfigName, Object, Source},
};

/// A cluster that is watched.
pub struct Watched<'a> {
    client: &'a Client<Bearer>,
    known: RefCell<Known>,
    changed: Notify,
    /// Some workload is another one: other config maps may matter.
    workloads_changed: Notify,
    awaits_seed: bool,
}

/// What is known by now.
#[derive(Default)]
struct Known {
    facts: Facts,
    daemon_sets: Option<Vec<Workload>>,
    deployments: Option<Vec<Workload>>,
    names: Vec<ConfigName>,
    /// What could not be read of the seed; nothing before it was read.
    seed_not_asked: Option<Vec<Finding>>,
    /// What each question gave last, by its resource.
    questions: BTreeMap<&'static str, Asked>,
}

/// What a question gave last.
#[derive(Debug, Default)]
struct Asked {
    /// Whether there was an answer, be it a refusal.
    is_answered: bool,
    /// Why it is not asked.
    refused: Option<Finding>,
    /// Why nothing is heard of it now.
    lost: Option<Error>,
    /// Why it is not watched, but read again from time to time.
    unwatched: Option<Error>,
}

/// Where the objects of a question are kept.
struct Place<T> {
    get: fn(&mut Known) -> Option<&mut Vec<T>>,
    set: fn(&mut Known, Option<Vec<T>>),
}

impl<T> Clone for Place<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Place<T> {}

macro_rules! place {
    ($($field:ident).+) => {
        Place {
            get: |known| known.$($field).+.as_mut(),
            set: |known, objects| known.$($field).+ = objects,
        }
    };
}

impl<'a> Watched<'a> {
    /// One of which nothing is known yet.
    pub fn new(client: &'a Client<Bearer>) -> Self {
        Self {
            client,
            known: RefCell::default(),
            changed: Notify::new(),
            workloads_changed: Notify::new(),
            awaits_seed: false,
        }
    }

    /// One that is judged only once its seed was read too: see [`Watched::take_seed`].
    pub fn with_seed(mut self) -> Self {
        self.awaits_seed = true;
        self
    }

    /// Takes what was read of the seed, into facts that have nothing else.
    pub fn take_seed(&self, facts: Facts) {
        let Facts {
            seed, not_asked, ..
        } = facts;
        let known = &mut *self.known.borrow_mut();
        let count = known.seed_not_asked.as_ref().map(Vec::len);
        let is_other = known.facts.seed != seed || count != Some(not_asked.len());
        known.facts.seed = seed;
        known.seed_not_asked = Some(not_asked);
        if is_other {
            self.changed.notify_one();
        }
    }

    /// Reads it, and then follows what changes. Everything else here is asked beside this future.
    ///
    /// # Errors
    /// It ends with the error alone: the API server refuses to list the nodes, and without them nothing can be
    /// said.
    pub async fn run(&self) -> Error {
        let nodes = Place {
            get: |known: &mut Known| Some(&mut known.facts.nodes),
            set: |known, objects| known.facts.nodes = objects.unwrap_or_default(),
        };
        self.version().await;
        let all = async {
            tokio::join!(
                self.follow(Source::services(), place!(facts.services)),
                self.ranges(),
                self.follow(Source::pods(), place!(facts.pods)),
                self.configs(),
                self.follow(Source::daemon_sets(), place!(daemon_sets)),
                self.follow(Source::deployments(), place!(deployments)),
                self.follow(Source::events(), place!(facts.events)),
                self.pools(),
            )
        };
        let nodes = self.until_refused(Source::nodes(), nodes);
        let (mut all, mut nodes) = (pin!(all), pin!(nodes));
        // Only the nodes end.
        poll_fn(|cx| {
            let _ = all.as_mut().poll(cx);
            nodes.as_mut().poll(cx)
        })
        .await
    }

    /// Waits until something has changed since it was asked the last time.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// What is to be said of the cluster as it is known now; nothing while a question has no answer yet.
    pub fn judge(&self, cluster: Option<&Cluster>) -> Option<Vec<Finding>> {
        let known = &mut *self.known.borrow_mut();
        let is_answered = |resource: &str| {
            let asked = known.questions.get(resource);
            asked.is_some_and(|asked| asked.is_answered)
        };
        let is_whole = !self.awaits_seed || known.seed_not_asked.is_some();
        if !is_whole || !QUESTIONS.iter().all(|one| is_answered(one.resource)) {
            return None;
        }
        let questions = QUESTIONS.iter();
        let refused =
            questions.filter_map(|one| known.questions.get(one.resource)?.refused.clone());
        let of_seed = known.seed_not_asked.iter().flatten().cloned();
        known.facts.not_asked = refused.chain(of_seed).collect();
        Some(judge(&known.facts, cluster))
    }

    /// Why the API server is not heard now, where it is not.
    pub fn trouble(&self) -> Option<Error> {
        let known = self.known.borrow();
        let mut lost = known.questions.values().filter_map(|one| one.lost.as_ref());
        lost.next().map(Error::again)
    }

    /// The listings that may not be watched and are read again every ten seconds, and why.
    pub fn unwatched(&self) -> Option<(Vec<&'static str>, Error)> {
        let known = self.known.borrow();
        let all = QUESTIONS.iter().filter_map(|question| {
            let asked = known.questions.get(question.resource)?;
            Some((question.what, asked.unwatched.as_ref()?))
        });
        let (what, why): (Vec<_>, Vec<_>) = all.unzip();
        Some((what, why.first()?.again()))
    }

    /// What is known in the end.
    pub fn into_facts(self) -> Facts {
        self.known.into_inner().facts
    }

    /// Waits for a server that answers: it says which version it is.
    async fn version(&self) {
        let reader = Reader {
            client: self.client,
        };
        let mut pause = PAUSE;
        loop {
            let error = match reader.version().await {
                Ok(version) => {
                    self.known.borrow_mut().facts.version = version;
                    return;
                }
                // The listings say why it refuses.
                Err(error) if error.retry == Retry::Never => return,
                Err(error) => error,
            };
            self.known
                .borrow_mut()
                .note(rbac::NODES.resource, &Step::<Node>::Lost(error));
            self.changed.notify_one();
            self.client.wire().clock().sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    async fn follow<T: Object>(&self, source: Source, place: Place<T>) {
        self.hear(Feed::new(self.client, source), place).await;
    }

    async fn hear<T: Object>(&self, mut feed: Feed<'a, T>, place: Place<T>) {
        let resource = feed.resource();
        loop {
            let step = feed.next().await;
            self.take(resource, step, place);
        }
    }

    async fn until_refused<T: Object>(&self, source: Source, place: Place<T>) -> Error {
        let mut feed = Feed::new(self.client, source);
        let resource = feed.resource();
        loop {
            let step = feed.next().await;
            if let Step::Refused(error) = step {
                return error;
            }
            self.take(resource, step, place);
        }
    }

    /// Ranges of services are no objects before 1.31, and then nothing of them changes.
    async fn ranges(&self) {
        let [source, other] = Source::service_cidrs();
        let feed = Feed::new(self.client, source).or([other]);
        self.hear(feed, place!(facts.service_cidrs)).await;
    }

    /// Calico's pools are no objects before Calico is there.
    async fn pools(&self) {
        let [source, other] = Source::ip_pools();
        let feed = Feed::new(self.client, source).or_later([other]);
        self.hear(feed, place!(facts.ip_pools)).await;
    }

    /// Of config maps the names are followed, and those are read that are judged.
    async fn configs(&self) {
        let resource = rbac::CONFIGS.resource;
        let place = Place {
            get: |known: &mut Known| Some(&mut known.names),
            set: |known, names| known.names = names.unwrap_or_default(),
        };
        let mut feed = Feed::<ConfigName>::new(self.client, Source::config_names());
        let mut read = BTreeMap::new();
        loop {
            let step = tokio::select! {
                step = feed.next() => Some(step),
                () = self.workloads_changed.notified() => None,
            };
            let may_read = match step {
                None | Some(Step::Listed(_) | Step::Applied(_) | Step::Deleted(_)) => true,
                Some(
                    Step::Answered
                    | Step::Absent
                    | Step::Refused(_)
                    | Step::Unwatched(_)
                    | Step::Lost(_),
                ) => false,
            };
            match step {
                // It is answered once the contents are there, too.
                Some(step @ Step::Listed(_)) => drop(self.known.borrow_mut().apply(step, place)),
                Some(step) => self.take(resource, step, place),
                None => {}
            }
            if may_read {
                self.contents(&mut read).await;
            }
        }
    }

    /// Reads the config maps that are judged, as far as they are not read in their version.
    async fn contents(&self, read: &mut BTreeMap<String, ConfigName>) {
        let (wanted, known) = {
            let known = self.known.borrow();
            let workloads = known.daemon_sets.iter().chain(&known.deployments).flatten();
            let workloads: Vec<Workload> = workloads.cloned().collect();
            let wanted = wanted(&known.names, &workloads);
            let names = known.names.iter();
            let names: BTreeMap<String, ConfigName> = names
                .map(|name| (name.key().into_owned(), name.clone()))
                .filter(|(name, _)| wanted.contains(name))
                .collect();
            (wanted, names)
        };
        read.retain(|name, version| known.get(name) == Some(version));
        let missing: Vec<String> = wanted
            .into_iter()
            .filter(|name| !read.contains_key(name))
            .collect();
        let place = place!(facts.configs);
        // What was read before stays until the rest is there: somebody may judge meanwhile.
        let mut kept: Vec<ConfigMap> = {
            let known = self.known.borrow();
            let all = known.facts.configs.iter().flatten();
            all.filter(|one| read.contains_key(&one.name))
                .cloned()
                .collect()
        };
        let resource = rbac::CONFIGS.resource;
        match (Reader {
            client: self.client,
        }
        .configs(missing)
        .await)
        {
            Ok(more) => {
                kept.extend(more);
                kept.sort_by(|one, other| one.name.cmp(&other.name));
                *read = known;
                self.take(resource, Step::Listed(kept), place);
            }
            Err(error) if error.retry == Retry::Never => {
                self.take(resource, Step::Refused(error), place);
            }
            Err(error) => {
                self.take(resource, Step::Lost(error), place);
                // The names are looked at again at once: `read` says what is missing.
                self.workloads_changed.notify_one();
            }
        }
    }

    /// Applies a step, and says so where something is another one now.
    fn take<T: Object>(&self, resource: &'static str, step: Step<T>, place: Place<T>) {
        let known = &mut *self.known.borrow_mut();
        let is_other = known.note(resource, &step) | known.apply(step, place);
        if !is_other {
            return;
        }
        if resource == rbac::DAEMON_SETS.resource || resource == rbac::DEPLOYMENTS.resource {
            let workloads = together(known.daemon_sets.clone(), known.deployments.clone());
            known.facts.workloads = workloads;
            self.workloads_changed.notify_one();
        }
        self.changed.notify_one();
    }
}

impl Known {
    /// Notes how the server answered; whether that is news.
    fn note<T>(&mut self, resource: &'static str, step: &Step<T>) -> bool {
        let asked = self.questions.entry(resource).or_default();
        let before = asked.state();
        let question = QUESTIONS.iter().find(|one| one.resource == resource);
        match step {
            Step::Lost(error) => asked.lost = Some(error.again()),
            Step::Unwatched(error) => {
                asked.lost = None;
                asked.unwatched = Some(error.again());
            }
            Step::Refused(error) => {
                *asked = Asked {
                    is_answered: true,
                    refused: question.map(|one| not_asked(*one, error)),
                    ..Asked::default()
                }
            }
            Step::Listed(_) => {
                let unwatched = asked.unwatched.take();
                *asked = Asked {
                    is_answered: true,
                    unwatched,
                    ..Asked::default()
                }
            }
            Step::Absent => {
                *asked = Asked {
                    is_answered: true,
                    ..Asked::default()
                }
            }
            Step::Answered | Step::Applied(_) | Step::Deleted(_) => {
                asked.lost = None;
                asked.unwatched = None;
            }
        }
        before != asked.state()
    }

    /// Applies what changed; whether anything is another one now.
    fn apply<T: Object>(&mut self, step: Step<T>, place: Place<T>) -> bool {
        match step {
            Step::Listed(objects) => {
                let is_same = (place.get)(self).is_some_and(|own| *own == objects);
                (place.set)(self, Some(objects));
                !is_same
            }
            Step::Refused(_) => {
                (place.set)(self, None);
                true
            }
            Step::Absent => {
                let was_there = (place.get)(self).is_some();
                (place.set)(self, None);
                was_there
            }
            Step::Applied(object) => (place.get)(self).is_some_and(|own| put(own, object)),
            Step::Deleted(object) => (place.get)(self).is_some_and(|own| drop_one(own, &object)),
            Step::Answered | Step::Unwatched(_) | Step::Lost(_) => false,
        }
    }
}

impl Asked {
    /// What of it is news when it changes.
    fn state(&self) -> (bool, bool, bool, bool) {
        let Self {
            is_answered,
            refused,
            lost,
            unwatched,
        } = self;
        (
            *is_answered,
            refused.is_some(),
            lost.is_some(),
            unwatched.is_some(),
        )
    }
}

fn put<T: Object>(own: &mut Vec<T>, object: T) -> bool {
    let found = own.binary_search_by(|one| one.key().cmp(&object.key()));
    match found {
        Ok(at) => own.get_mut(at).is_some_and(|slot| {
            let is_other = *slot != object;
            *slot = object;
            is_other
        }),
        Err(at) => {
            own.insert(at, object);
            true
        }
    }
}

fn drop_one<T: Object>(own: &mut Vec<T>, object: &T) -> bool {
    let found = own.binary_search_by(|one| one.key().cmp(&object.key()));
    if let Ok(at) = found {
        own.remove(at);
    }
    found.is_ok()
}
