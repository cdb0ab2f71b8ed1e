//! A subnet: one zone's part of a VPC, of both families.

use async_trait::async_trait;
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Handle, Later, Listing, ObjectRef, Operation,
    Phase, Progress, Resource, Result, Scope, Told, Want,
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    api::{Api, NewSubnet, Switch},
    object::{
        self, Common, Tags,
        pending::Pending,
        ranges,
        vpc::{Ipv6Block, Vpc},
        vpc_ipv6::{self, VpcIpv6},
    },
    watched::public_access::Blocked,
};

/// A subnet that we make, or verify.
///
/// Its ranges are chosen when it is made, from what is free in the VPC then, and stay; they are no
/// part of what it is: another zone renumbers nothing.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Subnet {
    /// The VPC that it is in.
    pub vpc: Handle<Vpc>,
    /// The VPC's IPv6 range, if the subnet is to have a part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipv6: Option<Handle<VpcIpv6>>,
    /// Its zone.
    pub zone: Want<String>,
    /// The length of its IPv4 range.
    pub ipv4_length: u8,
    /// Its switches; none where it is not ours.
    pub switches: Want<Switches>,
    /// Its tags besides the label.
    pub tags: Want<Tags>,
}

/// What machines of a subnet get of their own accord.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Switches {
    /// An IPv6 address.
    pub assign_ipv6: bool,
    /// A public IPv4 address.
    pub map_public_ipv4: bool,
    /// IPv6 addresses for names that have only IPv4 ones.
    pub dns64: bool,
}

/// What EC2 says a subnet is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct SubnetState {
    /// Id, name, tags.
    #[serde(flatten)]
    pub common: Common,
    /// The VPC that it is in.
    pub vpc: String,
    /// Its zone.
    pub zone: String,
    /// Its IPv4 range; none in a subnet of IPv6 alone.
    pub cidr: Option<IpNet>,
    /// Its IPv6 ranges, those that are coming or going too.
    pub ipv6: Vec<Ipv6Block>,
    /// Whether machines get an IPv6 address.
    pub assign_ipv6: bool,
    /// Whether machines get a public IPv4 address.
    pub map_public_ipv4: bool,
    /// Whether names that have only IPv4 addresses get IPv6 ones.
    pub dns64: bool,
    /// Whether it is of IPv6 alone.
    pub ipv6_native: bool,
    /// IPv4 addresses that are free. They come and go, and are no part of a plan.
    #[serde(skip)]
    pub free_addresses: i32,
    /// Whether it can be used.
    pub available: bool,
    /// What EC2 says of it, where it is neither available nor on its way to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// What the account keeps from its way to the internet.
    #[serde(default, skip_serializing_if = "Blocked::is_nothing")]
    pub blocked: Blocked,
    /// Whose account it is in: somebody else's, where a VPC is shared.
    pub owner_id: String,
}

impl SubnetState {
    /// Its IPv6 block, if it has one or is about to.
    pub fn ipv6_block(&self) -> Option<&Ipv6Block> {
        let mut live = self.ipv6.iter().filter(|block| block.is_live());
        live.find(|block| block.cidr.is_some())
    }

    /// The range of that.
    pub fn ipv6_range(&self) -> Option<IpNet> {
        self.ipv6_block()?.cidr
    }

    /// Whether machines can be started in it, with an address of each family that it has.
    fn is_settled(&self) -> bool {
        self.available && !self.ipv6.iter().any(|block| block.state == "associating")
    }

    /// As people are told of it.
    pub(crate) fn told(&self) -> String {
        self.common.told("subnet")
    }
}

#[async_trait]
impl Listing for Subnet {
    const KIND: &'static str = "aws.subnet/1";
    const PARENTS: &'static [&'static str] = &[Vpc::KIND];
    type Api = Api;
    type State = SubnetState;

    fn told(state: &Self::State) -> Told {
        let ipv6 = state.ipv6.iter().filter_map(|block| block.cidr);
        Told::named(&state.common.name).with_ranges(state.cidr.into_iter().chain(ipv6))
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<SubnetState>>> {
        let mut found = Vec::new();
        for filter in object::selections(scope, "subnet-id", Some("vpc-id")) {
            found.extend(api.subnets(filter.as_ref()).await?);
        }
        Ok(found.into_iter().map(seen).collect())
    }
}

fn seen(state: SubnetState) -> Found<SubnetState> {
    let phase = match (&state.failed, state.is_settled()) {
        (Some(failed), _) => Phase::Failed(format!("its state is {failed}")),
        (None, true) => Phase::Ready,
        (None, false) => Phase::Pending(Some(Pending::new(&state.common.id).operation())),
    };
    let mut joins = vec![ObjectRef::of::<Vpc>(&state.vpc)];
    if state.ipv6_range().is_some() {
        joins.push(ObjectRef::of::<VpcIpv6>(vpc_ipv6::id(&state.vpc)));
    }
    state.common.clone().found(joins, phase, state)
}

/// What a call has just made or changed.
fn made(state: SubnetState) -> Progress<SubnetState> {
    let pending = Pending::new(&state.common.id);
    progress(state, pending)
}

/// It is done when machines can be started in it.
fn progress(state: SubnetState, pending: Pending) -> Progress<SubnetState> {
    match state.is_settled() {
        true => Progress::Done(state),
        false => pending.progress(),
    }
}

const IPV6: &str = "ipv6_cidr_block";
const ASSIGN_IPV6: &str = "assign_ipv6_address_on_creation";
const MAP_PUBLIC_IPV4: &str = "map_public_ip_on_launch";
const DNS64: &str = "enable_dns64";

