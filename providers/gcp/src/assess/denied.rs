//! Whether what nodes need gets through all rules and policies in force. Pure.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_kit::{
    existing::{Answer, Group},
    rules::{Direction, Peer, Rule, Traffic, covers, told},
};
use groundwork_model::{Finding, Severity};

use super::{
    Judge,
    effective::{Decides, meets},
};
use crate::{check, codes, compile, names, spec::field};

/// When a rule that we make is not there yet, it will decide with these: after what denies.
const OURS: &str = "the cluster's own rules";

impl Judge<'_> {
    /// Rules of ours are made; what denies before them is told. On a network of another project there are
    /// none, so that others have to allow everything.
    pub(super) fn rules_in_force(&self) -> Answer {
        let Some(state) = self.named_network() else {
            return Answer::NotAsked("a network of ours has the rules that it lacks made");
        };
        let effective = match &self.survey.around.effective {
            Some(Ok(effective)) => effective,
            Some(Err(why)) => return Answer::Judged(vec![unread(&state.told(), why)]),
            None => return Answer::Judged(Vec::new()),
        };
        let order = state.network_firewall_policy_enforcement_order.as_deref();
        let before = order == Some("BEFORE_CLASSIC_FIREWALL");
        let tag = names::tag(self.target.name());
        let decided = effective.in_order(&tag, before);
        let access = check::access(self.target);
        if compile::is_shared(self.survey) {
            let group = Group {
                told: state.told(),
                field: field("network"),
                rules: let_through(&decided),
                nodes: self.node_ranges(),
                asks_for_ssh: self.target.spec.ssh_sources.is_some(),
                is_list: |_| false,
            };
            let mut findings = group.judge(&access, |rules| added(&state.common.name, &tag, rules));
            findings.extend(self.denied(&access.rules, &decided));
            return Answer::Judged(findings);
        }
        Answer::Judged(self.denied(&access.rules, &with_ours(decided, &access.rules)))
    }

    /// One finding a rule that denies.
    fn denied(&self, wanted: &BTreeSet<Rule>, decided: &[Decides]) -> Vec<Finding> {
        let nodes = self.node_ranges();
        let mut by_denier: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
        for rule in wanted {
            if let Some(denier) = denier(rule, decided, &nodes) {
                by_denier.entry(&denier.told).or_default().push(rule);
            }
        }
        let findings = by_denier.into_iter().map(|(denier, rules)| {
            let severity = match rules.iter().any(|rule| is_vital(rule)) {
                true => Severity::Error,
                false => Severity::Warning,
            };
            let what = told(rules).join("; ");
            let message = format!("{denier} denies what nodes need: {what}");
            let finding = Finding::new(severity, codes::DENIED, message).at(field("network"));
            finding.about(denier).remedy(
                "have its owner except the nodes from it, or allow this with a smaller priority number",
            )
        });
        findings.collect()
    }
}

/// Without it there is no cluster: nodes reach each other, and what is outside.
fn is_vital(rule: &Rule) -> bool {
    rule.peer == Peer::Members || rule.direction == Direction::Egress
}

/// The rule that denies some of what is wanted, before others have allowed all of it.
fn denier<'d>(
    wanted: &Rule,
    decided: &'d [Decides],
    nodes: &[ipnet::IpNet],
) -> Option<&'d Decides> {
    let mut allowed = BTreeSet::new();
    for decides in decided {
        if decides.allows {
            allowed.extend(decides.rules.iter().cloned());
            if covers(&allowed, wanted) {
                return None;
            }
        } else if decides.rules.iter().any(|rule| meets(rule, wanted, nodes)) {
            return Some(decides);
        }
    }
    None
}

/// The same with what we make: before the first rule that comes later than ours would, which is the
/// last of those of the network with our number. What exists of ours is there already.
fn with_ours(mut decided: Vec<Decides>, wanted: &BTreeSet<Rule>) -> Vec<Decides> {
    let ours = Decides {
        told: OURS.to_owned(),
        allows: true,
        is_after_ours: false,
        rules: wanted
            .iter()
            .filter(|rule| rule.direction == Direction::Ingress)
            .cloned()
            .collect(),
    };
    let at = decided.iter().position(|one| one.is_after_ours);
    decided.insert(at.unwrap_or(decided.len()), ours);
    decided
}

/// All that is allowed: nobody denies what the network's own rules allow unless told so.
fn let_through(decided: &[Decides]) -> BTreeSet<Rule> {
    let allowed = decided.iter().filter(|one| one.allows);
    let mut rules: BTreeSet<Rule> = allowed.flat_map(|one| one.rules.iter().cloned()).collect();
    // Everything goes out where no rule says otherwise; what denies it is told by itself.
    for family in groundwork_model::Family::BOTH {
        let all = Peer::Range(groundwork_kit::rules::everywhere(family));
        rules.insert(Rule::egress(family, Traffic::All, all));
    }
    rules
}

fn unread(told: &str, why: &str) -> Finding {
    let message = format!("which rules are in force on {told} is not known: {why}");
    let finding = Finding::warning(codes::FIREWALLS_UNKNOWN, message).at(field("network"));
    finding.about(told).remedy(
        "allow compute.networks.getEffectiveFirewalls, or look for yourself: gcloud compute networks \
         get-effective-firewalls NETWORK",
    )
}

/// How the owner of a network adds rules.
fn added(network: &str, tag: &str, rules: &[&Rule]) -> String {
    let calls: Vec<String> = rules
        .iter()
        .map(|rule| created(network, tag, rule))
        .collect();
    format!("have its owner call: {}", calls.join("; "))
}

fn created(network: &str, tag: &str, rule: &Rule) -> String {
    let from = match &rule.peer {
        Peer::Range(net) => format!("--source-ranges={net}"),
        Peer::Members | Peer::Other(_) => format!("--source-tags={tag}"),
    };
    let what = match (&rule.traffic, rule.family) {
        (Traffic::All, _) => "all".to_owned(),
        (Traffic::Icmp(_), groundwork_model::Family::V4) => "icmp".to_owned(),
        (Traffic::Icmp(_), groundwork_model::Family::V6) => "58".to_owned(),
        (Traffic::Tcp(ports), _) => format!("tcp:{ports}"),
        (Traffic::Udp(ports), _) => format!("udp:{ports}"),
        (Traffic::Other(name), _) => name.clone(),
    };
    format!(
        "gcloud compute firewall-rules create NAME --network={network} --target-tags={tag} {from} \
         --allow={what}"
    )
}
