//! The rules and policies that are in force on a network, in the order in which they decide
//! (<https://cloud.google.com/firewall/docs/firewall-policies-overview#rule-evaluation>). Pure.

use std::collections::BTreeSet;

use groundwork_kit::rules::{Direction, Peer, Rule, everywhere};
use groundwork_model::Family;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::object::{Allowed, FirewallState, PRIORITY, ingress, ranges};

/// What `getEffectiveFirewalls` says.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Effective {
    /// Rules of the network itself.
    firewalls: Vec<FirewallState>,
    /// Policies of the organisation, of folders, and of the network.
    firewall_policys: Vec<Policy>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
struct Policy {
    name: String,
    short_name: Option<String>,
    display_name: Option<String>,
    /// `HIERARCHY`, `NETWORK` or `SYSTEM`.
    #[serde(rename = "type")]
    kind: Option<String>,
    rules: Vec<PolicyRule>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
struct PolicyRule {
    /// `allow`, `deny`, `goto_next` or `apply_security_profile_group`.
    action: String,
    direction: String,
    disabled: bool,
    priority: i64,
    #[serde(rename = "match")]
    matches: Match,
    target_secure_tags: Vec<serde_json::Value>,
    target_service_accounts: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
struct Match {
    #[serde(deserialize_with = "ranges::all")]
    src_ip_ranges: Vec<IpNet>,
    #[serde(deserialize_with = "ranges::all")]
    dest_ip_ranges: Vec<IpNet>,
    layer4_configs: Vec<Layer4>,
    /// What a packet has to be besides: lists of addresses, names, regions, tags.
    #[serde(flatten)]
    more: serde_json::Map<String, serde_json::Value>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
struct Layer4 {
    ip_protocol: String,
    ports: Vec<String>,
}

/// One rule in its place: who made it, and what it lets through, or stops.
#[derive(Clone, Debug)]
pub(crate) struct Decides {
    pub(crate) told: String,
    pub(crate) allows: bool,
    pub(crate) rules: BTreeSet<Rule>,
    /// Whether rules with our number have decided before it.
    pub(crate) is_after_ours: bool,
}

impl Effective {
    /// The rules that are for machines with a network tag, in their order. `before`: whether policies of
    /// the network come before its own rules.
    pub(crate) fn in_order(&self, tag: &str, before: bool) -> Vec<Decides> {
        let (hierarchy, network): (Vec<&Policy>, Vec<&Policy>) = self
            .firewall_policys
            .iter()
            .partition(|policy| policy.kind.as_deref() == Some("HIERARCHY"));
        let own = of_network(&self.firewalls, tag);
        let policies = |list: Vec<&Policy>, is_after: bool| -> Vec<Decides> {
            let all = list.into_iter();
            all.flat_map(|policy| policy.in_order(is_after)).collect()
        };
        let (hierarchy, network) = (policies(hierarchy, false), policies(network, !before));
        match before {
            true => [hierarchy, network, own].concat(),
            false => [hierarchy, own, network].concat(),
        }
    }
}

impl Policy {
    fn in_order(&self, is_after_ours: bool) -> Vec<Decides> {
        let mut rules: Vec<&PolicyRule> =
            self.rules.iter().filter(|rule| rule.is_plain()).collect();
        rules.sort_by_key(|rule| rule.priority);
        let decides = |rule: &PolicyRule| Decides {
            is_after_ours,
            ..rule.decides(self.told())
        };
        rules.into_iter().map(decides).collect()
    }

    fn told(&self) -> String {
        let name = self.short_name.as_ref().or(self.display_name.as_ref());
        format!("policy {}", name.unwrap_or(&self.name))
    }
}

impl PolicyRule {
    /// Whether it is for every machine, and decides by addresses and protocols alone: which machines
    /// have a secure tag or a service account is not known here.
    fn is_plain(&self) -> bool {
        let decides = self.action == "allow" || self.action == "deny";
        let for_all = self.target_secure_tags.is_empty() && self.target_service_accounts.is_empty();
        !self.disabled && decides && for_all && self.matches.more.is_empty()
    }

