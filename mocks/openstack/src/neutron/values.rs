//! Values on their way in: checked, and spelled as Neutron stores them.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Value, json};

use crate::refused::{Answer, Refused};

/// Names of protocols that security group rules take, with their numbers.
pub(crate) const PROTOCOLS: &[(&str, u8)] = &[
    ("ah", 51),
    ("dccp", 33),
    ("egp", 8),
    ("esp", 50),
    ("gre", 47),
    ("hopopt", 0),
    ("icmp", 1),
    ("igmp", 2),
    ("ip", 0),
    ("ipip", 4),
    ("ipv6-encap", 41),
    ("ipv6-frag", 44),
    ("ipv6-icmp", 58),
    ("ipv6-nonxt", 59),
    ("ipv6-opts", 60),
    ("ipv6-route", 43),
    ("ospf", 89),
    ("pgm", 113),
    ("rsvp", 46),
    ("sctp", 132),
    ("tcp", 6),
    ("udp", 17),
    ("udplite", 136),
    ("vrrp", 112),
];

/// Older spellings that are understood.
pub(crate) const PROTOCOL_ALIASES: &[&str] = &["icmpv6"];

/// A reason that the caller puts into a sentence.
pub(super) type Reason<T> = Result<T, String>;

/// A value in a message, as Python shows it.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

pub(super) fn text(value: &Value, max: usize) -> Reason<Value> {
    let text = value
        .as_str()
        .ok_or_else(|| format!("'{}' is not a valid string", shown(value)))?;
    if text.chars().count() > max {
        return Err(format!("'{text}' exceeds maximum length of {max}"));
    }
    Ok(json!(text))
}

pub(super) fn filled(value: &Value) -> Reason<Value> {
    let accepted = text(value, 255)?;
    if accepted.as_str().is_some_and(|text| text.trim().is_empty()) {
        return Err(format!(
            "'{}' Blank strings are not permitted",
            shown(value)
        ));
    }
    Ok(accepted)
}

pub(super) fn group_name(value: &Value, refuse: impl Fn(String) -> Refused) -> Answer<Value> {
    if value
        .as_str()
        .is_some_and(|name| name.eq_ignore_ascii_case("default"))
    {
        let message = "Default security group already exists.";
        return Err(Refused::conflict(
            "SecurityGroupDefaultAlreadyExists",
            message,
        ));
    }
    text(value, 255).map_err(refuse)
}

pub(super) fn flag(value: &Value) -> Answer<Value> {
    let word = shown(value).to_lowercase();
    match word.as_str() {
        "true" | "1" => Ok(json!(true)),
        "false" | "0" => Ok(json!(false)),
        _ => Err(Refused::input(format!(
            "'{}' cannot be converted to boolean",
            shown(value)
        ))),
    }
}

fn whole(value: &Value) -> Answer<i64> {
    let number = value
        .as_i64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    number.ok_or_else(|| Refused::input(format!("'{}' is not an integer", shown(value))))
}

pub(super) fn non_negative(value: &Value, refuse: &impl Fn(String) -> Refused) -> Answer<Value> {
    match whole(value)? {
        number if number < 0 => Err(refuse(format!("'{number}' should be non-negative"))),
        number => Ok(json!(number)),
    }
}

pub(super) fn version(value: &Value, refuse: &impl Fn(String) -> Refused) -> Answer<Value> {
    match whole(value)? {
        number @ (4 | 6) => Ok(json!(number)),
        number => Err(refuse(format!("{number} is not in valid_values"))),
    }
}

/// Whether a text has the form of a UUID, with or without dashes.
pub(crate) fn is_uuid(text: &str) -> bool {
    let digits = text.chars().filter(|letter| *letter != '-').count();
    digits == 32
        && text
            .chars()
            .all(|letter| letter == '-' || letter.is_ascii_hexdigit())
}

pub(super) fn uuid(value: &Value) -> Reason<Value> {
    match value.as_str().filter(|text| is_uuid(text)) {
        Some(text) => Ok(json!(text)),
        None => Err(format!("'{}' is not a valid UUID", shown(value))),
    }
}

