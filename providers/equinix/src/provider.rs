//! Equinix Metal, as the engine sees it.

use async_trait::async_trait;
use groundwork_model::{Finding, Secret};
use groundwork_provider::{
    Access, Account, ApiOperation, Capabilities, Graph, Kinds, Look, Machines, Network as Answer,
    NetworkObject, NetworkSubnet, Provider, Result, States, Target, Topology,
};
use serde_json::json;

use crate::{
    api::Api,
    assess::assess,
    capabilities::CAPABILITIES,
    check::check,
    compile::compile,
    credentials::credentials,
    machines,
    object::{Project, Reservation, Vlan},
    operations::OPERATIONS,
    spec::{Datacenter, Spec},
    survey::{Survey, survey},
    topology,
};

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Equinix;

#[async_trait]
impl Provider for Equinix {
    const NAME: &'static str = "packet";
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
            .with::<Project>()
            .with::<Reservation>()
            .with::<Vlan>()
    }

    fn identity(&self, access: &Access<Spec, Datacenter>) -> Option<Secret> {
        Some(credentials(access).identity())
    }

    fn check(&self, target: &Target<Spec, Datacenter>) -> Vec<Finding> {
        check(target)
    }

    async fn connect(&self, access: &Access<Spec, Datacenter>) -> Result<(Account, Api)> {
        Api::connect(access)
    }

    async fn survey(
        &self,
        look: &Look<'_, Api>,
        target: &Target<Spec, Datacenter>,
    ) -> Result<Survey> {
        survey(look, target).await
    }

    fn compile(
        &self,
        target: &Target<Spec, Datacenter>,
        survey: &Survey,
    ) -> Result<Graph, Vec<Finding>> {
        Ok(compile(target, survey))
    }

    fn assess(
        &self,
        target: &Target<Spec, Datacenter>,
        survey: &Survey,
        states: &States,
    ) -> Vec<Finding> {
        assess(target, survey, states)
    }

    async fn machines(&self, api: &Api) -> Result<Option<Machines>> {
        machines::machines(api).await.map(Some)
    }

    fn topology(
        &self,
        target: &Target<Spec, Datacenter>,
        survey: &Survey,
        graph: &Graph,
        _: &States,
    ) -> Topology {
        topology::topology(target, survey, graph)
    }

    fn network(&self, target: &Target<Spec, Datacenter>, states: &States) -> Result<Answer> {
        let subnets = states.of::<Reservation>().map(|(_, known, state)| {
            let (id, zone) = (known.id.clone(), Some(state.metro().to_owned()));
            let cidrs = state.range().into_iter().collect();
            NetworkSubnet { id, cidrs, zone }
        });
        let project = states.of::<Project>().next().map(|(_, known, _)| &known.id);
        Ok(Answer {
            cluster: target.key(),
            provider: Self::NAME.to_owned(),
            cidrs: Vec::new(),
            objects: NetworkObject::all(states),
            subnets: subnets.collect(),
            patch: json!({ "spec": { "cloud": { "packet": { "projectID": project } } } }),
        })
    }
}
