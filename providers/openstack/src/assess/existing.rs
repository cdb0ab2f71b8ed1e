//! A network judged by what keeps its nodes from working: the kit's questions, as Neutron answers
//! them. Pure.

use groundwork_kit::{
    existing::{self, Answer, Existing, Group, Routed},
    rules::{self, Direction, Peer, Rule},
};
use groundwork_model::{Family, Finding, Severity};
use groundwork_provider::Typed;
use ipnet::IpNet;

use crate::{
    assess::Judge,
    codes,
    compile::{self, is_routed_elsewhere},
    object::{
        Object,
        network::{Network, NetworkState},
        router::{Router, RouterState},
        security_group::{SecurityGroup, SecurityGroupState},
        subnet::{Subnet, SubnetState},
    },
    spec::field,
    survey::Holders,
};

/// A subnet of the cluster's, and the field that names it.
struct Place<'a> {
    state: Typed<'a, SubnetState>,
    managed: bool,
    field: &'static str,
}

impl Judge<'_> {
    fn network(&self) -> Option<Typed<'_, NetworkState>> {
        self.states.see::<Network>("network")
    }

    fn router(&self) -> Option<Typed<'_, RouterState>> {
        let state = self.states.see::<Router>("router");
        state.filter(|_| !is_routed_elsewhere(self.target))
    }

    fn subnets(&self) -> Vec<Place<'_>> {
        let places = [
            ("subnet/ipv4", "subnetID", true),
            ("subnet/ipv6", "ipv6SubnetID", self.dual),
        ];
        let place = |(address, field, is_asked): (&str, &'static str, bool)| {
            let state = self.states.see::<Subnet>(address).filter(|_| is_asked)?;
            let managed = self.managed(address);
            Some(Place {
                state,
                managed,
                field,
            })
        };
        places.into_iter().filter_map(place).collect()
    }

    /// Subnets that are somebody else's.
    fn named_subnets(&self) -> impl Iterator<Item = Place<'_>> {
        self.subnets().into_iter().filter(|place| !place.managed)
    }

    fn holders(&self, subnet: &SubnetState) -> Holders {
        let holders = self.survey.holders.get(&subnet.id);
        holders.cloned().unwrap_or_default()
    }
}

