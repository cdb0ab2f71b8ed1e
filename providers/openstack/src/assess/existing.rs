//! A network judged by what keeps its nodes from working: the kit's questions, as Neutron answers
//! them. Pure.

use std::collections::BTreeSet;

use groundwork_kit::{
    existing::{self, Answer, Existing, Group, Routed},
    rules::{Peer, Ports, Rule},
};
use groundwork_model::{Family, Finding, Severity};
use groundwork_provider::Typed;
use ipnet::IpNet;

use super::Judge;
use crate::{
    codes,
    compile::{self, is_routed_elsewhere},
    object::{
        Network, NetworkState, Object, RouterState, SecurityGroup, SecurityGroupState, Subnet,
        SubnetState, rules,
    },
    spec::{self, Place, field},
    survey::Holders,
};

/// A subnet of the cluster's, and where it stands.
type Placed<'a> = (Place, Typed<'a, SubnetState>);

impl<'a> Judge<'a> {
    /// One that is somebody else's.
    fn named_network(&self) -> Option<Typed<'a, NetworkState>> {
        self.states.external::<Network>("network")
    }

    fn subnets(&self) -> impl Iterator<Item = Placed<'a>> {
        let states = self.states;
        let places = spec::subnets(self.target);
        places.filter_map(move |place| Some((place, states.see::<Subnet>(place.address)?)))
    }

    /// Those that are somebody else's.
    fn named_subnets(&self) -> impl Iterator<Item = Placed<'a>> {
        let states = self.states;
        let subnets = self.subnets();
        subnets.filter(move |(place, _)| !states.is_managed(place.address))
    }

    fn holders(&self, subnet: &SubnetState) -> Holders {
        let holders = self.survey.holders.get(&subnet.id);
        holders.cloned().unwrap_or_default()
    }
}

