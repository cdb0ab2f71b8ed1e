//! Nodes that the user brings, as the engine sees them.

use async_trait::async_trait;
use groundwork_model::{Finding, Secret};
use groundwork_provider::{
    Access, Account, ApiOperation, Capabilities, Graph, Kinds, Look, Network as Answer,
    NetworkObject, NetworkSubnet, Provider, Result, States, Target, Topology,
};
use serde_json::json;

use crate::{
    api::Api,
    assess::assess,
    capabilities::CAPABILITIES,
    check::check,
    compile::compile,
    connect::identity,
    object::Node,
    operations::OPERATIONS,
    spec::{Datacenter, Spec},
    survey::{Survey, survey},
    topology,
};

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Byo;

#[async_trait]
impl Provider for Byo {
    const NAME: &'static str = "bringyourown";
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
        Kinds::new().with::<Node>()
    }

    fn identity(&self, access: &Access<Spec, Datacenter>) -> Option<Secret> {
        identity(access)
    }

    fn check(&self, target: &Target<Spec, Datacenter>) -> Vec<Finding> {
        check(target)
    }

    async fn connect(&self, access: &Access<Spec, Datacenter>) -> Result<(Account, Api)> {
        Api::connect(access)
    }

    async fn survey(&self, look: &Look<'_, Api>, _: &Target<Spec, Datacenter>) -> Result<Survey> {
        survey(look).await
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
        _: &States,
    ) -> Vec<Finding> {
        assess(target, survey)
    }

    fn topology(
        &self,
        target: &Target<Spec, Datacenter>,
        survey: &Survey,
        _: &Graph,
        _: &States,
    ) -> Topology {
        topology::topology(target, survey)
    }

    fn network(&self, target: &Target<Spec, Datacenter>, states: &States) -> Result<Answer> {
        // What is routed to a node is its pods' ranges.
        let subnets = states.of::<Node>().map(|(_, known, state)| NetworkSubnet {
            id: known.id.clone(),
            cidrs: state.pod_cidrs,
            zone: state.zone,
        });
        Ok(Answer {
            cluster: target.key(),
            provider: Self::NAME.to_owned(),
            cidrs: Vec::new(),
            objects: NetworkObject::all(states),
            subnets: subnets.collect(),
            // No id of a cloud is in the document.
            patch: json!({}),
        })
    }
}
