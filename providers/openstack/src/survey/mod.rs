//! The facts that decide what a cluster's network looks like: read through the look, once.

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
use groundwork_provider::{Listed, Look, ObjectRef, Result, Scope, Target};
use serde::{Deserialize, Serialize};

use crate::{
    api::Api,
    object::{
        Object,
        network::{ExternalNetwork, Network, NetworkState, SharedNetwork},
        router::{Router, RouterState},
        router_interface::{Interface, NetworkPort, PortState, RouterInterface},
        security_group::{SecurityGroup, SecurityGroupState},
        subnet::{Subnet, SubnetState},
    },
    spec::{Datacenter, Spec},
    survey::rights::Rights,
    watched::subnet_pool::{SubnetPool, SubnetPoolState},
};

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
    /// Its network.
    pub network: Option<NetworkState>,
    /// Its IPv4 subnet.
    pub subnet: Option<SubnetState>,
    /// Its IPv6 subnet.
    pub ipv6_subnet: Option<SubnetState>,
    /// Its router.
    pub router: Option<RouterState>,
}

/// Who has addresses of a subnet.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Holders {
    /// How many addresses ports have.
    pub used: usize,
    /// The port that has the gateway address, if it is no router's.
    pub gateway: Option<PortState>,
    /// The addresses at which routers answer, by router.
    pub routers: BTreeMap<String, IpAddr>,
}

/// The ports that a new IPv6 subnet reaches.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Reached {
    /// How many.
    pub ports: usize,
    /// Whether the network is of this cluster alone, so that they are its machines.
    pub ours: bool,
}

/// Reads the surroundings.
pub(crate) async fn survey(
    look: &Look<'_, Api>,
    target: &Target<Spec, Datacenter>,
) -> Result<Survey> {
    let surveyor = Surveyor {
        look,
        target,
        reader: Reader { look, target },
    };
    surveyor.survey().await
}

/// The name of what we make, as in the reference system.
pub(crate) fn name(target: &Target<Spec, Datacenter>) -> String {
    format!("kubernetes-{}", target.name())
}

/// The name of the IPv6 subnet that we make, as in the reference system.
pub(crate) fn ipv6_name(target: &Target<Spec, Datacenter>) -> String {
    format!("{}-ipv6", name(target))
}

struct Surveyor<'a> {
    look: &'a Look<'a, Api>,
    target: &'a Target<Spec, Datacenter>,
    reader: Reader<'a, Api, Spec, Datacenter>,
}

