//! The facts that decide what a cluster's network looks like: read through the look, once.

pub(crate) mod targets;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use groundwork_model::Label;
use groundwork_provider::{Found, Listed, Look, Owner, Owners, Phase, Result, Scope, Target};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{
        egress_only_gateway::EgressOnlyGateway,
        nat_gateway::{NatGateway, NatGatewayState, PLACE},
        route_table::{RouteTable, RouteTableState},
        security_group::{SecurityGroup, SecurityGroupState},
        subnet::{Subnet, SubnetState},
        vpc::{Ipv6Block, Vpc, VpcState},
    },
    spec::{Datacenter, Ipv6Source, Spec, given},
    survey::targets::Targets,
    watched::{
        network_acl::{NetworkAcl, NetworkAclState},
        pool::{Pool, PoolState},
        public_access::Blocked,
        zone::{Zone, ZoneState},
    },
};

/// What the cloud says about one cluster's surroundings.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Survey {
    /// The account's number.
    pub account: String,
    /// What the document names as its VPC, by id, by its subnets, or as the default one.
    pub vpc: Named<VpcState>,
    /// The subnets that nodes will be in, of a named VPC: those that the document names, or all.
    pub subnets: Vec<Named<SubnetState>>,
    /// What it names as its security group.
    pub security_group: Named<SecurityGroupState>,
    /// This cluster's own VPC, if there is one.
    pub our_vpc: Option<VpcState>,
    /// This cluster's own subnets.
    pub our_subnets: Vec<SubnetState>,
    /// The zones that this cluster's own NAT gateways are for.
    #[serde(default)]
    pub our_nat_zones: BTreeSet<String>,
    /// This cluster's own route tables.
    #[serde(default)]
    pub our_tables: Vec<RouteTableState>,
    /// Whether this cluster has an egress-only gateway of its own.
    #[serde(default)]
    pub our_egress_only_gateway: bool,
    /// The region's zones, by name.
    pub zones: Vec<ZoneState>,
    /// The region.
    #[serde(default)]
    pub region: String,
    /// The pool of a range that is to be asked for.
    #[serde(default)]
    pub source: Source,
    /// IPv4 addresses that are free in those subnets, by id.
    pub free_addresses: BTreeMap<String, i32>,
    /// What is kept from subnets of a named VPC, by id, where anything is.
    #[serde(default)]
    pub blocked: BTreeMap<String, Blocked>,
    /// The IPv6 ranges of all subnets of a named VPC.
    pub used_ipv6: Vec<IpNet>,
    /// The route tables of a named VPC.
    pub tables: Vec<RouteTableState>,
    /// What the routes of a named VPC lead to.
    pub targets: Targets,
    /// The network ACLs of a named VPC.
    pub acls: Vec<NetworkAclState>,
}

impl Survey {
    /// Whether something is another account's, which shares it with this one.
    pub(crate) fn is_foreign(&self, owner: &str) -> bool {
        !owner.is_empty() && owner != self.account
    }
}

/// The pool that the IPv6 range of a VPC of ours is to come from.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// None is named, or the VPC has its range.
    #[default]
    Unasked,
    /// There is none of that id.
    Missing(String),
    /// This one.
    Found(PoolState),
}

/// What a document names, and what there is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Named<S> {
    /// It names nothing.
    #[default]
    Unnamed,
    /// There is nothing of that id.
    Missing(String),
    /// It asks for the account's default one, and there is none.
    NoDefault,
    /// This cluster's own.
    Ours(S),
    /// Somebody else's.
    External(S),
}

impl<S> Named<S> {
    /// What there is.
    pub fn state(&self) -> Option<&S> {
        match self {
            Self::Ours(state) | Self::External(state) => Some(state),
            Self::Unnamed | Self::Missing(_) | Self::NoDefault => None,
        }
    }

    /// What there is, if it is somebody else's.
    pub fn external(&self) -> Option<&S> {
        match self {
            Self::External(state) => Some(state),
            Self::Unnamed | Self::Missing(_) | Self::NoDefault | Self::Ours(_) => None,
        }
    }
}

