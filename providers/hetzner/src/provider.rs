//! Hetzner Cloud, as the engine sees it.

use async_trait::async_trait;
use groundwork_model::{Finding, Label, Secret};
use groundwork_provider::{
    Access, Account, ApiOperation, Capabilities, Graph, Kinds, Look, Machines, Network as Answer,
    Provider, Result, States, Target, Topology,
};

use crate::{
    answer,
    api::{self, Api},
    assess,
    capabilities::CAPABILITIES,
    check, compile,
    credentials::credentials,
    machines::machines,
    object::{self, Firewall, FirewallSelector, Member, Network, Subnet},
    operations::OPERATIONS,
    spec::{Datacenter, Spec},
    survey::{self, Survey},
    topology,
};

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hetzner;

#[async_trait]
impl Provider for Hetzner {
    const NAME: &'static str = "hetzner";
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
            .with::<Firewall>()
            .with::<FirewallSelector>()
            .watching::<Member>()
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
        let api = api::connect(access)?;
        let account = Account {
            provider: Self::NAME.to_owned(),
            endpoint: api.authenticate().base().to_owned(),
            // A token does not say of which project it is.
            project: None,
            region: String::new(),
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

    async fn machines(&self, api: &Api) -> Result<Option<Machines>> {
        machines(api).await.map(Some)
    }

    fn topology(
        &self,
        target: &Target<Spec, Datacenter>,
        _: &Survey,
        graph: &Graph,
        states: &States,
    ) -> Topology {
        topology::topology(target, graph, states)
    }

    fn network(&self, target: &Target<Spec, Datacenter>, states: &States) -> Result<Answer> {
        Ok(answer::answer(target.key(), states))
    }
}
