//! Whether security groups let nodes talk: the one of the document, and the one of the nodes' subnet, where
//! that is another one. Packets have to pass both. Pure.

use std::collections::BTreeSet;

use groundwork_kit::{
    access::{self, Access},
    existing::Group,
    rules::{self, Direction, Peer, Rule, Traffic, covers, everywhere},
};
use groundwork_model::{Family, Finding};
use ipnet::IpNet;

use super::{
    Judge,
    decides::{PROBES, allowed, denials, in_order},
    denial::told_by,
};
use crate::{
    check, codes, id,
    object::{SecurityGroup, SecurityGroupState, parts, sayable},
    spec::field,
};

/// What rules of the cloud controller manager begin with: it makes them for Services.
const OF_CONTROLLER: &str = "k8s-azure-lb";

/// A security group that packets of nodes have to pass.
pub(super) struct Place {
    pub(super) told: String,
    /// The field that names it, or its subnet.
    pub(super) field: String,
    state: SecurityGroupState,
    is_ours: bool,
}

impl Judge<'_> {
    pub(super) fn let_through(&self) -> Vec<Finding> {
        let access = check::access(self.target);
        let nodes = self.node_ranges();
        let places = self.places();
        let mut findings: Vec<Finding> = places
            .iter()
            .flat_map(|place| self.judged(place, &access, &nodes))
            .collect();
        findings.extend(self.without_group());
        findings.extend(self.icmpv6(&places, &nodes));
        findings
    }

    fn places(&self) -> Vec<Place> {
        let own = self.states.state::<SecurityGroup>("security-group");
        let own = own.map(|state| Place {
            told: state.told(),
            field: field("securityGroup"),
            is_ours: self.states.is_managed("security-group"),
            state,
        });
        let of_subnet = self
            .named_subnet()
            .and_then(|_| self.survey.around.security_group.clone());
        let is_same = |state: &SecurityGroupState| {
            let own = own.as_ref().map(|place| place.state.common.address());
            own == Some(state.common.address())
        };
        let of_subnet = of_subnet
            .filter(|state| !is_same(state))
            .map(|state| Place {
                told: state.told(),
                field: field("subnet"),
                is_ours: false,
                state,
            });
        own.into_iter().chain(of_subnet).collect()
    }

    /// A group of ours gets the rules that it lacks; what denies before them is told.
    fn judged(&self, place: &Place, access: &Access, nodes: &[IpNet]) -> Vec<Finding> {
        let state = match place.is_ours {
            true => place.state.with_ours(&sayable(access.rules.clone())),
            false => place.state.clone(),
        };
        let decided = in_order(&state, nodes);
        let mut findings = match place.is_ours {
            true => foreign(place, access).into_iter().collect(),
            false => self.lacking(place, access, allowed(decided.iter(), nodes), nodes),
        };
        let wanted: BTreeSet<Rule> = nameable(access).chain(self.probes()).collect();
        let denied = wanted.iter().flat_map(|rule| {
            let denials = denials(rule, &decided, nodes).into_iter();
            denials.map(move |denial| (rule, denial))
        });
        findings.extend(told_by(place, denied.collect()));
        findings
    }

    fn lacking(
        &self,
        place: &Place,
        access: &Access,
        rules: BTreeSet<Rule>,
        nodes: &[IpNet],
    ) -> Vec<Finding> {
        let group = Group {
            told: place.told.clone(),
            field: place.field.clone(),
            rules,
            nodes: nodes.to_vec(),
            asks_for_ssh: self.target.spec.ssh_sources.is_some(),
            is_list: |_| false,
        };
        let access = Access {
            rules: nameable(access).collect(),
            ..access.clone()
        };
        group.judge(&access, |rules| added(&place.state, rules))
    }

    fn probes(&self) -> impl Iterator<Item = Rule> {
        let families = self.target.addressing.family.families().iter();
        families.map(|family| {
            let probes = Peer::Other(PROBES.to_owned());
            Rule::ingress(*family, Traffic::Tcp(rules::Ports::ALL), probes)
        })
    }

    /// Health probes over IPv6 find no machine without one.
    fn without_group(&self) -> Option<Finding> {
        let subnet = self.named_subnet().filter(|_| self.is_dual())?;
        if subnet.properties.network_security_group.is_some() {
            return None;
        }
        let told = subnet.told();
        let message = format!(
            "{told} has no security group: one is in force where interfaces of nodes have it, and without \
             any, health probes of load balancers over IPv6 fail"
        );
        let finding = Finding::note(codes::NO_GROUP, message)
            .at(field("subnet"))
            .about(told);
        Some(finding.remedy(
            "KKP gives securityGroup to the interfaces; elsewhere have it attached to the subnet: az network \
             vnet subnet update --network-security-group",
        ))
    }

    /// Rules name ICMP of IPv4 alone: what routers say over IPv6 comes in by a rule for everything.
    fn icmpv6(&self, places: &[Place], nodes: &[IpNet]) -> Option<Finding> {
        let wanted = Rule::ingress(
            Family::V6,
            Traffic::Icmp(None),
            Peer::Range(everywhere(Family::V6)),
        );
        let lets_in = |place: &Place| {
            let decided = in_order(&place.state, nodes);
            covers(&allowed(decided.iter(), nodes), &wanted)
        };
        if !self.is_dual() || (!places.is_empty() && places.iter().all(lets_in)) {
            return None;
        }
        let message = "rules of Azure cannot name ICMPv6: from outside of the network, \"packet too big\" and \
                       echo requests reach nodes by a rule for every protocol alone (RFC 4890 section 4.3.1)";
        let finding = Finding::note(codes::ICMPV6, message).at(field("securityGroup"));
        Some(finding.remedy(
            "if connections over IPv6 hang, allow protocol * over IPv6 from where nodes are asked, or set a \
             smaller MTU in the network plugin",
        ))
    }
}

