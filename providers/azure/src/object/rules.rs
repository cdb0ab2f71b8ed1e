//! Rules of a security group: as the API keeps them, and in the kit's spelling. A rule is of one family,
//! unless it says `*`. No protocol is ICMPv6
//! (<https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview>).

use std::collections::{BTreeMap, BTreeSet};

use azure_mgmt_network::package_2024_03::models;
use groundwork_kit::rules::{Direction, Kept, Peer, Ports, Rule, Traffic, everywhere};
use groundwork_model::Family;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::Reference;

/// A rule, with its name.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct SecurityRuleState {
    /// Its name: unique in its group.
    pub name: String,
    /// What it says.
    pub properties: SecurityRule,
}

/// What a rule says. The smallest priority decides.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SecurityRule {
    /// `Inbound` or `Outbound`.
    pub direction: String,
    /// `Allow` or `Deny`.
    pub access: String,
    /// From 100 to 4096, unique in its direction; Azure's own rules come after.
    pub priority: u32,
    /// `Tcp`, `Udp`, `Icmp`, `Esp`, `Ah` or `*`.
    pub protocol: String,
    /// A range of ports, or `*`.
    pub source_port_range: Option<String>,
    /// Ranges of ports.
    #[serde(deserialize_with = "super::or_default")]
    pub source_port_ranges: Vec<String>,
    /// A range of ports, or `*`.
    pub destination_port_range: Option<String>,
    /// Ranges of ports.
    #[serde(deserialize_with = "super::or_default")]
    pub destination_port_ranges: Vec<String>,
    /// A range of addresses, a service's name, or `*`.
    pub source_address_prefix: Option<String>,
    /// Ranges of addresses.
    #[serde(deserialize_with = "super::or_default")]
    pub source_address_prefixes: Vec<String>,
    /// Machines, by groups of them.
    #[serde(deserialize_with = "super::or_default")]
    pub source_application_security_groups: Vec<Reference>,
    /// A range of addresses, a service's name, or `*`.
    pub destination_address_prefix: Option<String>,
    /// Ranges of addresses.
    #[serde(deserialize_with = "super::or_default")]
    pub destination_address_prefixes: Vec<String>,
    /// Machines, by groups of them.
    #[serde(deserialize_with = "super::or_default")]
    pub destination_application_security_groups: Vec<Reference>,
    /// Free text.
    pub description: Option<String>,
}

const ALLOW: &str = "Allow";
const INBOUND: &str = "Inbound";
const ANY: &str = "*";
const OURS: &str = "Made by Groundwork";

/// What a rule of ours lets through, by the ends of names: the reference system's names and priorities, and
/// the next one for the other family.
struct Form {
    name: &'static str,
    priority: i32,
    direction: Direction,
}

const SSH: Form = Form::new("ssh_ingress", 100, Direction::Ingress);
const NODE_PORTS: Form = Form::new("node_ports_ingress", 400, Direction::Ingress);
const ICMP: Form = Form::new("icmp_by_allow_all", 800, Direction::Ingress);
const OUTBOUND: Form = Form::new("outbound_allow_all", 100, Direction::Egress);
const FORMS: [Form; 4] = [SSH, NODE_PORTS, ICMP, OUTBOUND];

impl Form {
    const fn new(name: &'static str, priority: i32, direction: Direction) -> Self {
        Self {
            name,
            priority,
            direction,
        }
    }

    fn name(&self, family: Family) -> String {
        match family {
            Family::V4 => self.name.to_owned(),
            Family::V6 => format!("{}_ipv6", self.name),
        }
    }

    /// The one that a rule that is wanted belongs to; none where Azure has no such rule, or has it already.
    fn of(rule: &Rule) -> Option<&'static Self> {
        match (rule.direction, &rule.traffic, rule.family, &rule.peer) {
            (Direction::Egress, Traffic::All, _, Peer::Range(_)) => Some(&OUTBOUND),
            (Direction::Ingress, Traffic::Icmp(None), Family::V4, Peer::Range(_)) => Some(&ICMP),
            (Direction::Ingress, Traffic::Tcp(ports), _, Peer::Range(_)) => {
                Some(if *ports == Ports::one(22) {
                    &SSH
                } else {
                    &NODE_PORTS
                })
            }
            (Direction::Ingress, Traffic::Udp(_), _, Peer::Range(_)) => Some(&NODE_PORTS),
            _ => None,
        }
    }
}

/// Whether a rule is one of those that we make, or that the reference system has made.
pub(super) fn is_ours(name: &str) -> bool {
    let ours = |form: &Form| {
        Family::BOTH
            .iter()
            .any(|family| form.name(*family).eq_ignore_ascii_case(name))
    };
    FORMS.iter().any(ours)
}

