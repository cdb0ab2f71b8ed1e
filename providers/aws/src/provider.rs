//! AWS, as the engine sees it.

use std::time::Duration;

use async_trait::async_trait;
use groundwork_model::{Finding, Secret};
use groundwork_provider::{
    Access, Account, ApiOperation, Capabilities, Graph, Kinds, Look, Machines, Network, Plan,
    Provider, Result, States, Target, Topology,
};

use crate::{
    answer,
    api::Api,
    assess,
    capabilities::CAPABILITIES,
    checks, compile,
    credentials::identity,
    machines::machines,
    object::{
        address::ElasticAddress,
        egress_only_gateway::EgressOnlyGateway,
        internet_gateway::{Attachment, InternetGateway},
        nat_gateway::NatGateway,
        route::Route,
        route_table::RouteTable,
        route_table_association::RouteTableAssociation,
        security_group::SecurityGroup,
        shared_tag::SharedTag,
        subnet::Subnet,
        vpc::Vpc,
        vpc_attributes::VpcAttributes,
        vpc_ipv6::VpcIpv6,
    },
    operations::OPERATIONS,
    spec::{Datacenter, Spec},
    survey::{self, Survey},
    topology,
    watched::{
        endpoint::Endpoint, network_acl::NetworkAcl, network_interface::NetworkInterface,
        peering::Peering, vpn_gateway::VpnGateway,
    },
};

/// The driver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Aws;

#[async_trait]
impl Provider for Aws {
    const NAME: &'static str = "aws";
    /// EC2 is eventually consistent, and its own clients wait for minutes:
    /// <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>.
    const QUIET_WINDOW: Duration = Duration::from_secs(120);
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
        kinds()
    }

    fn identity(&self, access: &Access<Spec, Datacenter>) -> Option<Secret> {
        let endpoint = ["AWS_ENDPOINT_URL_EC2", "AWS_ENDPOINT_URL"];
        let mut endpoint = endpoint
            .iter()
            .filter_map(|name| access.environment.variable(name));
        identity(access).ok()?.text(endpoint.next())
    }

    fn check(&self, target: &Target<Spec, Datacenter>) -> Vec<Finding> {
        compile::check(target)
    }

    async fn connect(&self, access: &Access<Spec, Datacenter>) -> Result<(Account, Api)> {
        Api::connect(access).await
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

    fn network(&self, target: &Target<Spec, Datacenter>, states: &States) -> Result<Network> {
        Ok(answer::answer(target.key(), states))
    }
}

/// Every kind of object, parents before children.
pub(crate) fn kinds() -> Kinds<Api> {
    Kinds::new()
        .with::<Vpc>()
        .with::<VpcAttributes>()
        .with::<VpcIpv6>()
        .with::<InternetGateway>()
        .with::<Attachment>()
        .with::<EgressOnlyGateway>()
        .with::<Subnet>()
        .with::<ElasticAddress>()
        .with::<NatGateway>()
        .with::<RouteTable>()
        .with::<Route>()
        .with::<RouteTableAssociation>()
        .with::<SecurityGroup>()
        .with::<SharedTag>()
        .watching::<NetworkInterface>()
        .watching::<NetworkAcl>()
        .watching::<Endpoint>()
        .watching::<Peering>()
        .watching::<VpnGateway>()
}