/// Reads the surroundings.
pub(crate) async fn survey(
    look: &Look<'_, Api>,
    target: &Target<Spec, Datacenter>,
) -> Result<Survey> {
    let reader = Reader { look, target };
    let spec = &target.spec;
    let named: BTreeSet<&str> = named_subnets(spec).map(|(_, id)| id).collect();
    let (vpcs, subnets, groups, zones) = tokio::join!(
        reader.list::<Vpc>(given(&spec.vpc_id)),
        reader.list::<Subnet>(named.iter().copied()),
        reader.list::<SecurityGroup>(given(&spec.security_group_id)),
        reader.list::<Zone>(None),
    );
    let (vpcs, subnets, groups) = (vpcs?, subnets?, groups?);
    let mut survey = Survey {
        account: look.api().account().to_owned(),
        region: look.api().region().to_owned(),
        vpc: reader.named(&vpcs, given(&spec.vpc_id)),
        security_group: reader.named(&groups, given(&spec.security_group_id)),
        our_vpc: reader.ours(&vpcs).into_iter().next(),
        our_subnets: reader.ours(&subnets),
        zones: zones?.iter().map(|found| found.state.clone()).collect(),
        ..Survey::default()
    };
    survey.zones.sort_by(|a, b| a.name.cmp(&b.name));
    survey.subnets = named
        .iter()
        .map(|id| reader.named(&subnets, Some(id)))
        .collect();
    if matches!(survey.vpc, Named::Unnamed) {
        survey.vpc = reader.implied(&survey, &vpcs);
    }
    if survey.vpc.external().is_none() {
        survey.source = reader.source(&survey).await?;
    }
    if spec.private_subnets && survey.our_vpc.is_some() {
        survey.our_nat_zones = reader.nat_zones().await?;
    }
    if survey.our_vpc.is_some() {
        reader.our_ways(&mut survey).await?;
    }
    if let Named::External(vpc) = &survey.vpc {
        let vpc = vpc.common.id.clone();
        if named.is_empty() {
            survey.subnets = reader.all_of(&subnets, &vpc);
        }
        survey.used_ipv6 = used_ipv6(&subnets, &vpc);
        survey.blocked = blocked(&subnets, &vpc);
        let free = survey.subnets.iter().filter_map(Named::state);
        survey.free_addresses = free
            .map(|state| (state.common.id.clone(), state.free_addresses))
            .collect();
        reader.routing(&mut survey, &vpc).await?;
    }
    Ok(survey)
}

/// The subnets that a document names, each with its place in the list.
pub(crate) fn named_subnets(spec: &Spec) -> impl Iterator<Item = (usize, &str)> {
    let ids = spec.subnet_ids.iter().flatten().map(|id| id.trim());
    ids.enumerate().filter(|(_, id)| !id.is_empty())
}

/// What is taken of a VPC's IPv6 ranges, by subnets that nodes will not be in too.
fn used_ipv6(subnets: &Listed<SubnetState>, vpc: &str) -> Vec<IpNet> {
    let within = subnets.iter().filter(|found| found.state.vpc == vpc);
    let blocks = within.flat_map(|found| &found.state.ipv6);
    let live = blocks.filter(|block| block.is_live());
    let mut used: Vec<IpNet> = live.filter_map(|block| block.cidr).collect();
    used.sort();
    used
}

fn blocked(subnets: &Listed<SubnetState>, vpc: &str) -> BTreeMap<String, Blocked> {
    let within = subnets.iter().filter(|found| found.state.vpc == vpc);
    let blocked = within.filter(|found| !found.state.blocked.is_nothing());
    blocked
        .map(|found| (found.id.clone(), found.state.blocked))
        .collect()
}

struct Reader<'a> {
    look: &'a Look<'a, Api>,
    target: &'a Target<Spec, Datacenter>,
}

