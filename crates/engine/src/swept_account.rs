//! One account in a sweep: reached once, looked at once, whoever of its clusters comes first.

use std::sync::{Arc, Mutex, PoisonError};

use groundwork_model::InstallationId;
use groundwork_provider::{Error, ErrorKind, LookCache, Owners};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use crate::{
    Engine, Purpose, Request, Trouble, engine::Connection, namesakes::Names, observe::warm,
};

/// An account as one asker sees it: what one may see, another may not.
pub(crate) struct SweptAccount {
    /// An account that cannot be reached is not tried again for each of its clusters.
    reached: OnceCell<Result<Connection, Error>>,
    now: Mutex<Now>,
    /// Whether all of its clusters are compared.
    ended: CancellationToken,
    first: usize,
    last: usize,
}

struct Now {
    shared: Arc<Shared>,
    /// When it did not answer, however often it was asked.
    silent: Option<(Timestamp, Error)>,
}

/// What the clusters of one account share.
pub(crate) struct Shared {
    pub(crate) look: Arc<LookCache>,
    /// Under what names clusters have objects: made for the first of which nothing is there.
    pub(crate) names: std::sync::OnceLock<Names>,
}

/// How long a cloud that did not answer is not asked again.
const SILENCE: SignedDuration = SignedDuration::from_mins(1);

impl Shared {
    fn new(installation: &InstallationId) -> Arc<Self> {
        let owners = Owners::Installation(installation.clone());
        Arc::new(Self {
            look: Arc::new(LookCache::new(owners)),
            names: std::sync::OnceLock::new(),
        })
    }
}

impl SweptAccount {
    /// The account of the cluster at a place of the sweep.
    pub(crate) fn new(installation: &InstallationId, first: usize) -> Self {
        Self {
            reached: OnceCell::new(),
            now: Mutex::new(Now {
                shared: Shared::new(installation),
                silent: None,
            }),
            ended: CancellationToken::new(),
            first,
            last: first,
        }
    }

    /// The place of its first cluster.
    pub(crate) fn first(&self) -> usize {
        self.first
    }

    /// Notes that a later cluster is in it as well.
    pub(crate) fn holds(&mut self, at: usize) {
        self.last = at;
    }

    /// Notes that a cluster is compared. After the last one, what was listed is let go of.
    pub(crate) fn compared(&self, at: usize) {
        if at == self.last {
            let owners = Owners::Nobody;
            self.with(|now| {
                now.shared = Arc::new(Shared {
                    look: Arc::new(LookCache::new(owners)),
                    names: std::sync::OnceLock::new(),
                });
            });
            self.ended.cancel();
        }
    }

    /// Waits until all of its clusters are compared.
    pub(crate) async fn ended(&self) {
        self.ended.cancelled().await;
    }

    /// Leaves it, if it was reached.
    pub(crate) async fn leave(&self, engine: &Engine) {
        if let Some(Ok(connection)) = self.reached.get() {
            engine.leave_one(&connection.account).await;
        }
    }

    /// Reaches it, and makes its listings, for the first of its clusters and so for all. What fails
    /// here fails again, and is told, where it is wanted.
    pub(crate) async fn look(&self, engine: &Engine, request: &Request) {
        let (target, findings) = engine.target(request);
        let fit = !findings.iter().any(groundwork_model::Finding::is_error);
        let Some(target) = target.filter(|_| fit && !self.ended.is_cancelled()) else {
            return;
        };
        let Ok(Connection { provider, account }) = self.connection(engine, request).await else {
            return;
        };
        let (shared, kinds) = (self.shared(), provider.kinds());
        let warmed = warm(&*account, &shared.look, &kinds, Purpose::Sweep);
        let surveyed = account.survey(&shared.look, &target);
        let _ = futures::join!(warmed, surveyed);
    }

    /// The connection to it.
    pub(crate) async fn connection(
        &self,
        engine: &Engine,
        request: &Request,
    ) -> Result<Connection, Trouble> {
        let reach = || async {
            match engine.connection(request).await {
                Ok(connection) => Ok(Ok(connection)),
                Err(Trouble::Cloud(error)) => Ok(Err(error)),
                Err(trouble) => Err(trouble),
            }
        };
        match self.reached.get_or_try_init(reach).await? {
            Ok(connection) => Ok(connection.clone()),
            Err(error) => Err(error.again().into()),
        }
    }

    /// What its clusters share.
    pub(crate) fn shared(&self) -> Arc<Shared> {
        self.with(|now| now.shared.clone())
    }

    /// Why a cluster of it need not be tried now.
    pub(crate) fn silence(&self, at: Timestamp) -> Option<Error> {
        self.with(|now| {
            let (since, error) = now.silent.as_ref()?;
            (at.duration_since(*since) < SILENCE).then(|| error.again())
        })
    }

    /// Notes that it did not answer, if that is what a trouble says.
    pub(crate) fn remember(&self, at: Timestamp, trouble: &Trouble) {
        let Trouble::Cloud(error) = trouble else {
            return;
        };
        if matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Throttled) {
            self.with(|now| now.silent = Some((at, error.again())));
        }
    }

    fn with<T>(&self, change: impl FnOnce(&mut Now) -> T) -> T {
        change(&mut self.now.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
