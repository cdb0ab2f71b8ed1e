//! The facts that decide what a cluster's network looks like: read through the look, once.

mod around;
mod choices;
pub(crate) mod rights;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    sync::Arc,
};

use groundwork_kit::{
    document::given,
    named::{Belonging, Named, Reader},
};
use groundwork_model::Family;
use groundwork_provider::{Listed, Look, ObjectRef, Result};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{
        ExternalNetwork, Interface, Network, NetworkState, Object, Router, RouterState,
        SecurityGroup, SecurityGroupState, SharedNetwork, Subnet, SubnetState,
    },
    spec::{Datacenter, Spec, Target},
    watched::{Port, Ports, SubnetPoolState},
};
use rights::Rights;

/// What the cloud says about one cluster's surroundings.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Survey {
    /// What the token may do.
    #[serde(default)]
    pub rights: Rights,
    /// What the document names as its network.
    pub network: Named<NetworkState>,
    /// What it names as its security group.
    pub security_group: Named<SecurityGroupState>,
    /// What it names as its IPv4 subnet.
    pub subnet: Named<SubnetState>,
    /// What it names as its IPv6 subnet.
    pub ipv6_subnet: Named<SubnetState>,
    /// What it names as its router.
    pub router: Named<RouterState>,
    /// The router that serves the named subnets, where none is named.
    pub serving: Option<Belonging<RouterState>>,
    /// Objects of this cluster that exist, by address.
    pub ours: Ours,
    /// Other subnets on the network, by id.
    pub neighbours: Vec<SubnetState>,
    /// Other subnets behind the router, by id.
    pub behind: Vec<SubnetState>,
    /// Who has addresses of the named subnets and of ours, by subnet, as far as the project sees.
    pub holders: BTreeMap<String, Holders>,
    /// Which routers the named subnets are attached to.
    pub attached: BTreeSet<Interface>,
    /// The networks that lead out of the cloud, by name.
    pub external_networks: Vec<NetworkState>,
    /// The subnet pools that the project sees, by name.
    pub pools: Vec<SubnetPoolState>,
    /// Ports on the network that are not Neutron's own, where an IPv6 subnet is about to reach them.
    pub reached: Option<Reached>,
}

/// What of this cluster exists already, and so wins over a fresh choice.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Ours {
    pub network: Option<NetworkState>,
    pub subnet: Option<SubnetState>,
    pub ipv6_subnet: Option<SubnetState>,
    pub router: Option<RouterState>,
}

impl Survey {
    /// The subnet of a family: what the document names, and the cluster's own.
    pub(crate) fn subnet(&self, family: Family) -> (&Named<SubnetState>, Option<&SubnetState>) {
        match family {
            Family::V4 => (&self.subnet, self.ours.subnet.as_ref()),
            Family::V6 => (&self.ipv6_subnet, self.ours.ipv6_subnet.as_ref()),
        }
    }

    /// The subnets that the document names, and that exist.
    fn named_subnets(&self) -> impl Iterator<Item = &Belonging<SubnetState>> {
        [&self.subnet, &self.ipv6_subnet]
            .into_iter()
            .filter_map(Named::one)
    }

    /// The cluster's subnets that exist: named, or made before.
    fn subnets(&self) -> impl Iterator<Item = &SubnetState> {
        let ours = [&self.ours.subnet, &self.ours.ipv6_subnet]
            .into_iter()
            .flatten();
        self.named_subnets().map(|one| &one.state).chain(ours)
    }

    /// The cluster's network: named, or made before.
    fn own_network(&self) -> Option<&NetworkState> {
        let named = self.network.one().map(|one| &one.state);
        named.or(self.ours.network.as_ref())
    }

    /// The address scope that the cluster's network is in: that of the pools of its IPv6 subnets.
    fn ipv6_scope(&self) -> Option<&str> {
        self.own_network()?.scope()
    }

    /// Whether what the cluster's IPv6 subnet is from, or may be from, is in an address scope.
    fn has_address_scopes(&self) -> bool {
        let mut pools = self.pools.iter();
        self.ipv6_scope().is_some() || pools.any(|pool| pool.address_scope_id.is_some())
    }

    /// The pool with an id, if the project sees it.
    pub(crate) fn pool(&self, id: Option<&str>) -> Option<&SubnetPoolState> {
        let mut pools = self.pools.iter();
        pools.find(|pool| Some(pool.id.as_str()) == id)
    }

    /// The routers that a named subnet is attached to.
    pub(crate) fn routers_of(&self, subnet: &str) -> impl Iterator<Item = &str> {
        let attached = self.attached.iter();
        let attached = attached.filter(move |interface| interface.subnet == subnet);
        attached.map(|interface| interface.router.as_str())
    }

    /// The router that is named, or that serves what is named.
    pub(crate) fn routed(&self) -> Option<&Belonging<RouterState>> {
        self.router.one().or(self.serving.as_ref())
    }
}

/// Who has addresses of a subnet.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Holders {
    /// How many addresses ports have.
    pub used: usize,
    /// The port that has the gateway address, if it is no router's.
    pub gateway: Option<Port>,
    /// The addresses at which routers answer, by router.
    pub routers: BTreeMap<String, IpAddr>,
}

/// The ports that a new IPv6 subnet reaches.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Reached {
    pub ports: usize,
    /// Whether the network is of this cluster alone, so that they are its machines.
    pub ours: bool,
}

