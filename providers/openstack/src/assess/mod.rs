//! The network judged as a whole: what single fields cannot show. Pure.

mod existing;

use groundwork_kit::{access, existing::judge, rules::Direction};
use groundwork_model::{Family, Finding, Severity};
use groundwork_provider::{States, Typed};
use ipnet::IpNet;

use crate::{
    codes,
    compile::{self, FALLBACK, is_routed_elsewhere},
    object::{Object, Router, RouterState, SecurityGroup, SecurityGroupState, Subnet, SubnetState},
    spec::{self, Mode, Place, RaMode, Target, field},
    survey::Survey,
};

/// Everything that is not as a cluster's network has to be, as far as it exists.
pub(crate) fn assess(target: &Target, survey: &Survey, states: &States) -> Vec<Finding> {
    let mut of = Judge {
        target,
        survey,
        states,
        findings: Vec::new(),
    };
    for place in spec::subnets(target) {
        of.subnet(place);
    }
    of.security_group();
    let existing = judge(&mut of);
    of.findings.into_iter().chain(existing).collect()
}

struct Judge<'a> {
    target: &'a Target,
    survey: &'a Survey,
    states: &'a States,
    findings: Vec<Finding>,
}

impl<'a> Judge<'a> {
    fn say(&mut self, finding: Finding, remedy: &str) {
        self.findings.push(finding.remedy(remedy));
    }

    /// The router, where it is the way out.
    fn router(&self) -> Option<Typed<'a, RouterState>> {
        let state = self.states.see::<Router>("router");
        state.filter(|_| !is_routed_elsewhere(self.target))
    }

    fn subnet(&mut self, place: Place) {
        let Some(state) = self.states.see::<Subnet>(place.address) else {
            return;
        };
        let (managed, at) = (self.states.is_managed(place.address), field(place.field));
        if !managed {
            self.dhcp(&state, &at);
            self.unrouted(&state, &at);
        }
        if state.is_interim() {
            self.delegated(&state, &at);
        } else if state.subnetpool_id.is_some() {
            // A range out of a pool is known only once it exists.
            let overlaps = self.target.addressing.overlaps_of_nodes(state.cidr);
            let overlaps = overlaps.into_iter();
            let overlaps = overlaps.map(|finding| finding.about(state.told()));
            self.findings.extend(overlaps);
        }
        if state.family() == Family::V6 {
            self.modes(&state, &at);
            self.private(&state);
        }
        // A gateway that our own subnet lacks is a change of the plan's.
        let lost = state.gateway_ip.is_none() && !managed;
        if lost && !is_routed_elsewhere(self.target) {
            let what = "has no gateway address, so nodes have no way out";
            let finding = state.error(codes::SUBNET_GATEWAY, what).at(at);
            let remedy =
                "give the subnet a gateway, or set externalGateway where it is none of Neutron's";
            self.say(finding, remedy);
        }
    }

    fn dhcp(&mut self, state: &SubnetState, at: &str) {
        let advertised = state.ipv6_ra_mode.as_ref().and_then(Mode::known);
        if state.enable_dhcp || advertised.is_some_and(RaMode::is_automatic) {
            return;
        }
        let told = state.told();
        let message = format!("DHCP is off in {told}: nodes are not told their addresses");
        let finding = Finding::warning(codes::SUBNET_DHCP, message).at(at);
        let remedy = "have DHCP turned on, or let the machines' images say the addresses";
        self.say(finding.about(told), remedy);
    }

    /// Joined to other routers than the one that is named, or to none.
    fn unrouted(&mut self, state: &SubnetState, at: &str) {
        let router = self.router().filter(|_| !self.states.is_managed("router"));
        let Some(router) = router else {
            return;
        };
        let routers: Vec<&str> = self.survey.routers_of(&state.id).collect();
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
        let finding = state.error(codes::SUBNET_UNROUTED, &what).at(at);
        self.say(finding, "attach the subnet to the router (openstack router add subnet), or name its own router in routerID");
    }

    /// How nodes learn their IPv6 addresses.
    fn modes(&mut self, state: &SubnetState, at: &str) {
        let said = [&state.ipv6_address_mode, &state.ipv6_ra_mode];
        let [address, advertised] = said.map(|mode| mode.as_ref().and_then(Mode::known));
        let elsewhere = self.target.spec.external_ipv6_ra && state.ipv6_ra_mode.is_none();
        if !(elsewhere || address.is_some() && advertised.is_some()) {
            let [address, advertised] = said.map(|mode| mode.as_ref().map_or("none", Mode::as_str));
            let mut said = said.into_iter().flatten();
            let means = match said.any(|mode| mode.known().is_none()) {
                true => "whether nodes get IPv6 addresses is not known",
                false => "nodes get no IPv6 address",
            };
            let what =
                format!("has address mode {address} and advertisement mode {advertised}: {means}");
            let finding = state.error(codes::RA_MODE, &what).at(at);
            self.say(finding, "use a subnet with both modes set (they cannot be set later); or set externalIPv6RA where another router advertises");
        }
        let automatic = address.is_some_and(RaMode::is_automatic);
        if automatic && state.cidr.prefix_len() != 64 && !state.is_interim() {
            let what = format!("is {}, and automatic addresses need a /64", state.cidr);
            let finding = state.error(codes::PREFIX_LENGTH, &what).at(at);
            self.say(finding, "use a /64, or a subnet with dhcpv6-stateful");
        }
    }

    /// Neutron 2025.1 took the agents away that ask for delegated prefixes, and still takes such subnets.
    fn delegated(&mut self, state: &SubnetState, at: &str) {
        let what = "has no prefix: it waits for one that is delegated to its router, and Neutron has not asked \
                    for any since 2025.1";
        let severity = self.survey.rights.severity();
        let finding = state.finding(severity, codes::PREFIX_DELEGATION, what);
        let remedy = "use a subnet with a range of its own, or one of a subnet pool";
        self.say(finding.at(at), remedy);
    }

    fn private(&mut self, state: &SubnetState) {
        let unique_local = match state.cidr {
            IpNet::V6(net) => net.addr().is_unique_local(),
            IpNet::V4(_) => false,
        };
        if unique_local && state.cidr != FALLBACK {
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

    /// Rules of somebody else's in our group, and what a group of somebody else's does by itself.
    fn security_group(&mut self) {
        let Some(state) = self.states.see::<SecurityGroup>("security-group") else {
            return;
        };
        if self.states.is_managed("security-group") {
            self.foreign_rules(&state);
        } else if state.stateful == Some(false) {
            let what =
                "is stateless: replies to what nodes send come in only where a rule lets them in";
            let finding = state.warning(codes::STATELESS, what);
            let remedy = "use a stateful group, or see that its rules let replies in";
            self.say(finding.at(field("securityGroups")), remedy);
        }
    }

    /// Rules of other hands in our group are theirs: they stay, and are said.
    fn foreign_rules(&mut self, state: &SecurityGroupState) {
        let access = compile::access(self.target);
        let mut foreign = state.merge(&access.rules).foreign;
        // Neutron itself lets everything out of a new group.
        foreign.retain(|rule| rule.direction == Direction::Ingress);
        let finding = access::foreign(&state.told(), "also lets in", &foreign);
        self.findings.extend(finding);
    }
}