impl Existing for Judge<'_> {
    fn told(&self) -> Option<String> {
        let network = self.network().filter(|_| !self.managed("network"))?;
        Some(network.told())
    }

    /// On a network of ours it is turned on again.
    fn port_security(&mut self) -> Answer {
        let network = self.network().filter(|_| !self.managed("network"));
        let off = network.filter(|state| state.port_security_enabled == Some(false));
        let finding = |state: Typed<'_, NetworkState>| {
            let what = "has port security off: its ports take no security group, and machines that have \
                        one cannot be made there";
            let finding = state.error(codes::PORT_SECURITY, what).at(field("network"));
            finding.remedy(format!(
                "have its owner turn it on (openstack network set --enable-port-security {}), or \
                 name another network",
                state.id
            ))
        };
        Answer::Judged(off.map(finding).into_iter().collect())
    }

    fn devices(&mut self) -> Answer {
        let serves_none = |place: &Place<'_>| {
            let types = &place.state.service_types;
            !types.is_empty() && !types.iter().any(|of| of.starts_with("compute:"))
        };
        let finding = |place: Place<'_>| {
            let what = format!(
                "gives addresses to {} alone: machines get none",
                place.state.service_types.join(", ")
            );
            let finding = place.state.error(codes::SUBNET_DEVICES, &what);
            finding.at(field(place.field)).remedy(format!(
                "have compute:nova added to its service types, or name another subnet in {}",
                place.field
            ))
        };
        let unfit = self.named_subnets().filter(serves_none);
        Answer::Judged(unfit.map(finding).collect())
    }

    /// By the ports that the project sees: there may be fewer free addresses, never more.
    fn room(&mut self) -> Answer {
        let finding = |place: Place<'_>| {
            let (used, all) = (self.holders(&place.state).used, place.state.capacity());
            let free = all.saturating_sub(used as u128);
            let severity = existing::room(free)?;
            let family = place.state.family();
            let what = match free {
                0 => format!("has no free {family} address of the {all} that it gives out"),
                _ => format!("has {free} free {family} addresses of {all}"),
            };
            let finding = place.state.finding(severity, codes::SUBNET_FULL, &what);
            let remedy = format!(
                "have its allocation pools extended, or name a larger subnet in {}",
                place.field
            );
            Some(finding.at(field(place.field)).remedy(remedy))
        };
        Answer::Judged(self.named_subnets().filter_map(finding).collect())
    }

    fn gateway_address(&mut self) -> Answer {
        if is_routed_elsewhere(self.target) {
            return Answer::NotAsked("externalGateway says that the way out is somebody else's");
        }
        let places = self.subnets().into_iter();
        let findings =
            places.filter_map(|place| gateway_address(&place, &self.holders(&place.state)));
        Answer::Judged(findings.collect())
    }

    fn owner(&mut self) -> Answer {
        Answer::NotAsked(
            "whose something is is told with what cannot be made or attached because of that",
        )
    }

    /// Of each family that the cluster has.
    fn ways_out(&mut self) -> Answer {
        // A gateway that our own router lacks is a change of the plan's, and made with it.
        let lacks = |state: &RouterState| state.gateway().is_none();
        let router = self.router();
        let router = router.filter(|state| !(lacks(state) && self.managed("router")));
        let Some(state) = router else {
            return Answer::Judged(Vec::new());
        };
        if lacks(&state) {
            let what = "has no gateway: nothing behind it has a way out";
            let finding = state
                .error(codes::ROUTER_GATEWAY, what)
                .at(field("routerID"));
            let remedy = "set the router's external gateway, or name another router in routerID";
            return Answer::Judged(vec![finding.remedy(remedy)]);
        }
        let families = self.target.addressing.family.families().iter();
        let unaddressed = families.filter(|family| !state.has_address(**family));
        let unaddressed = unaddressed.map(|family| unaddressed_gateway(&state, *family));
        let mut findings: Vec<Finding> = unaddressed.collect();
        findings.extend(self.untranslated(&state));
        Answer::Judged(findings)
    }

    fn packet_size(&mut self) -> Answer {
        let network = self.network().filter(|_| self.dual);
        let finding = network.and_then(|state| {
            let mtu = state.mtu.filter(|mtu| *mtu > 0)?;
            existing::packets(self.target.cluster.cni(), &state.told(), mtu)
        });
        Answer::Judged(finding.into_iter().collect())
    }

    /// Other subnets on the network and behind the router, the router's static routes, and what else
    /// is of the network's address scope: its addresses are routed and not translated.
    fn routed(&mut self) -> Answer {
        let survey = self.survey;
        let subnets = survey.neighbours.iter().chain(&survey.behind);
        let subnets = subnets.map(|subnet| Routed {
            net: subnet.cidr,
            what: subnet.told(),
            about: subnet.told(),
            severity: Severity::Error,
        });
        let router = self.router();
        let routes = router.iter().flat_map(|router| {
            router.routes.iter().map(|route| Routed {
                net: route.destination,
                what: format!("what {} routes to {}", router.told(), route.nexthop),
                about: router.told(),
                severity: Severity::Error,
            })
        });
        let scope = self
            .network()
            .and_then(|state| state.ipv6_address_scope.clone());
        let pools = survey
            .pools
            .iter()
            .filter(|pool| pool.is_in(scope.as_deref()));
        let pools = pools.flat_map(|pool| {
            pool.prefixes.iter().map(|net| Routed {
                net: *net,
                what: format!("{}, which is of the network's address scope,", pool.told()),
                about: pool.told(),
                severity: Severity::Warning,
            })
        });
        let is_default = |routed: &Routed| routed.net.prefix_len() == 0;
        let all = subnets.chain(routes).chain(pools);
        let mut routed: Vec<Routed> = all.filter(|routed| !is_default(routed)).collect();
        routed.sort_by(|a, b| (&a.what, a.net).cmp(&(&b.what, b.net)));
        routed.dedup_by(|a, b| (&a.what, a.net) == (&b.what, b.net));
        let findings = routed.iter();
        let findings = findings.flat_map(|routed| routed.overlaps(&self.target.addressing));
        Answer::Judged(findings.collect())
    }

    /// A group that is somebody else's has to allow what ours would.
    fn group(&mut self) -> Answer {
        let state = self.states.see::<SecurityGroup>("security-group");
        let Some(state) = state.filter(|_| !self.managed("security-group")) else {
            return Answer::NotAsked("a group of ours gets the rules that it lacks");
        };
        let group = Group {
            told: state.told(),
            field: field("securityGroups"),
            rules: SecurityGroupState::allows(&state),
            nodes: self
                .subnets()
                .into_iter()
                .map(|place| place.state.cidr)
                .collect(),
            asks_for_ssh: self.target.spec.ssh_sources.is_some(),
            // Besides its own group, a rule may name another one, or a group of addresses.
            is_list: |_| true,
        };
        let access = compile::access(self.target);
        Answer::Judged(group.judge(&access, |rules| added(&state.id, rules)))
    }
}