/// Reads the surroundings.
pub(crate) async fn survey(look: &Look<'_, Api>, target: &Target) -> Result<Survey> {
    let reader = Reader { look, target };
    Surveyor { reader }.survey().await
}

/// The name of the subnet of a family that we make, as in the reference system.
pub(crate) fn subnet_name(target: &Target, family: Family) -> String {
    match family {
        Family::V4 => target.object_name(),
        Family::V6 => format!("{}-ipv6", target.object_name()),
    }
}

struct Surveyor<'a> {
    reader: Reader<'a, Api, Spec, Datacenter>,
}

impl Surveyor<'_> {
    async fn survey(&self) -> Result<Survey> {
        let (reader, spec) = (&self.reader, &self.reader.target.spec);
        let rights = reader.look.api().rights();
        let (networks, (), rights) = tokio::join!(self.network(), self.foresee(), rights);
        let (network, networks) = networks?;
        let (ipv4, ipv6) = (given(&spec.subnet_id), given(&spec.ipv6_subnet_id));
        let subnets = reader.list::<Subnet>(ipv4.into_iter().chain(ipv6)).await?;
        let router = given(&spec.router_id);
        let routers = reader.list::<Router>(router).await?;
        let group = &spec.security_groups;
        let groups = reader.list::<SecurityGroup>(uuid(group)).await?;
        let ports = reader.list::<Ports>(None).await?;
        let [name, ipv6_name] = Family::BOTH.map(|family| subnet_name(reader.target, family));
        let mut survey = Survey {
            rights: rights?,
            network,
            subnet: reader.by_id(&subnets, ipv4, self.usual(&name)),
            ipv6_subnet: reader.by_id(&subnets, ipv6, self.usual(&ipv6_name)),
            router: reader.by_id(&routers, router, self.usual(&name)),
            security_group: self.by_name(&groups, given(group)),
            ours: Ours {
                network: reader.ours_at(&networks, "network", self.usual(&name)),
                subnet: reader.ours_at(&subnets, "subnet/ipv4", self.usual(&name)),
                ipv6_subnet: reader.ours_at(&subnets, "subnet/ipv6", self.usual(&ipv6_name)),
                router: reader.ours_at(&routers, "router", self.usual(&name)),
            },
            ..Survey::default()
        };
        survey.attached = attached(&survey, &ports);
        survey.serving = self.serving(&survey).await?;
        self.around(&mut survey, &ports).await?;
        self.choices(&mut survey).await?;
        Ok(survey)
    }

    /// Whether an object of our own project has the name that the reference system would give it.
    fn usual<S: Object>(&self, name: &str) -> impl Fn(&S) -> bool {
        let project = self.reader.look.api().project();
        move |state| state.name() == name && state.project_id() == project
    }

    fn by_name<S: Clone + Object>(&self, listed: &Listed<S>, name: Option<&str>) -> Named<S> {
        let usual = self.reader.target.object_name();
        let has_name = |state: &S, name: &str| state.name() == name;
        self.reader
            .by_name(listed, name, has_name, self.usual(&usual))
    }

    /// The network that is named: of the project, one that others share with it, or an external one,
    /// which no cluster can be in.
    async fn network(&self) -> Result<(Named<NetworkState>, Arc<Listed<NetworkState>>)> {
        let (look, named) = (self.reader.look, &self.reader.target.spec.network);
        let networks = self.reader.list::<Network>(uuid(named)).await?;
        let mut network = self.by_name(&networks, given(named));
        let is_missing = |network: &Named<_>| matches!(network, Named::Missing(_));
        if is_missing(&network) && uuid(named).is_none() {
            let shared = look.list::<SharedNetwork>(&look.scope()).await?;
            network = self.by_name(&shared, given(named));
            if is_missing(&network) {
                let external = look.list::<ExternalNetwork>(&look.scope()).await?;
                network = self.by_name(&external, given(named));
            }
        }
        Ok((network, networks))
    }

    /// The router that serves the named subnets, where the document names none.
    async fn serving(&self, survey: &Survey) -> Result<Option<Belonging<RouterState>>> {
        let mut named = survey.named_subnets();
        let serving = named.find_map(|one| survey.routers_of(&one.state.id).next());
        let Some(router) = serving.filter(|_| survey.router.is_unnamed()) else {
            return Ok(None);
        };
        let routers = self.reader.list::<Router>([router]).await?;
        let usual = self.reader.target.object_name();
        let found = routers.by_id(router);
        Ok(found.map(|found| self.reader.belonging(found, self.usual(&usual))))
    }
}

/// Which routers the named subnets are attached to.
fn attached(survey: &Survey, ports: &Listed<Port>) -> BTreeSet<Interface> {
    let subnets = survey.named_subnets();
    let subnets: Vec<_> = subnets
        .map(|one| ObjectRef::of::<Subnet>(&one.state.id))
        .collect();
    let ports = subnets.iter().flat_map(|subnet| ports.joining(subnet));
    let interfaces = ports.flat_map(|port| Interface::of(&port.state));
    let is_named = |interface: &Interface| subnets.iter().any(|of| of.id == interface.subnet);
    interfaces.filter(is_named).collect()
}

/// An id rather than a name: 36 characters, hexadecimal but for hyphens.
fn uuid(text: &Option<String>) -> Option<&str> {
    let is_digit = |c: char| c.is_ascii_hexdigit() || c == '-';
    given(text).filter(|text| text.len() == 36 && text.chars().all(is_digit))
}
