//! Firewall policies: of the organisation, of folders, of a network, of Google's own services
//! (<https://cloud.google.com/firewall/docs/firewall-policies-overview>). Pure.

use std::collections::BTreeSet;

use groundwork_kit::rules::{Direction, Peer, Rule, everywhere};
use groundwork_model::Family;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::decides::{By, Chosen, Decides, Doubt, Nodes, Verdict};
use crate::{
    link,
    object::{Allowed, ingress, ranges},
};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Policy {
    name: String,
    display_name: Option<String>,
    /// `HIERARCHY`, `SYSTEM_REGIONAL`, `NETWORK`, `NETWORK_REGIONAL`.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// Of policies of one type, the smallest number decides first.
    pub(super) priority: i64,
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
    /// The networks whose machines it is for; all where there are none.
    target_resources: Vec<String>,
    target_secure_tags: Vec<SecureTag>,
    target_service_accounts: Vec<String>,
    /// `INSTANCES`, or `INTERNAL_MANAGED_LB`.
    target_type: Option<String>,
}

/// A tag that is given to machines by those who may, unlike a network tag.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct SecureTag {
    name: String,
    /// `INEFFECTIVE` once it is deleted.
    state: String,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
struct Match {
    #[serde(deserialize_with = "ranges::all")]
    src_ip_ranges: Vec<IpNet>,
    #[serde(deserialize_with = "ranges::all")]
    dest_ip_ranges: Vec<IpNet>,
    src_secure_tags: Vec<SecureTag>,
    layer4_configs: Vec<Layer4>,
    /// What a packet has to be besides: lists of addresses, names, regions, networks.
    #[serde(flatten)]
    more: serde_json::Map<String, serde_json::Value>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
struct Layer4 {
    ip_protocol: String,
    ports: Vec<String>,
}

impl Policy {
    /// Its rules that are for the nodes, or may be, in their order.
    pub(super) fn in_order(
        &self,
        nodes: &Nodes<'_>,
        level: usize,
        is_after_ours: bool,
    ) -> Vec<Decides> {
        let mut rules: Vec<&PolicyRule> = self.rules.iter().collect();
        rules.sort_by_key(|rule| rule.priority);
        let policy = self.told();
        let decides = |rule: &PolicyRule| {
            let whole = Decides {
                told: format!("rule {} of {policy}", rule.priority),
                verdict: rule.verdict(),
                rules: BTreeSet::new(),
                doubt: None,
                level,
                is_after_ours,
            };
            let parts = rule.parts(nodes).into_iter();
            let parts = parts.filter(|(rules, _)| !rules.is_empty());
            let parts = parts.map(|(rules, doubt)| Decides {
                rules,
                doubt,
                ..whole.clone()
            });
            parts.collect::<Vec<_>>()
        };
        rules.into_iter().flat_map(decides).collect()
    }

    fn told(&self) -> String {
        format!(
            "policy {}",
            self.display_name.as_ref().unwrap_or(&self.name)
        )
    }
}

impl PolicyRule {
    fn verdict(&self) -> Verdict {
        match self.action.as_str() {
            "deny" => Verdict::Denies,
            "goto_next" => Verdict::PassesOn,
            // What is inspected gets through, but for threats.
            _ => Verdict::Allows,
        }
    }

    /// What it is about, and what it may be about.
    fn parts(&self, nodes: &Nodes<'_>) -> Vec<(BTreeSet<Rule>, Option<Doubt>)> {
        let machines = match self.targets(nodes) {
            Chosen::No => return Vec::new(),
            Chosen::Yes => None,
            Chosen::Unknown(by) => Some(Doubt::Target(by)),
        };
        let doubted = |doubt: Doubt| Some(machines.clone().unwrap_or(doubt));
        let all = Family::BOTH.map(|family| (family, Peer::Range(everywhere(family))));
        let given = self.given().iter();
        let given: Vec<(Family, Peer)> = given
            .map(|net| (Family::of(net), Peer::Range(*net)))
            .collect();
        let tags = self.source_tags();
        if let Some(what) = self.matches.narrowed() {
            // It is about a part of this, which is not known.
            let peers = match given.is_empty() {
                true => all.to_vec(),
                false => given,
            };
            return vec![(self.about(&peers), doubted(Doubt::Addresses(what)))];
        }
        let mut parts = Vec::new();
        if self.is_about_everywhere() {
            parts.push((self.about(&all), machines.clone()));
        }
        parts.push((self.about(&given), machines.clone()));
        if let Some(tags) = tags {
            let members = Family::BOTH.map(|family| (family, Peer::Members));
            parts.push((self.about(&members), doubted(Doubt::Source(tags))));
        }
        if let Some(what) = self.matches.listed() {
            parts.push((self.about(&all), doubted(Doubt::Addresses(what))));
        }
        parts
    }

