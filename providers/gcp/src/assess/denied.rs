//! Whether what nodes need gets through all rules and policies in force. Pure.

use std::collections::BTreeSet;

use groundwork_kit::{
    access::Access,
    existing::{Answer, Group},
    rules::{Direction, Peer, Rule, Traffic, covers},
};
use groundwork_model::Finding;

use super::{
    Judge,
    decides::{Decides, Denial, Doubt, Nodes, Verdict, denials},
    denial::told_by,
};
use crate::{check, codes, compile, link, names, object::NetworkState, spec::field};

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
            Some(Err(why)) => return Answer::Judged(vec![self.unread(&state, why)]),
            None => return Answer::Judged(Vec::new()),
        };
        let order = state.network_firewall_policy_enforcement_order.as_deref();
        let before = order == Some("BEFORE_CLASSIC_FIREWALL");
        let nodes = Nodes {
            network: &state.common.address(),
            tag: &names::tag(self.target.name()),
            account: self.survey.node_account.as_deref(),
            ranges: &self.node_ranges(),
        };
        let decided = effective.in_order(&nodes, before);
        let access = check::access(self.target);
        if compile::host(self.survey).is_none() {
            let decided = with_ours(decided, &access.rules);
            return Answer::Judged(denied(&access.rules, &decided, &nodes));
        }
        let mut findings = self.let_in_by_others(&state, &access, &decided, &nodes);
        findings.extend(denied(&access.rules, &decided, &nodes));
        Answer::Judged(findings)
    }

    /// What nobody allows, and what is allowed only perhaps.
    fn let_in_by_others(
        &self,
        state: &NetworkState,
        access: &Access,
        decided: &[Decides],
        nodes: &Nodes<'_>,
    ) -> Vec<Finding> {
        let group = Group {
            told: state.told(),
            field: field("network"),
            rules: let_through(decided, nodes, |_| true),
            nodes: nodes.ranges.to_vec(),
            asks_for_ssh: self.target.spec.ssh_sources.is_some(),
            is_list: |_| false,
        };
        let remedy = |rules: &[&Rule]| added(&state.common.name, nodes.tag, rules);
        let mut findings = group.judge(access, remedy);
        let sure = let_through(decided, nodes, |doubt| doubt.is_none());
        let wanted = access
            .rules
            .iter()
            .filter(|rule| covers(&group.rules, rule) && !covers(&sure, rule));
        let perhaps: Vec<(&Rule, Denial<'_>)> = wanted
            .filter_map(|rule| {
                let by = decided.iter().find(|one| {
                    one.verdict == Verdict::Allows && one.doubt.is_some() && one.meets(rule, nodes)
                })?;
                let unless = Vec::new();
                Some((rule, Denial { by, unless }))
            })
            .collect();
        findings.extend(told_by(perhaps));
        findings
    }

    fn unread(&self, state: &NetworkState, why: &str) -> Finding {
        let told = state.told();
        let message = format!("which rules are in force on {told} is not known: {why}");
        let finding = Finding::warning(codes::FIREWALLS_UNKNOWN, message).at(field("network"));
        finding.about(told).remedy(format!(
            "allow compute.networks.getRegionEffectiveFirewalls in project {project}, or look for yourself: \
             gcloud compute network-firewall-policies get-effective-firewalls --project={project} \
             --network={} --region={}",
            state.common.name,
            self.target.cloud.region().unwrap_or_default(),
            project = link::part(&state.common.self_link, "projects").unwrap_or_default(),
        ))
    }
}

/// One finding a rule that denies, or may.
fn denied(wanted: &BTreeSet<Rule>, decided: &[Decides], nodes: &Nodes<'_>) -> Vec<Finding> {
    let all = wanted.iter().flat_map(|rule| {
        let denials = denials(rule, decided, nodes).into_iter();
        denials.map(move |denial| (rule, denial))
    });
    told_by(all.collect())
}

/// The same with what we make: before the first rule that comes later than ours would, which is the
/// last of those of the network with our number. What exists of ours is there already.
fn with_ours(mut decided: Vec<Decides>, wanted: &BTreeSet<Rule>) -> Vec<Decides> {
    let ours = Decides {
        told: OURS.to_owned(),
        verdict: Verdict::Allows,
        doubt: None,
        level: usize::MAX,
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

/// All that rules allow of which nobody doubts more than this.
fn let_through(
    decided: &[Decides],
    nodes: &Nodes<'_>,
    counts: impl Fn(Option<&Doubt>) -> bool,
) -> BTreeSet<Rule> {
    let allowed = decided.iter().filter(|one| one.verdict == Verdict::Allows);
    let allowed = allowed.filter(|one| counts(one.doubt.as_ref()));
    let mut rules: BTreeSet<Rule> = allowed.flat_map(|one| nodes.let_in(&one.rules)).collect();
    // Everything goes out where no rule says otherwise; what denies it is told by itself.
    for family in groundwork_model::Family::BOTH {
        let all = Peer::Range(groundwork_kit::rules::everywhere(family));
        rules.insert(Rule::egress(family, Traffic::All, all));
    }
    rules
}

/// How the owner of a network adds rules. One from machines with a tag is of both families.
fn added(network: &str, tag: &str, rules: &[&Rule]) -> String {
    let mut calls: Vec<String> = Vec::new();
    for rule in rules {
        let call = created(network, tag, rule);
        if !calls.contains(&call) {
            calls.push(call);
        }
    }
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
