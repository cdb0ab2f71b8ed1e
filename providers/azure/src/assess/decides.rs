//! What the rules of a security group decide about the traffic of nodes, one after the other: the smallest
//! priority first, and the first that is about a packet decides
//! (<https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview>). Pure.

use std::collections::BTreeSet;

use groundwork_kit::rules::{Direction, Peer, Ports, Rule, Traffic, covers, everywhere};
use groundwork_model::{Family, cidr::overlap};
use ipnet::IpNet;

use crate::object::{SecurityGroupState, SecurityRuleState, peers};

/// Everything outside of the network and of what is joined with it.
pub(super) const INTERNET: &str = "Internet";
/// Where health probes of load balancers come from.
pub(super) const PROBES: &str = "AzureLoadBalancer";

/// One rule in its place.
#[derive(Clone, Debug)]
pub(super) struct Decides {
    /// As people are told of it.
    pub(super) told: String,
    pub(super) allows: bool,
    pub(super) rules: BTreeSet<Rule>,
    /// Why it may not be about the nodes.
    pub(super) doubt: Option<String>,
    /// Azure's own, which nobody has made.
    pub(super) is_default: bool,
}

/// A rule that denies something that is wanted.
#[derive(Debug)]
pub(super) struct Denial<'d> {
    pub(super) by: &'d Decides,
    /// Whether all that is vital of it is denied.
    pub(super) is_vital: bool,
}

/// All rules of a group, in the order in which they decide about nodes with these ranges.
pub(super) fn in_order(group: &SecurityGroupState, nodes: &[IpNet]) -> Vec<Decides> {
    let properties = &group.properties;
    let own = properties.security_rules.iter().map(|rule| (rule, false));
    let usual = properties
        .default_security_rules
        .iter()
        .map(|rule| (rule, true));
    let mut all: Vec<(&SecurityRuleState, bool)> = own.chain(usual).collect();
    all.sort_by_key(|(rule, _)| rule.properties.priority);
    let decided = all
        .into_iter()
        .map(|(rule, is_default)| decides(rule, is_default, nodes));
    decided.filter(|one| !one.rules.is_empty()).collect()
}

fn decides(rule: &SecurityRuleState, is_default: bool, nodes: &[IpNet]) -> Decides {
    let properties = &rule.properties;
    let (far, near) = properties.ends();
    let mut doubt = None;
    let mut rules = BTreeSet::new();
    for (family, peer) in far.iter().flat_map(|text| peers(text)) {
        let about = About::of(&near, family, nodes);
        if about == About::Others {
            continue;
        }
        doubt = doubt.or(about.doubt());
        rules.extend(properties.with([(family, peer)]));
    }
    Decides {
        told: format!("rule {} (priority {})", rule.name, properties.priority),
        allows: properties.allows(),
        rules,
        doubt,
        is_default,
    }
}

/// Which machines a rule is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum About {
    Nodes,
    Some,
    Machines,
    Others,
}

impl About {
    /// By the near end of a rule: addresses, names of Azure's, groups of machines.
    fn of(near: &[String], family: Family, nodes: &[IpNet]) -> Self {
        let about = |text: &String| match text.as_str() {
            "*" | "VirtualNetwork" => Self::Nodes,
            text if text.contains('/') && text.parse::<IpNet>().is_err() => Self::Machines,
            text => match peers(text).as_slice() {
                [(of, Peer::Range(net))] if *of == family => Self::of_range(net, family, nodes),
                _ => Self::Others,
            },
        };
        let all: Vec<Self> = near.iter().map(about).collect();
        let ranked = [Self::Nodes, Self::Some, Self::Machines];
        let best = ranked.into_iter().find(|one| all.contains(one));
        best.unwrap_or(Self::Others)
    }

    fn of_range(net: &IpNet, family: Family, nodes: &[IpNet]) -> Self {
        let own = nodes.iter().any(|own| Family::of(own) == family);
        if holds(net, family, nodes) || net.prefix_len() == 0 {
            Self::Nodes
        } else if !own || nodes.iter().any(|own| overlap(own, net)) {
            Self::Some
        } else {
            Self::Others
        }
    }

    fn doubt(self) -> Option<String> {
        match self {
            Self::Nodes | Self::Others => None,
            Self::Some => Some("is for some addresses of the nodes' subnet".to_owned()),
            Self::Machines => Some("is for machines of an application security group".to_owned()),
        }
    }
}

/// What rules let through, as far as nobody doubts it: from all addresses of nodes is among nodes, and the
/// internet is everybody.
pub(super) fn allowed<'d>(
    decided: impl Iterator<Item = &'d Decides>,
    nodes: &[IpNet],
) -> BTreeSet<Rule> {
    let sure = decided.filter(|one| one.allows && one.doubt.is_none());
    let rules = sure.flat_map(|one| &one.rules);
    rules.flat_map(|rule| meant(rule, nodes)).collect()
}

