use ipnet::IpNet;
use mock_cloud::{Body, Object};
use serde_json::{Value, json};

use super::resource::Resource;
use super::values::PROTOCOLS;
use super::{Neutron, Resource::SecurityGroupRule};
use crate::refused::{Answer, Refused};

/// What two rules must differ in, or one of them is a duplicate.
const COMPARED: [&str; 9] = [
    "direction",
    "ethertype",
    "port_range_max",
    "port_range_min",
    "protocol",
    "remote_group_id",
    "remote_address_group_id",
    "remote_ip_prefix",
    "security_group_id",
];

/// Protocols that have ports.
const WITH_PORTS: [u8; 5] = [6, 17, 33, 132, 136];

fn text<'a>(rule: &'a Body, name: &str) -> &'a str {
    rule.get(name).and_then(Value::as_str).unwrap_or_default()
}

impl Neutron<'_> {
    pub(super) fn make_security_group_rule(&mut self, mut rule: Body) -> Answer<String> {
        normalise(&mut rule);
        check_ports(&rule)?;
        check_families(&rule)?;
        check_remotes(&rule)?;
        if let Some(remote) = rule.get("remote_group_id").and_then(Value::as_str) {
            self.visible(Resource::SecurityGroup, remote)?;
        }
        let group = text(&rule, "security_group_id");
        let theirs = |group: &Object| !self.owns(group) && !self.caller.admin;
        if self.policed()
            && self
                .find(Resource::SecurityGroup, group)
                .is_some_and(|group| theirs(&group))
        {
            return Err(Refused::policy("rule:create_security_group_rule"));
        }
        let group = self.visible(Resource::SecurityGroup, group)?;
        self.check_duplicate(&rule)?;
        let cidr = rule.get("remote_ip_prefix").and_then(Value::as_str);
        let cidr = cidr
            .and_then(|cidr| cidr.parse::<IpNet>().ok())
            .map(|net| net.trunc());
        rule.insert(
            "normalized_cidr".to_owned(),
            json!(cidr.map(|cidr| cidr.to_string())),
        );
        let id = self.insert(SecurityGroupRule, rule);
        self.bump(Resource::SecurityGroup, &group.id);
        Ok(id)
    }

    /// All rules of one request belong to one group, and none is there twice.
    pub(super) fn check_bulk_rules(&self, rules: &[Body]) -> Answer<()> {
        let first = rules.first().map(|rule| text(rule, "security_group_id"));
        if rules
            .iter()
            .any(|rule| Some(text(rule, "security_group_id")) != first)
        {
            return Err(Refused::new(
                400,
                "SecurityGroupNotSingleGroupRules",
                "Only allowed to update rules for one security profile at a time",
            ));
        }
        let keys: Vec<String> = rules
            .iter()
            .map(|rule| {
                let mut rule = rule.clone();
                normalise(&mut rule);
                key(&rule)
            })
            .collect();
        if keys
            .iter()
            .enumerate()
            .any(|(index, key)| keys[..index].contains(key))
        {
            let message = "Duplicate Security Group Rule in POST.";
            return Err(Refused::conflict(
                "DuplicateSecurityGroupRuleInPost",
                message,
            ));
        }
        Ok(())
    }

    fn check_duplicate(&self, rule: &Body) -> Answer<()> {
        let wanted = key(rule);
        let group = text(rule, "security_group_id");
        let mut rules = self
            .store
            .by(SecurityGroupRule.plural(), "security_group_id", group);
        let same = rules.find(|other| key(&other.body) == wanted);
        match same {
            Some(same) => {
                let id = &same.id;
                let message = format!("Security group rule already exists. Rule id is {id}.");
                Err(Refused::conflict("SecurityGroupRuleExists", message))
            }
            None => Ok(()),
        }
    }

    pub(super) fn delete_security_group_rule(&mut self, object: &Object) -> Answer<()> {
        self.store.remove(SecurityGroupRule.plural(), &object.id);
        self.bump(Resource::SecurityGroup, object.text("security_group_id"));
        Ok(())
    }
}

/// Old names of ICMPv6 become the new one; a range of all ports becomes none.
fn normalise(rule: &mut Body) {
    if text(rule, "ethertype") == "IPv6" {
        let spelled = match text(rule, "protocol") {
            "icmp" | "icmpv6" => Some("ipv6-icmp"),
            "1" => Some("58"),
            _ => None,
        };
        if let Some(spelled) = spelled {
            rule.insert("protocol".to_owned(), json!(spelled));
        }
    }
    if port(rule, "port_range_min") == Some(1) && port(rule, "port_range_max") == Some(65535) {
        rule.insert("port_range_min".to_owned(), Value::Null);
        rule.insert("port_range_max".to_owned(), Value::Null);
    }
}