    fn decides(&self, policy: String) -> Decides {
        let (is_ingress, given) = match self.direction.as_str() {
            "EGRESS" => (false, &self.matches.dest_ip_ranges),
            _ => (true, &self.matches.src_ip_ranges),
        };
        let nets = match given.is_empty() {
            true => Family::BOTH.map(everywhere).to_vec(),
            false => given.clone(),
        };
        let allowed = self.matches.layer4_configs.iter();
        let allowed: Vec<Allowed> = allowed
            .map(|one| Allowed {
                protocol: one.ip_protocol.clone(),
                ports: one.ports.clone(),
            })
            .collect();
        let rules = ingress(&allowed, &nets, &[], "");
        Decides {
            told: format!("rule {} of {policy}", self.priority),
            allows: self.action == "allow",
            rules: directed(rules, is_ingress),
            is_after_ours: false,
        }
    }
}

fn directed(rules: BTreeSet<Rule>, is_ingress: bool) -> BTreeSet<Rule> {
    let direction = match is_ingress {
        true => Direction::Ingress,
        false => Direction::Egress,
    };
    rules
        .into_iter()
        .map(|rule| Rule { direction, ..rule })
        .collect()
}

/// The rules of a network that are for machines with a tag: smaller numbers first, and of two with one
/// number, the one that denies.
fn of_network(firewalls: &[FirewallState], tag: &str) -> Vec<Decides> {
    let is_for = |state: &&FirewallState| {
        let by_tag = state.target_tags.is_empty() || state.target_tags.iter().any(|one| one == tag);
        !state.disabled && by_tag && state.target_service_accounts.is_empty()
    };
    let mut rules: Vec<&FirewallState> = firewalls.iter().filter(is_for).collect();
    rules.sort_by_key(|state| (state.priority, state.denied.is_empty()));
    rules
        .into_iter()
        .map(|state| of_firewall(state, tag))
        .collect()
}

fn of_firewall(state: &FirewallState, tag: &str) -> Decides {
    let (allows, protocols) = match state.denied.is_empty() {
        true => (true, &state.allowed),
        false => (false, &state.denied),
    };
    let is_ingress = state.direction != "EGRESS";
    let (nets, tags) = match is_ingress {
        true => (&state.source_ranges, state.source_tags.as_slice()),
        false => (&state.destination_ranges, [].as_slice()),
    };
    // Whose machines have a service account is not known here: such a source lets in nobody we know.
    let is_known = state.source_service_accounts.is_empty() || !nets.is_empty() || !tags.is_empty();
    let rules = match is_known {
        true => ingress(protocols, nets, tags, tag),
        false => BTreeSet::new(),
    };
    Decides {
        told: state.told(),
        allows,
        rules: directed(rules, is_ingress),
        is_after_ours: state.priority > PRIORITY,
    }
}

/// Whether a rule that denies is about packets that are wanted. `nodes` are the ranges of the nodes.
pub(crate) fn meets(denied: &Rule, wanted: &Rule, nodes: &[IpNet]) -> bool {
    let same = (denied.direction, denied.family) == (wanted.direction, wanted.family);
    same && denied.overlaps(wanted) && peers_meet(&denied.peer, &wanted.peer, nodes)
}

fn peers_meet(denied: &Peer, wanted: &Peer, nodes: &[IpNet]) -> bool {
    let overlap = groundwork_model::cidr::overlap;
    match (denied, wanted) {
        (Peer::Range(denied), Peer::Range(wanted)) => overlap(denied, wanted),
        (Peer::Range(denied), Peer::Members) => nodes.iter().any(|net| overlap(denied, net)),
        (Peer::Members, _) => true,
        (Peer::Other(_), _) | (_, Peer::Other(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const TAG: &str = "kubernetes-cluster-c";

    fn effective(value: Value) -> Effective {
        serde_json::from_value(value).unwrap()
    }

    fn rule(name: &str, priority: u32, more: Value) -> Value {
        let mut rule = json!({
            "name": name, "selfLink": format!("projects/p/global/firewalls/{name}"),
            "direction": "INGRESS", "priority": priority, "sourceRanges": ["0.0.0.0/0"],
        });
        rule.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        rule
    }

    fn order(effective: &Effective) -> Vec<String> {
        let decided = effective.in_order(TAG, false).into_iter();
        decided
            .map(|one| one.told.split(' ').nth(2).unwrap_or_default().to_owned())
            .collect()
    }

    #[test]
    fn of_two_rules_with_one_number_the_one_that_denies_comes_first() {
        let tcp = json!([{ "IPProtocol": "tcp" }]);
        let effective = effective(json!({ "firewalls": [
            rule("later", 2000, json!({ "allowed": tcp })),
            rule("allows", 1000, json!({ "allowed": tcp })),
            rule("denies", 1000, json!({ "denied": tcp })),
            rule("elsewhere", 1, json!({ "denied": tcp, "targetTags": ["other"] })),
            rule("off", 1, json!({ "denied": tcp, "disabled": true })),
        ] }));
        assert_eq!(order(&effective), ["denies", "allows", "later"]);
    }

    #[test]
    fn policies_of_the_organisation_come_first_and_those_of_the_network_where_it_says() {
        let policy = |name: &str, kind: &str| {
            let all = json!({ "layer4Configs": [{ "ipProtocol": "all" }] });
            json!({ "name": name, "shortName": name, "type": kind, "rules": [
                { "action": "deny", "direction": "INGRESS", "priority": 7, "match": all },
            ] })
        };
        let effective = effective(json!({
            "firewalls": [rule("own", 1000, json!({ "allowed": [{ "IPProtocol": "tcp" }] }))],
            "firewallPolicys": [policy("net", "NETWORK"), policy("org", "HIERARCHY")],
        }));
        let told = |before| -> Vec<String> {
            effective
                .in_order(TAG, before)
                .into_iter()
                .map(|one| one.told)
                .collect()
        };
        let (org, net) = ("rule 7 of policy org", "rule 7 of policy net");
        let own = "firewall rule own (projects/p/global/firewalls/own)";
        assert_eq!(told(false), [org, own, net]);
        assert_eq!(told(true), [org, net, own]);
    }

    #[test]
    fn a_policy_without_ranges_is_about_both_families() {
        let rule = json!({
            "action": "deny", "direction": "EGRESS", "priority": 1,
            "match": { "layer4Configs": [{ "ipProtocol": "tcp", "ports": ["443"] }] },
        });
        let rule: PolicyRule = serde_json::from_value(rule).unwrap();
        assert!(rule.is_plain());
        let decided = rule.decides("policy p".to_owned());
        assert_eq!(decided.rules.len(), 2, "{decided:?}");
        assert!(
            decided
                .rules
                .iter()
                .all(|rule| rule.direction == Direction::Egress)
        );
    }
}
