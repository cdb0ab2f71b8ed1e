//! Sessions: had once, renewed before they expire and when the cloud has ended one.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_provider::{Error, ErrorKind, Result};
use http::Request;
use jiff::Timestamp;
use tokio::sync::Mutex;

use super::Wire;

/// A session is renewed that long before it expires.
const RENEW_BEFORE: Duration = Duration::from_secs(60);
/// A login that was denied is not tried again for that long: clouds lock users out after a few.
const DENIED_FOR: Duration = Duration::from_secs(60);

/// How a cloud knows who asks.
#[async_trait]
pub trait Authenticate: Send + Sync + 'static {
    /// Whether a login makes a new session, so that it is worth one more try after a 401.
    const RENEWS: bool = true;
    /// What a login gives: a token, and what came with it.
    type Session: Send + Sync;

    /// Makes a session. Asked for once by whoever needs it first, and when it has ended.
    async fn log_in(&self, wire: &Wire) -> Result<Self::Session>;

    /// The address that the paths of calls begin at, without a slash at its end.
    fn base<'s>(&'s self, session: &'s Self::Session) -> &'s str;

    /// Adds to a request what shows that it is ours: a token's header, or a signature.
    fn sign(&self, session: &Self::Session, request: &mut Request<Bytes>) -> Result<()>;

    /// Ends a session that nobody will use any more, where the cloud counts them.
    async fn log_out(&self, wire: &Wire, session: &Self::Session) -> Result<()> {
        let _ = (wire, session);
        Ok(())
    }

    /// When a session ends by itself, where the cloud says so.
    fn expires(&self, session: &Self::Session) -> Option<Timestamp> {
        let _ = session;
        None
    }
}

/// The session in use. Whoever finds that there is none makes it, and the others wait for it.
#[derive(Debug)]
pub(super) struct Sessions<S>(Mutex<Current<S>>);

#[derive(Debug)]
struct Current<S> {
    session: Option<Arc<S>>,
    ends: Option<Timestamp>,
    denied: Option<(Timestamp, Error)>,
}

impl<S: Send + Sync> Sessions<S> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Current {
            session: None,
            ends: None,
            denied: None,
        }))
    }

    /// The session in use; a new one where there is none, or where it is about to expire.
    pub(super) async fn current<A>(&self, authenticate: &A, wire: &Wire) -> Result<Arc<S>>
    where
        A: Authenticate<Session = S>,
    {
        let mut current = self.0.lock().await;
        let Some(session) = current.session.clone() else {
            return current.renew(authenticate, wire).await;
        };
        let now = wire.clock().now();
        let left = current.ends.map(|ends| left(ends, now));
        match left {
            Some(left) if left.is_zero() => current.renew(authenticate, wire).await,
            // Until it ends, the old one is as good as a new one.
            Some(left) if left < RENEW_BEFORE => {
                Ok(current.renew(authenticate, wire).await.unwrap_or(session))
            }
            Some(_) | None => Ok(session),
        }
    }

    /// Takes the session in use away. Whoever needs one after that logs in again.
    pub(super) async fn take(&self) -> Option<Arc<S>> {
        let mut current = self.0.lock().await;
        current.ends = None;
        current.session.take()
    }

    /// Another session than the one that the cloud has ended.
    pub(super) async fn after<A>(
        &self,
        ended: &Arc<S>,
        authenticate: &A,
        wire: &Wire,
    ) -> Result<Arc<S>>
    where
        A: Authenticate<Session = S>,
    {
        let mut current = self.0.lock().await;
        match &current.session {
            Some(session) if !Arc::ptr_eq(session, ended) => Ok(session.clone()),
            Some(_) | None => current.renew(authenticate, wire).await,
        }
    }
}

impl<S: Send + Sync> Current<S> {
    async fn renew<A>(&mut self, authenticate: &A, wire: &Wire) -> Result<Arc<S>>
    where
        A: Authenticate<Session = S>,
    {
        let now = wire.clock().now();
        if let Some((until, denied)) = &self.denied
            && now < *until
        {
            return Err(denied.again());
        }
        match authenticate.log_in(wire).await {
            Ok(session) => {
                self.denied = None;
                // A session that is new and about to expire is a matter of two clocks that differ:
                // it is used until the cloud refuses it.
                let ends = authenticate.expires(&session);
                self.ends = ends.filter(|ends| left(*ends, now) > RENEW_BEFORE);
                Ok(self.session.insert(Arc::new(session)).clone())
            }
            Err(error) => {
                self.denied = (error.kind == ErrorKind::Denied)
                    .then(|| now.checked_add(DENIED_FOR).ok())
                    .flatten()
                    .map(|until| (until, error.again()));
                Err(error)
            }
        }
    }
}

fn left(ends: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(ends.duration_since(now)).unwrap_or_default()
}
