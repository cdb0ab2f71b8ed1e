//! What a plan takes of each quota, and how much of it is taken already. Pure but for the look,
//! whose listings are there by now.

use std::collections::BTreeMap;

use groundwork_model::{Address, Family};
use groundwork_provider::{Action, Item, Listed, Listing, Look, Plan, Resource, Result};
use ipnet::IpNet;

use super::read;
use crate::{
    api::Api,
    object::{
        address::ElasticAddress,
        egress_only_gateway::EgressOnlyGateway,
        internet_gateway::InternetGateway,
        nat_gateway::{NatGateway, NatGatewayState},
        route::Route,
        route_table::{Entry, RouteTable},
        rules::{RuleState, sent},
        security_group::SecurityGroup,
        subnet::Subnet,
        vpc::{Ipv6Block, Vpc},
        vpc_ipv6::VpcIpv6,
    },
};

/// A quota, as Service Quotas has it.
#[derive(Debug)]
pub(crate) struct Quota {
    pub(crate) service: &'static str,
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    /// The quota that is raised for it.
    pub(crate) raised_by: &'static str,
}

const fn quota(service: &'static str, code: &'static str, name: &'static str) -> Quota {
    Quota {
        service,
        code,
        name,
        raised_by: code,
    }
}

/// EC2 allows as many gateways as VPCs, and raises the one with the other.
const fn gateways(code: &'static str, name: &'static str) -> Quota {
    Quota {
        raised_by: VPCS.code,
        ..quota("vpc", code, name)
    }
}

const VPCS: Quota = quota("vpc", "L-F678F1CE", "VPCs per Region");
const INTERNET_GATEWAYS: Quota = gateways("L-A4707A72", "Internet gateways per Region");
const EGRESS_ONLY: Quota = gateways("L-45FE3B85", "Egress-only internet gateways per Region");
pub(crate) const ADDRESSES: Quota = quota("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs");
const GROUPS: Quota = quota("vpc", "L-E79EC296", "VPC security groups per Region");
const SUBNETS: Quota = quota("vpc", "L-407747CB", "Subnets per VPC");
const ROUTE_TABLES: Quota = quota("vpc", "L-589F43AA", "Route tables per VPC");
const IPV6_BLOCKS: Quota = quota("vpc", "L-085A6257", "IPv6 CIDR blocks per VPC");
const NAT_GATEWAYS: Quota = quota("vpc", "L-FE5A380F", "NAT gateways per Availability Zone");
const ROUTES: Quota = quota("vpc", "L-93826ACB", "Routes per route table");
const RULES: Quota = quota(
    "vpc",
    "L-0EA8095F",
    "Inbound or outbound rules per security group",
);

/// So much more of a quota.
#[derive(Debug)]
pub(crate) struct Demand {
    pub(crate) quota: &'static Quota,
    /// Where it counts, if not in the whole region.
    pub(crate) place: Option<String>,
    pub(crate) used: usize,
    pub(crate) needed: usize,
}

/// Everything that a plan takes.
pub(crate) async fn demands(look: &Look<'_, Api>, plan: &Plan) -> Result<Vec<Demand>> {
    let count = Count { look, plan };
    let mut all = vec![
        count.vpcs().await?,
        count
            .of_region::<InternetGateway>(&INTERNET_GATEWAYS)
            .await?,
        count.of_region::<EgressOnlyGateway>(&EGRESS_ONLY).await?,
        count.of_region::<ElasticAddress>(&ADDRESSES).await?,
        count.groups().await?,
        count.subnets().await?,
        count.route_tables().await?,
        count.ipv6_blocks(),
    ];
    all.extend(count.nat_gateways().await?);
    all.extend(count.routes());
    all.extend(count.rules());
    all.retain(|demand| demand.needed > 0);
    Ok(all)
}

struct Count<'a> {
    look: &'a Look<'a, Api>,
    plan: &'a Plan,
}

