//! What decides the graph: what the document names, the region's default VPC, droplets.

use groundwork_kit::{
    document::given,
    named::{Named, Reader},
};
use groundwork_provider::{Look, Owner, Result, Target};
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    compile,
    object::{
        firewall::{Firewall, FirewallState},
        subnet::{self, SubnetState},
        vpc::{Vpc, VpcState},
    },
    spec::{Datacenter, Spec},
    watched::{
        droplet::{Droplet, DropletState},
        gateway::{Gateway, GatewayState},
        peering::Peering,
        region::Region,
    },
};

/// What is around a cluster.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Survey {
    /// The VPC that the document names.
    pub vpc: Named<VpcState>,
    /// The subnets of that VPC, if it is somebody else's and subnets are asked for.
    pub subnets: Vec<SubnetState>,
    /// VPCs that are peered with it: name and range.
    pub peers: Vec<(String, Ipv4Net)>,
    /// The firewall that the document names.
    pub firewall: Named<FirewallState>,
    /// The NAT gateway that the document names.
    pub gateway: Named<GatewayState>,
    /// The regions, where no VPC of the account shows that the cluster's exists.
    pub regions: Option<Vec<String>>,
    /// Whether the region has a default VPC.
    pub has_default: bool,
    /// The id of somebody else's VPC that has the name which the cluster's would have.
    pub name_taken_by: Option<String>,
    /// The droplets of the cluster, by its tag.
    pub droplets: Vec<DropletState>,
}

/// Reads it.
pub(crate) async fn survey(
    look: &Look<'_, Api>,
    target: &Target<Spec, Datacenter>,
) -> Result<Survey> {
    let reader = Reader { look, target };
    let Spec {
        vpc,
        firewall,
        nat_gateway,
        subnets,
        ..
    } = &target.spec;
    let vpcs = reader.list::<Vpc>([]).await?;
    let has_vpc_name = |state: &VpcState, name: &str| state.name == name;
    let mut survey = Survey {
        vpc: reader.by_name(&vpcs, given(vpc), has_vpc_name, |_| false),
        ..Survey::default()
    };
    let region = &target.cloud.region;
    if !vpcs.iter().any(|found| &found.state.region == region) {
        let regions = look.list::<Region>(&look.scope()).await?;
        let slugs = regions.iter().map(|found| found.state.slug.clone());
        survey.regions = Some(slugs.collect());
    }
    survey.has_default = vpcs
        .iter()
        .any(|found| found.state.default && &found.state.region == region);
    let name = compile::name(target);
    let namesake = vpcs.iter().find(|found| found.state.name == name);
    survey.name_taken_by = namesake
        .filter(|found| found.owner == Owner::Foreign)
        .map(|found| found.id.clone());
    if let Some(named) = given(firewall) {
        let firewalls = reader.list::<Firewall>([]).await?;
        let has_name = |state: &FirewallState, name: &str| state.name == name;
        survey.firewall = reader.by_name(&firewalls, Some(named), has_name, |_| false);
    }
    if let Some(named) = given(nat_gateway) {
        let gateways = look.list::<Gateway>(&look.scope()).await?;
        let has_name = |state: &GatewayState, name: &str| state.name == name;
        survey.gateway = reader.by_name(&gateways, Some(named), has_name, |_| false);
    }
    if let Some(external) = survey.vpc.external() {
        let peerings = look.list::<Peering>(&look.scope()).await?;
        let ours = peerings
            .iter()
            .filter(|found| found.state.vpc_ids.contains(&external.id));
        let others = ours.flat_map(|found| found.state.vpc_ids.clone());
        let others = others.filter(|id| *id != external.id);
        let peers = others.filter_map(|id| {
            let found = vpcs.by_id(&id)?;
            Some((found.state.told(), found.state.ip_range))
        });
        survey.peers = peers.collect();
        if !subnets.is_empty() {
            survey.subnets = subnet::of_vpc(look.api(), &external.id).await?;
        }
    }
    let tag = compile::tag(target);
    let droplets = look.list::<Droplet>(&look.scope()).await?;
    let own = droplets
        .iter()
        .filter(|found| found.state.tags.contains(&tag));
    survey.droplets = own.map(|found| found.state.clone()).collect();
    Ok(survey)
}
