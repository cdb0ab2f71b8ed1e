//! A VPC: a private network of IPv4 alone. The first one of a region is its default for ever.

use async_trait::async_trait;
use groundwork_kit::client::{Call, path_segment};
use groundwork_model::{
    Label,
    cidr::{first_free_subnet, overlap},
};
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Later, Listing, Progress, Resource, Result,
    Scope, Told,
};
use ipnet::{IpNet, Ipv4Net};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{in_use, subnet};
use crate::{
    api::{self, Api},
    watched::{
        member::{MemberState, members_of},
        peering::{PeeringState, peerings_of},
    },
};

/// The VPC that is wanted.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Vpc {
    /// Its name, given once in the account.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its range; a free one is chosen where the document names none.
    pub range: Option<Ipv4Net>,
    /// What a range that is chosen keeps off: pods, services, subnets.
    pub avoid: Vec<IpNet>,
}

/// What DigitalOcean says a VPC is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct VpcState {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Free text: where the label stands.
    #[serde(default)]
    pub description: String,
    /// Its region.
    pub region: String,
    /// Its range.
    pub ip_range: Ipv4Net,
    /// Whether it is the default of its region.
    #[serde(default)]
    pub default: bool,
    /// When it was made.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
}

impl VpcState {
    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        format!("VPC {} ({})", self.name, self.id)
    }
}

const PATH: &str = "/v2/vpcs";
const KEY: &str = "vpc";
/// Where ranges are chosen from: what Kubernetes and DigitalOcean use by default is elsewhere.
const POOLS: [Ipv4Net; 2] = [
    Ipv4Net::new_assert(std::net::Ipv4Addr::new(10, 64, 0, 0), 10),
    Ipv4Net::new_assert(std::net::Ipv4Addr::new(10, 128, 0, 0), 10),
];
/// The length of a range that is chosen: the one that DigitalOcean chooses.
const LENGTH: u8 = 20;

/// Ranges that DigitalOcean keeps for itself in every region
/// (<https://docs.digitalocean.com/products/networking/vpc/concepts/plan-your-network/>).
pub(crate) const RESERVED: [Ipv4Net; 4] = [
    Ipv4Net::new_assert(std::net::Ipv4Addr::new(10, 229, 0, 0), 16),
    Ipv4Net::new_assert(std::net::Ipv4Addr::new(10, 244, 0, 0), 16),
    Ipv4Net::new_assert(std::net::Ipv4Addr::new(10, 245, 0, 0), 16),
    Ipv4Net::new_assert(std::net::Ipv4Addr::new(10, 246, 0, 0), 24),
];

#[async_trait]
impl Listing for Vpc {
    const KIND: &'static str = "digitalocean.vpc/1";
    type Api = Api;
    type State = VpcState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.name).with_ranges([state.ip_range.into()])
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<VpcState>>> {
        let states: Vec<VpcState> = api::all(api, PATH, "vpcs").await?;
        let found = |state: VpcState| {
            let made_at = state.created_at;
            Found::labelled(state.id.clone(), Label::parse(&state.description), state)
                .made_at(made_at)
        };
        Ok(states.into_iter().map(found).collect())
    }
}

#[async_trait]
impl Resource for Vpc {
    fn asks_for(&self) -> Told {
        Told::named(&self.name).with_ranges(self.range.map(Into::into))
    }

    fn id(state: &VpcState) -> String {
        state.id.clone()
    }

