//! The IPv6 range of a VPC: asked for after the VPC, so that only what needs it waits for it.

use crate::{
    api::Api,
    object::{
        Filter,
        pending::Pending,
        vpc::{Ipv6Block, Vpc, VpcState},
    },
    spec::Ipv6Source,
};
use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Handle, Key, Later, Listing, Look, ObjectRef,
    Operation, Owner, Phase, Progress, Resource, Result, Scope, Told,
};
use serde::{Deserialize, Serialize};

/// The IPv6 range of a VPC that we make.
///
/// An association carries no tags, so it is the VPC's: that pair is its key.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct VpcIpv6 {
    /// The VPC.
    pub vpc: Handle<Vpc>,
    /// Where the range comes from. What is there wins over it.
    pub source: Ipv6Source,
}

/// What EC2 says of a VPC's IPv6 range.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct VpcIpv6State {
    /// The VPC.
    pub vpc: String,
    /// The range.
    pub block: Ipv6Block,
}

/// The id of the IPv6 range of a VPC.
pub(crate) fn id(vpc: &str) -> String {
    format!("{vpc}/ipv6")
}

/// What a pending association is asked about by.
fn pending(vpc: &str, block: &Ipv6Block) -> Pending {
    Pending::new(&format!("{vpc}/{}", block.association))
}

#[async_trait]
impl Listing for VpcIpv6 {
    const KIND: &'static str = "aws.vpc-ipv6/1";
    const PARENTS: &'static [&'static str] = &[Vpc::KIND];
    type Api = Api;
    type State = VpcIpv6State;

    fn told(state: &Self::State) -> Told {
        Told::ranges(state.block.cidr)
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<VpcIpv6State>>> {
        let vpcs = Vpc::list(api, &of_vpcs(scope)).await?;
        Ok(vpcs.iter().filter_map(|vpc| seen(&vpc.state)).collect())
    }

    async fn derive(look: &Look<'_, Api>, scope: &Scope) -> Result<Vec<Found<VpcIpv6State>>> {
        let vpcs = look.list::<Vpc>(&of_vpcs(scope)).await?;
        Ok(vpcs.iter().filter_map(|vpc| seen(&vpc.state)).collect())
    }
}

/// The VPCs that a scope is about.
fn of_vpcs(scope: &Scope) -> Scope {
    let vpc = |id: &String| id.strip_suffix("/ipv6").map(str::to_owned);
    let named = scope.ids.iter().filter_map(vpc);
    Scope {
        owners: scope.owners.clone(),
        ids: named.chain(scope.within.clone()).collect(),
        within: Default::default(),
    }
}

/// The first range that is there, coming or going. A further one is another hand's. One that EC2 gave
/// up on holds nothing, and is listed for a while: whoever asked for it has been told why.
fn seen(vpc: &VpcState) -> Option<Found<VpcIpv6State>> {
    let live = vpc.ipv6.iter().find(|block| block.is_live());
    let leaving = |block: &&Ipv6Block| block.state == "disassociating";
    let block = live.or_else(|| vpc.ipv6.iter().find(leaving))?;
    let phase = match block.state.as_str() {
        "associated" => Phase::Ready,
        "disassociating" => Phase::Leaving,
        _ => Phase::Pending(Some(pending(&vpc.common.id, block).operation())),
    };
    let id = id(&vpc.common.id);
    let state = VpcIpv6State {
        vpc: vpc.common.id.clone(),
        block: block.clone(),
    };
    let found = Found::natural(id.clone(), id, Owner::Part, state)
        .joining([ObjectRef::of::<Vpc>(&vpc.common.id)])
        .in_phase(phase);
    Some(found)
}

fn failed(block: &Ipv6Block) -> String {
    let why = block.why.as_deref().unwrap_or("EC2 does not say why");
    format!("the IPv6 range could not be associated: {why}")
}

#[async_trait]
impl Resource for VpcIpv6 {
    fn asks_for(&self) -> Told {
        Told::ranges(self.source.pinned().map(|(net, _)| net))
    }

    fn id(state: &VpcIpv6State) -> String {
        id(&state.vpc)
    }

    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        facts.id(&self.vpc.edge()).map(|vpc| Key::Natural(id(vpc)))
    }

    fn diff(&self, _: &Facts<'_>, state: &VpcIpv6State) -> Result<Diff, Later> {
        // A range that the document names is compared; where else it came from does not matter.
        let pinned = self.source.pinned().map(|(net, _)| net);
        let differs = pinned.filter(|pinned| Some(*pinned) != state.block.cidr);
        let replacing = differs.map(|pinned| {
            let is = state.block.cidr.map(|cidr| cidr.to_string());
            Change::new("ipv6_cidr_block", is, pinned.to_string())
        });
        Ok(Diff::of(None, replacing))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<VpcIpv6State>> {
        let vpc = cx.id(&self.vpc.edge())?;
        let block = cx.api.associate_ipv6(vpc, &self.source).await?;
        Ok(pending(vpc, &block).progress())
    }

    async fn delete(cx: &Cx<'_, Api>, state: &VpcIpv6State) -> Result<Progress<VpcIpv6State>> {
        cx.api.disassociate_ipv6(&state.block.association).await?;
        Ok(Progress::Gone)
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<VpcIpv6State>> {
        let unclear = || {
            Error::new(
                ErrorKind::Conflict,
                "DescribeVpcs",
                "the range is not there",
            )
        };
        let pending = Pending::of(operation);
        let (vpc, association) = pending.id.split_once('/').ok_or_else(unclear)?;
        let filter = Filter::by_id("vpc-id", vpc);
        let vpcs = cx.api.vpcs(Some(&filter)).await?;
        let mut blocks = vpcs.into_iter().flat_map(|vpc| vpc.ipv6);
        let block = blocks.find(|block| block.association == association);
        let block = block.ok_or_else(unclear)?;
        match block.state.as_str() {
            "associated" => Ok(Progress::Done(VpcIpv6State {
                vpc: vpc.to_owned(),
                block,
            })),
            "failing" | "failed" => {
                Err(
                    Error::new(ErrorKind::Quota, "AssociateVpcCidrBlock", failed(&block))
                        .remedy("name another ipv6Source, or have the pool enlarged"),
                )
            }
            "disassociating" | "disassociated" => Err(unclear()),
            _ => Ok(pending.progress()),
        }
    }
}
