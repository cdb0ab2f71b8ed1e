//! The network judged as a whole: what single fields cannot show. Pure.

mod existing;

use groundwork_kit::{
    existing::judge,
    rules::{self, Direction},
};
use groundwork_model::{Family, Finding, cidr};
use groundwork_provider::{Known, States, Target};
use ipnet::IpNet;

use crate::{
    codes,
    compile::{self, is_routed_elsewhere},
    object::{
        Object,
        router::Router,
        security_group::{SecurityGroup, SecurityGroupState},
        subnet::{Subnet, SubnetState},
    },
    spec::{Datacenter, Spec, field},
    survey::Survey,
};

/// Everything that is not as a cluster's network has to be, as far as it exists.
pub(crate) fn assess(
    target: &Target<Spec, Datacenter>,
    survey: &Survey,
    states: &States,
) -> Vec<Finding> {
    let dual = target.addressing.family.is_dual_stack();
    let mut of = Judge {
        target,
        survey,
        states,
        dual,
        findings: Vec::new(),
    };
    of.subnet("subnet/ipv4", "subnetID");
    if dual {
        of.subnet("subnet/ipv6", "ipv6SubnetID");
    }
    of.security_group();
    let existing = judge(&mut of);
    of.findings.into_iter().chain(existing).collect()
}