    fn diff(&self, _facts: &Facts<'_>, state: &VpcState) -> Result<Diff, Later> {
        let region = Change::between("region", &state.region, &self.region);
        let range = self.range.as_ref();
        let range = range.and_then(|range| Change::between("ip_range", &state.ip_range, range));
        Ok(Diff::of(None, region.into_iter().chain(range)))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<VpcState>> {
        let range = match self.range {
            Some(range) => range.to_string(),
            None => self.free(cx).await?,
        };
        let body = json!({
            "name": self.name, "region": self.region,
            "description": cx.label().to_string(), "ip_range": range,
        });
        let call = Call::post(PATH, body).under(KEY);
        cx.api.read(&call).await.map(Progress::Done)
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &VpcState,
        _changes: &[Change],
    ) -> Result<Progress<VpcState>> {
        // Only a label can be missing: everything else needs a new VPC.
        let body = json!({ "description": cx.label().to_string() });
        patched(cx.api, state, body).await.map(Progress::Done)
    }

    /// A default VPC cannot be deleted. It is released instead: it stays as one that is nobody's.
    async fn delete(cx: &Cx<'_, Api>, state: &VpcState) -> Result<Progress<VpcState>> {
        let path = format!("{PATH}/{}", path_segment(&state.id));
        let now: Option<VpcState> = cx.api.read_if_any(&Call::get(&*path).under(KEY)).await?;
        let Some(now) = now else {
            return Ok(Progress::Gone);
        };
        if now.default {
            patched(cx.api, &now, released(&now)).await?;
            return Ok(Progress::Gone);
        }
        // DigitalOcean would delete subnets with it, and what the look saw is some seconds old.
        let call = Call::delete(&*path);
        if let Some(held_by) = inside(cx.api, &state.id).await? {
            return Err(in_use(call.operation(), &held_by));
        }
        match cx.api.done_if_any(&call).await {
            Err(error) if error.kind == ErrorKind::InUse => {
                Err(named_members(cx.api, &state.id, error).await)
            }
            done => done.map(|_| Progress::Gone),
        }
    }
}

fn released(state: &VpcState) -> Value {
    let short: String = state.id.chars().take(8).collect();
    json!({
        "name": format!("default-{}-{short}", state.region),
        "description": "The default VPC of the region. The cluster that it was made for is gone.",
    })
}

async fn patched(api: &Api, state: &VpcState, body: Value) -> Result<VpcState> {
    let path = format!("{PATH}/{}", path_segment(&state.id));
    api.read(&Call::patch(path, body).under(KEY)).await
}

/// Somebody's subnet or peering that is in a VPC now.
async fn inside(api: &Api, vpc: &str) -> Result<Option<String>> {
    let subnets = subnet::of_vpc(api, vpc).await?;
    if let Some(subnet) = subnets.first() {
        return Ok(Some(subnet.told()));
    }
    let peerings = peerings_of(api, vpc).await?;
    Ok(peerings.first().map(PeeringState::told))
}

/// The refusal to delete a VPC, with the names of its members.
async fn named_members(api: &Api, vpc: &str, error: Error) -> Error {
    let members = members_of(api, vpc).await.unwrap_or_default();
    let told: Vec<String> = members.iter().map(MemberState::told).collect();
    match told.is_empty() {
        true => error,
        false => in_use(format!("DELETE {PATH}/{vpc}"), &told.join(", ")),
    }
}

impl Vpc {
    /// A range that nothing of the account overlaps with, nor what the cluster uses.
    async fn free(&self, cx: &Cx<'_, Api>) -> Result<String> {
        let listed = cx.look.list::<Self>(&cx.look.scope()).await?;
        let listed = listed.iter().map(|found| IpNet::from(found.state.ip_range));
        let mut taken: Vec<IpNet> = listed.chain(self.avoid.iter().copied()).collect();
        taken.extend(RESERVED.map(IpNet::from));
        cx.claim("ranges of VPCs", |others, former| {
            taken.extend(
                others
                    .0
                    .values()
                    .filter_map(|net| net.parse::<IpNet>().ok()),
            );
            let former = former.and_then(|net| net.parse::<IpNet>().ok());
            let is_free = |net: &IpNet| !taken.iter().any(|other| overlap(net, other));
            let mut pools = POOLS.iter().map(|pool| IpNet::from(*pool));
            let free = || pools.find_map(|pool| first_free_subnet(&pool, LENGTH, &taken));
            let range = former.filter(is_free).or_else(free);
            range.map(|range| range.to_string()).ok_or_else(full)
        })
        .await
    }
}

fn full() -> Error {
    let message = format!("no /{LENGTH} is free in {} and {}", POOLS[0], POOLS[1]);
    Error::new(ErrorKind::Quota, "choose a range", message)
        .remedy("name a range in vpcRange, or delete VPCs that nobody uses")
}