impl Count<'_> {
    /// What is made, and was not there before. What is replaced goes first.
    fn created<R: Resource>(&self) -> impl Iterator<Item = &Item> {
        let items = self.plan.items.iter();
        items.filter(|item| item.kind == R::KIND && item.action == Action::Create)
    }

    async fn listed<L: Listing<Api = Api>>(&self) -> Result<std::sync::Arc<Listed<L::State>>> {
        self.look.list::<L>(&self.look.scope()).await
    }

    fn in_region(quota: &'static Quota, used: usize, needed: usize) -> Demand {
        Demand {
            quota,
            place: None,
            used,
            needed,
        }
    }

    async fn of_region<R: Resource<Api = Api>>(&self, quota: &'static Quota) -> Result<Demand> {
        let used = self.listed::<R>().await?.iter().count();
        Ok(Self::in_region(quota, used, self.created::<R>().count()))
    }

    /// One that others share with the account is theirs.
    async fn vpcs(&self) -> Result<Demand> {
        let account = self.look.api().account();
        let listed = self.listed::<Vpc>().await?;
        let own = listed
            .iter()
            .filter(|found| found.state.owner_id == account);
        Ok(Self::in_region(
            &VPCS,
            own.count(),
            self.created::<Vpc>().count(),
        ))
    }

    /// A new VPC brings its default group.
    async fn groups(&self) -> Result<Demand> {
        let used = self.listed::<SecurityGroup>().await?.iter().count();
        let needed = self.created::<SecurityGroup>().count() + self.created::<Vpc>().count();
        Ok(Self::in_region(&GROUPS, used, needed))
    }

    /// The VPC's id, unless it is made.
    fn vpc(&self) -> Option<&str> {
        let item = self.plan.item("vpc")?;
        let found = item.found.as_ref()?;
        let stays = !matches!(item.action, Action::Create | Action::Replace);
        stays.then_some(found.id.as_str())
    }

    fn in_vpc(&self, quota: &'static Quota, used: usize, needed: usize) -> Demand {
        let place = self.vpc().unwrap_or("the new VPC").to_owned();
        Demand {
            quota,
            place: Some(place),
            used,
            needed,
        }
    }

    async fn subnets(&self) -> Result<Demand> {
        let listed = self.listed::<Subnet>().await?;
        let vpc = self.vpc();
        let there = listed.iter().filter(|of| Some(&*of.state.vpc) == vpc);
        Ok(self.in_vpc(&SUBNETS, there.count(), self.created::<Subnet>().count()))
    }

    /// A new VPC brings its main table.
    async fn route_tables(&self) -> Result<Demand> {
        let listed = self.listed::<RouteTable>().await?;
        let used = match self.vpc() {
            Some(vpc) => listed.iter().filter(|of| of.state.vpc == vpc).count(),
            None => 1,
        };
        Ok(self.in_vpc(&ROUTE_TABLES, used, self.created::<RouteTable>().count()))
    }

    fn ipv6_blocks(&self) -> Demand {
        let state = self.vpc().and_then(|_| self.state::<Vpc>("vpc"));
        let live = |blocks: Vec<Ipv6Block>| blocks.iter().filter(|block| block.is_live()).count();
        let used = state.map_or(0, |vpc| live(vpc.ipv6));
        self.in_vpc(&IPV6_BLOCKS, used, self.created::<VpcIpv6>().count())
    }

    fn state<R: Resource>(&self, address: &str) -> Option<R::State> {
        let found = self.plan.item(address)?.found.as_ref()?;
        read(&found.state)
    }

    /// By zone: that of the subnet that they are in.
    async fn nat_gateways(&self) -> Result<Vec<Demand>> {
        let mut needed: BTreeMap<String, usize> = BTreeMap::new();
        for item in self.created::<NatGateway>() {
            let subnet = reference(item, "subnet").and_then(|address| self.plan.item(&address));
            if let Some(subnet) = subnet.and_then(desired::<Subnet>) {
                *needed.entry(subnet.zone.value().clone()).or_default() += 1;
            }
        }
        let (gateways, subnets) = (
            self.listed::<NatGateway>().await?,
            self.listed::<Subnet>().await?,
        );
        let counts = |state: &NatGatewayState| {
            matches!(state.status.as_str(), "pending" | "available" | "deleting")
        };
        let zone = |state: &NatGatewayState| Some(&subnets.by_id(&state.subnet)?.state.zone);
        let used = |of: &String| {
            let there = gateways.iter().map(|found| &found.state);
            there
                .filter(|state| counts(state) && zone(state) == Some(of))
                .count()
        };
        let demand = |(place, needed): (String, usize)| Demand {
            quota: &NAT_GATEWAYS,
            used: used(&place),
            place: Some(place),
            needed,
        };
        Ok(needed.into_iter().map(demand).collect())
    }

    /// By table and family: EC2 counts them apart.
    fn routes(&self) -> Vec<Demand> {
        let mut needed: BTreeMap<(String, Family), usize> = BTreeMap::new();
        for item in self.created::<Route>() {
            if let (Some(table), Some(route)) = (reference(item, "table"), desired::<Route>(item)) {
                let family = Family::of(&route.to);
                *needed.entry((table, family)).or_default() += 1;
            }
        }
        let demand = |((table, family), needed): ((String, Family), usize)| {
            let state = self.state::<RouteTable>(&table);
            let used = state.map_or(0, |state| of_family(&state.routes, family));
            Demand {
                quota: &ROUTES,
                place: Some(format!("{table}, {family}")),
                used,
                needed,
            }
        };
        needed.into_iter().map(demand).collect()
    }

    /// By direction and family: EC2 counts them apart. Those that go, go last.
    fn rules(&self) -> Vec<Demand> {
        let items = self.plan.items.iter();
        let groups = items.filter(|item| item.kind == SecurityGroup::KIND);
        let wanted = groups
            .filter(|item| matches!(item.action, Action::Create | Action::Update))
            .filter_map(|item| Some((item, desired::<SecurityGroup>(item)?)));
        let of_group = wanted.flat_map(|(item, group)| {
            let state = self.state::<SecurityGroup>(item.address.as_str());
            let state = state.unwrap_or_default();
            let wanted = group.rules.asked().cloned().unwrap_or_default();
            let missing = state.merge(&wanted).missing;
            let missing: Vec<RuleState> = sent(&missing).into_iter().map(RuleState::of).collect();
            ways(&item.address, &state.rules, &missing)
        });
        of_group.collect()
    }
}

