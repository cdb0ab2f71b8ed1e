//! The rules and policies that are in force on a network, in the order in which they decide
//! (<https://cloud.google.com/firewall/docs/firewall-policies-rule-eval-order>). Pure.

use std::collections::BTreeSet;

use groundwork_kit::rules::{Direction, Peer, Rule};
use groundwork_model::Family;
use serde::{Deserialize, Serialize};

use super::{
    decides::{Chosen, Decides, Doubt, Nodes, Verdict},
    policy::Policy,
};
use crate::object::{FirewallState, PRIORITY, ingress, peers};

/// What is in force on a network in one region.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Effective {
    /// Rules of the network itself.
    firewalls: Vec<FirewallState>,
    /// Policies of the organisation, of folders, and of the network.
    firewall_policys: Vec<Policy>,
}

/// The level of the network's own rules; each policy has one of its own.
const OWN: usize = 0;

impl Effective {
    /// The rules that are for the nodes, or may be, in their order. `before`: whether policies of the
    /// network come before its own rules.
    pub(crate) fn in_order(&self, nodes: &Nodes<'_>, before: bool) -> Vec<Decides> {
        let mut policies: Vec<&Policy> = self.firewall_policys.iter().collect();
        policies.sort_by_key(|policy| (rank(policy), policy.priority));
        let (first, of_network): (Vec<_>, Vec<_>) = policies
            .into_iter()
            .enumerate()
            .partition(|(_, policy)| rank(policy) < rank_of("NETWORK"));
        let in_order = |list: Vec<(usize, &Policy)>, is_after: bool| -> Vec<Decides> {
            let all = list.into_iter();
            all.flat_map(|(at, policy)| policy.in_order(nodes, OWN + 1 + at, is_after))
                .collect()
        };
        let (first, of_network) = (in_order(first, false), in_order(of_network, !before));
        let own = of_network_itself(&self.firewalls, nodes);
        match before {
            true => [first, of_network, own].concat(),
            false => [first, own, of_network].concat(),
        }
    }
}

fn rank(policy: &Policy) -> u8 {
    rank_of(&policy.kind)
}

/// Those of the organisation and of folders come first; then those of Google's own services.
fn rank_of(kind: &str) -> u8 {
    match kind {
        "HIERARCHY" => 0,
        "NETWORK" => 2,
        "NETWORK_REGIONAL" => 3,
        _ => 1,
    }
}

/// The rules of a network, smaller numbers first, and of two with one number, the one that denies.
fn of_network_itself(firewalls: &[FirewallState], nodes: &Nodes<'_>) -> Vec<Decides> {
    let mut rules: Vec<&FirewallState> = firewalls.iter().collect();
    rules.sort_by_key(|state| (state.priority, state.denied.is_empty()));
    let all = rules.into_iter();
    all.flat_map(|state| of_firewall(state, nodes)).collect()
}

/// Whether a rule is for the nodes.
fn targets(state: &FirewallState, nodes: &Nodes<'_>) -> Chosen {
    let (tags, accounts) = (&state.target_tags, &state.target_service_accounts);
    match (tags.as_slice(), accounts.as_slice()) {
        _ if state.disabled => Chosen::No,
        ([], []) => Chosen::Yes,
        ([], accounts) => nodes.have_account(accounts),
        (tags, _) if tags.iter().any(|tag| tag == nodes.tag) => Chosen::Yes,
        (_, _) => Chosen::No,
    }
}