/// What of the wanted rules a security group can say. The rest needs none: machines of one network reach
/// each other by Azure's own rule `AllowVnetInBound`, and nothing names ICMPv6.
pub(crate) fn sayable(wanted: BTreeSet<Rule>) -> BTreeSet<Rule> {
    wanted
        .into_iter()
        .filter(|rule| Form::of(rule).is_some())
        .collect()
}

/// One combination of what a rule says: what is compared.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Part {
    pub(crate) rule: Rule,
    is_ours: bool,
}

impl Kept for Part {
    fn rules(&self, _: &str) -> Vec<Rule> {
        vec![self.rule.clone()]
    }

    fn is_ours(&self) -> bool {
        self.is_ours
    }
}

/// Everything that rules allow, a family, a range and a protocol each. What denies is not among it.
pub(crate) fn parts(rules: &[SecurityRuleState]) -> Vec<Part> {
    let allowing = rules.iter().filter(|rule| rule.properties.allows());
    let parts = allowing.flat_map(|rule| {
        let is_ours = is_ours(&rule.name);
        let rules = rule.properties.rules();
        rules.into_iter().map(move |rule| Part { rule, is_ours })
    });
    parts.collect()
}

impl SecurityRule {
    /// Whether it is about what comes in.
    pub(crate) fn is_inbound(&self) -> bool {
        self.direction.eq_ignore_ascii_case(INBOUND)
    }

    /// Whether it lets packets through.
    pub(crate) fn allows(&self) -> bool {
        self.access.eq_ignore_ascii_case(ALLOW)
    }

    /// What it is about, in the kit's spelling: whatever it says, allow or deny.
    pub(crate) fn rules(&self) -> Vec<Rule> {
        self.with(self.peers())
    }

    /// Its traffic with peers.
    pub(crate) fn with(&self, peers: impl IntoIterator<Item = (Family, Peer)>) -> Vec<Rule> {
        let traffics = self.traffics();
        let make = |(family, peer): (Family, Peer)| {
            let of = |traffic: &Traffic| {
                let traffic = match (traffic, family) {
                    // A rule about ICMP is about that of IPv4.
                    (Traffic::Icmp(_), Family::V6) => Traffic::Other("icmp".to_owned()),
                    (traffic, _) => traffic.clone(),
                };
                match self.is_inbound() {
                    true => Rule::ingress(family, traffic, peer.clone()),
                    false => Rule::egress(family, traffic, peer.clone()),
                }
            };
            traffics.iter().map(of).collect::<Vec<Rule>>()
        };
        peers.into_iter().flat_map(make).collect()
    }

    /// Where packets come from, or go to, and the machines that the rule is for.
    pub(crate) fn ends(&self) -> (Vec<String>, Vec<String>) {
        let sources = addresses(
            &self.source_address_prefix,
            &self.source_address_prefixes,
            &self.source_application_security_groups,
        );
        let destinations = addresses(
            &self.destination_address_prefix,
            &self.destination_address_prefixes,
            &self.destination_application_security_groups,
        );
        match self.is_inbound() {
            true => (sources, destinations),
            false => (destinations, sources),
        }
    }

    /// Where packets come from, or go to. One that holds for some machines alone is not for all.
    fn peers(&self) -> Vec<(Family, Peer)> {
        let (far, near) = self.ends();
        let is_whole = |family: Family| {
            near.iter().any(|text| {
                text == ANY || text.parse() == Ok(everywhere(family)) || text == "VirtualNetwork"
            })
        };
        let both = far.iter().flat_map(|text| peers(text));
        let narrowed = |(family, peer): (Family, Peer)| match is_whole(family) {
            true => (family, peer),
            false => (
                family,
                Peer::Other(format!("{} at {}", far.join(","), near.join(","))),
            ),
        };
        both.map(narrowed).collect()
    }

    fn traffics(&self) -> Vec<Traffic> {
        let ports = texts(&self.destination_port_range, &self.destination_port_ranges);
        let from = texts(&self.source_port_range, &self.source_port_ranges);
        if from.iter().any(|text| text != ANY) {
            return vec![Traffic::Other(format!(
                "{} from ports {}",
                self.protocol,
                from.join(",")
            ))];
        }
        let ranges: Vec<Ports> = ports.iter().filter_map(|text| parsed(text)).collect();
        let is_all = ranges.is_empty() || ranges.contains(&Ports::ALL);
        match self.protocol.to_ascii_lowercase().as_str() {
            "tcp" => ranges.into_iter().map(Traffic::Tcp).collect(),
            "udp" => ranges.into_iter().map(Traffic::Udp).collect(),
            "icmp" => vec![Traffic::Icmp(None)],
            ANY if is_all => vec![Traffic::All],
            ANY => {
                let both = |ports| [Traffic::Tcp(ports), Traffic::Udp(ports)];
                ranges.into_iter().flat_map(both).collect()
            }
            other => vec![Traffic::Other(other.to_owned())],
        }
    }
}