impl Existing for Judge<'_> {
    fn told(&self) -> Option<String> {
        self.named_network().map(|network| network.told())
    }

    /// On a network of ours it is turned on again.
    fn port_security(&mut self) -> Answer {
        let off = |state: &Typed<'_, NetworkState>| state.port_security_enabled == Some(false);
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
        let off = self.named_network().filter(off);
        Answer::Judged(off.map(finding).into_iter().collect())
    }

    fn devices(&mut self) -> Answer {
        let finding = |(Place { field: name, .. }, state): Placed<'_>| {
            let types = &state.service_types;
            if types.is_empty() || types.iter().any(|of| of.starts_with("compute:")) {
                return None;
            }
            let types = types.join(", ");
            let what = format!("gives addresses to {types} alone: machines get none");
            let finding = state.error(codes::SUBNET_DEVICES, &what).at(field(name));
            Some(finding.remedy(format!(
                "have compute:nova added to its service types, or name another subnet in {name}"
            )))
        };
        Answer::Judged(self.named_subnets().filter_map(finding).collect())
    }

    /// By the ports that the project sees: there may be fewer free addresses, never more.
    fn room(&mut self) -> Answer {
        let finding = |(Place { field: name, .. }, state): Placed<'_>| {
            let (used, all) = (self.holders(&state).used, state.capacity());
            let free = all.saturating_sub(used as u128);
            let severity = existing::room(free)?;
            let family = state.family();
            let what = match free {
                0 => format!("has no free {family} address of the {all} that it gives out"),
                _ => format!("has {free} free {family} addresses of {all}"),
            };
            let finding = state.finding(severity, codes::SUBNET_FULL, &what);
            Some(finding.at(field(name)).remedy(format!(
                "have its allocation pools extended, or name a larger subnet in {name}"
            )))
        };
        Answer::Judged(self.named_subnets().filter_map(finding).collect())
    }

    fn gateway_address(&mut self) -> Answer {
        if is_routed_elsewhere(self.target) {
            return Answer::NotAsked("externalGateway says that the way out is somebody else's");
        }
        let finding = |(place, state): Placed<'_>| {
            let finding = gateway_address(&state, &self.holders(&state))?;
            Some(finding.at(field(place.field)))
        };
        Answer::Judged(self.subnets().filter_map(finding).collect())
    }

    fn owner(&mut self) -> Answer {
        Answer::NotAsked(
            "whose something is is told with what cannot be made or attached because of that",
        )
    }

    /// Of each family that the cluster has. A gateway that our own router lacks is a change of the plan's,
    /// and made with it.
    fn ways_out(&mut self) -> Answer {
        let Some(state) = self.router() else {
            return Answer::Judged(Vec::new());
        };
        let families = self.target.addressing.family.families().iter();
        let unaddressed = families.filter(|family| !state.has_address(**family));
        let unaddressed = unaddressed.map(|family| unaddressed_gateway(&state, *family));
        Answer::Judged(match state.gateway() {
            Some(_) => unaddressed.chain(self.untranslated(&state)).collect(),
            None if self.states.is_managed("router") => Vec::new(),
            None => {
                let what = "has no gateway: nothing behind it has a way out";
                let finding = state.error(codes::ROUTER_GATEWAY, what);
                let remedy =
                    "set the router's external gateway, or name another router in routerID";
                vec![finding.at(field("routerID")).remedy(remedy)]
            }
        })
    }

    fn packet_size(&mut self) -> Answer {
        let network = self.states.see::<Network>("network");
        let finding = network.and_then(|state| {
            let mtu = state
                .mtu
                .filter(|mtu| *mtu > 0 && self.target.is_dual_stack())?;
            existing::packets(self.target.cluster.cni(), &state.told(), mtu)
        });
        Answer::Judged(finding.into_iter().collect())
    }

    /// Other subnets on the network and behind the router, the router's static routes, and what else
    /// is of the network's address scope: its addresses are routed and not translated.
    fn routed(&mut self) -> Answer {
        let survey = self.survey;
        let subnets = survey.neighbours.iter().chain(&survey.behind);
        let subnets = subnets.map(|state| Routed::new(state.cidr, state.told(), state.told()));
        let router = self.router();
        let routes = router.iter().flat_map(|router| {
            router.routes.iter().map(|route| {
                let what = format!("what {} routes to {}", router.told(), route.nexthop);
                Routed::new(route.destination, what, router.told())
            })
        });
        let network = self.states.see::<Network>("network");
        let scope = network.as_ref().and_then(|state| state.scope());
        let pools = survey.pools.iter().filter(|pool| pool.is_in(scope));
        let pools = pools.flat_map(|pool| {
            pool.prefixes.iter().map(|net| {
                let what = format!("{}, which is of the network's address scope,", pool.told());
                Routed {
                    severity: Severity::Warning,
                    ..Routed::new(*net, what, pool.told())
                }
            })
        });
        let is_default = |routed: &Routed| routed.net.prefix_len() == 0;
        let all = subnets.chain(routes).chain(pools);
        let all: BTreeSet<Routed> = all.filter(|routed| !is_default(routed)).collect();
        Answer::Judged(existing::overlaps(all, &self.target.addressing))
    }

    /// A group that is somebody else's has to allow what ours would.
    fn group(&mut self) -> Answer {
        let Some(state) = self.states.external::<SecurityGroup>("security-group") else {
            return Answer::NotAsked("a group of ours gets the rules that it lacks");
        };
        let group = Group {
            told: state.told(),
            field: field("securityGroups"),
            rules: SecurityGroupState::allows(&state),
            nodes: self.subnets().map(|(_, state)| state.cidr).collect(),
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
        let gateway = router.gateway().filter(|_| router.keeps_addresses())?;
        let mut subnets = self.subnets().map(|(_, state)| state);
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
        let finding = router.warning(codes::ROUTER_SNAT, &what);
        Some(finding.at(field("routerID")).remedy(format!(
            "have SNAT turned on (openstack router set --enable-snat --external-gateway {gateway} {}), \
             unless somebody else translates",
            router.id
        )))
    }
}

fn gateway_address(subnet: &SubnetState, holders: &Holders) -> Option<Finding> {
    let (told, id, gateway) = (subnet.told(), &subnet.id, subnet.gateway_ip?);
    let answers = holders.routers.values().any(|address| *address == gateway);
    let elsewhere = holders.routers.iter().next().filter(|_| !answers);
    let (message, remedy) = match (&holders.gateway, elsewhere) {
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
        (None, Some((router, address))) => (
            format!(
                "router {router} has the address {address} in {told}, but nodes send to {gateway}, which \
                 no port has"
            ),
            format!(
                "have the subnet name the router's address (openstack subnet set --gateway \
                 {address} {id}); or set externalGateway where something else is the way out"
            ),
        ),
        (None, None) => return None,
    };
    let finding = Finding::error(codes::GATEWAY_ADDRESS, message);
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
    let body = rules::body(rule, group);
    let option = |name: &str, key: &str| {
        let value = body[key].as_str();
        value.map_or_else(String::new, |value| format!(" --{name} {value}"))
    };
    let ports = rule.traffic.ports().filter(|ports| *ports != Ports::ALL);
    let ports = ports.map_or_else(String::new, |ports| {
        format!(" --dst-port {}:{}", ports.first, ports.last)
    });
    let peer = match &rule.peer {
        Peer::Members | Peer::Other(_) => option("remote-group", "remote_group_id"),
        Peer::Range(_) => option("remote-ip", "remote_ip_prefix"),
    };
    format!(
        "openstack security group rule create --{} --ethertype {}{}{ports}{peer} {group}",
        rules::direction(rule),
        rule.family,
        option("protocol", "protocol")
    )
}
