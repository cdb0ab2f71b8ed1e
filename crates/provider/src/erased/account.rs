//! A connected account without its types.

use std::sync::Arc;

use async_trait::async_trait;
use groundwork_model::Finding;

use super::{AnyAccount, AnyTarget, Call, documents::typed};
use crate::{
    Account, AnyFields, AnyFound, Change, Cx, Facts, Fields, Listed, Look, LookCache, Machines,
    ObjectRef, Operation, Plan, Progress, Provider, Result, Scope,
};

pub(super) struct Connected<P: Provider> {
    pub(super) account: Account,
    pub(super) api: P::Api,
    pub(super) provider: Arc<P>,
    pub(super) kinds: Arc<crate::Kinds<P::Api>>,
}

impl<P: Provider> Connected<P> {
    fn cx<'a>(&'a self, call: &Call<'a>) -> Cx<'a, P::Api> {
        let Call {
            label,
            states,
            look,
            token,
            claims,
            along,
        } = *call;
        Cx::new(
            Facts::new(label, states),
            &self.api,
            Look::new(&self.api, look),
            token,
            claims,
        )
        .taking(along)
    }
}

#[async_trait]
impl<P: Provider> AnyAccount for Connected<P> {
    fn account(&self) -> &Account {
        &self.account
    }

    async fn leave(&self) -> Result<()> {
        self.provider.leave(&self.api).await
    }

    async fn survey(&self, look: &LookCache, target: &AnyTarget) -> Result<Fields> {
        let target = typed::<P>(target)?;
        let survey = self
            .provider
            .survey(&Look::new(&self.api, look), target)
            .await?;
        Ok(Fields::new(survey))
    }

    async fn checks(&self, look: &LookCache, plan: &Plan) -> Vec<Finding> {
        let look = Look::new(&self.api, look);
        self.provider.checks(&look, plan).await
    }

    async fn machines(&self) -> Result<Option<Machines>> {
        self.provider.machines(&self.api).await
    }

    async fn list(
        &self,
        look: &LookCache,
        kind: &str,
        scope: &Scope,
    ) -> Result<Arc<Listed<dyn AnyFields>>> {
        self.kinds
            .listing(kind)?
            .list(Look::new(&self.api, look), scope)
            .await
    }

    async fn get(&self, object: &ObjectRef) -> Result<Option<Arc<AnyFound>>> {
        let listing = self.kinds.listing(&object.kind)?;
        listing.get(&self.api, &object.id).await
    }

    async fn create(
        &self,
        kind: &str,
        desired: &dyn AnyFields,
        call: Call<'_>,
    ) -> Result<Progress<Fields>> {
        self.kinds.of(kind)?.create(desired, self.cx(&call)).await
    }

    async fn update(
        &self,
        kind: &str,
        desired: &dyn AnyFields,
        call: Call<'_>,
        state: &dyn AnyFields,
        changes: &[Change],
    ) -> Result<Progress<Fields>> {
        self.kinds
            .of(kind)?
            .update(desired, self.cx(&call), state, changes)
            .await
    }

    async fn delete(
        &self,
        kind: &str,
        call: Call<'_>,
        state: &dyn AnyFields,
    ) -> Result<Progress<Fields>> {
        self.kinds.of(kind)?.delete(self.cx(&call), state).await
    }

    async fn poll(
        &self,
        kind: &str,
        call: Call<'_>,
        operation: &Operation,
    ) -> Result<Progress<Fields>> {
        self.kinds.of(kind)?.poll(self.cx(&call), operation).await
    }
}