impl Surveyor<'_> {
    async fn survey(&self) -> Result<Survey> {
        let (spec, reader) = (&self.target.spec, &self.reader);
        let (networks, ()) = tokio::join!(self.network(), self.foresee());
        let (network, networks) = networks?;
        let (ipv4, ipv6) = (given(&spec.subnet_id), given(&spec.ipv6_subnet_id));
        let subnets = reader.list::<Subnet>(ipv4.into_iter().chain(ipv6)).await?;
        let routers = reader.list::<Router>(given(&spec.router_id)).await?;
        let group = &spec.security_groups;
        let groups = reader.list::<SecurityGroup>(uuid(group)).await?;
        let ports = reader.list::<RouterInterface>(None).await?;
        let (name, ipv6_name) = (name(self.target), ipv6_name(self.target));
        let mut survey = Survey {
            rights: self.look.api().rights(),
            network,
            subnet: reader.by_id(&subnets, ipv4, self.usual(&name)),
            ipv6_subnet: reader.by_id(&subnets, ipv6, self.usual(&ipv6_name)),
            router: reader.by_id(&routers, given(&spec.router_id), self.usual(&name)),
            security_group: self.by_name(&groups, given(group)),
            ours: Ours {
                network: reader.ours_at(&networks, "network", self.usual(&name)),
                subnet: reader.ours_at(&subnets, "subnet/ipv4", self.usual(&name)),
                ipv6_subnet: reader.ours_at(&subnets, "subnet/ipv6", self.usual(&ipv6_name)),
                router: reader.ours_at(&routers, "router", self.usual(&name)),
            },
            ..Survey::default()
        };
        self.routing(&mut survey, &routers, &ports).await?;
        self.around(&mut survey, &ports).await?;
        self.choices(&mut survey).await?;
        Ok(survey)
    }

    /// Whether an object of our own project has the name that the reference system would give it.
    fn usual<S: Object>(&self, name: &str) -> impl Fn(&S) -> bool {
        let project = self.look.api().project();
        move |state| state.common().name == name && state.common().project_id == project
    }

    fn by_name<S: Clone + Object>(&self, listed: &Listed<S>, name: Option<&str>) -> Named<S> {
        let usual = self::name(self.target);
        let has_name = |state: &S, name: &str| state.common().name == name;
        self.reader
            .by_name(listed, name, has_name, self.usual(&usual))
    }

    /// The network that is named: of the project, or one that others share with it.
    async fn network(&self) -> Result<(Named<NetworkState>, Arc<Listed<NetworkState>>)> {
        let named = &self.target.spec.network;
        let networks = self.reader.list::<Network>(uuid(named)).await?;
        let mut network = self.by_name(&networks, given(named));
        if matches!(network, Named::Missing(_)) && uuid(named).is_none() {
            let shared = self.look.list::<SharedNetwork>(&self.look.scope()).await?;
            network = self.by_name(&shared, given(named));
        }
        Ok((network, networks))
    }

    /// Makes the listings of what there is to choose from while the project's own are made: the
    /// look remembers them. What fails is asked for again, and reported, where it is needed.
    async fn foresee(&self) {
        let spec = &self.target.spec;
        let (scope, dual) = (
            self.look.scope(),
            self.target.addressing.family.is_dual_stack(),
        );
        let external = async {
            if given(&spec.router_id).is_none() && given(&spec.subnet_id).is_none() {
                self.look.list::<ExternalNetwork>(&scope).await.ok();
            }
        };
        let pools = async {
            if dual && given(&spec.ipv6_subnet_id).is_none() {
                self.look.list::<SubnetPool>(&scope).await.ok();
            }
        };
        tokio::join!(external, pools);
    }

    /// The router: named, or found by the subnets that are named.
    async fn routing(
        &self,
        survey: &mut Survey,
        routers: &Listed<RouterState>,
        ports: &Listed<PortState>,
    ) -> Result<()> {
        let named = [&survey.subnet, &survey.ipv6_subnet]
            .into_iter()
            .filter_map(Named::one);
        let subnets: Vec<_> = named.map(|one| one.state.common.id.clone()).collect();
        let objects: Vec<_> = subnets.iter().map(ObjectRef::of::<Subnet>).collect();
        let joining = objects.iter().flat_map(|subnet| ports.joining(subnet));
        survey.attached = joining
            .filter_map(|port| port.state.interface.clone())
            .collect();
        if matches!(survey.router, Named::Unnamed) {
            let serving = subnets
                .iter()
                .find_map(|id| survey.attached.iter().find(|i| &i.subnet == id))
                .map(|interface| interface.router.clone());
            if let Some(id) = serving {
                let found = match routers.by_id(&id) {
                    Some(found) => Some(found.clone()),
                    None => {
                        let routers = self.reader.list::<Router>([id.as_str()]).await?;
                        routers.by_id(&id).cloned()
                    }
                };
                let usual = name(self.target);
                survey.serving =
                    found.map(|found| self.reader.belonging(&found, self.usual(&usual)));
            }
        }
        Ok(())
    }

    /// Other subnets on the network, and behind the router.
    async fn around(&self, survey: &mut Survey, ports: &Listed<PortState>) -> Result<()> {
        let network = survey
            .network
            .one()
            .map(|one| &one.state)
            .or(survey.ours.network.as_ref());
        let on: BTreeSet<String> = network
            .into_iter()
            .flat_map(|n| n.subnets.clone())
            .collect();
        let router = survey
            .router
            .one()
            .or(survey.serving.as_ref())
            .map(|one| &one.state);
        let router = router
            .or(survey.ours.router.as_ref())
            .map(|state| ObjectRef::of::<Router>(&state.common.id));
        let behind: BTreeSet<String> = router
            .iter()
            .flat_map(|router| ports.joining(router))
            .filter_map(|port| Some(port.state.interface.as_ref()?.subnet.clone()))
            .collect();
        let ids = on.iter().chain(&behind).map(String::as_str);
        let subnets = self.reader.list::<Subnet>(ids).await?;
        let mine = |id: &&String| {
            let named = [&survey.subnet, &survey.ipv6_subnet]
                .into_iter()
                .filter_map(Named::one);
            let ours = [&survey.ours.subnet, &survey.ours.ipv6_subnet]
                .into_iter()
                .flatten();
            named
                .map(|one| &one.state)
                .chain(ours)
                .any(|state| &&state.common.id == id)
        };
        let states = |ids: &BTreeSet<String>| -> Vec<SubnetState> {
            let others = ids.iter().filter(|id| !mine(id));
            // A twin of our own subnet is no neighbour: the engine decides which of them stays.
            others
                .filter_map(|id| {
                    subnets
                        .by_id(id)
                        .filter(|found| !self.reader.is_ours(found))
                })
                .map(|found| found.state.clone())
                .collect()
        };
        let judged = [&survey.subnet, &survey.ipv6_subnet].into_iter();
        let judged = judged.filter_map(Named::one).map(|one| &one.state);
        let ours = [&survey.ours.subnet, &survey.ours.ipv6_subnet];
        let judged = judged.chain(ours.into_iter().flatten());
        let holders = judged.map(|subnet| (subnet.common.id.clone(), holders(subnet, ports)));
        let holders = holders.collect();
        let (on, behind) = (states(&on), states(&behind));
        survey.holders = holders;
        (survey.neighbours, survey.behind) = (on, behind);
        Ok(())
    }

    /// What there is to choose from: external networks, pools; and whom an IPv6 subnet reaches.
    async fn choices(&self, survey: &mut Survey) -> Result<()> {
        let routed = survey.router.one().is_some() || survey.serving.is_some();
        if !routed {
            let external = self
                .look
                .list::<ExternalNetwork>(&self.look.scope())
                .await?;
            survey.external_networks = sorted(&external, |state| &state.common.name);
        }
        if !self.target.addressing.family.is_dual_stack()
            || !matches!(survey.ipv6_subnet, Named::Unnamed)
        {
            return Ok(());
        }
        let pools = self.look.list::<SubnetPool>(&self.look.scope()).await?;
        survey.pools = sorted(&pools, |state| &state.name);
        if survey.ours.ipv6_subnet.is_none() {
            survey.reached = self.reached(survey).await?;
        }
        Ok(())
    }

    async fn reached(&self, survey: &Survey) -> Result<Option<Reached>> {
        let named = survey.network.one();
        let network = match (named, &survey.ours.network) {
            (Some(one), _) => (&one.state.common.id, one.ours),
            (None, Some(state)) => (&state.common.id, true),
            (None, None) => return Ok(None),
        };
        let within = Scope::within([network.0.clone()]);
        let ports = self.look.list::<NetworkPort>(&within).await?;
        let ports = ports
            .joining(&ObjectRef::of::<Network>(network.0))
            .filter(|port| port.state.interface.is_none())
            .count();
        Ok(Some(Reached {
            ports,
            ours: network.1,
        }))
    }
}

