//! Google Cloud, as the engine sees it.

use async_trait::async_trait;
use groundwork_model::{Finding, Label, Secret};
use groundwork_provider::{
    Access, Account, ApiOperation, Capabilities, Graph, Kinds, Look, Machines, Network as Answer,
    Plan, Provider, Result, States, Target, Topology,
};

use crate::{
    answer,
    api::{self, Api},
    assess,
    capabilities::CAPABILITIES,
    check, checks, compile,
    credentials::credentials,
    machines::machines,
    object::{self, Address, Firewall, Instance, Network, Route, Router, Subnetwork},
    operations::OPERATIONS,
    spec::{Datacenter, Spec},
    survey::{self, Survey},
    topology,
};

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gcp;

#[async_trait]
impl Provider for Gcp {
    const NAME: &'static str = "gcp";
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
            .with::<Network>()
            .with::<Subnetwork>()
            .with::<Router>()
            .with::<Firewall>()
            .watching::<Route>()
            .watching::<Address>()
            .watching::<Instance>()
    }

    fn carries(&self, label: &Label) -> std::result::Result<(), String> {
        object::carries(label)
    }

    fn identity(&self, access: &Access<Spec, Datacenter>) -> Option<Secret> {
        Some(credentials(access).ok()?.identity())
    }

    fn check(&self, target: &Target<Spec, Datacenter>) -> Vec<Finding> {
        check::check(target)
    }

    async fn connect(&self, access: &Access<Spec, Datacenter>) -> Result<(Account, Api)> {
        let api = api::connect(access)?;
        let account = Account {
            provider: Self::NAME.to_owned(),
            endpoint: api.address().to_owned(),
            project: Some(api.project().to_owned()),
            region: api.region().unwrap_or_default().to_owned(),
        };
        Ok((account, api))
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
        states: &States,
    ) -> Vec<Finding> {
        assess::assess(target, survey, states)
    }

    async fn checks(&self, look: &Look<'_, Api>, plan: &Plan) -> Vec<Finding> {
        checks::checks(look, plan).await
    }

    async fn machines(&self, api: &Api) -> Result<Option<Machines>> {
        machines(api).await.map(Some)
    }

    fn topology(
        &self,
        _: &Target<Spec, Datacenter>,
        survey: &Survey,
        graph: &Graph,
        states: &States,
    ) -> Topology {
        topology::topology(survey, graph, states)
    }

    fn network(&self, target: &Target<Spec, Datacenter>, states: &States) -> Result<Answer> {
        Ok(answer::answer(target.key(), states))
    }
}
