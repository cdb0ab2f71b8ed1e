//! The rules of a security group, in one spelling.

use groundwork_model::Family;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a rule that we made says of itself. Rules without it are somebody else's.
pub(crate) const MARK: &str = "groundwork/1 rule";

/// Lets something in.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Rule {
    /// In which family.
    pub family: Family,
    /// What.
    pub protocol: Protocol,
    /// To which ports, first and last; to all where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ports: Option<(u16, u16)>,
    /// From where.
    pub from: Source,
}

/// What a rule is about.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Protocol {
    /// Everything.
    Any,
    /// ICMP, in IPv6 its own version of it.
    Icmp,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// Another one, as Neutron spells it.
    Other(String),
}

/// From where.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// The members of the same group.
    Members,
    /// A range.
    Range(IpNet),
    /// Another group, or a group of addresses, by id.
    Other(String),
}

/// A rule on the wire.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RuleState {
    /// Its id.
    pub id: String,
    /// `ingress` or `egress`.
    pub direction: String,
    /// `IPv4` or `IPv6`.
    pub ethertype: String,
    /// By name or number.
    pub protocol: Option<Value>,
    /// The first port, or the ICMP type.
    pub port_range_min: Option<u16>,
    /// The last port, or the ICMP code.
    pub port_range_max: Option<u16>,
    /// From which range.
    pub remote_ip_prefix: Option<String>,
    /// From which group.
    pub remote_group_id: Option<String>,
    /// From which group of addresses.
    #[serde(default)]
    pub remote_address_group_id: Option<String>,
    /// Our mark, where it is ours.
    #[serde(default)]
    pub description: Option<String>,
}

impl RuleState {
    /// Whether we made it.
    pub fn is_ours(&self) -> bool {
        self.description.as_deref() == Some(MARK)
    }

    /// Whether it lets something of a family out.
    pub(crate) fn lets_out(&self, family: Family) -> bool {
        self.direction == "egress" && self.ethertype == family.to_string()
    }

    /// What it lets in, in our spelling; `None` for a rule about what goes out.
    pub fn rule(&self, group: &str) -> Option<Rule> {
        let ingress = self.direction == "ingress";
        ingress.then(|| self.canonical(group))
    }

    fn canonical(&self, group: &str) -> Rule {
        let family = match self.ethertype.as_str() {
            "IPv6" => Family::V6,
            _ => Family::V4,
        };
        let ports = match (self.port_range_min, self.port_range_max) {
            (Some(first), Some(last)) => Some((first, last)),
            (Some(one), None) | (None, Some(one)) => Some((one, one)),
            (None, None) => None,
        };
        Rule {
            family,
            protocol: protocol(self.protocol.as_ref()),
            ports,
            from: self.from(family, group),
        }
    }

    fn from(&self, family: Family, group: &str) -> Source {
        match (
            &self.remote_group_id,
            &self.remote_address_group_id,
            &self.remote_ip_prefix,
        ) {
            (Some(id), _, _) if id == group => Source::Members,
            (Some(id), _, _) | (None, Some(id), _) => Source::Other(id.clone()),
            (None, None, Some(text)) => match text.parse::<IpNet>() {
                Ok(net) => Source::Range(net.trunc()),
                Err(_) => Source::Other(text.clone()),
            },
            (None, None, None) => Source::Range(everywhere(family)),
        }
    }
}

/// Neutron keeps what it was given: a name, its older name, or the number.
fn protocol(spelt: Option<&Value>) -> Protocol {
    let text = match spelt {
        None | Some(Value::Null) => return Protocol::Any,
        Some(Value::String(text)) => text.to_lowercase(),
        Some(other) => other.to_string(),
    };
    match text.as_str() {
        "" | "any" | "0" | "-1" => Protocol::Any,
        "icmp" | "1" | "ipv6-icmp" | "icmpv6" | "58" => Protocol::Icmp,
        "tcp" | "6" => Protocol::Tcp,
        "udp" | "17" => Protocol::Udp,
        _ => Protocol::Other(text),
    }
}

