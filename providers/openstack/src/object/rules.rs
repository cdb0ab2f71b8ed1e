//! The rules of a security group as Neutron keeps them.

use std::{borrow::Cow, collections::BTreeSet, sync::Arc};

use groundwork_kit::rules::{Direction, Icmp, Kept, Peer, Ports, Rule, Traffic, everywhere};
use groundwork_model::Family;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Id, Word};

/// What a rule that we made says of itself. Rules without it are somebody else's.
pub(crate) const MARK: &str = "groundwork/1 rule";

/// A rule of a group. What it says apart from its ids is what a rule of every other group of a fleet
/// says: see [`Alike`].
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(from = "Wire", into = "Wire")]
pub struct RuleState {
    /// Its id.
    pub id: Id,
    /// From which group.
    pub remote_group: Option<Id>,
    /// The rest of it.
    rest: Arc<Wire>,
}

/// A rule on the wire.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
struct Wire {
    /// The first port, or the ICMP type.
    port_range_min: Option<u16>,
    /// The last port, or the ICMP code.
    port_range_max: Option<u16>,
    /// By name or number.
    protocol: Option<Word>,
    /// From which range.
    remote_ip_prefix: Option<Word>,
    /// `ingress` or `egress`.
    direction: Word,
    /// `IPv4` or `IPv6`.
    ethertype: Word,
    id: Id,
    /// From which group.
    remote_group_id: Option<Id>,
    /// From which group of addresses.
    #[serde(default)]
    remote_address_group_id: Option<Box<str>>,
    /// Our mark, where it is ours.
    #[serde(default)]
    description: Option<Word>,
}

impl From<Wire> for RuleState {
    fn from(mut wire: Wire) -> Self {
        Self {
            id: std::mem::take(&mut wire.id),
            remote_group: wire.remote_group_id.take(),
            rest: Arc::new(wire),
        }
    }
}

impl From<RuleState> for Wire {
    fn from(rule: RuleState) -> Self {
        Self {
            id: rule.id,
            remote_group_id: rule.remote_group,
            ..Self::clone(&rule.rest)
        }
    }
}

/// What the rules of a listing say, each once.
#[derive(Default)]
pub(crate) struct Alike(BTreeSet<Arc<Wire>>);

impl Alike {
    /// Makes a rule share what it says with those before that say the same.
    pub(crate) fn share(&mut self, rule: &mut RuleState) {
        match self.0.get(&rule.rest) {
            Some(same) => rule.rest = same.clone(),
            None => drop(self.0.insert(rule.rest.clone())),
        }
    }
}

impl Kept for RuleState {
    fn rules(&self, group: &str) -> Vec<Rule> {
        let (family, direction) = (self.family(), self.direction());
        let rule = |traffic| Rule {
            direction,
            family,
            traffic,
            peer: self.peer(family, group),
        };
        self.traffic(family).map(rule).into_iter().collect()
    }

    fn is_ours(&self) -> bool {
        self.rest.description.as_deref() == Some(MARK)
    }
}

impl RuleState {
    fn family(&self) -> Family {
        match &*self.rest.ethertype {
            "IPv6" => Family::V6,
            _ => Family::V4,
        }
    }

    fn direction(&self) -> Direction {
        match &*self.rest.direction {
            "egress" => Direction::Egress,
            _ => Direction::Ingress,
        }
    }

    /// Whether it lets something of a family out.
    pub(crate) fn lets_out(&self, family: Family) -> bool {
        self.direction() == Direction::Egress && self.family() == family
    }

    /// Neutron keeps what it was given: a name, its older name, or the number.
    fn traffic(&self, family: Family) -> Option<Traffic> {
        let Some(text) = &self.rest.protocol else {
            return Some(Traffic::All);
        };
        let text = match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(text.to_lowercase()),
            false => Cow::Borrowed(&**text),
        };
        match (&*text, family) {
            ("" | "any" | "0" | "-1", _) => Some(Traffic::All),
            // Neutron takes the older name in IPv6 too.
            ("icmp" | "1", Family::V4) | ("icmp" | "ipv6-icmp" | "icmpv6" | "58", Family::V6) => {
                Some(Traffic::Icmp(self.icmp()))
            }
            // Nobody sends the ICMP of one family in the other.
            ("ipv6-icmp" | "icmpv6" | "58", Family::V4) | ("1", Family::V6) => None,
            ("tcp" | "6", _) => Some(Traffic::Tcp(self.ports())),
            ("udp" | "17", _) => Some(Traffic::Udp(self.ports())),
            (other, _) => Some(Traffic::Other(other.to_owned())),
        }
    }

    fn ports(&self) -> Ports {
        match (self.rest.port_range_min, self.rest.port_range_max) {
            (Some(first), Some(last)) => Ports { first, last },
            (Some(one), None) | (None, Some(one)) => Ports::one(one),
            (None, None) => Ports::ALL,
        }
    }

    fn icmp(&self) -> Option<Icmp> {
        let kind = self.rest.port_range_min;
        let kind = kind.and_then(|kind| kind.try_into().ok())?;
        let code = self.rest.port_range_max;
        let code = code.and_then(|code| code.try_into().ok());
        Some(Icmp { kind, code })
    }

    fn peer(&self, family: Family, group: &str) -> Peer {
        let remote = (
            &self.remote_group,
            &self.rest.remote_address_group_id,
            &self.rest.remote_ip_prefix,
        );
        match remote {
            (Some(id), _, _) if *id == Id::from(group) => Peer::Members,
            (Some(id), _, _) => Peer::Other(id.to_string()),
            (None, Some(id), _) => Peer::Other(id.to_string()),
            (None, None, Some(text)) => match text.parse::<IpNet>() {
                Ok(net) => Peer::Range(net.trunc()),
                Err(_) => Peer::Other(text.to_string()),
            },
            (None, None, None) => Peer::Range(everywhere(family)),
        }
    }
}