fn desired<R: Resource>(item: &Item) -> Option<R> {
    read(&item.node.as_ref()?.desired)
}

/// The address of the node that a field refers to.
fn reference(item: &Item, field: &str) -> Option<String> {
    let to = &item.node.as_ref()?.desired.to_value()[field]["$node"];
    to.as_str().map(str::to_owned)
}

/// Those that somebody wrote: neither the way into the VPC nor what is propagated counts.
fn of_family(routes: &[Entry], family: Family) -> usize {
    let written = routes.iter().filter(|route| route.written);
    written
        .filter(|route| route.net().is_none_or(|net| Family::of(&net) == family))
        .count()
}

fn ways(group: &Address, exist: &[RuleState], missing: &[RuleState]) -> Vec<Demand> {
    let mut demands = Vec::new();
    for (egress, way) in [(false, "inbound"), (true, "outbound")] {
        for family in [Family::V4, Family::V6] {
            let counts = |rule: &&RuleState| rule.egress == egress && is_of(rule, family);
            demands.push(Demand {
                quota: &RULES,
                place: Some(format!("{group}, {way} {family}")),
                used: exist.iter().filter(counts).count(),
                needed: missing.iter().filter(counts).count(),
            });
        }
    }
    demands
}

/// A rule about a group, or a prefix list, is one of each family.
fn is_of(rule: &RuleState, family: Family) -> bool {
    let range = rule.peer.parse::<IpNet>();
    range.map_or(true, |net| Family::of(&net) == family)
}