    /// Whether it is for the nodes.
    fn targets(&self, nodes: &Nodes<'_>) -> Chosen {
        let is_for_machines = self.target_type.as_deref() != Some("INTERNAL_MANAGED_LB");
        let mut networks = self.target_resources.iter().map(|one| link::relative(one));
        let is_here = self.target_resources.is_empty() || networks.any(|one| one == nodes.network);
        if self.disabled || !is_for_machines || !is_here {
            return Chosen::No;
        }
        match (&*self.target_service_accounts, &*self.target_secure_tags) {
            ([], []) => Chosen::Yes,
            ([], tags) => effective(tags).map_or(Chosen::No, Chosen::Unknown),
            (accounts, _) => nodes.have_account(accounts),
        }
    }

    fn is_ingress(&self) -> bool {
        self.direction != "EGRESS"
    }

    fn given(&self) -> &[IpNet] {
        match self.is_ingress() {
            true => &self.matches.src_ip_ranges,
            false => &self.matches.dest_ip_ranges,
        }
    }

    fn source_tags(&self) -> Option<By> {
        effective(&self.matches.src_secure_tags).filter(|_| self.is_ingress())
    }

    /// Whether it says nothing of where packets come from, or go to.
    fn is_about_everywhere(&self) -> bool {
        let tags = self.is_ingress() && !self.matches.src_secure_tags.is_empty();
        self.given().is_empty() && !tags && self.matches.listed().is_none()
    }

    fn about(&self, peers: &[(Family, Peer)]) -> BTreeSet<Rule> {
        let allowed = self.matches.layer4_configs.iter();
        let allowed: Vec<Allowed> = allowed
            .map(|one| Allowed {
                protocol: one.ip_protocol.clone(),
                ports: one.ports.clone(),
            })
            .collect();
        let direction = match self.is_ingress() {
            true => Direction::Ingress,
            false => Direction::Egress,
        };
        let rules = ingress(&allowed, peers).into_iter();
        rules.map(|rule| Rule { direction, ..rule }).collect()
    }
}

/// Those of the tags that exist; nothing where none does.
fn effective(tags: &[SecureTag]) -> Option<By> {
    let tags = tags.iter().filter(|tag| tag.state != "INEFFECTIVE");
    let names: Vec<String> = tags.map(|tag| tag.name.clone()).collect();
    (!names.is_empty()).then_some(By::SecureTags(names))
}

impl Match {
    /// Sources or targets beside the ranges, which are not looked into.
    fn listed(&self) -> Option<String> {
        self.named(|name, value| {
            let is_some = value.as_array().is_some_and(|list| !list.is_empty());
            is_some && !is_network(name)
        })
    }

    /// What narrows all the others down: from which networks packets come.
    fn narrowed(&self) -> Option<String> {
        self.named(|name, value| {
            let text = value.as_str().unwrap_or("UNSPECIFIED");
            is_network(name) && text != "UNSPECIFIED"
        })
    }