/// What rules of Azure can name.
fn nameable(access: &Access) -> impl Iterator<Item = Rule> {
    let is_icmpv6 =
        |rule: &Rule| matches!((&rule.traffic, rule.family), (Traffic::Icmp(_), Family::V6));
    access
        .rules
        .clone()
        .into_iter()
        .filter(move |rule| !is_icmpv6(rule))
}

/// Rules of others in a group of ours: they stay, and are told.
fn foreign(place: &Place, access: &Access) -> Option<Finding> {
    let rules = place.state.properties.security_rules.iter();
    let others = rules.filter(|rule| !rule.name.starts_with(OF_CONTROLLER));
    let parts = parts(&others.cloned().collect::<Vec<_>>());
    let foreign = rules::merge(&sayable(access.rules.clone()), "", &parts).foreign;
    let inbound = foreign
        .iter()
        .filter(|rule| rule.direction == Direction::Ingress);
    access::foreign(&place.told, "also lets in", inbound)
}

/// How the owner of a group adds rules.
fn added(state: &SecurityGroupState, rules: &[&Rule]) -> String {
    let calls: Vec<String> = rules.iter().map(|rule| created(state, rule)).collect();
    format!("have its owner call: {}", calls.join("; "))
}

fn created(state: &SecurityGroupState, rule: &Rule) -> String {
    let (protocol, ports) = match &rule.traffic {
        Traffic::Tcp(ports) => ("Tcp", ports.to_string()),
        Traffic::Udp(ports) => ("Udp", ports.to_string()),
        Traffic::Icmp(_) => ("Icmp", "*".to_owned()),
        Traffic::All | Traffic::Other(_) => ("*", "*".to_owned()),
    };
    let peer = match &rule.peer {
        Peer::Range(net) => net.to_string(),
        Peer::Members => "VirtualNetwork".to_owned(),
        Peer::Other(tag) => tag.clone(),
    };
    let (direction, end) = match rule.direction {
        Direction::Ingress => ("Inbound", "source"),
        Direction::Egress => ("Outbound", "destination"),
    };
    format!(
        "az network nsg rule create --resource-group {} --nsg-name {} --name NAME --priority NUMBER \
         --direction {direction} --protocol {protocol} --{end}-address-prefixes {peer} \
         --destination-port-ranges '{ports}'",
        id::part(&state.common.id, "resourceGroups").unwrap_or_default(),
        state.common.name
    )
}
