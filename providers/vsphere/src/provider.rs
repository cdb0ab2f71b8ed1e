//! vSphere, as the engine sees it.

use async_trait::async_trait;
use groundwork_model::{Finding, Label, Secret};
use groundwork_provider::{
    Access, Account, ApiOperation, Capabilities, Graph, Kinds, Look, Machines, Network as Answer,
    Plan, Provider, Result, States, Target, Topology,
};

use crate::{
    answer,
    api::Api,
    assess,
    capabilities::CAPABILITIES,
    check, compile,
    credentials::credentials,
    machines,
    object::{
        self, Attachment, Category, Compute, Datastore, DatastoreCluster, Folder, Machine, Network,
        ResourcePool, Tag,
    },
    operations::OPERATIONS,
    privileges,
    spec::{Datacenter, Spec},
    survey::{self, Survey},
    topology,
};

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Vsphere;

#[async_trait]
impl Provider for Vsphere {
    const NAME: &'static str = "vsphere";
    type Api = Api;
    type Spec = Spec;
    type Datacenter = Datacenter;
    type Survey = Survey;

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn operations(&self) -> &'static [ApiOperation] {
        OPERATIONS
    }

    fn kinds(&self) -> Kinds<Api> {
        Kinds::new()
            .with::<Compute>()
            .with::<ResourcePool>()
            .with::<Network>()
            .with::<Datastore>()
            .with::<DatastoreCluster>()
            .with::<Folder>()
            .with::<Category>()
            .with::<Tag>()
            .with::<Attachment>()
            .watching::<Machine>()
    }

    fn carries(&self, label: &Label) -> std::result::Result<(), String> {
        object::carries(label)
    }

    fn identity(&self, access: &Access<Spec, Datacenter>) -> Option<Secret> {
        Some(credentials(access).identity())
    }

    fn check(&self, target: &Target<Spec, Datacenter>) -> Vec<Finding> {
        check::check(target)
    }

    async fn connect(&self, access: &Access<Spec, Datacenter>) -> Result<(Account, Api)> {
        let api = Api::new(access)?;
        let content = api.content().await?;
        let account = Account {
            provider: Self::NAME.to_owned(),
            endpoint: api.endpoint().to_owned(),
            project: Some(content.instance).filter(|id| !id.is_empty()),
            region: String::new(),
        };
        Ok((account, api))
    }

    async fn leave(&self, api: &Api) -> Result<()> {
        api.leave().await
    }

    async fn survey(
        &self,
        look: &Look<'_, Api>,
        target: &Target<Spec, Datacenter>,
    ) -> Result<Survey> {
        survey::survey(look, target).await
    }

    fn compile(
        &self,
        target: &Target<Spec, Datacenter>,
        survey: &Survey,
    ) -> Result<Graph, Vec<Finding>> {
        compile::compile(target, survey)
    }

    fn assess(
        &self,
        target: &Target<Spec, Datacenter>,
        survey: &Survey,
        _states: &States,
    ) -> Vec<Finding> {
        assess::assess(target, survey)
    }

    async fn checks(&self, look: &Look<'_, Api>, plan: &Plan) -> Vec<Finding> {
        privileges::checks(look.api(), plan).await
    }

    async fn machines(&self, api: &Api) -> Result<Option<Machines>> {
        machines::machines(api).await.map(Some)
    }

    fn topology(
        &self,
        target: &Target<Spec, Datacenter>,
        survey: &Survey,
        graph: &Graph,
        states: &States,
    ) -> Topology {
        topology::topology(target, survey, graph, states)
    }

    fn network(&self, target: &Target<Spec, Datacenter>, states: &States) -> Result<Answer> {
        Ok(answer::answer(target.key(), states))
    }
}
