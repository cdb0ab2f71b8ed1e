//! Drift of every cluster in the given documents, grouped by account: listings are shared, so a
//! thousand clusters of one account cost what one does, plus pages.

use std::{collections::BTreeMap, sync::Arc};

use groundwork_model::{ClusterKey, Finding};
use groundwork_provider::{Account, Error, ErrorKind, LookCache, Owners, Plan};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::{Engine, Patience, Request, Session, Trouble, engine::Connection};

/// What a sweep found of one cluster.
#[derive(Debug)]
pub struct Swept {
    /// Which cluster.
    pub cluster: ClusterKey,
    /// Its name.
    pub name: String,
    /// Where it is, if it was reached.
    pub account: Option<Account>,
    /// Its plan, or why there is none.
    pub plan: Result<Plan, Trouble>,
}

impl Swept {
    /// Everything to say about it.
    pub fn findings(&self) -> &[Finding] {
        match &self.plan {
            Ok(plan) => &plan.findings,
            Err(Trouble::Unfit(findings)) => findings,
            Err(Trouble::Stale(_) | Trouble::Cloud(_) | Trouble::Journal(_)) => &[],
        }
    }
}

/// Connections and looks, by who asks where.
#[derive(Default)]
struct Accounts {
    /// An account that cannot be reached is not tried again for each of its clusters.
    connections: BTreeMap<[u8; 32], Result<Connection, Error>>,
    /// Looks by account and asker: what one may see, another may not.
    looks: BTreeMap<(Account, [u8; 32]), Arc<LookCache>>,
    /// Whose cloud did not answer, however often it was asked, and when that was.
    silent: BTreeMap<[u8; 32], (Timestamp, Error)>,
}

/// How long a cloud that did not answer is not asked again.
const SILENCE: SignedDuration = SignedDuration::from_mins(1);

impl Accounts {
    /// Why a cluster of that account need not be tried now.
    fn silence(&self, identity: Option<[u8; 32]>, now: Timestamp) -> Option<Error> {
        let (since, error) = self.silent.get(&identity?)?;
        (now.duration_since(*since) < SILENCE).then(|| error.again())
    }

    fn remember(&mut self, identity: Option<[u8; 32]>, now: Timestamp, trouble: &Trouble) {
        let (Some(identity), Trouble::Cloud(error)) = (identity, trouble) else {
            return;
        };
        if matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Throttled) {
            self.silent.insert(identity, (now, error.again()));
        }
    }
}

impl Engine {
    /// Plans every cluster, and gives each result to `swept` as it comes, in the given order.
    /// Reads only. One cluster's trouble is its own.
    pub async fn sweep(&self, requests: &[Request], swept: &mut (dyn FnMut(Swept) + Send)) {
        let mut accounts = Accounts::default();
        for request in requests {
            let session = self.shared_session(request, &mut accounts).await;
            let (account, plan) = match session {
                Ok((session, identity)) => {
                    let plan = self.swept_plan(&session, identity, &mut accounts).await;
                    (Some(session.account().clone()), plan)
                }
                Err(trouble) => (None, Err(trouble)),
            };
            let cluster = request.cluster.key();
            let name = request.cluster.metadata.name.clone();
            swept(Swept {
                cluster,
                name,
                account,
                plan,
            });
        }
    }

    /// A cluster's plan; a cloud that has just not answered is not asked again for it.
    async fn swept_plan(
        &self,
        session: &Session,
        identity: Option<[u8; 32]>,
        accounts: &mut Accounts,
    ) -> Result<Plan, Trouble> {
        let clock = &self.0.world.clock;
        if let Some(error) = accounts.silence(identity, clock.now()) {
            return Err(error.into());
        }
        let planned = session.plan(Patience::Now).await;
        planned.map(|planned| planned.plan).inspect_err(|trouble| {
            accounts.remember(identity, clock.now(), trouble);
        })
    }

    async fn shared_session(
        &self,
        request: &Request,
        accounts: &mut Accounts,
    ) -> Result<(Session, Option<[u8; 32]>), Trouble> {
        let (target, findings) = self.target(request);
        let Some(target) = target.filter(|_| !findings.iter().any(Finding::is_error)) else {
            return Err(Trouble::Unfit(findings));
        };
        let provider = self.provider(&request.cluster)?;
        let access = self.access(request);
        let identity = provider.identity(&access)?.map(|identity| {
            let text = format!("{}\n{}", provider.name(), identity.expose());
            <[u8; 32]>::from(Sha256::digest(text))
        });
        let known = identity.and_then(|identity| accounts.connections.get(&identity));
        let connection = match known {
            Some(Ok(connection)) => connection.clone(),
            Some(Err(error)) => return Err(error.again().into()),
            None => {
                let reached = self.reach(&*provider, &access).await;
                let connection = reached.map(|account| Connection { provider, account });
                if let (Some(identity), Err(error)) = (identity, &connection) {
                    accounts.connections.insert(identity, Err(error.again()));
                }
                connection?
            }
        };
        let mut session = Session::new(self, connection, target, findings);
        if let Some(identity) = identity {
            accounts
                .connections
                .insert(identity, Ok(session.connection().clone()));
            let owners = Owners::Installation(self.0.installation.clone());
            let look = accounts.looks.entry((session.account().clone(), identity));
            let look = look.or_insert_with(|| Arc::new(LookCache::new(owners)));
            session = session.sharing(look.clone());
        }
        session.check_account(&session.recall().await?)?;
        Ok((session, identity))
    }
}
