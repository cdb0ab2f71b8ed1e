//! From a cluster's documents and the survey to its graph. Pure.

use std::{collections::BTreeSet, net::IpAddr};

use groundwork_model::{Family, Finding, cidr};
use groundwork_provider::{Graph, Handle, Target, Want};
use ipnet::IpNet;

use crate::{
    codes, ipv6_source,
    network::{Network, NetworkState},
    router::Router,
    router_interface::RouterInterface,
    rule_set,
    security_group::SecurityGroup,
    spec::{Datacenter, RaMode, Spec, field, given},
    subnet::{AllocationPool, Range, Subnet, SubnetState},
    survey::{Belonging, Named, Survey},
};

/// The reference system's range of an IPv4 subnet.
const IPV4_DEFAULT: &str = "192.168.1.0/24";
/// The reference system's annotation that no router is to be made.
const SKIP_ROUTER: &str = "reconciliation.kubermatic.k8c.io/skip-router";

/// Whether the way out of the cluster's network is a matter of somebody else.
pub(crate) fn is_routed_elsewhere(target: &Target<Spec, Datacenter>) -> bool {
    let skip = target.cluster.metadata.annotations.get(SKIP_ROUTER);
    target.spec.external_gateway || skip.is_some_and(|value| value == "true")
}

/// The graph of a cluster, or everything that is wrong with what it asks for.
pub(crate) fn compile(
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
) -> Result<Graph, Vec<Finding>> {
    let mut draft = Draft {
        target,
        survey,
        graph: Graph::default(),
        findings: Vec::new(),
    };
    draft.compile();
    let Draft {
        mut graph,
        findings,
        ..
    } = draft;
    if findings.iter().any(Finding::is_error) {
        return Err(findings);
    }
    graph.findings = findings;
    Ok(graph)
}

/// A graph in the making, with what there is to say about it.
pub(crate) struct Draft<'a> {
    pub(crate) target: &'a Target<Spec, Datacenter>,
    pub(crate) survey: &'a Survey,
    graph: Graph,
    pub(crate) findings: Vec<Finding>,
}