/// What a rule decides, and what it may decide.
fn of_firewall(state: &FirewallState, nodes: &Nodes<'_>) -> Vec<Decides> {
    let machines = match targets(state, nodes) {
        Chosen::No => return Vec::new(),
        Chosen::Yes => None,
        Chosen::Unknown(by) => Some(Doubt::Target(by)),
    };
    let (verdict, protocols) = match state.denied.is_empty() {
        true => (Verdict::Allows, &state.allowed),
        false => (Verdict::Denies, &state.denied),
    };
    let is_ingress = state.direction != "EGRESS";
    let decides = |peers: &[(Family, Peer)], doubt: Option<Doubt>| Decides {
        told: state.told(),
        verdict,
        rules: directed(ingress(protocols, peers), is_ingress),
        doubt,
        level: OWN,
        is_after_ours: state.priority > PRIORITY,
    };
    let members = Family::BOTH.map(|family| (family, Peer::Members));
    let accounts = &state.source_service_accounts;
    let by_account = match accounts.is_empty() {
        true => Chosen::No,
        false => nodes.have_account(accounts),
    };
    let mut known = match is_ingress {
        false => peers(&state.destination_ranges, &[], nodes.tag),
        // It says whose packets: not those of everybody.
        true if !accounts.is_empty() && state.source_ranges.is_empty() => Vec::new(),
        true => peers(&state.source_ranges, &state.source_tags, nodes.tag),
    };
    if by_account == Chosen::Yes {
        known.extend(members.clone());
    }
    let sure = decides(&known, machines.clone());
    let perhaps = match by_account {
        Chosen::Unknown(by) => {
            let doubt = machines.unwrap_or(Doubt::Source(by));
            Some(decides(&members, Some(doubt)))
        }
        Chosen::Yes | Chosen::No => None,
    };
    let both = [Some(sure), perhaps].into_iter().flatten();
    both.filter(|one| !one.rules.is_empty()).collect()
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const OWN: &str = "nodes@p.iam.gserviceaccount.com";

    fn nodes(account: Option<&str>) -> Nodes<'_> {
        Nodes {
            network: "projects/p/global/networks/n",
            tag: "kubernetes-cluster-c",
            account,
            ranges: &[],
        }
    }

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
        let decided = effective.in_order(&nodes(None), false).into_iter();
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
            json!({ "name": name, "type": kind, "rules": [
                { "action": "deny", "direction": "INGRESS", "priority": 7, "match": all },
            ] })
        };
        let effective = effective(json!({
            "firewalls": [rule("own", 1000, json!({ "allowed": [{ "IPProtocol": "tcp" }] }))],
            "firewallPolicys": [
                policy("here", "NETWORK_REGIONAL"), policy("net", "NETWORK"),
                policy("org", "HIERARCHY"), policy("gke", "SYSTEM_REGIONAL"),
            ],
        }));
        let told = |before| -> Vec<String> {
            effective
                .in_order(&nodes(None), before)
                .into_iter()
                .map(|one| one.told)
                .collect()
        };
        let (org, net) = ("rule 7 of policy org", "rule 7 of policy net");
        let (gke, here) = ("rule 7 of policy gke", "rule 7 of policy here");
        let own = "firewall rule own (projects/p/global/firewalls/own)";
        assert_eq!(told(false), [org, gke, own, net, here]);
        assert_eq!(told(true), [org, gke, net, here, own]);
    }

    /// How many rules of a firewall rule are surely about nodes, and how many may be.
    fn about(more: Value, account: Option<&str>) -> (usize, usize) {
        let denied = json!([{ "IPProtocol": "tcp" }]);
        let mut one = rule("one", 1, json!({ "denied": denied, "sourceRanges": [] }));
        one.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let effective = effective(json!({ "firewalls": [one] }));
        let decided = effective.in_order(&nodes(account), false);
        let count = |is_doubted: bool| {
            let those = decided
                .iter()
                .filter(|one| one.doubt.is_some() == is_doubted);
            those.map(|one| one.rules.len()).sum()
        };
        (count(false), count(true))
    }

    #[test]
    fn a_rule_by_service_accounts_is_about_nodes_that_have_one_of_them() {
        for name in ["targetServiceAccounts", "sourceServiceAccounts"] {
            let own = json!({ name: [OWN], "sourceRanges": ["192.0.2.0/24"] });
            let (sure, _) = about(own.clone(), Some(OWN));
            let (less, _) = about(
                json!({ name: ["x@p"], "sourceRanges": ["192.0.2.0/24"] }),
                Some(OWN),
            );
            assert!(sure > less, "{name}: {sure} and {less}");
            let (_, perhaps) = about(own, None);
            assert!(perhaps > 0, "{name}");
        }
        let from = |account: &str| json!({ "sourceServiceAccounts": [account] });
        assert_eq!(about(from(OWN), Some(OWN)), (2, 0), "not from everywhere");
        assert_eq!(about(from("x@p"), Some(OWN)), (0, 0));
        assert_eq!(about(from("x@p"), None), (0, 2));
    }
}
