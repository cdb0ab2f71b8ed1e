//! What rules are called.

use std::{collections::BTreeSet, fmt};

use groundwork_model::Family;

use super::Rule;

/// Rules for people: one of both families is called once, without its family.
pub fn told<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> Vec<String> {
    let rules: BTreeSet<&Rule> = rules.into_iter().collect();
    let twin = |rule: &Rule, family| Rule {
        family,
        ..rule.clone()
    };
    let texts = rules.iter().filter_map(|rule| {
        let is_of_both = rule.says_no_family()
            && Family::BOTH
                .iter()
                .all(|family| rules.contains(&twin(rule, *family)));
        match (is_of_both, rule.family) {
            (true, Family::V6) => None,
            (true, Family::V4) => Some(FamilyLess(rule).to_string()),
            (false, _) => Some(rule.to_string()),
        }
    });
    texts.collect()
}

struct FamilyLess<'a>(&'a Rule);

impl fmt::Display for FamilyLess<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.without_family(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{
        Peer, Traffic,
        examples::{icmp, tcp},
    };

    #[test]
    fn rules_are_called_what_people_call_them() {
        let members = |family| Rule::ingress(family, Traffic::All, Peer::Members);
        let both = [members(Family::V6), members(Family::V4)];
        assert_eq!(told(&both), ["all from members of the group"]);
        assert_eq!(told(&both[..1]), ["IPv6 all from members of the group"]);
        let others = [
            tcp(22, 22, "10.0.0.0/8"),
            icmp(128, None, "::/0"),
            icmp(3, Some(4), "0.0.0.0/0"),
            tcp(0, 65535, "::/0"),
        ];
        let texts: Vec<String> = others.iter().map(Rule::to_string).collect();
        let expected = [
            "tcp 22 from 10.0.0.0/8",
            "icmpv6 type 128 from ::/0",
            "icmp type 3 code 4 from 0.0.0.0/0",
            "tcp from ::/0",
        ];
        assert_eq!(texts, expected);
    }
}
