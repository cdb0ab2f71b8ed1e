//! Drift of every cluster in the given documents, grouped by account: listings are shared, so a
//! thousand clusters of one account cost what one does, plus pages.

use std::{collections::BTreeMap, sync::Arc};

use groundwork_model::{ClusterKey, Finding};
use groundwork_provider::{Account, Error, LookCache, Owners, Plan};
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
}

impl Engine {
    /// Plans every cluster, and gives each result to `swept` as it comes, in the given order.
    /// Reads only. One cluster's trouble is its own.
    pub async fn sweep(&self, requests: &[Request], swept: &mut (dyn FnMut(Swept) + Send)) {
        let mut accounts = Accounts::default();
        for request in requests {
            let session = self.shared_session(request, &mut accounts).await;
            let (account, plan) = match session {
                Ok(session) => {
                    let planned = session.plan(Patience::Now).await;
                    (
                        Some(session.account().clone()),
                        planned.map(|planned| planned.plan),
                    )
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

    async fn shared_session(
        &self,
        request: &Request,
        accounts: &mut Accounts,
    ) -> Result<Session, Trouble> {
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
        Ok(session)
    }
}
