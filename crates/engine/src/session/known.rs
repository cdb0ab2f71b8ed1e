//! Asking for what the journal knows: a listing that is wrong once must not make anything twice, nor
//! have anything forgotten.

use futures::future::try_join_all;
use groundwork_provider::{
    Error, ErrorKind, Item, ObjectRef, Phase, Plan, Result, erased::AnyAccount,
};
use jiff::Timestamp;

use super::Session;
use crate::{Observation, Recall};

impl Session {
    /// What a look leaves out although it is there: objects that the journal made, of which another
    /// would be made, or of which a removal of everything would say that they are gone. Each is asked
    /// for by itself. A look that shows what the journal knows asks nothing.
    pub(super) async fn overlooked(
        &self,
        plan: &Plan,
        observation: &Observation,
        recall: &Recall,
        removing: bool,
    ) -> Result<Vec<ObjectRef>> {
        let shown = |object: &ObjectRef| match observation.listing(&object.kind) {
            Some(listed) => listed.by_id(&object.id).is_some(),
            // It was not looked at.
            None => true,
        };
        let made = recall.created.iter();
        let made = made.filter(|(object, made)| {
            let is_of = |item: &Item| item.address == made.address && item.kind == object.kind;
            let anew = |item: &Item| is_of(item) && item.action.creates() && item.found.is_none();
            !shown(object) && (removing || plan.items.iter().any(anew))
        });
        let account = &*self.connection.account;
        let asked = made.map(|(object, _)| async move {
            let there = self.patiently(|| is_there(account, object)).await?;
            Ok::<_, Error>(there.then(|| object.clone()))
        });
        let overlooked = try_join_all(asked).await?;
        Ok(overlooked.into_iter().flatten().collect())
    }

    /// Waits before the next look, and says why.
    ///
    /// # Errors
    /// `Unavailable` where the cloud's lists have been wrong until now: nothing is to be made of them.
    pub(super) async fn distrust(
        &self,
        overlooked: &[ObjectRef],
        since: Timestamp,
        told: &mut bool,
    ) -> Result<()> {
        let names: Vec<String> = overlooked.iter().map(ToString::to_string).collect();
        let message = format!(
            "the cloud's lists leave out what is there, and was made here: {}",
            names.join(", ")
        );
        let waited = self.now().duration_since(since).unsigned_abs();
        if waited >= self.engine.0.limits.settle_window {
            return Err(Error::new(ErrorKind::Unavailable, "list", message)
                .remedy("nothing was changed; run this again when the cloud's API is well"));
        }
        if !std::mem::replace(told, true) {
            let until = self.now() + self.limits().settle_window;
            tracing::info!(until = %format!("{until:.0}"), "looking again: {message}");
        }
        self.pause().await;
        Ok(())
    }
}

pub(super) async fn is_there(account: &dyn AnyAccount, object: &ObjectRef) -> Result<bool> {
    let found = account.get(object).await?;
    Ok(found.is_some_and(|found| match found.phase {
        Phase::Ready | Phase::Pending(_) => true,
        Phase::Leaving | Phase::Failed(_) => false,
    }))
}