impl Reader<'_> {
    async fn list<'i, L: groundwork_provider::Listing<Api = Api>>(
        &self,
        ids: impl IntoIterator<Item = &'i str>,
    ) -> Result<Arc<Listed<L::State>>> {
        let scope = Scope {
            ids: ids.into_iter().map(str::to_owned).collect(),
            ..self.look.scope()
        };
        self.look.list::<L>(&scope).await
    }

    fn is_ours<S>(&self, found: &Found<S>) -> bool {
        match &found.owner {
            Owner::Label(label) => {
                label.installation == self.target.installation && label.cluster == self.target.key()
            }
            Owner::Unlabelled | Owner::Within | Owner::Part | Owner::Foreign => false,
        }
    }

    fn belonging<S: Clone>(&self, found: &Found<S>) -> Named<S> {
        match self.is_ours(found) {
            true => Named::Ours(found.state.clone()),
            false => Named::External(found.state.clone()),
        }
    }

    fn named<S: Clone>(&self, listed: &Listed<S>, id: Option<&str>) -> Named<S> {
        let Some(id) = id else { return Named::Unnamed };
        match listed.by_id(id) {
            Some(found) => self.belonging(found),
            None => Named::Missing(id.to_owned()),
        }
    }

    fn ours<S: Clone>(&self, listed: &Listed<S>) -> Vec<S> {
        let cluster = self.target.key();
        let mine = listed.of_cluster(&self.target.installation, &cluster);
        let mut mine: Vec<_> = mine.collect();
        // Of duplicates, the engine decides; any of them shows what was chosen.
        mine.sort_by(|a, b| a.id.cmp(&b.id));
        mine.into_iter().map(|found| found.state.clone()).collect()
    }

    /// The pool that the document names, unless the VPC has its range already.
    async fn source(&self, survey: &Survey) -> Result<Source> {
        let dual = self.target.is_dual_stack();
        let vpc = survey.our_vpc.iter();
        let has_range = vpc.flat_map(|vpc| &vpc.ipv6).any(Ipv6Block::is_live);
        let source = self.target.spec.ipv6_source.as_ref();
        let pool = match source.filter(|_| dual && !has_range) {
            None | Some(Ipv6Source::Amazon) => return Ok(Source::Unasked),
            Some(Ipv6Source::Ipam { pool, .. } | Ipv6Source::Byoip { pool, .. }) => pool,
        };
        let listed = self.look.list::<Pool>(&Scope::ids([pool.clone()])).await?;
        Ok(match listed.by_id(pool) {
            Some(found) => Source::Found(found.state.clone()),
            None => Source::Missing(pool.clone()),
        })
    }

    /// What a network of one family may have of the other.
    async fn our_ways(&self, survey: &mut Survey) -> Result<()> {
        let (tables, gateways) = tokio::join!(
            self.list::<RouteTable>(None),
            self.list::<EgressOnlyGateway>(None)
        );
        let (tables, gateways) = (tables?, gateways?);
        survey.our_tables = self.ours(&tables);
        survey.our_egress_only_gateway = !self.ours(&gateways).is_empty();
        Ok(())
    }

    /// By the addresses of those that stay.
    async fn nat_zones(&self) -> Result<BTreeSet<String>> {
        let listed = self.list::<NatGateway>(None).await?;
        let cluster = self.target.key();
        let mine = listed.of_cluster(&self.target.installation, &cluster);
        let stays = mine.filter(|found| found.phase != Phase::Leaving);
        let zone = |found: &Arc<Found<NatGatewayState>>| {
            let address = found.state.common.tags.get(Label::ADDRESS)?;
            address.strip_prefix(PLACE).map(str::to_owned)
        };
        Ok(stays.filter_map(zone).collect())
    }

    /// The default VPC where the document says so, else that of the named subnets.
    fn implied(&self, survey: &Survey, vpcs: &Listed<VpcState>) -> Named<VpcState> {
        if !self.target.spec.use_default_vpc {
            let subnet = survey.subnets.iter().find_map(Named::external);
            return self.named(vpcs, subnet.map(|subnet| subnet.vpc.as_str()));
        }
        match vpcs.iter().find(|found| found.state.is_default) {
            Some(found) => self.belonging(found),
            None => Named::NoDefault,
        }
    }

    /// Those in the zones that the document names, or in any.
    fn all_of(&self, subnets: &Listed<SubnetState>, vpc: &str) -> Vec<Named<SubnetState>> {
        let zones = self.target.spec.zones.as_deref().unwrap_or_default();
        let mut within: Vec<_> = subnets
            .iter()
            .filter(|found| found.state.vpc == vpc)
            .filter(|found| zones.is_empty() || zones.contains(&found.state.zone))
            .collect();
        within.sort_by(|a, b| a.id.cmp(&b.id));
        within
            .into_iter()
            .map(|found| self.belonging(found))
            .collect()
    }

    /// Where the packets of a named VPC go, and what is let through.
    async fn routing(&self, survey: &mut Survey, vpc: &str) -> Result<()> {
        let within = match self.look.scope().owners {
            Owners::Installation(_) => self.look.scope(),
            Owners::Cluster(_) | Owners::Nobody => Scope::within([vpc.to_owned()]),
        };
        let tables = self.list::<RouteTable>(None);
        let (tables, acls) = tokio::join!(tables, self.look.list::<NetworkAcl>(&within));
        let in_vpc = |table: &RouteTableState| table.vpc == vpc;
        let tables = tables?;
        let tables = tables
            .iter()
            .map(|found| &found.state)
            .filter(|table| in_vpc(table));
        survey.tables = tables.cloned().collect();
        survey.tables.sort_by(|a, b| a.common.id.cmp(&b.common.id));
        survey.targets = Targets::of(self.look, vpc, &survey.tables).await?;
        let acls = acls?;
        let acls = acls
            .iter()
            .map(|found| &found.state)
            .filter(|acl| acl.vpc == vpc);
        survey.acls = acls.cloned().collect();
        survey.acls.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(())
    }
}
