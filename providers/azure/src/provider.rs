//! Azure, as the engine sees it.

use async_trait::async_trait;
use groundwork_model::{Finding, Secret};
use groundwork_provider::{
    Access, Account, ApiOperation, Capabilities, Graph, Kinds, Look, Machines, Network as Answer,
    Plan, Provider, Result, States, Target, topology::Topology,
};

use crate::{
    answer,
    api::{self, Api},
    assess,
    capabilities::CAPABILITIES,
    check, checks, compile,
    credentials::credentials,
    machines,
    object::{
        Address, Member, NatGateway, Network, NetworkIpv6, Peering, Resource, ResourceGroup,
        RouteTable, SecurityGroup, Subnet,
    },
    operations::operations,
    spec::{Datacenter, Spec},
    survey::{self, Survey},
    topology,
};

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Azure;

#[async_trait]
impl Provider for Azure {
    const NAME: &'static str = "azure";
    type Api = Api;
    type Spec = Spec;
    type Datacenter = Datacenter;
    type Survey = Survey;

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn operations(&self) -> &'static [ApiOperation] {
        operations()
    }

    fn kinds(&self) -> Kinds<Api> {
        Kinds::new()
            .with::<ResourceGroup>()
            .with::<Network>()
            .with::<NetworkIpv6>()
            .with::<SecurityGroup>()
            .with::<RouteTable>()
            .with::<Address>()
            .with::<NatGateway>()
            .with::<Subnet>()
            .watching::<Member>()
            .watching::<Peering>()
            .watching::<Resource>()
    }

    fn identity(&self, access: &Access<Spec, Datacenter>) -> Option<Secret> {
        Some(credentials(access).ok()?.fields.identity())
    }

    fn check(&self, target: &Target<Spec, Datacenter>) -> Vec<Finding> {
        check::check(target)
    }

    async fn connect(&self, access: &Access<Spec, Datacenter>) -> Result<(Account, Api)> {
        let api = api::connect(access)?;
        let account = Account {
            provider: Self::NAME.to_owned(),
            endpoint: api.address().to_owned(),
            project: Some(api.subscription().to_owned()),
            region: api.location().unwrap_or_default().to_owned(),
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
