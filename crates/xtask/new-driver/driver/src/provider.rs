//! The provider: what ties the parts together.

use async_trait::async_trait;
use groundwork_model::{Finding, Secret};
use groundwork_provider::{
    Access, Account, ApiOperation, Capabilities, Graph, Kinds, Look, Network as Answer, Plan,
    Provider, Result, States, Target,
};

use crate::{
    answer::answer,
    api::{self, Api},
    assess::assess,
    capabilities::CAPABILITIES,
    compile::compile,
    credentials::credentials,
    object::{Network, Subnet},
    operations::OPERATIONS,
    spec::{Datacenter, Spec},
};

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Acorn;

#[async_trait]
impl Provider for Acorn {
    const NAME: &'static str = "acorn";
    type Api = Api;
    type Spec = Spec;
    type Datacenter = Datacenter;
    /// Nothing of the cloud decides what the graph looks like.
    type Survey = ();

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn operations(&self) -> &'static [ApiOperation] {
        OPERATIONS
    }

    fn kinds(&self) -> Kinds<Api> {
        Kinds::new().with::<Network>().with::<Subnet>()
    }

    fn identity(&self, access: &Access<Spec, Datacenter>) -> Option<Secret> {
        Some(credentials(access).identity())
    }

    async fn connect(&self, access: &Access<Spec, Datacenter>) -> Result<(Account, Api)> {
        let api = api::connect(access)?;
        let account = Account {
            provider: Self::NAME.to_owned(),
            endpoint: api.authenticate().base().to_owned(),
            // A token does not say whose it is.
            project: None,
            region: String::new(),
        };
        Ok((account, api))
    }

    async fn survey(
        &self,
        _look: &Look<'_, Api>,
        _target: &Target<Spec, Datacenter>,
    ) -> Result<()> {
        Ok(())
    }

    fn compile(
        &self,
        target: &Target<Spec, Datacenter>,
        _survey: &(),
    ) -> Result<Graph, Vec<Finding>> {
        compile(target)
    }

    fn assess(
        &self,
        target: &Target<Spec, Datacenter>,
        _survey: &(),
        states: &States,
    ) -> Vec<Finding> {
        assess(target, states)
    }

    async fn checks(&self, _look: &Look<'_, Api>, _plan: &Plan) -> Vec<Finding> {
        Vec::new()
    }

    fn network(&self, target: &Target<Spec, Datacenter>, states: &States) -> Result<Answer> {
        Ok(answer(target, states))
    }
}