pub(crate) struct Judge<'a> {
    pub(crate) target: &'a Target<Spec, Datacenter>,
    pub(crate) survey: &'a Survey,
    pub(crate) states: &'a States,
    pub(crate) dual: bool,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    pub(crate) fn managed(&self, address: &str) -> bool {
        let known = self.states.named(address);
        known.is_some_and(|Known { managed, .. }| *managed)
    }

    fn say(&mut self, finding: Finding, about: String, remedy: &str) {
        self.findings.push(finding.about(about).remedy(remedy));
    }

    fn subnet(&mut self, address: &str, name: &str) {
        let states = self.states;
        let Some(state) = states.see::<Subnet>(address) else {
            return;
        };
        if !self.managed(address) {
            self.external_subnet(&state, name);
        }
        if state.is_interim() {
            self.delegated(&state, name);
        } else if state.subnetpool_id.is_some() {
            self.overlaps(&state);
        }
        if state.family() == Family::V6 {
            self.modes(&state, name);
            self.private(&state);
        }
        // A gateway that our own subnet lacks is a change of the plan's.
        let lost = state.gateway_ip.is_none() && !self.managed(address);
        if lost && !is_routed_elsewhere(self.target) {
            let message = format!(
                "{} has no gateway address, so nodes have no way out",
                state.told()
            );
            let finding = Finding::error(codes::SUBNET_GATEWAY, message).at(field(name));
            let remedy =
                "give the subnet a gateway, or set externalGateway where it is none of Neutron's";
            self.say(finding, state.told(), remedy);
        }
    }

    fn external_subnet(&mut self, state: &SubnetState, name: &str) {
        let automatic = state.ipv6_ra_mode.is_some_and(|mode| mode.is_automatic());
        if !state.enable_dhcp && !automatic {
            let message = format!(
                "DHCP is off in {}: nodes are not told their addresses",
                state.told()
            );
            let finding = Finding::warning(codes::SUBNET_DHCP, message).at(field(name));
            self.say(
                finding,
                state.told(),
                "have DHCP turned on, or let the machines' images say the addresses",
            );
        }
        if is_routed_elsewhere(self.target) || self.managed("router") {
            return;
        }
        let Some(router) = self.states.see::<Router>("router") else {
            return;
        };
        let of_it = |i: &&crate::Interface| i.subnet == state.id;
        let routers: Vec<_> = self
            .survey
            .attached
            .iter()
            .filter(of_it)
            .map(|i| i.router.as_str())
            .collect();
        if routers.contains(&router.id.as_str()) {
            return;
        }
        let elsewhere = match routers.is_empty() {
            true => "to no router".to_owned(),
            false => format!("to router {} only", routers.join(", ")),
        };
        let message = format!(
            "{} is attached {elsewhere}, and not to {}: nodes have no {} way out through it",
            state.told(),
            router.told(),
            state.family()
        );
        let finding = Finding::error(codes::SUBNET_UNROUTED, message).at(field(name));
        self.say(finding, state.told(), "attach the subnet to the router (openstack router add subnet), or name its own router in routerID");
    }

    /// How nodes learn their IPv6 addresses.
    fn modes(&mut self, state: &SubnetState, name: &str) {
        let elsewhere = self.target.spec.external_ipv6_ra;
        let told = state.told();
        match (state.ipv6_address_mode, state.ipv6_ra_mode) {
            (Some(_), Some(_)) => {}
            (None, None) if elsewhere => {}
            (Some(_), None) if elsewhere => {}
            (None, _) | (_, None) => {
                let mode = |mode: Option<crate::RaMode>| mode.map_or("none", crate::RaMode::as_str);
                let message = format!(
                    "{told} has address mode {} and advertisement mode {}: nodes get no IPv6 address",
                    mode(state.ipv6_address_mode),
                    mode(state.ipv6_ra_mode)
                );
                let finding = Finding::error(codes::RA_MODE, message).at(field(name));
                self.say(finding, told.clone(), "use a subnet with both modes set (they cannot be set later); or set externalIPv6RA where another router advertises");
            }
        }
        let automatic = state
            .ipv6_address_mode
            .is_some_and(|mode| mode.is_automatic());
        if automatic && state.cidr.prefix_len() != 64 && !state.is_interim() {
            let message = format!(
                "{told} is {}, and automatic addresses need a /64",
                state.cidr
            );
            let finding = Finding::error(codes::PREFIX_LENGTH, message).at(field(name));
            self.say(finding, told, "use a /64, or a subnet with dhcpv6-stateful");
        }
    }

    /// Neutron 2025.1 took the agents away that ask for delegated prefixes, and still takes such subnets.
    fn delegated(&mut self, state: &SubnetState, name: &str) {
        let message = format!(
            "{} has no prefix: it waits for one that is delegated to its router, and Neutron has not asked \
             for any since 2025.1",
            state.told()
        );
        let rights = &self.survey.rights;
        let finding = rights.refused(codes::PREFIX_DELEGATION, message);
        let remedy = "use a subnet with a range of its own, or one of a subnet pool";
        self.say(finding.at(field(name)), state.told(), remedy);
    }

    fn private(&mut self, state: &SubnetState) {
        let unique_local: IpNet = "fc00::/7".parse().expect("it is a CIDR");
        let fallback: IpNet = crate::compile::ipv6_source::FALLBACK
            .parse()
            .expect("it is a CIDR");
        if unique_local.contains(&state.cidr) && state.cidr != fallback {
            let message = format!(
                "{} is {}, a unique local range: nodes reach the internet over IPv6 only through \
                 something that translates addresses",
                state.told(),
                state.cidr
            );
            let remedy = "use a pool of global addresses where nodes need the internet over IPv6";
            self.say(
                Finding::note(codes::EGRESS_IPV6, message),
                state.told(),
                remedy,
            );
        }
    }

    /// A range out of a pool is known only once it exists.
    fn overlaps(&mut self, state: &SubnetState) {
        let nodes = (format!("{} nodes", state.family()), state.cidr);
        let own = self.target.addressing.named();
        let found = cidr::overlaps_of(&nodes, &own).into_iter();
        self.findings
            .extend(found.map(|finding| finding.about(state.told())));
    }

    /// Rules of somebody else's in our group, and what a group of somebody else's does by itself.
    fn security_group(&mut self) {
        let states = self.states;
        let Some(state) = states.see::<SecurityGroup>("security-group") else {
            return;
        };
        if self.managed("security-group") {
            self.foreign_rules(&state);
        } else if state.stateful == Some(false) {
            let message = format!(
                "{} is stateless: replies to what nodes send come in only where a rule lets them in",
                state.told()
            );
            let finding = Finding::warning(codes::STATELESS, message).at(field("securityGroups"));
            let remedy = "use a stateful group, or see that its rules let replies in";
            self.say(finding, state.told(), remedy);
        }
    }

    /// Rules of other hands in our group are theirs: they stay, and are said.
    fn foreign_rules(&mut self, state: &SecurityGroupState) {
        let access = compile::access(self.target);
        let mut foreign = state.merge(&access.rules).foreign;
        // Neutron itself lets everything out of a new group.
        foreign.retain(|rule| rule.direction == Direction::Ingress);
        let told = rules::told(&foreign);
        if !told.is_empty() {
            let message = format!("{} also lets in: {}", state.told(), told.join("; "));
            let remedy = "remove the rules by hand if they should not be there";
            self.say(
                Finding::warning(groundwork_kit::codes::FOREIGN_RULES, message),
                state.told(),
                remedy,
            );
        }
    }
}
