//! DigitalOcean, as the engine sees it.

use async_trait::async_trait;
use groundwork_model::{Finding, Label, Secret};
use groundwork_provider::{
    Access, Account, ApiOperation, Capabilities, Graph, Kinds, Listing, Look, Machines,
    Network as Answer, Plan, Provider, Result, States, Target, Topology,
};

use crate::{
    answer,
    api::{self, Api},
    assess,
    capabilities::CAPABILITIES,
    check, codes, compile,
    machines::machines,
    object::{
        firewall::{self, Firewall},
        subnet::Subnet,
        vpc::Vpc,
    },
    operations::OPERATIONS,
    spec::{Datacenter, Spec},
    survey::{self, Survey},
    topology,
    watched::{applied::Applied, member::Member, peering::Peering},
};

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct DigitalOcean;

#[async_trait]
impl Provider for DigitalOcean {
    const NAME: &'static str = "digitalocean";
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
            .with::<Vpc>()
            .with::<Subnet>()
            .with::<Firewall>()
            .watching::<Member>()
            .watching::<Peering>()
            .watching::<Applied>()
    }

    fn carries(&self, label: &Label) -> std::result::Result<(), String> {
        firewall::carries(label)
    }

    fn identity(&self, access: &Access<Spec, Datacenter>) -> Option<Secret> {
        Some(api::credentials(access).identity())
    }

    fn check(&self, target: &Target<Spec, Datacenter>) -> Vec<Finding> {
        check::check(target)
    }

    async fn connect(&self, access: &Access<Spec, Datacenter>) -> Result<(Account, Api)> {
        api::connect(access)
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

    /// A default VPC of ours is released, not deleted. What an account may have at most cannot be
    /// asked for: the API does not tell it.
    async fn checks(&self, _look: &Look<'_, Api>, plan: &Plan) -> Vec<Finding> {
        let goes = plan
            .mutating()
            .filter(|item| item.kind == Vpc::KIND && item.action.deletes());
        let stays = goes.filter_map(|item| {
            let state = item.found.as_ref()?.state.to_value();
            state["default"].as_bool().filter(|is| *is)?;
            let (id, region) = (state["id"].as_str()?, state["region"].as_str()?);
            let message = format!(
                "VPC {id} is the default of {region}, which DigitalOcean never deletes: it stays, without \
                 our label and under another name"
            );
            let finding = Finding::warning(codes::DEFAULT_STAYS, message).about(id);
            Some(finding.remedy(
                "make another VPC the default of the region, if it is to go, and delete it then",
            ))
        });
        stays.collect()
    }

    async fn machines(&self, api: &Api) -> Result<Option<Machines>> {
        machines(api).await.map(Some)
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
        Ok(answer::answer(target, states))
    }
}