fn port(rule: &Body, name: &str) -> Option<u64> {
    rule.get(name).and_then(Value::as_u64)
}

/// The number of a protocol by name or number.
fn number(protocol: &str) -> Option<u8> {
    let protocol = if protocol == "icmpv6" {
        "ipv6-icmp"
    } else {
        protocol
    };
    let named = PROTOCOLS
        .iter()
        .find(|(name, _)| *name == protocol)
        .map(|(_, number)| *number);
    named.or_else(|| protocol.parse().ok())
}

fn check_ports(rule: &Body) -> Answer<()> {
    let (min, max) = (port(rule, "port_range_min"), port(rule, "port_range_max"));
    if min.is_none() && max.is_none() {
        return Ok(());
    }
    let refuse = |kind: &str, message: String| Err(Refused::new(400, kind, message));
    let protocol = text(rule, "protocol");
    let Some(number) = number(protocol) else {
        let message = "Must also specify protocol if port range is given.".to_owned();
        return refuse("SecurityGroupProtocolRequiredWithPorts", message);
    };
    if WITH_PORTS.contains(&number) {
        if min == Some(0) || max == Some(0) {
            return refuse(
                "SecurityGroupInvalidPortValue",
                "Invalid value for port 0".to_owned(),
            );
        }
        return match (min, max) {
            (Some(min), Some(max)) if min <= max => Ok(()),
            _ => refuse(
                "SecurityGroupInvalidPortRange",
                "For TCP/UDP protocols, port_range_min must be <= port_range_max".to_owned(),
            ),
        };
    }
    if number != 1 && number != 58 {
        let message = format!(
            "Ports cannot be specified for protocol {number}. Ports are only supported for DCCP, \
             SCTP, TCP, UDP, UDPLITE."
        );
        return refuse("SecurityGroupInvalidProtocolForPort", message);
    }
    for (name, field, value) in [
        ("port_range_min", "type", min),
        ("port_range_max", "code", max),
    ] {
        if let Some(value) = value.filter(|value| *value > 255) {
            let message =
                format!("Invalid value for ICMP {field} ({name}) {value}. It must be 0 to 255.");
            return refuse("SecurityGroupInvalidIcmpValue", message);
        }
    }
    match (min, max) {
        (None, Some(code)) => refuse(
            "SecurityGroupMissingIcmpType",
            format!(
                "ICMP code (port-range-max) {code} is provided but ICMP type (port-range-min) is \
                 missing."
            ),
        ),
        _ => Ok(()),
    }
}

fn check_families(rule: &Body) -> Answer<()> {
    let (ethertype, protocol) = (text(rule, "ethertype"), text(rule, "protocol"));
    let prefix = text(rule, "remote_ip_prefix");
    if !prefix.is_empty() && prefix.contains(':') != (ethertype == "IPv6") {
        let message = format!("Conflicting value ethertype {ethertype} for CIDR {prefix}");
        return Err(Refused::new(
            400,
            "SecurityGroupRuleParameterConflict",
            message,
        ));
    }
    let only_v6 = protocol.starts_with("ipv6-")
        || protocol == "icmpv6"
        || matches!(protocol, "41" | "43" | "44" | "58" | "59" | "60");
    if only_v6 && ethertype == "IPv4" {
        let message = format!("Invalid ethertype {ethertype} for protocol {protocol}.");
        return Err(Refused::new(
            400,
            "SecurityGroupEthertypeConflictWithProtocol",
            message,
        ));
    }
    Ok(())
}

fn check_remotes(rule: &Body) -> Answer<()> {
    let remotes = [
        "remote_ip_prefix",
        "remote_group_id",
        "remote_address_group_id",
    ];
    let given = remotes
        .iter()
        .filter(|name| !text(rule, name).is_empty())
        .count();
    if given <= 1 {
        return Ok(());
    }
    Err(Refused::new(
        400,
        "SecurityGroupMultipleRemoteEntites",
        "Only one of remote_ip_prefix or remote_group_id or remote_address_group_id may be \
         provided.",
    ))
}

/// Two rules with the same key let the same packets through.
fn key(rule: &Body) -> String {
    let part = |name: &&str| {
        let value = rule.get(*name).unwrap_or(&Value::Null);
        match (*name, value.as_str()) {
            ("remote_ip_prefix", Some("0.0.0.0/0" | "::/0")) => "+".to_owned(),
            ("protocol", Some(protocol)) => {
                number(protocol).map_or_else(|| protocol.to_owned(), |number| number.to_string())
            }
            (_, Some(text)) => text.to_owned(),
            (_, None) if value.is_null() => "+".to_owned(),
            (_, None) => value.to_string(),
        }
    };
    COMPARED.iter().map(part).collect::<Vec<_>>().join("_")
}
