//! Drift of every cluster in the given documents. What accounts have is listed once for all of their
//! clusters, some accounts side by side; each cluster is then compared by itself, in the given order.

use std::collections::BTreeMap;

use futures::{StreamExt, stream};
use groundwork_model::{ClusterKey, Finding};
use groundwork_provider::{Account, Plan};
use sha2::{Digest, Sha256};

use crate::{Engine, Patience, Recall, Request, Session, Trouble, swept_account::SweptAccount};

/// What a sweep found of one cluster.
#[derive(Debug)]
pub struct Swept {
    /// Which cluster.
    pub cluster: ClusterKey,
    /// Its name.
    pub name: String,
    /// Where it is, if it was reached.
    pub account: Option<Account>,
    /// Its plan, or why there is none. It is for reading: nothing seals it.
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

/// Who asks where: equal ones see the same. `None` where nothing is known to be shared.
type Identity = Option<[u8; 32]>;

/// What is remembered of some clusters: of those that are known at all.
type Journals = BTreeMap<ClusterKey, Recall>;

/// How many accounts are looked at side by side, and kept in memory.
const ACCOUNTS_AT_ONCE: usize = 8;
/// Of how many clusters the journal is read at once.
const JOURNALS_AT_ONCE: usize = 100;

/// The accounts of a sweep, and in which of them each cluster is.
struct Accounts {
    all: Vec<SweptAccount>,
    of: Vec<Option<usize>>,
}

impl Engine {
    /// Plans every cluster, and gives each result to `swept` as it comes, in the given order.
    /// Reads only. One cluster's trouble is its own.
    pub async fn sweep(&self, requests: &[Request], swept: &mut (dyn FnMut(Swept) + Send)) {
        let accounts = self.accounts(requests);
        let looking =
            stream::iter(&accounts.all).for_each_concurrent(ACCOUNTS_AT_ONCE, |account| async {
                account.look(self, &requests[account.first()]).await;
                account.ended().await;
                account.leave(self).await;
            });
        let comparing = self.compare(requests, &accounts, swept);
        futures::join!(looking, comparing);
    }

    /// One cluster after the other: by then it is a matter of this process alone.
    async fn compare(
        &self,
        requests: &[Request],
        accounts: &Accounts,
        swept: &mut (dyn FnMut(Swept) + Send),
    ) {
        for (batch, some) in requests.chunks(JOURNALS_AT_ONCE).enumerate() {
            let journals = self.journals(some).await;
            for (at, request) in (batch * JOURNALS_AT_ONCE..).zip(some) {
                let of = |all: &Journals| all.get(&request.cluster.key()).cloned();
                let recall = journals.as_ref().map(of).map(Option::unwrap_or_default);
                let account = accounts.of[at].map(|of| &accounts.all[of]);
                let mut reached = None;
                let plan = self
                    .swept_plan(request, account, recall, &mut reached)
                    .await;
                if account.is_none() {
                    // Its connection was for it alone.
                    self.2.leave_unused(&self.0.world).await;
                }
                swept(Swept {
                    cluster: request.cluster.key(),
                    name: request.cluster.metadata.name.clone(),
                    account: reached,
                    plan,
                });
                if let Some(account) = account {
                    account.compared(at);
                }
            }
        }
    }

    /// What the journal has of some clusters. Where it cannot be read as a whole, each cluster is told
    /// what is the matter with its own.
    async fn journals(&self, some: &[Request]) -> Option<Journals> {
        let keys: Vec<ClusterKey> = some.iter().map(|request| request.cluster.key()).collect();
        let all = self.0.journal.load_all(&keys).await.ok()?;
        let recalled = all
            .iter()
            .map(|(key, entries)| (key.clone(), Recall::of(entries)));
        Some(recalled.collect())
    }

    /// A cluster's plan; a cloud that has just not answered is not asked again for it.
    async fn swept_plan(
        &self,
        request: &Request,
        account: Option<&SweptAccount>,
        recall: Option<Recall>,
        reached: &mut Option<Account>,
    ) -> Result<Plan, Trouble> {
        let (target, findings) = self.target(request);
        let Some(target) = target.filter(|_| !findings.iter().any(Finding::is_error)) else {
            return Err(Trouble::Unfit(findings));
        };
        let connection = match account {
            Some(account) => account.connection(self, request).await?,
            None => self.connection(request).await?,
        };
        let session = Session::new(self, connection, target, findings);
        *reached = Some(session.account().clone());
        let recall = match recall {
            Some(recall) => recall,
            None => session.recall().await?,
        };
        session.check_account(&recall)?;
        let Some(account) = account else {
            let planned = session.only_looking().plan(Patience::Now).await;
            return planned.map(|planned| planned.plan);
        };
        let now = || self.0.world.clock.now();
        if let Some(error) = account.silence(now()) {
            return Err(error.into());
        }
        let plan = session.sharing(account.shared()).swept(&recall).await;
        plan.inspect_err(|trouble| account.remember(now(), trouble))
    }

    /// Finds out which clusters share an account, without asking anybody.
    fn accounts(&self, requests: &[Request]) -> Accounts {
        let (mut all, mut known) = (Vec::new(), BTreeMap::new());
        let mut of = Vec::with_capacity(requests.len());
        for (at, request) in requests.iter().enumerate() {
            let identity = self.identity(request).ok().flatten();
            let place = identity.map(|identity| {
                *known.entry(identity).or_insert_with(|| {
                    all.push(SweptAccount::new(&self.0.installation, at));
                    all.len() - 1
                })
            });
            if let Some(place) = place {
                all[place].holds(at);
            }
            of.push(place);
        }
        Accounts { all, of }
    }

    fn identity(&self, request: &Request) -> Result<Identity, Trouble> {
        let provider = self.provider(&request.cluster)?;
        let identity = provider.identity(&self.access(request))?;
        Ok(identity.map(|identity| {
            let text = format!("{}\n{}", provider.name(), identity.expose());
            Sha256::digest(text).into()
        }))
    }
}
