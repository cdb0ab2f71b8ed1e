//! The rules that are wanted, beside those that a group has.

use std::collections::BTreeSet;

use groundwork_provider::Change;
use serde_json::Value;

use super::{Rule, told};

/// A rule as a cloud keeps it.
pub trait Kept {
    /// The same in our spelling, as a rule of `group`: two where the cloud's is of both families.
    fn rules(&self, group: &str) -> Vec<Rule>;

    /// Whether this project made it. Rules of others stay.
    fn is_ours(&self) -> bool;
}

/// What a firewall of ours lacks, and what it has too much.
#[derive(Debug)]
pub struct Merge<'a, K> {
    group: &'a str,
    /// Rules that are wanted and do not exist.
    pub missing: BTreeSet<Rule>,
    /// Rules that we made and nobody wants any more.
    pub stale: Vec<&'a K>,
    /// Rules of somebody else's that nobody asked for. They stay.
    pub foreign: BTreeSet<Rule>,
}

/// Compares the rules that are wanted with those that a group has. An equal rule of somebody else's is
/// as good as one of ours.
pub fn merge<'a, K: Kept>(
    wanted: &BTreeSet<Rule>,
    group: &'a str,
    kept: impl IntoIterator<Item = &'a K>,
) -> Merge<'a, K> {
    let mut merge = Merge {
        group,
        missing: wanted.clone(),
        stale: Vec::new(),
        foreign: BTreeSet::new(),
    };
    for rule in kept {
        let rules = rule.rules(group);
        let is_wanted = rules.iter().any(|rule| wanted.contains(rule));
        for rule in &rules {
            merge.missing.remove(rule);
        }
        match (is_wanted, rule.is_ours()) {
            (true, _) => {}
            (false, true) => merge.stale.push(rule),
            (false, false) => merge.foreign.extend(rules),
        }
    }
    merge
}

/// The field under which a rule that is missing, or stale, is reported.
pub const RULE: &str = "rule";

impl<K: Kept> Merge<'_, K> {
    /// As changes of a plan: first what is added, then what is removed.
    pub fn changes(&self) -> Vec<Change> {
        let added = told(&self.missing).into_iter();
        let added = added.map(|rule| Change::new(RULE, Value::Null, rule));
        let stale = self
            .stale
            .iter()
            .flat_map(|rule| told(&rule.rules(self.group)));
        let removed = stale.map(|rule| Change::new(RULE, rule, Value::Null));
        added.chain(removed).collect()
    }
}

#[cfg(test)]
mod tests {
    use groundwork_model::Family;

    use super::*;
    use crate::rules::{Peer, Traffic, examples::tcp};

    struct One(Vec<Rule>, bool);

    impl Kept for One {
        fn rules(&self, _: &str) -> Vec<Rule> {
            self.0.clone()
        }

        fn is_ours(&self) -> bool {
            self.1
        }
    }

    #[test]
    fn what_is_ours_and_unwanted_is_stale_and_what_is_foreign_stays() {
        let members = |family| Rule::ingress(family, Traffic::All, Peer::Members);
        let both: Vec<Rule> = Family::BOTH.map(members).to_vec();
        let kept = [
            One(both.clone(), true),
            One(vec![tcp(22, 22, "0.0.0.0/0")], true),
            One(vec![tcp(80, 80, "0.0.0.0/0")], false),
        ];
        let wanted = BTreeSet::from([members(Family::V4), tcp(443, 443, "::/0")]);
        let merge = merge(&wanted, "group", &kept);
        let changes: Vec<String> = merge
            .changes()
            .iter()
            .map(|change| format!("{} {}", change.from, change.to))
            .collect();
        let expected = [
            "null \"tcp 443 from ::/0\"",
            "\"tcp 22 from 0.0.0.0/0\" null",
        ];
        assert_eq!(changes, expected);
        assert_eq!(merge.foreign, BTreeSet::from([tcp(80, 80, "0.0.0.0/0")]));
    }
}