fn texts(one: &Option<String>, several: &[String]) -> Vec<String> {
    let one = one.iter().filter(|text| !text.is_empty());
    one.chain(several).cloned().collect()
}

fn addresses(one: &Option<String>, several: &[String], groups: &[Reference]) -> Vec<String> {
    let groups = groups.iter().map(|group| group.id.clone());
    texts(one, several).into_iter().chain(groups).collect()
}

/// A range of ports as the API writes it.
fn parsed(text: &str) -> Option<Ports> {
    if text == ANY {
        return Some(Ports::ALL);
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    Some(Ports { first, last })
}

/// An address as the API writes it: `*` is both families, and so is a service's name.
pub(crate) fn peers(text: &str) -> Vec<(Family, Peer)> {
    let net: Option<IpNet> = text
        .parse()
        .ok()
        .or_else(|| text.parse::<std::net::IpAddr>().ok().map(IpNet::from));
    if let Some(net) = net {
        return vec![(Family::of(&net), Peer::Range(net))];
    }
    let of = |family: Family| match text {
        ANY => (family, Peer::Range(everywhere(family))),
        "VirtualNetwork" => (family, Peer::Members),
        text => (family, Peer::Other(text.to_owned())),
    };
    Family::BOTH.map(of).to_vec()
}

/// What one rule of ours lets through.
struct Lets<'a> {
    form: &'a Form,
    nets: BTreeSet<IpNet>,
    ports: BTreeSet<Ports>,
}

/// The rules of ours that let through what is wanted, beside those of others: a priority that another one
/// has is passed over.
pub(super) fn grouped(
    wanted: &BTreeSet<Rule>,
    others: &[SecurityRuleState],
) -> Vec<models::SecurityRule> {
    let mut forms: BTreeMap<(&str, Family), Lets<'_>> = BTreeMap::new();
    for rule in wanted {
        let (Some(form), Peer::Range(net)) = (Form::of(rule), &rule.peer) else {
            continue;
        };
        let lets = forms.entry((form.name, rule.family)).or_insert(Lets {
            form,
            nets: BTreeSet::new(),
            ports: BTreeSet::new(),
        });
        lets.nets.insert(*net);
        lets.ports.extend(rule.traffic.ports());
    }
    let mut rules = Vec::new();
    let mut taken: BTreeSet<(bool, i32)> = others
        .iter()
        .map(|rule| &rule.properties)
        .filter_map(|rule| Some((rule.is_inbound(), i32::try_from(rule.priority).ok()?)))
        .collect();
    for ((_, family), lets) in forms {
        let form = lets.form;
        let is_inbound = form.direction == Direction::Ingress;
        let first = form.priority + i32::from(family == Family::V6);
        let free = (first..4096).find(|priority| !taken.contains(&(is_inbound, *priority)));
        let priority = free.unwrap_or(first);
        taken.insert((is_inbound, priority));
        let name = form.name(family);
        rules.push(rule(name, priority, &lets));
    }
    rules
}