/// The rule that lets everything of a family out, on the wire. Neutron gives it to a new group.
pub(crate) fn way_out(family: Family, group: &str) -> Value {
    json!({
        "security_group_id": group,
        "direction": "egress",
        "ethertype": family.to_string(),
        "description": MARK,
    })
}

/// All addresses of a family.
pub(crate) fn everywhere(family: Family) -> IpNet {
    match family {
        Family::V4 => IpNet::V4(Ipv4Net::default()),
        Family::V6 => IpNet::V6(Ipv6Net::default()),
    }
}

impl Rule {
    /// The rule on the wire, for a group.
    pub(crate) fn body(&self, group: &str) -> Value {
        let protocol = match (&self.protocol, self.family) {
            (Protocol::Any, _) => Value::Null,
            (Protocol::Icmp, Family::V4) => "icmp".into(),
            (Protocol::Icmp, Family::V6) => "ipv6-icmp".into(),
            (Protocol::Tcp, _) => "tcp".into(),
            (Protocol::Udp, _) => "udp".into(),
            (Protocol::Other(text), _) => text.as_str().into(),
        };
        let mut body = json!({
            "security_group_id": group,
            "direction": "ingress",
            "ethertype": self.family.to_string(),
            "protocol": protocol,
            "description": MARK,
        });
        if let Some((first, last)) = self.ports {
            body["port_range_min"] = first.into();
            body["port_range_max"] = last.into();
        }
        match &self.from {
            Source::Members => body["remote_group_id"] = group.into(),
            Source::Other(id) => body["remote_group_id"] = id.as_str().into(),
            Source::Range(net) => body["remote_ip_prefix"] = json!(net),
        }
        body
    }

    /// For people: `IPv6 tcp 30000-32767 from ::/0`.
    pub(crate) fn told(&self) -> String {
        let protocol = match &self.protocol {
            Protocol::Any => "all",
            Protocol::Icmp => "icmp",
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Other(text) => text,
        };
        let ports = match self.ports {
            Some((first, last)) if first == last => format!(" {first}"),
            Some((first, last)) => format!(" {first}-{last}"),
            None => String::new(),
        };
        let from = match &self.from {
            Source::Members => "members of the group".to_owned(),
            Source::Range(net) => net.to_string(),
            Source::Other(id) => id.clone(),
        };
        format!("{} {protocol}{ports} from {from}", self.family)
    }
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

    #[test]
    fn spellings_of_one_protocol_are_one_rule() {
        for spelt in [
            json!("ipv6-icmp"),
            json!("icmpv6"),
            json!("58"),
            json!(58),
            json!("ICMPV6"),
        ] {
            let rule = state(json!({ "protocol": spelt })).rule("g").unwrap();
            assert_eq!(rule.protocol, Protocol::Icmp, "{spelt}");
        }
        assert_eq!(
            state(json!({ "protocol": "any" }))
                .rule("g")
                .unwrap()
                .protocol,
            Protocol::Any
        );
    }

    #[test]
    fn no_source_is_everywhere_and_our_own_group_is_its_members() {
        let from = |fields| state(fields).rule("g").unwrap().from;
        assert_eq!(from(json!({})), Source::Range("::/0".parse().unwrap()));
        assert_eq!(from(json!({ "remote_group_id": "g" })), Source::Members);
        assert_eq!(
            from(json!({ "remote_group_id": "h" })),
            Source::Other("h".to_owned())
        );
    }

    #[test]
    fn a_rule_is_read_back_as_it_was_written() {
        let rules = [
            Rule {
                family: Family::V6,
                protocol: Protocol::Icmp,
                ports: None,
                from: Source::Members,
            },
            Rule {
                family: Family::V4,
                protocol: Protocol::Tcp,
                ports: Some((22, 22)),
                from: Source::Range("10.0.0.0/8".parse().unwrap()),
            },
        ];
        for rule in rules {
            let read = state(rule.body("g"));
            assert_eq!(read.rule("g"), Some(rule));
            assert!(read.is_ours());
        }
    }

    #[test]
    fn what_goes_out_is_not_a_rule_of_ours() {
        assert_eq!(state(json!({ "direction": "egress" })).rule("g"), None);
    }
}