impl Subnet {
    fn in_place(&self, facts: &Facts<'_>, state: &SubnetState) -> Result<Vec<Change>, Later> {
        let missing = self.ipv6.as_ref().filter(|_| state.ipv6_range().is_none());
        let ipv6 = match missing {
            Some(of) => {
                let of = facts.state(of)?.block.cidr;
                let part = of.map_or_else(|| "a /64".to_owned(), |of| format!("a /64 of {of}"));
                Some(Change::new(IPV6, Value::Null, part))
            }
            None => None,
        };
        let switches = self.switches.asked().map(|switches| {
            let Switches {
                assign_ipv6,
                map_public_ipv4,
                dns64,
            } = switches;
            // What is on stays on, where it is not asked for: nobody loses an address by it.
            [
                Change::between(ASSIGN_IPV6, &state.assign_ipv6, assign_ipv6)
                    .filter(|_| *assign_ipv6),
                Change::between(MAP_PUBLIC_IPV4, &state.map_public_ipv4, map_public_ipv4),
                Change::between(DNS64, &state.dns64, dns64),
            ]
        });
        let switches = switches.into_iter().flatten().flatten();
        let tags = object::missing_tags(&self.tags, &state.common);
        Ok(ipv6.into_iter().chain(switches).chain(tags).collect())
    }

    async fn free_ipv6(&self, cx: &Cx<'_, Api>, vpc: &str, of: &Handle<VpcIpv6>) -> Result<IpNet> {
        let parent = cx.state(of)?.block.usable().ok_or_else(|| {
            let message = "the VPC's IPv6 range is not associated yet";
            Error::new(ErrorKind::Unavailable, "claim", message)
        })?;
        ranges::free(cx, vpc, parent, 64).await
    }
}

#[async_trait]
impl Resource for Subnet {
    fn asks_for(&self) -> Told {
        object::asked_name(&self.tags)
    }

    fn id(state: &SubnetState) -> String {
        state.common.id.clone()
    }

    fn diff(&self, facts: &Facts<'_>, state: &SubnetState) -> Result<Diff, Later> {
        let vpc = facts.id(&self.vpc.edge())?.to_owned();
        let replacing = [
            Change::between("vpc_id", &state.vpc, &vpc),
            self.zone.change("availability_zone", &state.zone),
        ];
        Ok(Diff::of(
            self.in_place(facts, state)?,
            replacing.into_iter().flatten(),
        ))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<SubnetState>> {
        let vpc = cx.state(&self.vpc)?;
        let parent = vpc.cidr.ok_or_else(|| {
            Error::new(
                ErrorKind::Unexpected,
                "CreateSubnet",
                "the VPC has no IPv4 range",
            )
        })?;
        let id = &vpc.common.id;
        let cidr = ranges::free(cx, id, parent, self.ipv4_length)
            .await?
            .to_string();
        let ipv6 = match &self.ipv6 {
            Some(of) => Some(self.free_ipv6(cx, id, of).await?.to_string()),
            None => None,
        };
        let new = NewSubnet {
            vpc: id,
            zone: self.zone.value(),
            cidr: &cidr,
            ipv6: ipv6.as_deref(),
        };
        let tags = object::birth_tags(cx.label(), cx.api.now(), &self.tags);
        // Its switches come after: some are refused as long as its IPv6 range is coming, and EC2 gives
        // up on a NAT gateway in a subnet that is not available yet.
        Ok(made(cx.api.create_subnet(new, &tags).await?))
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &SubnetState,
        changes: &[Change],
    ) -> Result<Progress<SubnetState>> {
        let mut state = state.clone();
        let id = state.common.id.clone();
        state.common = object::tagged(cx, &state.common, changes).await?;
        for Change { field, from: _, to } in changes {
            let on = to.as_bool().unwrap_or_default();
            match field.as_str() {
                IPV6 => {
                    if let Some(of) = &self.ipv6 {
                        let net = self.free_ipv6(cx, &state.vpc, of).await?.to_string();
                        let block = cx.api.associate_subnet_ipv6(&id, &net).await?;
                        state.ipv6.push(block);
                        // The switches that need it come when it is there.
                        if !state.is_settled() {
                            return Ok(made(state));
                        }
                    }
                }
                ASSIGN_IPV6 => {
                    cx.api.switch_subnet(&id, Switch::AssignIpv6, on).await?;
                    state.assign_ipv6 = on;
                }
                MAP_PUBLIC_IPV4 => {
                    cx.api.switch_subnet(&id, Switch::MapPublicIpv4, on).await?;
                    state.map_public_ipv4 = on;
                }
                DNS64 => {
                    cx.api.switch_subnet(&id, Switch::Dns64, on).await?;
                    state.dns64 = on;
                }
                _ => {}
            }
        }
        Ok(made(state))
    }

    async fn delete(cx: &Cx<'_, Api>, state: &SubnetState) -> Result<Progress<SubnetState>> {
        cx.api.delete_subnet(&state.common.id).await?;
        Ok(Progress::Gone)
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<SubnetState>> {
        let pending = Pending::of(operation);
        match cx.api.awaited_subnet(&pending).await? {
            Some(SubnetState {
                failed: Some(failed),
                ..
            }) => {
                let why = format!("the subnet's state is {failed}");
                Err(Error::new(ErrorKind::Unexpected, "CreateSubnet", why))
            }
            Some(state) => Ok(progress(state, pending)),
            None => pending.unheard("DescribeSubnets"),
        }
    }
}