pub(super) fn each(value: Value, accept: impl Fn(&Value) -> Reason<Value>) -> Reason<Value> {
    let Value::Array(items) = value else {
        return Err(format!("'{}' is not a list", shown(&value)));
    };
    items
        .iter()
        .map(accept)
        .collect::<Reason<Vec<_>>>()
        .map(Value::from)
}

pub(super) fn one_of(value: &Value, words: &[&str]) -> Reason<Value> {
    match value.as_str().filter(|text| words.contains(text)) {
        Some(text) => Ok(json!(text)),
        None => Err(format!("{} is not in valid_values", shown(value))),
    }
}

fn ip(value: &Value) -> Reason<IpAddr> {
    let parsed = value.as_str().and_then(|text| text.parse().ok());
    parsed.ok_or_else(|| format!("'{}' is not a valid IP address", shown(value)))
}

pub(super) fn address(value: &Value) -> Reason<Value> {
    Ok(json!(ip(value)?.to_string()))
}

fn net(value: &Value) -> Reason<IpNet> {
    let parsed = value.as_str().and_then(|text| text.parse().ok());
    parsed.ok_or_else(|| format!("'{}' is not a valid IP subnet", shown(value)))
}

/// A bare address is a prefix of its full length.
pub(super) fn cidr(value: &Value) -> Answer<Value> {
    let text = value.as_str().unwrap_or_default();
    let parsed = text
        .parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let refuse = |_| Refused::input(format!("{} is not in a CIDR format", shown(value)));
    parsed.map(|net| json!(net.to_string())).map_err(refuse)
}

pub(super) fn prefix_list(value: Value) -> Reason<Value> {
    let list = each(value, |item| Ok(json!(net(item)?.to_string())))?;
    let texts: Vec<&Value> = list.as_array().into_iter().flatten().collect();
    let doubled = texts
        .iter()
        .enumerate()
        .find(|(index, text)| texts[..*index].contains(text));
    match doubled {
        Some((_, text)) => Err(format!("Duplicate items in the list: '{}'", shown(text))),
        None => Ok(list),
    }
}

pub(super) fn nameservers(value: Value) -> Reason<Value> {
    let list = each(value, |item| {
        let fine = ip(item).map_err(|_| {
            let shown = shown(item);
            format!("'{shown}' is not a valid nameserver. '{shown}' is not a valid IP address")
        })?;
        Ok(json!(fine.to_string()))
    })?;
    let texts: Vec<&Value> = list.as_array().into_iter().flatten().collect();
    match texts
        .iter()
        .enumerate()
        .find(|(index, text)| texts[..*index].contains(text))
    {
        Some((_, text)) => Err(format!("Duplicate nameserver '{}'", shown(text))),
        None => Ok(list),
    }
}

pub(super) fn pools(value: Value) -> Reason<Value> {
    let Value::Array(items) = value else {
        return Err(format!(
            "Invalid data format for IP pool: '{}'",
            shown(&value)
        ));
    };
    let accepted = items.iter().map(|item| {
        let keys = item.as_object().map_or(0, serde_json::Map::len);
        let (start, end) = (item.get("start"), item.get("end"));
        let (Some(start), Some(end), 2) = (start, end, keys) else {
            return Err(format!("Expected keys 'start' and 'end' in '{item}'"));
        };
        Ok(json!({ "start": ip(start)?.to_string(), "end": ip(end)?.to_string() }))
    });
    accepted.collect::<Reason<Vec<_>>>().map(Value::from)
}

pub(super) fn routes(value: Value) -> Reason<Value> {
    each(value, |item| {
        let (to, via) = (item.get("destination"), item.get("nexthop"));
        let (Some(to), Some(via)) = (to, via) else {
            return Err(format!("Invalid data format for hostroute: '{item}'"));
        };
        Ok(json!({ "destination": net(to)?.to_string(), "nexthop": ip(via)?.to_string() }))
    })
}

