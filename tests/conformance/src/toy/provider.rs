//! The provider: what ties the parts together.

use async_trait::async_trait;
use groundwork_kit::quota::Demand;
use groundwork_model::{Finding, Label, Secret};
use groundwork_provider::{
    Access, Account, Action, ApiOperation, Capabilities, Graph, Kinds, Listing, Look,
    Network as Answer, NetworkObject, NetworkSubnet, Plan, Provider, Result, States, Target,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Api, Attachment, Datacenter, Gateway, Network, Spec, Subnet, Zone, api, assess::assess,
    capabilities::CAPABILITIES, codes, compile::compile, credentials::credentials,
    operations::OPERATIONS,
};

/// The toy cloud's driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Toy;

/// Characters of a note, which holds the label.
const NOTE_MAX: usize = 160;

/// What decides the graph: the zones.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Survey {
    /// Their names, sorted.
    pub zones: Vec<String>,
}

/// What the account may have.
#[derive(Deserialize)]
struct AccountLimits {
    networks_max: u64,
    networks_used: u64,
}

#[async_trait]
impl Provider for Toy {
    const NAME: &'static str = "toy";
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
            .with::<Gateway>()
            .with::<Attachment>()
    }

    fn carries(&self, label: &Label) -> std::result::Result<(), String> {
        match label.to_string().len() > NOTE_MAX {
            true => Err(format!("a note has at most {NOTE_MAX} characters")),
            false => Ok(()),
        }
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
        look: &Look<'_, Api>,
        _target: &Target<Spec, Datacenter>,
    ) -> Result<Survey> {
        let listed = look.list::<Zone>(&look.scope()).await?;
        let mut zones: Vec<String> = listed
            .iter()
            .map(|found| found.state.name.clone())
            .collect();
        zones.sort();
        Ok(Survey { zones })
    }

    fn compile(
        &self,
        target: &Target<Spec, Datacenter>,
        survey: &Survey,
    ) -> Result<Graph, Vec<Finding>> {
        compile(target, survey)
    }

    fn assess(
        &self,
        target: &Target<Spec, Datacenter>,
        _survey: &Survey,
        states: &States,
    ) -> Vec<Finding> {
        assess(target, states)
    }

    async fn checks(&self, look: &Look<'_, Api>, plan: &Plan) -> Vec<Finding> {
        let new = |item: &&groundwork_provider::Item| {
            item.kind == Network::KIND && item.action == Action::Create
        };
        if plan.mutating().find(new).is_none() {
            return Vec::new();
        }
        // A check that cannot be made stops nobody: the create itself will be refused.
        let limits: Option<AccountLimits> = look.api().get("/limits").await.ok().flatten();
        let demand = limits.map(|limits| Demand {
            limit: "networks".to_owned(),
            max: Some(limits.networks_max),
            used: limits.networks_used,
            needed: 1,
        });
        let shortage =
            demand.and_then(|demand| demand.shortage(codes::QUOTA, "ask for a higher quota"));
        shortage.into_iter().collect()
    }

    fn network(&self, target: &Target<Spec, Datacenter>, states: &States) -> Result<Answer> {
        let id = |address: &str| {
            let found = states.iter().find(|(at, _)| at.as_str() == address);
            found.map(|(_, known)| known.id.clone())
        };
        let subnets = states
            .of::<Subnet>()
            .map(|(_, known, state)| NetworkSubnet {
                id: known.id.clone(),
                cidrs: [Some(state.range.into()), state.prefix.map(Into::into)]
                    .into_iter()
                    .flatten()
                    .collect(),
                zone: Some(state.zone),
            });
        let ids = json!({ "network": id("network"), "gateway": id("gateway") });
        Ok(Answer {
            cluster: target.key(),
            provider: Self::NAME.to_owned(),
            cidrs: Vec::new(),
            objects: NetworkObject::all(states),
            subnets: subnets.collect(),
            patch: json!({ "spec": { "cloud": { "toy": ids } } }),
        })
    }
}