    fn named(&self, is_it: impl Fn(&str, &serde_json::Value) -> bool) -> Option<String> {
        let those = self.more.iter().filter(|(name, value)| is_it(name, value));
        let those: Vec<String> = those.map(|(name, value)| told(name, value)).collect();
        (!those.is_empty()).then(|| those.join(" and "))
    }
}

fn is_network(name: &str) -> bool {
    name.contains("Network")
}

/// `srcRegionCodes (CN, RU)`.
fn told(name: &str, value: &serde_json::Value) -> String {
    let list = value.as_array().into_iter().flatten();
    let list = list.filter_map(|one| one.as_str());
    let list: Vec<&str> = list.chain(value.as_str()).collect();
    format!("{name} ({})", list.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const OWN: &str = "nodes@p.iam.gserviceaccount.com";

    /// What a rule says of nodes, of which the account is known or not.
    fn said(rule: Value, account: Option<&str>) -> Vec<(usize, Option<Doubt>)> {
        let rule: PolicyRule = serde_json::from_value(rule).unwrap();
        let nodes = Nodes {
            network: "projects/p/global/networks/n",
            tag: "kubernetes-cluster-c",
            account,
            ranges: &[],
        };
        let parts = rule.parts(&nodes).into_iter();
        let parts = parts.filter(|(rules, _)| !rules.is_empty());
        parts.map(|(rules, doubt)| (rules.len(), doubt)).collect()
    }

    fn deny(matches: Value, more: Value) -> Value {
        let mut rule = json!({ "action": "deny", "direction": "INGRESS", "priority": 1 });
        rule["match"] = matches;
        rule["match"]["layer4Configs"] = json!([{ "ipProtocol": "tcp" }]);
        rule.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        rule
    }

    #[test]
    fn a_rule_without_ranges_is_about_both_families() {
        assert_eq!(said(deny(json!({}), json!({})), None), [(2, None)]);
        let unspecified = json!({ "srcNetworkType": "UNSPECIFIED", "srcFqdns": [] });
        assert_eq!(said(deny(unspecified, json!({})), None), [(2, None)]);
        let egress = deny(
            json!({ "destIpRanges": ["::/0"] }),
            json!({ "direction": "EGRESS" }),
        );
        assert_eq!(said(egress, None), [(1, None)]);
    }

    #[test]
    fn a_rule_for_a_service_account_is_for_nodes_that_have_it() {
        let rule = |account: &str| deny(json!({}), json!({ "targetServiceAccounts": [account] }));
        assert_eq!(said(rule(OWN), Some(OWN)), [(2, None)]);
        assert_eq!(said(rule("other@p"), Some(OWN)), []);
        let doubt = Doubt::Target(By::Accounts(vec!["other@p".to_owned()]));
        assert_eq!(said(rule("other@p"), None), [(2, Some(doubt))]);
    }

    #[test]
    fn which_secure_tags_nodes_have_is_not_known() {
        let tag = |state: &str| json!([{ "name": "tagValues/7", "state": state }]);
        let rule = |state: &str| deny(json!({}), json!({ "targetSecureTags": tag(state) }));
        let by = || By::SecureTags(vec!["tagValues/7".to_owned()]);
        assert_eq!(
            said(rule("EFFECTIVE"), Some(OWN)),
            [(2, Some(Doubt::Target(by())))]
        );
        assert_eq!(said(rule("INEFFECTIVE"), Some(OWN)), []);
        let from = |state: &str| json!({ "srcSecureTags": tag(state) });
        let doubt = Some(Doubt::Source(by()));
        let rule = deny(from("EFFECTIVE"), json!({}));
        assert_eq!(said(rule, Some(OWN)), [(2, doubt.clone())]);
        assert_eq!(said(deny(from("INEFFECTIVE"), json!({})), Some(OWN)), []);
        let mut both = from("EFFECTIVE");
        both["srcIpRanges"] = json!(["10.0.0.0/8"]);
        let said = said(deny(both, json!({})), Some(OWN));
        assert_eq!(said, [(1, None), (2, doubt)]);
    }

    #[test]
    fn rules_for_other_networks_and_for_load_balancers_are_not_for_nodes() {
        let networks = |name: &str| json!({ "targetResources": [name] });
        let here = "https://www.googleapis.com/compute/v1/projects/p/global/networks/n";
        assert_eq!(said(deny(json!({}), networks(here)), None), [(2, None)]);
        assert_eq!(
            said(
                deny(json!({}), networks("projects/p/global/networks/m")),
                None
            ),
            []
        );
        let balancers = json!({ "targetType": "INTERNAL_MANAGED_LB" });
        assert_eq!(said(deny(json!({}), balancers), None), []);
    }

    #[test]
    fn lists_are_named_and_not_looked_into() {
        let doubt = |text: &str| Some(Doubt::Addresses(text.to_owned()));
        let regions = json!({ "srcRegionCodes": ["CN", "RU"], "srcIpRanges": ["192.0.2.0/24"] });
        let rule = deny(regions, json!({}));
        let both = [(1, None), (2, doubt("srcRegionCodes (CN, RU)"))];
        assert_eq!(said(rule, None), both);
        let narrow = json!({ "srcNetworkType": "INTERNET", "srcIpRanges": ["192.0.2.0/24"] });
        let rule = deny(narrow, json!({}));
        assert_eq!(said(rule, None), [(1, doubt("srcNetworkType (INTERNET)"))]);
    }
}
