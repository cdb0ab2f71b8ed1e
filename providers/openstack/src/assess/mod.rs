//! The network judged as a whole: what single fields cannot show. Pure.

mod existing;

use groundwork_kit::{
    codes::FOREIGN_RULES,
    existing::judge,
    rules::{self, Direction},
};
use groundwork_model::{Family, Finding, Severity, cidr};
use groundwork_provider::{Known, States, Target};
use ipnet::IpNet;

use crate::{
    codes,
    compile::{self, is_routed_elsewhere},
    object::{
        Object,
        router::Router,
        router_interface::Interface,
        security_group::{SecurityGroup, SecurityGroupState},
        subnet::{Subnet, SubnetState},
    },
    spec::{Datacenter, Mode, RaMode, Spec, field},
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

    fn say(&mut self, finding: Finding, remedy: &str) {
        self.findings.push(finding.remedy(remedy));
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
            let what = "has no gateway address, so nodes have no way out";
            let finding = state.error(codes::SUBNET_GATEWAY, what).at(field(name));
            let remedy =
                "give the subnet a gateway, or set externalGateway where it is none of Neutron's";
            self.say(finding, remedy);
        }
    }

    fn external_subnet(&mut self, state: &SubnetState, name: &str) {
        let advertised = state.ipv6_ra_mode.as_ref().and_then(Mode::known);
        let automatic = advertised.is_some_and(RaMode::is_automatic);
        if !state.enable_dhcp && !automatic {
            let told = state.told();
            let message = format!("DHCP is off in {told}: nodes are not told their addresses");
            let finding = Finding::warning(codes::SUBNET_DHCP, message).at(field(name));
            let remedy = "have DHCP turned on, or let the machines' images say the addresses";
            self.say(finding.about(told), remedy);
        }
        if is_routed_elsewhere(self.target) || self.managed("router") {
            return;
        }
        let Some(router) = self.states.see::<Router>("router") else {
            return;
        };
        let of_it = |i: &&Interface| i.subnet == state.id;
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
        let what = format!(
            "is attached {elsewhere}, and not to {}: nodes have no {} way out through it",
            router.told(),
            state.family()
        );
        let finding = state.error(codes::SUBNET_UNROUTED, &what).at(field(name));
        self.say(finding, "attach the subnet to the router (openstack router add subnet), or name its own router in routerID");
    }

    /// How nodes learn their IPv6 addresses.
    fn modes(&mut self, state: &SubnetState, name: &str) {
        let said = [&state.ipv6_address_mode, &state.ipv6_ra_mode];
        let [address, advertised] = said.map(|mode| mode.as_ref().and_then(Mode::known));
        let elsewhere = self.target.spec.external_ipv6_ra && state.ipv6_ra_mode.is_none();
        if !(elsewhere || address.is_some() && advertised.is_some()) {
            let [address, advertised] = said.map(|mode| mode.as_ref().map_or("none", Mode::as_str));
            let unknown = said
                .iter()
                .any(|mode| matches!(mode, Some(Mode::Unknown(_))));
            let means = match unknown {
                true => "whether nodes get IPv6 addresses is not known",
                false => "nodes get no IPv6 address",
            };
            let what =
                format!("has address mode {address} and advertisement mode {advertised}: {means}");
            let finding = state.error(codes::RA_MODE, &what).at(field(name));
            self.say(finding, "use a subnet with both modes set (they cannot be set later); or set externalIPv6RA where another router advertises");
        }
        let automatic = address.is_some_and(|mode| mode.is_automatic());
        if automatic && state.cidr.prefix_len() != 64 && !state.is_interim() {
            let what = format!("is {}, and automatic addresses need a /64", state.cidr);
            let finding = state.error(codes::PREFIX_LENGTH, &what).at(field(name));
            self.say(finding, "use a /64, or a subnet with dhcpv6-stateful");
        }
    }

    /// Neutron 2025.1 took the agents away that ask for delegated prefixes, and still takes such subnets.
    fn delegated(&mut self, state: &SubnetState, name: &str) {
        let what = "has no prefix: it waits for one that is delegated to its router, and Neutron has not asked \
                    for any since 2025.1";
        let severity = self.survey.rights.severity();
        let finding = state.finding(severity, codes::PREFIX_DELEGATION, what);
        let remedy = "use a subnet with a range of its own, or one of a subnet pool";
        self.say(finding.at(field(name)), remedy);
    }

    fn private(&mut self, state: &SubnetState) {
        let unique_local: IpNet = "fc00::/7".parse().expect("it is a CIDR");
        let fallback: IpNet = crate::compile::ipv6_source::FALLBACK
            .parse()
            .expect("it is a CIDR");
        if unique_local.contains(&state.cidr) && state.cidr != fallback {
            let what = format!(
                "is {}, a unique local range: nodes reach the internet over IPv6 only through \
                 something that translates addresses",
                state.cidr
            );
            let finding = state.finding(Severity::Note, codes::EGRESS_IPV6, &what);
            let remedy = "use a pool of global addresses where nodes need the internet over IPv6";
            self.say(finding, remedy);
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
            let what =
                "is stateless: replies to what nodes send come in only where a rule lets them in";
            let finding = state
                .warning(codes::STATELESS, what)
                .at(field("securityGroups"));
            self.say(
                finding,
                "use a stateful group, or see that its rules let replies in",
            );
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
            let what = format!("also lets in: {}", told.join("; "));
            let finding = state.warning(FOREIGN_RULES, &what);
            self.say(
                finding,
                "remove the rules by hand if they should not be there",
            );
        }
    }
}