fn meant(rule: &Rule, nodes: &[IpNet]) -> Vec<Rule> {
    let mut all = vec![rule.clone()];
    match &rule.peer {
        Peer::Range(net) if holds(net, rule.family, nodes) => {
            all.push(rule.with_peer(Peer::Members))
        }
        Peer::Other(tag) if tag == INTERNET => {
            all.push(rule.with_peer(Peer::Range(everywhere(rule.family))));
        }
        Peer::Range(_) | Peer::Members | Peer::Other(_) => {}
    }
    all
}

/// Whether a range has all addresses of nodes of a family.
fn holds(net: &IpNet, family: Family, nodes: &[IpNet]) -> bool {
    let mut own = nodes
        .iter()
        .filter(|own| Family::of(own) == family)
        .peekable();
    own.peek().is_some() && own.all(|own| net.contains(own))
}

/// The rules that deny some of what is wanted, before others have let all of it through: the first that
/// surely does, and those before it that may.
pub(super) fn denials<'d>(
    wanted: &Rule,
    decided: &'d [Decides],
    nodes: &[IpNet],
) -> Vec<Denial<'d>> {
    let mut before = BTreeSet::new();
    let mut found = Vec::new();
    for by in decided {
        if covers(&before, wanted) {
            break;
        }
        if by.allows {
            before.extend(allowed(std::iter::once(by), nodes));
            continue;
        }
        let meeting = by.rules.iter().filter(|rule| meets(rule, wanted, nodes));
        let meeting: Vec<&Rule> = meeting.collect();
        if by.is_default || meeting.is_empty() {
            continue;
        }
        let is_vital = by.doubt.is_none() && meeting.iter().any(|rule| is_vital(rule, wanted));
        found.push(Denial { by, is_vital });
        if by.doubt.is_none() && is_vital {
            break;
        }
    }
    found
}

/// Whether a rule is about packets that are wanted.
fn meets(rule: &Rule, wanted: &Rule, nodes: &[IpNet]) -> bool {
    let same = (rule.direction, rule.family) == (wanted.direction, wanted.family);
    let near = |net: &IpNet| nodes.iter().any(|own| overlap(net, own));
    let peers = match (&rule.peer, &wanted.peer) {
        (Peer::Range(rule), Peer::Range(wanted)) => overlap(rule, wanted),
        (Peer::Range(rule), Peer::Members) => near(rule),
        // Of everybody, the network is a small part: what it is denied is told among nodes.
        (Peer::Members, Peer::Range(wanted)) => wanted.prefix_len() > 0 && near(wanted),
        (Peer::Members, Peer::Members) => true,
        (Peer::Other(tag), Peer::Range(wanted)) => tag == INTERNET && !near_only(wanted, nodes),
        (Peer::Range(rule), Peer::Other(_)) => rule.prefix_len() == 0,
        (Peer::Other(rule), Peer::Other(wanted)) => rule == wanted,
        (Peer::Other(_), Peer::Members) | (Peer::Members, Peer::Other(_)) => false,
    };
    same && peers && rule.overlaps(wanted)
}

/// Whether a range has nodes' addresses alone: what comes from there is not the internet's.
fn near_only(net: &IpNet, nodes: &[IpNet]) -> bool {
    nodes.iter().any(|own| own.contains(net))
}

