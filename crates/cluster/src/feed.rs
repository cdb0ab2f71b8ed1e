//! One listing, and what changes in it from then on.

use std::{collections::VecDeque, time::Duration};

use groundwork_kit::{
    client::Client,
    kubernetes::{Bearer, News, Watch},
};
use groundwork_provider::{Error, ErrorKind, Result, Retry};

use crate::source::{Listing, Object, Source};

/// The pause after a failure; each one is twice the one before, up to the longest.
pub(crate) const PAUSE: Duration = Duration::from_secs(1);
pub(crate) const PAUSE_MAX: Duration = Duration::from_secs(8);
/// How often a listing is read that may not be watched.
const RELIST: Duration = Duration::from_secs(10);
/// How often it is asked whether a listing that was refused may be read by now.
const REFUSED: Duration = Duration::from_secs(30);
/// How often it is asked whether a collection that nobody has defined is there by now.
const ABSENT: Duration = Duration::from_secs(30);

/// What a feed tells.
#[derive(Debug)]
pub(crate) enum Step<T> {
    /// The whole listing. What was known before counts no more.
    Listed(Vec<T>),
    /// An object is new, or is another one now.
    Applied(T),
    /// An object is deleted.
    Deleted(T),
    /// Nothing is new, and the server answers.
    Answered,
    /// The server has no such collection.
    Absent,
    /// The server refuses the listing; it is asked again later.
    Refused(Error),
    /// The server lets nobody watch the listing: it is read from time to time.
    Unwatched(Error),
    /// The server does not answer; it is asked again soon.
    Lost(Error),
}

/// One listing that is followed. It never ends.
pub(crate) struct Feed<'a, T> {
    client: &'a Client<Bearer>,
    source: Source,
    /// Where it may be instead, by versions of its API.
    others: Option<Others>,
    state: State<'a, T>,
    pause: Duration,
    /// How long nothing is asked.
    rest: Option<Duration>,
}

/// Where a listing may be instead.
struct Others {
    sources: VecDeque<Source>,
    /// In how many places it is not, since it was looked for.
    absent: usize,
    /// How often it is looked for again where it is nowhere; none where it never comes.
    comes: Option<Duration>,
}

enum State<'a, T> {
    /// It has to be read.
    Unknown,
    /// It is known as of a version.
    Known(String),
    /// There is no such collection.
    Absent,
    /// What changes is told.
    Open(Box<Watch<'a, T>>),
}

impl<'a, T: Object> Feed<'a, T> {
    pub(crate) fn new(client: &'a Client<Bearer>, source: Source) -> Self {
        Self {
            client,
            source,
            others: None,
            state: State::Unknown,
            pause: PAUSE,
            rest: None,
        }
    }

    /// What is listed, wherever it is.
    pub(crate) fn resource(&self) -> &'static str {
        self.source.question.resource
    }

    /// The same of a listing that is somewhere else, or nowhere, at another version of the server.
    pub(crate) fn or(self, others: impl IntoIterator<Item = Source>) -> Self {
        let others = Others {
            sources: others.into_iter().collect(),
            absent: 0,
            comes: None,
        };
        Self {
            others: Some(others),
            ..self
        }
    }

    /// The same of one that is nowhere until somebody defines it.
    pub(crate) fn or_later(self, others: impl IntoIterator<Item = Source>) -> Self {
        let mut feed = self.or(others);
        if let Some(others) = &mut feed.others {
            others.comes = Some(ABSENT);
        }
        feed
    }

    /// What comes next. Nothing is lost where the future is dropped.
    pub(crate) async fn next(&mut self) -> Step<T> {
        loop {
            if let Some(rest) = self.rest {
                self.client.wire().clock().sleep(rest).await;
                self.rest = None;
            }
            let step = match &mut self.state {
                State::Absent => std::future::pending().await,
                State::Unknown => self.list().await,
                State::Known(version) => {
                    let version = version.clone();
                    self.open(&version).await
                }
                State::Open(watch) => {
                    let news = watch.next().await;
                    let version = watch.version().to_owned();
                    self.told(news, version)
                }
            };
            match step {
                None => {}
                Some(step @ (Step::Refused(_) | Step::Unwatched(_) | Step::Lost(_))) => {
                    return step;
                }
                Some(step) => {
                    self.pause = PAUSE;
                    return step;
                }
            }
        }
    }

    async fn list(&mut self) -> Option<Step<T>> {
        Some(match self.source.list(self.client).await {
            Ok(Listing { objects, version }) => {
                self.state = State::Known(version);
                Step::Listed(objects)
            }
            // There are no such objects: not here.
            Err(error) if error.kind == ErrorKind::Conflict && self.others.is_some() => {
                return self.elsewhere();
            }
            Err(error) => self.failed(error, Step::Refused, REFUSED),
        })
    }

    /// Goes on where else it may be; once it is nowhere, that is told.
    fn elsewhere(&mut self) -> Option<Step<T>> {
        let others = self.others.as_mut()?;
        if let Some(other) = others.sources.pop_front() {
            let here = std::mem::replace(&mut self.source, other);
            others.sources.push_back(here);
        }
        others.absent += 1;
        if others.absent <= others.sources.len() {
            return None;
        }
        others.absent = 0;
        self.rest = others.comes;
        if others.comes.is_none() {
            self.state = State::Absent;
        }
        Some(Step::Absent)
    }

    async fn open(&mut self, version: &str) -> Option<Step<T>> {
        match Watch::open(self.client, &self.source.selection, version).await {
            Ok(Some(watch)) => {
                self.state = State::Open(Box::new(watch));
                Some(Step::Answered)
            }
            Ok(None) => self.again(State::Unknown),
            Err(error) => Some(self.failed(error, Step::Unwatched, RELIST)),
        }
    }

    fn told(&mut self, news: Result<News<T>>, version: String) -> Option<Step<T>> {
        match news {
            Ok(News::Applied(object)) => Some(Step::Applied(object)),
            Ok(News::Deleted(object)) => Some(Step::Deleted(object)),
            Ok(News::Bookmark) => Some(Step::Answered),
            Ok(News::Over) => self.again(State::Known(version)),
            Ok(News::Expired) => self.again(State::Unknown),
            Err(error) => {
                self.state = match error.retry {
                    // The same version would give the same.
                    Retry::Never => State::Unknown,
                    Retry::Later | Retry::After(_) => State::Known(version),
                };
                Some(self.lost(error))
            }
        }
    }

    /// Nothing is wrong with an end, unless the next one comes at once: then somebody ends every watch.
    fn again(&mut self, state: State<'a, T>) -> Option<Step<T>> {
        self.state = state;
        self.rest = Some(PAUSE);
        None
    }

    /// A failure for good is told as `refused`, and the listing is read whole after a rest.
    fn failed(&mut self, error: Error, refused: fn(Error) -> Step<T>, rest: Duration) -> Step<T> {
        match error.retry {
            Retry::Never => {
                self.state = State::Unknown;
                self.rest = Some(rest);
                refused(error)
            }
            Retry::Later | Retry::After(_) => self.lost(error),
        }
    }

    fn lost(&mut self, error: Error) -> Step<T> {
        let asked = match error.retry {
            Retry::After(wait) => wait.min(PAUSE_MAX * 4),
            Retry::Never | Retry::Later => self.pause,
        };
        self.rest = Some(asked.max(self.pause));
        self.pause = (self.pause * 2).min(PAUSE_MAX);
        Step::Lost(error)
    }
}