pub(super) fn fixed_ips(value: Value) -> Reason<Value> {
    if value.is_null() {
        return Ok(json!([]));
    }
    each(value, |item| {
        let Some(parts) = item.as_object() else {
            return Err(format!("Invalid data format for fixed IP: '{item}'"));
        };
        let mut accepted = json!({});
        for (key, part) in parts {
            accepted[key] = match key.as_str() {
                "ip_address" => address(part)?,
                "subnet_id" => uuid(part)?,
                _ => return Err(format!("Unexpected key(s) '{key}' for fixed IP")),
            };
        }
        Ok(accepted)
    })
}

pub(super) fn gateway_info(value: Value) -> Reason<Value> {
    if value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok(Value::Null);
    }
    let Value::Object(parts) = value else {
        return Err(format!("'{}' is not a dictionary", shown(&value)));
    };
    let mut accepted = json!({});
    for (key, part) in parts {
        accepted[&key] = match key.as_str() {
            "network_id" => uuid(&part)?,
            "enable_snat" => flag(&part).map_err(|refused| refused.message)?,
            "external_fixed_ips" => fixed_ips(part)?,
            _ => {
                return Err(format!(
                    "Validation of dictionary's keys failed. Expected keys: {{'network_id'}} Provided \
                     keys: {{'{key}'}}"
                ));
            }
        };
    }
    if accepted.get("network_id").is_none() {
        return Err("Validation of dictionary's keys failed. Expected keys: {'network_id'} Provided keys: set()".into());
    }
    Ok(accepted)
}

pub(super) fn mac(value: &Value) -> Reason<Value> {
    let text = value.as_str().unwrap_or_default();
    let parts: Vec<&str> = text.split(':').collect();
    let fine = |part: &&str| part.len() == 2 && part.chars().all(|c| c.is_ascii_hexdigit());
    if parts.len() == 6 && parts.iter().all(fine) {
        return Ok(json!(text.to_lowercase()));
    }
    Err(format!("'{}' is not a valid MAC address", shown(value)))
}

pub(super) fn ethertype(value: &Value) -> Answer<Value> {
    let text = value.as_str().unwrap_or_default();
    let word = ["IPv4", "IPv6"]
        .into_iter()
        .find(|word| text.eq_ignore_ascii_case(word));
    word.map(|word| json!(word)).ok_or_else(|| {
        let message = format!(
            "Security group rule for ethertype '{}' not supported. Allowed values are ['IPv4', \
             'IPv6'].",
            shown(value)
        );
        Refused::new(400, "SecurityGroupRuleInvalidEtherType", message)
    })
}

pub(super) fn port_number(value: &Value) -> Answer<Value> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    match whole(value) {
        Ok(number @ 0..=65535) => Ok(json!(number)),
        Ok(_) | Err(_) => {
            let message = format!("Invalid value for port {}", shown(value));
            Err(Refused::new(400, "SecurityGroupInvalidPortValue", message))
        }
    }
}

pub(super) fn protocol(value: &Value) -> Answer<Value> {
    let refuse = || {
        let names: Vec<String> = PROTOCOLS
            .iter()
            .map(|(name, _)| format!("'{name}'"))
            .collect();
        let names = names
            .join(", ")
            .replace("'ipv6-icmp'", "'ipv6-icmp', 'icmpv6'");
        let message = format!(
            "Security group rule protocol {} not supported. Only protocol values [None, {names}] \
             and integer representations [0 to 255] are supported.",
            shown(value)
        );
        Refused::new(400, "SecurityGroupRuleInvalidProtocol", message)
    };
    if value.is_null() {
        return Ok(Value::Null);
    }
    let word = shown(value).to_lowercase();
    if word.parse::<u8>().is_ok() {
        return Ok(json!(word));
    }
    let known = PROTOCOLS.iter().any(|(name, _)| *name == word);
    match known || PROTOCOL_ALIASES.contains(&word.as_str()) {
        true => Ok(json!(word)),
        false => Err(refuse()),
    }
}

/// A prefix of a rule: a bare address is a prefix of its full length.
pub(super) fn prefix(value: &Value) -> Answer<Value> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let text = value.as_str().unwrap_or_default();
    let parsed = text
        .parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    parsed.map(|net| json!(net.to_string())).map_err(|_| {
        let message = format!("Invalid CIDR {} given as IP prefix.", shown(value));
        Refused::new(400, "InvalidCIDR", message)
    })
}