/// Which way a rule goes, as Neutron spells it.
pub(crate) fn direction(rule: &Rule) -> &'static str {
    match rule.direction {
        Direction::Ingress => "ingress",
        Direction::Egress => "egress",
    }
}

/// A rule on the wire, for a group.
pub(crate) fn body(rule: &Rule, group: &str) -> Value {
    let protocol = match (&rule.traffic, rule.family) {
        (Traffic::All, _) => Value::Null,
        (Traffic::Icmp(_), Family::V4) => "icmp".into(),
        (Traffic::Icmp(_), Family::V6) => "ipv6-icmp".into(),
        (Traffic::Tcp(_), _) => "tcp".into(),
        (Traffic::Udp(_), _) => "udp".into(),
        (Traffic::Other(text), _) => text.as_str().into(),
    };
    let mut body = json!({
        "security_group_id": group,
        "direction": direction(rule),
        "ethertype": rule.family.to_string(),
        "protocol": protocol,
        "description": MARK,
    });
    match &rule.traffic {
        Traffic::Tcp(ports) | Traffic::Udp(ports) if *ports != Ports::ALL => {
            body["port_range_min"] = ports.first.into();
            body["port_range_max"] = ports.last.into();
        }
        Traffic::Icmp(Some(Icmp { kind, code })) => {
            body["port_range_min"] = (*kind).into();
            body["port_range_max"] = json!(code);
        }
        Traffic::All
        | Traffic::Icmp(None)
        | Traffic::Tcp(_)
        | Traffic::Udp(_)
        | Traffic::Other(_) => {}
    }
    match &rule.peer {
        Peer::Members => body["remote_group_id"] = group.into(),
        Peer::Other(id) => body["remote_group_id"] = id.as_str().into(),
        Peer::Range(net) => body["remote_ip_prefix"] = json!(net),
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(fields: Value) -> RuleState {
        let mut whole = json!({
            "id": "r1", "direction": "ingress", "ethertype": "IPv6", "protocol": null,
            "port_range_min": null, "port_range_max": null, "remote_ip_prefix": null,
            "remote_group_id": null, "description": ""
        });
        whole
            .as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        serde_json::from_value(whole).unwrap()
    }

    fn one(fields: Value) -> Rule {
        state(fields).rules("g").pop().unwrap()
    }

    #[test]
    fn spellings_of_one_protocol_are_one_rule() {
        for spelt in [
            json!("ipv6-icmp"),
            json!("icmpv6"),
            json!("icmp"),
            json!("58"),
            json!(58),
            json!("ICMPV6"),
        ] {
            let rule = one(json!({ "protocol": spelt }));
            assert_eq!(rule.traffic, Traffic::Icmp(None), "{spelt}");
        }
        assert_eq!(one(json!({ "protocol": "any" })).traffic, Traffic::All);
    }

    #[test]
    fn icmp_of_the_other_family_allows_nothing() {
        let wrong = json!({ "ethertype": "IPv4", "protocol": "ipv6-icmp" });
        assert_eq!(state(wrong).rules("g"), []);
    }

    #[test]
    fn no_source_is_everywhere_and_our_own_group_is_its_members() {
        let peer = |fields| one(fields).peer;
        assert_eq!(peer(json!({})), Peer::Range("::/0".parse().unwrap()));
        assert_eq!(peer(json!({ "remote_group_id": "g" })), Peer::Members);
        assert_eq!(
            peer(json!({ "remote_group_id": "h" })),
            Peer::Other("h".to_owned())
        );
    }

    #[test]
    fn rules_that_say_the_same_share_it_and_keep_their_ids() {
        let mut alike = Alike::default();
        let mut read = |id: &str, port: u16| {
            let fields = json!({ "id": id, "remote_group_id": id, "port_range_min": port });
            let mut rule = state(fields.clone());
            alike.share(&mut rule);
            let written = serde_json::to_value(&rule).unwrap();
            for (field, value) in fields.as_object().unwrap() {
                assert_eq!(&written[field], value);
            }
            assert_eq!(state(written), rule);
            rule
        };
        let (one, other, another) = (read("a", 1), read("b", 1), read("c", 2));
        assert!(Arc::ptr_eq(&one.rest, &other.rest));
        assert!(!Arc::ptr_eq(&one.rest, &another.rest));
    }

    #[test]
    fn a_rule_is_read_back_as_it_was_written() {
        let private = Peer::Range("10.0.0.0/8".parse().unwrap());
        let echo = Icmp {
            kind: 128,
            code: None,
        };
        let rules = [
            Rule::ingress(Family::V6, Traffic::Icmp(Some(echo)), Peer::Members),
            Rule::ingress(Family::V4, Traffic::Tcp(Ports::one(22)), private),
            Rule::egress(
                Family::V6,
                Traffic::All,
                Peer::Range(everywhere(Family::V6)),
            ),
        ];
        for rule in rules {
            let read = state(body(&rule, "g"));
            assert_eq!(read.rules("g"), [rule]);
            assert!(read.is_ours());
        }
    }
}