/// Whether there is no cluster without what is denied: TCP or UDP among nodes, HTTPS to everybody.
fn is_vital(denied: &Rule, wanted: &Rule) -> bool {
    let denied_here = denied.with_peer(wanted.peer.clone());
    let is_denied = |traffic| {
        let vital = Rule {
            traffic,
            ..wanted.clone()
        };
        denied_here.covers(&vital)
    };
    match &wanted.peer {
        Peer::Members => is_denied(Traffic::Tcp(Ports::ALL)) || is_denied(Traffic::Udp(Ports::ALL)),
        Peer::Range(net) => {
            let is_whole = match &denied.peer {
                Peer::Range(range) => range.contains(net),
                Peer::Other(_) | Peer::Members => true,
            };
            let is_out = wanted.direction == Direction::Egress;
            is_out && is_whole && is_denied(Traffic::Tcp(Ports::one(443)))
        }
        Peer::Other(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn nodes() -> Vec<IpNet> {
        ["10.1.0.0/24", "fd00:1::/64"]
            .map(|text| text.parse().unwrap())
            .to_vec()
    }

    fn rule(name: &str, priority: u32, more: Value) -> Value {
        let mut properties = json!({
            "direction": "Inbound", "access": "Deny", "priority": priority, "protocol": "*",
            "sourceAddressPrefix": "*", "sourcePortRange": "*",
            "destinationAddressPrefix": "*", "destinationPortRange": "*",
        });
        let fields = properties.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        json!({ "name": name, "properties": properties })
    }

    fn usual() -> Value {
        let net = "VirtualNetwork";
        let inside = json!({
            "access": "Allow", "sourceAddressPrefix": net, "destinationAddressPrefix": net,
        });
        let out = json!({
            "access": "Allow", "direction": "Outbound", "destinationAddressPrefix": "Internet",
        });
        json!([
            rule("AllowVnetInBound", 65000, inside),
            rule("DenyAllInBound", 65500, json!({})),
            rule("AllowInternetOutBound", 65001, out),
        ])
    }

    fn decided(rules: Value) -> Vec<Decides> {
        let properties = json!({ "securityRules": rules, "defaultSecurityRules": usual() });
        let group = serde_json::from_value(json!({ "properties": properties })).unwrap();
        in_order(&group, &nodes())
    }

    /// Which rules deny what is wanted, and whether that is vital.
    fn denied(rules: Value, wanted: &Rule) -> Vec<(String, bool)> {
        let decided = decided(rules);
        let denials = denials(wanted, &decided, &nodes()).into_iter();
        denials
            .map(|one| (one.by.told.clone(), one.is_vital))
            .collect()
    }

    fn among() -> Rule {
        Rule::ingress(Family::V6, Traffic::All, Peer::Members)
    }

    fn ports() -> Rule {
        let ports = Traffic::Tcp(Ports {
            first: 30000,
            last: 32767,
        });
        Rule::ingress(Family::V4, ports, Peer::Range(everywhere(Family::V4)))
    }

    fn out() -> Rule {
        Rule::egress(
            Family::V6,
            Traffic::All,
            Peer::Range(everywhere(Family::V6)),
        )
    }

    #[test]
    fn the_smallest_priority_decides() {
        let allow = |priority| {
            rule(
                "allow",
                priority,
                json!({
                    "access": "Allow", "destinationPortRange": "30000-32767", "protocol": "Tcp",
                }),
            )
        };
        let deny = rule("deny", 300, json!({}));
        assert_eq!(denied(json!([deny, allow(200)]), &ports()), []);
        let found = denied(json!([deny, allow(400)]), &ports());
        assert_eq!(found, [("rule deny (priority 300)".to_owned(), false)]);
    }

    #[test]
    fn nodes_reach_each_other_by_azure_s_own_rule_unless_another_comes_first() {
        assert_eq!(denied(json!([]), &among()), []);
        let all = rule("deny", 4096, json!({}));
        assert_eq!(
            denied(json!([all]), &among()),
            [("rule deny (priority 4096)".to_owned(), true)]
        );
        let internet = rule("deny", 4096, json!({ "sourceAddressPrefix": "Internet" }));
        assert_eq!(
            denied(json!([internet]), &among()),
            [],
            "it is about others"
        );
        assert_eq!(denied(json!([internet]), &ports()).len(), 1);
    }

    #[test]
    fn a_port_that_no_cluster_needs_is_less_than_all() {
        let deny =
            json!({ "direction": "Outbound", "destinationPortRange": "25", "protocol": "Tcp" });
        let found = denied(json!([rule("no-mail", 200, deny)]), &out());
        assert_eq!(found, [("rule no-mail (priority 200)".to_owned(), false)]);
        let deny = json!({ "direction": "Outbound", "destinationAddressPrefix": "Internet" });
        let found = denied(json!([rule("nothing", 200, deny)]), &out());
        assert_eq!(found, [("rule nothing (priority 200)".to_owned(), true)]);
    }

    #[test]
    fn what_is_for_other_machines_is_not_about_nodes() {
        let at = |text: &str| {
            json!([rule(
                "deny",
                200,
                json!({ "destinationAddressPrefix": text })
            )])
        };
        assert_eq!(denied(at("10.9.0.0/16"), &ports()), []);
        assert_eq!(
            denied(at("10.1.0.0/24"), &ports()).len(),
            1,
            "it is the nodes' subnet"
        );
        let some = decided(at("10.1.0.4"));
        assert!(some[0].doubt.is_some(), "{some:#?}");
        let by_group = json!([rule(
            "deny",
            200,
            json!({
                "destinationAddressPrefix": null,
                "destinationApplicationSecurityGroups": [{ "id": "/subscriptions/s/asg" }],
            })
        )]);
        assert!(decided(by_group)[0].doubt.is_some());
    }

    #[test]
    fn a_rule_of_one_family_denies_nothing_of_the_other() {
        let deny = json!([rule(
            "deny",
            200,
            json!({ "sourceAddressPrefix": "0.0.0.0/0" })
        )]);
        assert_eq!(denied(deny.clone(), &among()), []);
        assert_eq!(denied(deny, &ports()).len(), 1);
    }
}
