//! The accounts that an engine has reached, until it leaves them.

use std::{
    fmt, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::future::join_all;
use groundwork_provider::{World, erased::AnyAccount};

/// How long the engine waits for a cloud to take leave. What it does not hear of ends by itself.
const LEAVE_MAX: Duration = Duration::from_secs(5);

/// The accounts that were reached, and not left yet.
#[derive(Clone, Default)]
pub(crate) struct Reached(Arc<Mutex<Vec<Arc<dyn AnyAccount>>>>);

impl fmt::Debug for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reached").field(&self.all().len()).finish()
    }
}

impl Reached {
    /// Notes one.
    pub(crate) fn put(&self, account: &Arc<dyn AnyAccount>) {
        self.all().push(account.clone());
    }

    /// Leaves one, unless somebody has left it already.
    pub(crate) async fn leave(&self, world: &World, account: &Arc<dyn AnyAccount>) {
        let taken = {
            let mut all = self.all();
            let place = all.iter().position(|other| Arc::ptr_eq(other, account));
            place.map(|place| all.swap_remove(place))
        };
        leave(world, taken.into_iter().collect()).await;
    }

    /// Leaves those that nobody else holds any more.
    pub(crate) async fn leave_unused(&self, world: &World) {
        let unused: Vec<_> = {
            let mut all = self.all();
            let is_unused = |account: &mut Arc<dyn AnyAccount>| Arc::strong_count(account) == 1;
            all.extract_if(.., is_unused).collect()
        };
        leave(world, unused).await;
    }

    /// Leaves all of them.
    pub(crate) async fn leave_all(&self, world: &World) {
        let all = mem::take(&mut *self.all());
        leave(world, all).await;
    }

    fn all(&self) -> MutexGuard<'_, Vec<Arc<dyn AnyAccount>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn leave(world: &World, accounts: Vec<Arc<dyn AnyAccount>>) {
    if accounts.is_empty() {
        return;
    }
    let leaving = accounts.iter().map(|account| async move {
        if let Err(error) = account.leave().await {
            tracing::debug!(%error, account = %account.account(), "not left");
        }
    });
    tokio::select! {
        biased;
        _ = join_all(leaving) => {}
        () = world.clock.sleep(LEAVE_MAX) => tracing::debug!("the cloud does not take leave"),
    }
}
