//! What rules are called.

use std::{collections::BTreeSet, fmt};

use groundwork_model::Family;

use super::{Direction, Icmp, Peer, Ports, Rule, Traffic};

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first == self.last {
            true => write!(f, "{}", self.first),
            false => write!(f, "{}-{}", self.first, self.last),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Members => f.write_str("members of the group"),
            Self::Range(net) => net.fmt(f),
            Self::Other(id) => f.write_str(id),
        }
    }
}

impl fmt::Display for Rule {
    /// For people: `tcp 30000-32767 from ::/0`, `IPv6 all from members of the group`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.says_no_family() {
            write!(f, "{} ", self.family)?;
        }
        self.without_family(f)
    }
}

impl Rule {
    /// Whether neither its protocol nor its peer tells which family it is about.
    fn says_no_family(&self) -> bool {
        self.range().is_none() && !matches!(self.traffic, Traffic::Icmp(_))
    }

    fn without_family(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.traffic, self.family) {
            (Traffic::All, _) => f.write_str("all")?,
            (Traffic::Icmp(_), Family::V4) => f.write_str("icmp")?,
            (Traffic::Icmp(_), Family::V6) => f.write_str("icmpv6")?,
            (Traffic::Tcp(_), _) => f.write_str("tcp")?,
            (Traffic::Udp(_), _) => f.write_str("udp")?,
            (Traffic::Other(name), _) => write!(f, "protocol {name}")?,
        }
        match &self.traffic {
            Traffic::Icmp(Some(Icmp { kind, code: None })) => write!(f, " type {kind}")?,
            Traffic::Icmp(Some(Icmp {
                kind,
                code: Some(code),
            })) => write!(f, " type {kind} code {code}")?,
            Traffic::Tcp(ports) | Traffic::Udp(ports) if *ports != Ports::ALL => {
                write!(f, " {ports}")?;
            }
            Traffic::All
            | Traffic::Icmp(None)
            | Traffic::Tcp(_)
            | Traffic::Udp(_)
            | Traffic::Other(_) => {}
        }
        let word = match self.direction {
            Direction::Ingress => "from",
            Direction::Egress => "to",
        };
        write!(f, " {word} {}", self.peer)
    }
}

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
    use crate::rules::examples::{icmp, tcp};

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