impl Judge<'_> {
    /// Private IPv4 addresses that leave as they are.
    fn untranslated(&self, router: &RouterState) -> Option<Finding> {
        let gateway = router.external_gateway_info.as_ref()?;
        if gateway.enable_snat != Some(false) {
            return None;
        }
        let mut subnets = self.subnets().into_iter().map(|place| place.state);
        let is_private = |subnet: &Typed<'_, SubnetState>| match subnet.cidr {
            IpNet::V4(net) => net.addr().is_private(),
            IpNet::V6(_) => false,
        };
        let subnet = subnets.find(is_private)?;
        let what = format!(
            "has SNAT off, and {} has the private range {}: answers from the internet find no way back",
            subnet.told(),
            subnet.cidr
        );
        let finding = router
            .warning(codes::ROUTER_SNAT, &what)
            .at(field("routerID"));
        Some(finding.remedy(format!(
            "have SNAT turned on (openstack router set --enable-snat --external-gateway {} {}), \
             unless somebody else translates",
            gateway.network_id, router.id
        )))
    }
}

fn gateway_address(place: &Place<'_>, holders: &Holders) -> Option<Finding> {
    let (told, id) = (place.state.told(), &place.state.id);
    let gateway = place.state.gateway_ip?;
    let elsewhere = holders.routers.iter();
    let elsewhere = elsewhere.filter(|(_, address)| **address != gateway);
    let answers = holders.routers.values().any(|address| *address == gateway);
    let (message, remedy) = match (&holders.gateway, elsewhere.min()) {
        (Some(port), _) => (
            format!(
                "{gateway}, the gateway address of {told}, is that of port {} ({}) of {}: no router \
                 can answer there",
                port.name, port.id, port.device_owner
            ),
            format!(
                "give that port another address, or the subnet another gateway (openstack subnet \
                 set --gateway ADDRESS {id}); or set externalGateway where that port is the way out"
            ),
        ),
        (None, Some((router, address))) if !answers => (
            format!(
                "router {router} has the address {address} in {told}, but nodes send to {gateway}, which \
                 no port has"
            ),
            format!(
                "have the subnet name the router's address (openstack subnet set --gateway \
                 {address} {id}); or set externalGateway where something else is the way out"
            ),
        ),
        (None, _) => return None,
    };
    let finding = Finding::error(codes::GATEWAY_ADDRESS, message).at(field(place.field));
    Some(finding.about(told).remedy(remedy))
}

/// A gateway whose external network lacks a family.
fn unaddressed_gateway(router: &RouterState, family: Family) -> Finding {
    let told = router.told();
    let message = format!(
        "the gateway of {told} has no {family} address: nodes have no way out over {family}"
    );
    let finding = match family {
        Family::V4 => Finding::error(codes::ROUTER_IPV4, message),
        Family::V6 => Finding::warning(codes::ROUTER_IPV6, message),
    };
    finding.about(told).remedy(format!(
        "have an {family} subnet added to the external network, then set the router's gateway again"
    ))
}

/// How the owner of a group adds rules.
fn added(group: &str, rules: &[&Rule]) -> String {
    let calls: Vec<String> = rules.iter().map(|rule| created(group, rule)).collect();
    format!(
        "have its owner call: {}; or leave securityGroups out",
        calls.join("; ")
    )
}

fn created(group: &str, rule: &Rule) -> String {
    let body = crate::object::rules::body(rule, group);
    let option = |name: &str, key: &str| {
        let value = body[key].as_str();
        value.map_or_else(String::new, |value| format!(" --{name} {value}"))
    };
    let direction = match rule.direction {
        Direction::Ingress => "ingress",
        Direction::Egress => "egress",
    };
    let ports = rule
        .traffic
        .ports()
        .filter(|ports| *ports != rules::Ports::ALL);
    let ports = ports.map_or_else(String::new, |ports| {
        format!(" --dst-port {}:{}", ports.first, ports.last)
    });
    let peer = match &rule.peer {
        Peer::Members | Peer::Other(_) => option("remote-group", "remote_group_id"),
        Peer::Range(_) => option("remote-ip", "remote_ip_prefix"),
    };
    format!(
        "openstack security group rule create --{direction} --ethertype {}{}{ports}{peer} {group}",
        rule.family,
        option("protocol", "protocol")
    )
}
