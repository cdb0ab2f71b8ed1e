//! OpenStack, as the engine sees it.

use async_trait::async_trait;
use groundwork_model::{Finding, Secret};
use groundwork_provider::{
    Account, ApiOperation, Capabilities, Graph, Kinds, Look, Machines, Network as Answer, Plan,
    Provider, Result, States, Topology,
};

use crate::{
    answer,
    api::Api,
    assess,
    capabilities::CAPABILITIES,
    check, checks, compile,
    credentials::credentials,
    machines::machines,
    object::{Network, Router, RouterInterface, SecurityGroup, Subnet},
    operations::OPERATIONS,
    spec::{Access, Datacenter, Spec, Target},
    survey::{self, Survey},
    topology,
    watched::DevicePort,
};

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenStack;

#[async_trait]
impl Provider for OpenStack {
    const NAME: &'static str = "openstack";
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
            .with::<Subnet>()
            .with::<Router>()
            .with::<RouterInterface>()
            .with::<SecurityGroup>()
            .watching::<DevicePort>()
    }

    fn identity(&self, access: &Access) -> Option<Secret> {
        credentials(access).ok().map(|fields| fields.identity())
    }

    fn check(&self, target: &Target) -> Vec<Finding> {
        check::check(target)
    }

    async fn connect(&self, access: &Access) -> Result<(Account, Api)> {
        Api::connect(access).await
    }

    async fn survey(&self, look: &Look<'_, Api>, target: &Target) -> Result<Survey> {
        survey::survey(look, target).await
    }

    fn compile(&self, target: &Target, survey: &Survey) -> Result<Graph, Vec<Finding>> {
        compile::compile(target, survey)
    }

    fn assess(&self, target: &Target, survey: &Survey, states: &States) -> Vec<Finding> {
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
        target: &Target,
        survey: &Survey,
        graph: &Graph,
        states: &States,
    ) -> Topology {
        topology::topology(target, survey, graph, states)
    }

    fn network(&self, target: &Target, states: &States) -> Result<Answer> {
        Ok(answer::answer(target.key(), states))
    }
}