impl Draft<'_> {
    fn compile(&mut self) {
        self.datacenter();
        let network = self.network();
        let ipv4 = self.ipv4_subnet(&network);
        let dual = self.target.addressing.family.is_dual_stack();
        let ipv6 = dual.then(|| self.ipv6_subnet(&network));
        let router = self.router();
        if let Some(router) = router {
            self.interface("interface/ipv4", &router, &ipv4, &self.survey.subnet);
            if let Some(ipv6) = &ipv6 {
                self.interface("interface/ipv6", &router, ipv6, &self.survey.ipv6_subnet);
            }
        }
        self.security_group();
        self.overlaps();
        if dual {
            self.findings.push(load_balancers(self.target));
        }
    }

    fn datacenter(&mut self) {
        let allowed = self.target.cloud.ipv6_enabled == Some(true);
        if self.target.addressing.family.is_dual_stack() && !allowed {
            let name = &self.target.datacenter.name;
            let message = format!("the cluster is dual-stack, but datacenter {name} is not");
            let place = self.target.datacenter.field("spec.openstack.ipv6Enabled");
            let finding = Finding::error(codes::IPV6_DISABLED, message).at(place);
            self.findings.push(finding.remedy(
                "set ipv6Enabled: true in the datacenter if its OpenStack routes IPv6, or \
                 ipFamily: IPv4 in the cluster",
            ));
        }
    }

    /// The name of what we make, as in the reference system.
    fn name(&self) -> String {
        format!("kubernetes-{}", self.target.name())
    }

    fn network(&mut self) -> Handle<Network> {
        let managed = Network {
            name: Want::Asked(self.name()),
            admin_state_up: Want::Asked(true),
        };
        if let Named::Unnamed = self.survey.network {
            for (name, id) in [
                ("subnetID", &self.target.spec.subnet_id),
                ("ipv6SubnetID", &self.target.spec.ipv6_subnet_id),
            ] {
                if let Some(id) = given(id) {
                    let message = format!("subnet {id} is named, but its network is not");
                    let finding = Finding::error(codes::NETWORK_UNNAMED, message).at(field(name));
                    self.findings
                        .push(finding.remedy("name the subnet's network in network"));
                }
            }
        }
        // The name of our own network, written back, and the network gone: it is made anew.
        if matches!(&self.survey.network, Named::Missing(name) if *name == self.name()) {
            return self.graph.add("network", managed);
        }
        let external = |state: &NetworkState| Network {
            name: Want::Chosen(state.common.name.clone()),
            admin_state_up: Want::Asked(true),
        };
        let named = self.found("network", "network", &self.survey.network);
        if let Some(state) = named.map(|one| &one.state).filter(|state| state.external) {
            let message = format!(
                "{} is an external network: nodes cannot be in it",
                state.told()
            );
            let finding = Finding::error(codes::NETWORK_EXTERNAL, message).at(field("network"));
            self.findings.push(
                finding.remedy(
                    "name a network of the project, or none; name this one in floatingIPPool",
                ),
            );
        }
        match named {
            None => self.graph.add("network", managed),
            Some(one) => {
                let desired = if one.ours {
                    managed
                } else {
                    external(&one.state)
                };
                self.graph
                    .add_named("network", &one.state.common.id, desired)
            }
        }
    }

    /// The one object that a field names; a finding where there is none, or several.
    fn found<'s, S>(
        &mut self,
        what: &str,
        name: &str,
        named: &'s Named<S>,
    ) -> Option<&'s Belonging<S>> {
        let finding = match named {
            Named::Unnamed => return None,
            Named::One(one) => return Some(one),
            Named::Missing(text) => Finding::error(
                codes::MISSING,
                format!("there is no {what} {text} in the project"),
            )
            .remedy(format!("correct {name}, or remove it: then one is made")),
            Named::Several(text, ids) => {
                let message = format!("{} {what}s are named {text}: {}", ids.len(), ids.join(", "));
                Finding::error(codes::SEVERAL, message).remedy(format!("write the id into {name}"))
            }
        };
        self.findings.push(finding.at(field(name)));
        None
    }

    fn ipv4_subnet(&mut self, network: &Handle<Network>) -> Handle<Subnet> {
        let survey = self.survey;
        let named = self.found("subnet", "subnetID", &survey.subnet);
        if let Some(one) = named.filter(|one| !one.ours) {
            return self.external_subnet("ipv4", Family::V4, network, &one.state, None);
        }
        let desired = Subnet {
            network: network.clone(),
            name: Want::Asked(self.name()),
            family: Family::V4,
            range: self.ipv4_range(),
            allocation_pool: self.allocation_pool(),
            dns_servers: self.dns_servers(Family::V4),
            ra_mode: None,
        };
        match named {
            Some(one) => self
                .graph
                .add_named("subnet/ipv4", &one.state.common.id, desired),
            None => self.graph.add("subnet/ipv4", desired),
        }
    }

    fn ipv4_range(&mut self) -> Want<Range> {
        let asked = given(&self.target.spec.subnet_cidr);
        let asked = asked.and_then(|text| self.cidr(text, "subnetCidr", Family::V4));
        let exists = self.survey.ours.subnet.as_ref().map(|state| state.cidr);
        let default = || exists.unwrap_or_else(|| IPV4_DEFAULT.parse().expect("it is a CIDR"));
        Want::or(asked.map(Range::Cidr), || Range::Cidr(default()))
    }

    fn ipv6_subnet(&mut self, network: &Handle<Network>) -> Handle<Subnet> {
        let survey = self.survey;
        let asked = self.target.spec.ipv6_ra_mode;
        let named = self.found("subnet", "ipv6SubnetID", &survey.ipv6_subnet);
        if let Some(one) = named.filter(|one| !one.ours) {
            self.note_source(format!(
                "the IPv6 subnet is {}, which ipv6SubnetID names",
                one.state.told()
            ));
            return self.external_subnet("ipv6", Family::V6, network, &one.state, asked);
        }
        let exists = named
            .map(|one| &one.state)
            .or(survey.ours.ipv6_subnet.as_ref());
        let mode = exists
            .and_then(|state| state.ipv6_ra_mode)
            .unwrap_or_default();
        let mode = Want::or(asked, || mode);
        let desired = Subnet {
            network: network.clone(),
            name: Want::Asked(format!("{}-ipv6", self.name())),
            family: Family::V6,
            range: ipv6_source::range(self, exists, *mode.value()),
            allocation_pool: None,
            dns_servers: self.dns_servers(Family::V6),
            ra_mode: Some(mode),
        };
        if exists.is_none() {
            self.shared();
        }
        match named {
            Some(one) => self
                .graph
                .add_named("subnet/ipv6", &one.state.common.id, desired),
            None => self.graph.add("subnet/ipv6", desired),
        }
    }

    /// Says where the IPv6 range comes from, and why.
    pub(crate) fn note_source(&mut self, message: String) {
        self.findings
            .push(Finding::note(codes::IPV6_SOURCE, message).about("subnet/ipv6"));
    }

    fn external_subnet(
        &mut self,
        suffix: &str,
        family: Family,
        network: &Handle<Network>,
        state: &SubnetState,
        mode: Option<RaMode>,
    ) -> Handle<Subnet> {
        let name = if family == Family::V4 {
            "subnetID"
        } else {
            "ipv6SubnetID"
        };
        if state.family() != family {
            let message = format!("{} is {}, not {family}", state.told(), state.family());
            let finding = Finding::error(codes::SUBNET_FAMILY, message).at(field(name));
            self.findings
                .push(finding.remedy(format!("name an {family} subnet in {name}")));
        }
        let network_id = self.survey.network.one().map(|one| &one.state.common.id);
        if network_id.is_some_and(|id| *id != state.network_id) {
            let message = format!("{} is in network {}", state.told(), state.network_id);
            let finding = Finding::error(codes::SUBNET_NETWORK, message).at(field(name));
            self.findings.push(finding.remedy(format!(
                "name that network in network, or a subnet of the named network in {name}"
            )));
        }
        let desired = Subnet {
            network: network.clone(),
            name: Want::Chosen(state.common.name.clone()),
            family,
            range: Want::Chosen(Range::Cidr(state.cidr)),
            allocation_pool: None,
            dns_servers: Want::Chosen(state.dns_nameservers.clone()),
            ra_mode: mode.map(Want::Asked),
        };
        self.graph
            .add_named(&format!("subnet/{suffix}"), &state.common.id, desired)
    }

    /// A CIDR of the document's that nodes can have addresses of.
    pub(crate) fn cidr(&mut self, text: &str, name: &str, family: Family) -> Option<IpNet> {
        let place = field(name);
        let net = cidr::parse_cidr(text, &place).and_then(|net| {
            cidr::routable(net, &place)?;
            match Family::of(&net) == family {
                true => Ok(net),
                false => Err(Finding::error(
                    codes::SUBNET_FAMILY,
                    format!("{net} is not an {family} range"),
                )
                .at(&place)
                .remedy(format!("write an {family} range into {name}"))),
            }
        });
        net.map_err(|finding| self.findings.push(finding)).ok()
    }

    fn allocation_pool(&mut self) -> Option<AllocationPool> {
        let text = given(&self.target.spec.subnet_allocation_pool)?;
        let cidr = given(&self.target.spec.subnet_cidr).unwrap_or(IPV4_DEFAULT);
        let net: Option<IpNet> = cidr.parse().ok();
        let pool = text.split_once('-').and_then(|(start, end)| {
            let (start, end): (IpAddr, IpAddr) =
                (start.trim().parse().ok()?, end.trim().parse().ok()?);
            (start <= end).then_some(AllocationPool { start, end })
        });
        let inside = |pool: &AllocationPool| {
            net.is_none_or(|net| {
                let hosts = cidr::first_host(&net)..=cidr::last_host(&net);
                hosts.contains(&pool.start) && hosts.contains(&pool.end)
            })
        };
        let fits = pool.filter(inside);
        if fits.is_none() {
            let message = format!("{text} is not a first and a last address in {cidr}");
            let place = field("subnetAllocationPool");
            let finding = Finding::error(codes::ALLOCATION_POOL, message).at(place);
            self.findings.push(
                finding.remedy(
                    "write two addresses of the subnet, such as 192.168.1.10-192.168.1.200",
                ),
            );
        }
        fits
    }

    /// The datacenter's name servers of one family.
    fn dns_servers(&mut self, family: Family) -> Want<BTreeSet<IpAddr>> {
        let mut servers = BTreeSet::new();
        for (index, text) in self.target.cloud.dns_servers.iter().enumerate() {
            match text.trim().parse::<IpAddr>() {
                Ok(server) if Family::of_address(&server) == family => drop(servers.insert(server)),
                Ok(_) => {}
                // Said once, though both families are asked for.
                Err(_) if family == Family::V4 => {
                    let place = format!("spec.openstack.dnsServers[{index}]");
                    let message = format!("{text} is not an address");
                    let finding = Finding::error(codes::DNS_SERVER, message)
                        .at(self.target.datacenter.field(&place));
                    self.findings
                        .push(finding.remedy("write the name server's address"));
                }
                Err(_) => {}
            }
        }
        match self.target.cloud.dns_servers.is_empty() {
            true => Want::Chosen(servers),
            false => Want::Asked(servers),
        }
    }

    /// An IPv6 subnet with automatic addressing gives an address to every port of the network.
    fn shared(&mut self) {
        let Some(reached) = self.survey.reached.filter(|reached| reached.ports > 0) else {
            return;
        };
        let ports = reached.ports;
        let message = format!(
            "the new IPv6 subnet gives an IPv6 address to {ports} port(s) that are on the network"
        );
        self.findings.push(match (reached.ours, self.target.options.allow_shared_network) {
            (true, _) => Finding::note(codes::NETWORK_SHARED, message),
            (false, true) => Finding::warning(codes::NETWORK_SHARED, message),
            (false, false) => Finding::error(
                codes::NETWORK_SHARED,
                format!("{message}, and the network is not this cluster's alone"),
            )
            .at(field("network"))
            .remedy(
                "ask those who use the network, then repeat with --allow-shared-network; or leave \
                 network out, so that one is made",
            ),
        });
    }

    fn router(&mut self) -> Option<Handle<Router>> {
        let survey = self.survey;
        let named = self
            .found("router", "routerID", &survey.router)
            .or(survey.serving.as_ref());
        if is_routed_elsewhere(self.target) && named.is_none() {
            return None;
        }
        if let Some(one) = named.filter(|one| !one.ours) {
            let desired = Router {
                name: Want::Chosen(one.state.common.name.clone()),
                admin_state_up: Want::Asked(true),
                external_network: Want::Chosen(one.state.gateway().map(str::to_owned)),
            };
            return Some(
                self.graph
                    .add_named("router", &one.state.common.id, desired),
            );
        }
        let exists = named.map(|one| &one.state).or(survey.ours.router.as_ref());
        let desired = Router {
            name: Want::Asked(self.name()),
            admin_state_up: Want::Asked(true),
            external_network: self.external_network(exists.and_then(|state| state.gateway())),
        };
        Some(match named {
            Some(one) => self
                .graph
                .add_named("router", &one.state.common.id, desired),
            None => self.graph.add("router", desired),
        })
    }

    /// The named external network, the one that the router is in, or the only one.
    fn external_network(&mut self, exists: Option<&str>) -> Want<Option<String>> {
        let networks = &self.survey.external_networks;
        let told: Vec<_> = networks
            .iter()
            .map(|state| format!("{} ({})", state.common.name, state.common.id))
            .collect();
        let told = if told.is_empty() {
            "none".to_owned()
        } else {
            told.join(", ")
        };
        let place = field("floatingIPPool");
        if let Some(name) = given(&self.target.spec.floating_ip_pool) {
            let fits: Vec<_> = networks
                .iter()
                .filter(|state| state.common.name == name || state.common.id == name)
                .collect();
            if let ([], Some(id)) = (fits.as_slice(), exists.filter(|_| networks.is_empty())) {
                return Want::Chosen(Some(id.to_owned()));
            }
            if let [one] = fits.as_slice() {
                return Want::Asked(Some(one.common.id.clone()));
            }
            let message = format!(
                "{} external networks are named {name}; there are: {told}",
                fits.len()
            );
            self.findings.push(
                Finding::error(codes::EXTERNAL_NETWORK, message)
                    .at(place)
                    .remedy("write the name or id of one of them into floatingIPPool"),
            );
            return Want::Chosen(None);
        }
        if let Some(id) = exists {
            return Want::Chosen(Some(id.to_owned()));
        }
        if let [one] = networks.as_slice() {
            return Want::Chosen(Some(one.common.id.clone()));
        }
        let message = match networks.len() {
            0 => "there is no external network, so a router has no way out".to_owned(),
            count => format!("there are {count} external networks, and none is named: {told}"),
        };
        self.findings.push(Finding::error(codes::EXTERNAL_NETWORK, message).at(place).remedy(
            "name one in floatingIPPool; or set externalGateway where the way out is not a router",
        ));
        Want::Chosen(None)
    }

    /// Joins router and subnet, unless both are somebody else's: then it is checked only.
    fn interface(
        &mut self,
        address: &str,
        router: &Handle<Router>,
        subnet: &Handle<Subnet>,
        named: &Named<SubnetState>,
    ) {
        let routed = self.survey.router.one().or(self.survey.serving.as_ref());
        let foreign_router = routed.is_some_and(|one| !one.ours);
        if foreign_router && named.external().is_some() {
            return;
        }
        let desired = RouterInterface {
            router: router.clone(),
            subnet: subnet.clone(),
        };
        self.graph.add(address, desired);
    }

    fn security_group(&mut self) {
        let survey = self.survey;
        let (rules, findings) = rule_set::rules(self.target);
        let name = self.name();
        let managed = SecurityGroup {
            name: Want::Asked(name.clone()),
            rules: Want::Asked(rules),
        };
        // The name of our own group, written back, and the group gone: it is made anew.
        let gone = matches!(&survey.security_group, Named::Missing(missing) if *missing == name);
        let named = match gone {
            true => None,
            false => self.found("security group", "securityGroups", &survey.security_group),
        };
        let Some(one) = named else {
            self.findings.extend(findings);
            self.graph.add("security-group", managed);
            return;
        };
        let desired = match one.ours {
            true => {
                self.findings.extend(findings);
                managed
            }
            false => SecurityGroup {
                name: Want::Chosen(one.state.common.name.clone()),
                rules: Want::Chosen(BTreeSet::new()),
            },
        };
        self.graph
            .add_named("security-group", &one.state.common.id, desired);
    }

    /// Nodes, pods and services, and what else is on the network or behind the router.
    fn overlaps(&mut self) {
        let nodes = self.node_ranges();
        for (net, name) in &nodes {
            let nodes = (format!("{} nodes", Family::of(net)), *net);
            for other in self.target.addressing.named() {
                let findings = cidr::overlaps(&[other, nodes.clone()]).into_iter();
                self.findings
                    .extend(findings.map(|finding| finding.at(field(name))));
            }
        }
        let mut others: Vec<&SubnetState> = self
            .survey
            .neighbours
            .iter()
            .chain(&self.survey.behind)
            .collect();
        others.sort_by(|a, b| a.common.id.cmp(&b.common.id));
        others.dedup_by(|a, b| a.common.id == b.common.id);
        for (net, name) in nodes {
            for other in others
                .iter()
                .filter(|other| cidr::overlap(&net, &other.cidr))
            {
                let message = format!(
                    "{net} overlaps with {} of {}, which is routed with it",
                    other.cidr,
                    other.told()
                );
                let finding = Finding::error(codes::SUBNET_OVERLAP, message).at(field(name));
                self.findings
                    .push(finding.remedy(format!("choose another range in {name}")));
            }
        }
    }

    /// The ranges of nodes that are known now, with the field that changes them.
    fn node_ranges(&self) -> Vec<(IpNet, &'static str)> {
        let of = |address: &str, named: &Named<SubnetState>, id, name| {
            let external = named.external().map(|state| (state.cidr, id));
            let node = self.graph.nodes().get(&address.parse().ok()?);
            let planned = node.and_then(|node| {
                let subnet: Subnet = serde_json::from_value(node.desired.clone()).ok()?;
                match subnet.range.value() {
                    Range::Cidr(cidr)
                    | Range::Pool {
                        cidr: Some(cidr), ..
                    } => Some(*cidr),
                    Range::Pool { cidr: None, .. } => None,
                }
            });
            external.or(planned.map(|cidr| (cidr, name)))
        };
        let ipv4 = of("subnet/ipv4", &self.survey.subnet, "subnetID", "subnetCidr");
        let ipv6 = of(
            "subnet/ipv6",
            &self.survey.ipv6_subnet,
            "ipv6SubnetID",
            "ipv6SubnetCidr",
        );
        [ipv4, ipv6].into_iter().flatten().collect()
    }
}

/// The limitation of load balancers, which depends on the version.
fn load_balancers(target: &Target<Spec, Datacenter>) -> Finding {
    use groundwork_model::KubernetesVersion;
    let remedy = "expose IPv6 through NodePort services, or put an IPv6 proxy in front";
    match target.cluster.spec.version {
        Some(version) if version < KubernetesVersion::new(1, 25) => {
            let message = format!(
                "with Kubernetes {version}, services of type LoadBalancer cannot be dual-stack: \
                 the cloud controller manager knows both families from 1.25 on"
            );
            Finding::warning(codes::LOAD_BALANCER, message).at("spec.version")
        }
        Some(_) | None => Finding::note(
            codes::LOAD_BALANCER,
            "services of type LoadBalancer get an address of their first family only",
        ),
    }
    .remedy(remedy)
}