fn rule(name: String, priority: i32, lets: &Lets<'_>) -> models::SecurityRule {
    let Lets { form, nets, ports } = lets;
    use models::{
        SecurityRuleAccess, SecurityRuleDirection, security_rule_properties_format::Protocol,
    };
    let (any, texts) = (Some(ANY.to_owned()), nets.iter().map(ToString::to_string));
    let texts: Vec<String> = texts.collect();
    let (one, several) = match texts.as_slice() {
        [one] => (Some(one.clone()), Vec::new()),
        _ => (None, texts),
    };
    let ports = ports
        .first()
        .map_or_else(|| ANY.to_owned(), ToString::to_string);
    let protocol = match form.name {
        name if name == SSH.name => Protocol::Tcp,
        name if name == ICMP.name => Protocol::Icmp,
        _ => Protocol::U2a,
    };
    let direction = match form.direction {
        Direction::Ingress => SecurityRuleDirection::Inbound,
        Direction::Egress => SecurityRuleDirection::Outbound,
    };
    let mut properties = models::SecurityRulePropertiesFormat::new(
        protocol,
        SecurityRuleAccess::Allow,
        priority,
        direction,
    );
    properties.description = Some(OURS.to_owned());
    properties.source_port_range = any.clone();
    properties.destination_port_range = Some(ports);
    match form.direction {
        Direction::Ingress => {
            (
                properties.source_address_prefix,
                properties.source_address_prefixes,
            ) = (one, several);
            properties.destination_address_prefix = any;
        }
        Direction::Egress => {
            properties.destination_address_prefix = one;
            properties.destination_address_prefixes = several;
            properties.source_address_prefix = any;
        }
    }
    models::SecurityRule {
        name: Some(name),
        properties: Some(properties),
        ..models::SecurityRule::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn net(text: &str) -> Peer {
        Peer::Range(text.parse().unwrap())
    }

    fn wanted() -> BTreeSet<Rule> {
        let ports = Ports {
            first: 30000,
            last: 32767,
        };
        let of = |family, everywhere| {
            [
                Rule::ingress(family, Traffic::Tcp(Ports::one(22)), net(everywhere)),
                Rule::ingress(family, Traffic::Tcp(ports), net(everywhere)),
                Rule::ingress(family, Traffic::Udp(ports), net(everywhere)),
                Rule::ingress(family, Traffic::Icmp(None), net(everywhere)),
                Rule::ingress(family, Traffic::All, Peer::Members),
                Rule::egress(family, Traffic::All, net(everywhere)),
            ]
        };
        let all = of(Family::V4, "0.0.0.0/0").into_iter();
        sayable(all.chain(of(Family::V6, "::/0")).collect())
    }

    fn states(rules: &[models::SecurityRule]) -> Vec<SecurityRuleState> {
        let read = |rule| serde_json::from_value(serde_json::to_value(rule).unwrap()).unwrap();
        rules.iter().map(read).collect()
    }

    #[test]
    fn what_is_made_is_what_was_wanted_a_family_each() {
        let rules = grouped(&wanted(), &[]);
        let names: Vec<(String, i32)> = rules
            .iter()
            .map(|rule| {
                let priority = rule.properties.as_ref().unwrap().priority;
                (rule.name.clone().unwrap(), priority)
            })
            .collect();
        let expected = [
            ("icmp_by_allow_all", 800),
            ("node_ports_ingress", 400),
            ("node_ports_ingress_ipv6", 401),
            ("outbound_allow_all", 100),
            ("outbound_allow_all_ipv6", 101),
            ("ssh_ingress", 100),
            ("ssh_ingress_ipv6", 101),
        ];
        assert_eq!(names, expected.map(|(name, at)| (name.to_owned(), at)));
        let back: BTreeSet<Rule> = parts(&states(&rules))
            .into_iter()
            .map(|part| part.rule)
            .collect();
        assert_eq!(back, wanted());
    }

    #[test]
    fn a_priority_of_somebody_else_s_is_passed_over() {
        let theirs: SecurityRuleState =
            serde_json::from_value(json!({ "name": "theirs", "properties": {
            "direction": "Inbound", "access": "Allow", "priority": 100, "protocol": "Tcp",
        } }))
            .unwrap();
        let rules = grouped(&wanted(), &[theirs]);
        let at = |name: &str| {
            let rule = rules
                .iter()
                .find(|rule| rule.name.as_deref() == Some(name))
                .unwrap();
            rule.properties.as_ref().unwrap().priority
        };
        assert_eq!((at("ssh_ingress"), at("ssh_ingress_ipv6")), (101, 102));
        assert_eq!(
            at("outbound_allow_all"),
            100,
            "the other direction has its own"
        );
    }

    #[test]
    fn the_reference_system_s_rule_for_everybody_is_both_families() {
        let theirs: SecurityRuleState =
            serde_json::from_value(json!({ "name": "ssh_ingress", "properties": {
            "direction": "Inbound", "access": "Allow", "priority": 100, "protocol": "Tcp",
            "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationAddressPrefix": "*",
            "destinationPortRange": "22",
        } }))
            .unwrap();
        let parts = parts(&[theirs]);
        let rules: Vec<String> = parts.iter().map(|part| part.rule.to_string()).collect();
        assert_eq!(rules, ["tcp 22 from 0.0.0.0/0", "tcp 22 from ::/0"]);
        assert!(parts.iter().all(|part| part.is_ours));
    }

    #[test]
    fn a_rule_for_some_machines_alone_is_not_for_all() {
        let theirs: SecurityRuleState =
            serde_json::from_value(json!({ "name": "theirs", "properties": {
            "direction": "Inbound", "access": "Allow", "priority": 100, "protocol": "*",
            "sourceAddressPrefix": "*", "sourcePortRange": "*", "destinationPortRange": "*",
            "destinationAddressPrefix": "10.0.0.4",
        } }))
            .unwrap();
        let is_range = |part: &Part| matches!(part.rule.peer, Peer::Range(_));
        assert!(!parts(&[theirs]).iter().any(is_range));
    }
}