fn holders(subnet: &SubnetState, ports: &Listed<PortState>) -> Holders {
    let mut holders = Holders::default();
    let own = ObjectRef::of::<Subnet>(&subnet.common.id);
    let joining = ports.joining(&own).map(|found| &found.state);
    for port in joining {
        let addresses = port.addresses.iter();
        let within = addresses.filter(|fixed| fixed.subnet_id == subnet.common.id);
        for address in within.map(|fixed| fixed.ip_address) {
            holders.used += usize::from(subnet.gives_out(address));
            match &port.interface {
                Some(interface) => {
                    // A router may answer at several: that of the gateway is what counts.
                    let is_gateway = subnet.gateway_ip == Some(address);
                    let former = holders.routers.get(&interface.router).copied();
                    let best = former.filter(|_| !is_gateway).unwrap_or(address);
                    holders.routers.insert(interface.router.clone(), best);
                }
                None if subnet.gateway_ip == Some(address) => holders.gateway = Some(port.clone()),
                None => {}
            }
        }
    }
    holders
}

fn sorted<S: Clone>(listed: &Listed<S>, name: impl Fn(&S) -> &String) -> Vec<S> {
    let by_name: BTreeMap<_, _> = listed
        .iter()
        .map(|found| ((name(&found.state).clone(), found.id.clone()), found))
        .collect();
    by_name
        .into_values()
        .map(|found| found.state.clone())
        .collect()
}

/// An id rather than a name: 36 characters, hexadecimal but for hyphens.
fn uuid(text: &Option<String>) -> Option<&str> {
    let hexadecimal = |text: &&str| text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    given(text)
        .filter(|text| text.len() == 36)
        .filter(hexadecimal)
}
