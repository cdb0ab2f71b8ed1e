//! A VPC: what everything else is in.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Facts, Found, Later, Listing, Phase, Progress, Resource, Result, Scope, Told,
    Want,
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{self, Common, Tags},
    spec::Spec,
    watched::encryption::Enforced,
};

/// A VPC that we make, or verify.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Vpc {
    /// Its IPv4 range.
    pub cidr: Want<IpNet>,
    /// Its tags besides the label.
    pub tags: Want<Tags>,
}

/// What EC2 says a VPC is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct VpcState {
    /// Id, name, tags.
    #[serde(flatten)]
    pub common: Common,
    /// Its first IPv4 range.
    pub cidr: Option<IpNet>,
    /// All its IPv4 ranges.
    pub cidrs: Vec<IpNet>,
    /// Its IPv6 ranges, those that are coming or going too.
    pub ipv6: Vec<Ipv6Block>,
    /// Whether it is the account's default.
    pub is_default: bool,
    /// Whether it can be used.
    pub available: bool,
    /// Whose account it is in: somebody else's, where a VPC is shared.
    pub owner_id: String,
    /// The encryption in transit that it enforces, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Enforced>,
}

/// An IPv6 range of a VPC or subnet.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Ipv6Block {
    /// The id of its association.
    pub association: String,
    /// The range, once it is known.
    pub cidr: Option<IpNet>,
    /// The pool that it is from.
    #[serde(default)]
    pub pool: Option<String>,
    /// Where it is announced from: the region, or one local zone.
    #[serde(default)]
    pub border_group: Option<String>,
    /// Whether it is one that is announced nowhere.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// `associating`, `associated`, `disassociating`, `disassociated`, `failing`, `failed`.
    pub state: String,
    /// Why it failed.
    #[serde(default)]
    pub why: Option<String>,
}

impl Ipv6Block {
    /// Whether it is there, or is coming. One that went may be listed for a while.
    pub fn is_live(&self) -> bool {
        matches!(self.state.as_str(), "associated" | "associating" | "")
    }

    /// Whether it leads nowhere but into private networks: by what EC2 says of it, or since anybody
    /// may use such a range for himself (RFC 4193).
    pub fn is_private(&self) -> bool {
        let unique_local = |net: IpNet| match net {
            IpNet::V6(net) => net.network().is_unique_local(),
            IpNet::V4(_) => false,
        };
        self.private || self.cidr.is_some_and(unique_local)
    }

    /// Its range, once it may be used.
    pub fn usable(&self) -> Option<IpNet> {
        self.cidr.filter(|_| self.state == "associated")
    }
}

impl VpcState {
    /// The IPv6 ranges that may be used.
    pub fn ipv6_ranges(&self) -> Vec<IpNet> {
        self.ipv6.iter().filter_map(Ipv6Block::usable).collect()
    }

    /// Whether one of ours has the range that the document asks for: else it has to be made anew.
    pub(crate) fn stays(&self, spec: &Spec) -> bool {
        let asked = spec.asked_vpc_cidr();
        asked.is_none_or(|asked| self.cidr == Some(asked))
    }

    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        self.common.told("VPC")
    }
}

#[async_trait]
impl Listing for Vpc {
    const KIND: &'static str = "aws.vpc/1";
    type Api = Api;
    type State = VpcState;

    fn told(state: &Self::State) -> Told {
        let ipv4 = state.cidr.iter().chain(&state.cidrs).copied();
        let ipv6 = state.ipv6.iter().filter_map(|block| block.cidr);
        Told::named(&state.common.name).with_ranges(ipv4.chain(ipv6))
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<VpcState>>> {
        let mut found = Vec::new();
        for filter in object::selections(scope, "vpc-id", None) {
            found.extend(api.vpcs(filter.as_ref()).await?);
        }
        Ok(found.into_iter().map(seen).collect())
    }
}

fn seen(state: VpcState) -> Found<VpcState> {
    let phase = match state.available {
        true => Phase::Ready,
        false => Phase::Pending(None),
    };
    state.common.clone().found([], phase, state)
}

#[async_trait]
impl Resource for Vpc {
    fn asks_for(&self) -> Told {
        object::asked_name(&self.tags).with_ranges([*self.cidr.value()])
    }

    fn id(state: &VpcState) -> String {
        state.common.id.clone()
    }

    fn diff(&self, _: &Facts<'_>, state: &VpcState) -> Result<Diff, Later> {
        let Self { cidr, tags } = self;
        let asked = cidr.asked().filter(|asked| Some(**asked) != state.cidr);
        let replacing = asked.map(|asked| {
            let is = state.cidr.map(|cidr| cidr.to_string());
            Change::new("cidr_block", is, asked.to_string())
        });
        let in_place = object::missing_tags(tags, &state.common);
        Ok(Diff::of(in_place, replacing))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<VpcState>> {
        let tags = object::birth_tags(cx.label(), cx.api.now(), &self.tags);
        let cidr = self.cidr.value().to_string();
        cx.api.create_vpc(&cidr, &tags).await.map(Progress::Done)
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &VpcState,
        changes: &[Change],
    ) -> Result<Progress<VpcState>> {
        let common = object::tagged(cx, &state.common, changes).await?;
        let state = state.clone();
        Ok(Progress::Done(VpcState { common, ..state }))
    }

    async fn delete(cx: &Cx<'_, Api>, state: &VpcState) -> Result<Progress<VpcState>> {
        cx.api.delete_vpc(&state.common.id).await?;
        Ok(Progress::Gone)
    }
}
