//! Firewall rules, each of one family.

use std::sync::Arc;

use ipnet::IpNet;
use mock_cloud::{Body, Object};
use mock_rest::Query;
use serde_json::{Value, json};

use crate::cloud::{Gcp, items};
use crate::collection::Collection;
use crate::links::url;
use crate::objects::{is_name, linked};
use crate::refused::{Answer, Refused};

const PROTOCOLS: [&str; 8] = ["ah", "all", "esp", "icmp", "ipip", "sctp", "tcp", "udp"];

/// A protocol by its name, or by its number.
pub(crate) fn protocol(value: &Value) -> Result<Value, String> {
    let text = value.as_str().ok_or("is not a text")?.to_lowercase();
    match PROTOCOLS.contains(&text.as_str()) || text.parse::<u8>().is_ok() {
        true => Ok(json!(text)),
        false => Err("is not a known protocol".to_owned()),
    }
}

/// A port, or a range of them: `22`, `30000-32767`.
pub(crate) fn ports(value: &Value) -> Result<Value, String> {
    let text = value.as_str().ok_or("is not a text")?;
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse::<u16>(), last.parse::<u16>()) {
        (Ok(first), Ok(last)) if first <= last => Ok(value.clone()),
        _ => Err("is not a port or a range of ports".to_owned()),
    }
}

/// A network tag.
pub(crate) fn tag(value: &Value) -> Result<Value, String> {
    match value.as_str().is_some_and(is_name) {
        true => Ok(value.clone()),
        false => Err("is not a tag: lowercase letters, digits and hyphens, 63 at most".to_owned()),
    }
}

impl Gcp {
    pub(crate) fn new_firewall(&mut self, body: Body) -> Answer<Body> {
        let mut body = body;
        let default = json!("global/networks/default");
        let text = body.get("network").unwrap_or(&default);
        let text = text.as_str().unwrap_or_default().to_owned();
        let network = self.referred(Collection::Networks, "network", &text)?;
        self.may("compute.networks.updatePolicy", &network.id)?;
        body.insert("network".to_owned(), json!(url(&network.id)));
        body.entry("priority").or_insert(json!(1000));
        body.entry("logConfig")
            .or_insert(json!({ "enable": false }));
        settle(&mut body);
        check(&body)?;
        Ok(body)
    }

    pub(crate) fn changed_firewall(&mut self, rule: &Object, values: Body) -> Answer<Body> {
        self.may(
            "compute.networks.updatePolicy",
            linked(&rule.body, "network"),
        )?;
        let mut whole = rule.body.clone();
        whole.extend(values.clone());
        whole.retain(|_, value| !value.is_null());
        check(&whole)?;
        Ok(values)
    }

    /// Every rule that holds in a network wherever machines are: its own, and those of policies that
    /// somebody else wrote, but for those of a region.
    pub(crate) fn effective_firewalls(&self, network: &str) -> Answer<Value> {
        self.may("compute.networks.getEffectiveFirewalls", network)?;
        self.effective(network, |kind| !kind.ends_with("_REGIONAL"))
    }

    /// Every rule that holds in a network for machines of one region.
    pub(crate) fn effective_firewalls_of_region(&self, query: &Query) -> Answer<Value> {
        let Some(named) = query.one("network").filter(|text| !text.is_empty()) else {
            return Err(Refused::new(
                400,
                "required",
                "Required field 'network' not specified",
            ));
        };
        let network = self.referred(Collection::Networks, "network", named)?;
        self.may("compute.networks.getRegionEffectiveFirewalls", &network.id)?;
        self.effective(&network.id, |_| true)
    }

    fn effective(&self, network: &str, holds: impl Fn(&str) -> bool) -> Answer<Value> {
        let network = self.ready(Collection::Networks, network)?;
        let rules = self.in_network(Collection::Firewalls, &network.id);
        let shown = |rule: &Arc<Object>| self.shown(Collection::Firewalls, rule);
        let rules: Vec<Value> = rules.iter().map(shown).collect();
        let mut shown = json!({});
        if !rules.is_empty() {
            shown["firewalls"] = json!(rules);
        }
        let policies = items(&network.body, "_policies").iter();
        let policies = policies.filter(|policy| holds(policy["type"].as_str().unwrap_or_default()));
        let policies: Vec<&Value> = policies.collect();
        if !policies.is_empty() {
            shown["firewallPolicys"] = json!(policies);
        }
        Ok(shown)
    }
}

/// Who may send, where nothing is said: everybody of IPv4.
fn settle(body: &mut Body) {
    let (ranges, tags) = match body["direction"] == "INGRESS" {
        true => ("sourceRanges", "sourceTags"),
        false => ("destinationRanges", "destinationRanges"),
    };
    let accounts = "sourceServiceAccounts";
    let is_said = [ranges, tags, accounts]
        .iter()
        .any(|name| !items(body, name).is_empty());
    if !is_said {
        body.insert(ranges.to_owned(), json!(["0.0.0.0/0"]));
    }
    body.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
}

fn check(body: &Body) -> Answer<()> {
    let (allowed, denied) = (items(body, "allowed"), items(body, "denied"));
    if allowed.is_empty() == denied.is_empty() {
        let message = "Exactly one of 'allowed' and 'denied' must be specified.";
        return Err(Refused::new(400, "invalid", message));
    }
    let is_ingress = body["direction"] == "INGRESS";
    for name in ["sourceTags", "sourceServiceAccounts"] {
        if let (false, Some(value)) = (is_ingress, body.get(name)) {
            return Err(Refused::field(
                name,
                value,
                "It is only for rules of INGRESS.",
            ));
        }
    }
    let tags = ["sourceTags", "targetTags"]
        .iter()
        .any(|name| !items(body, name).is_empty());
    let accounts = ["sourceServiceAccounts", "targetServiceAccounts"];
    if tags && accounts.iter().any(|name| !items(body, name).is_empty()) {
        let message = "Tags and service accounts cannot be in one rule.";
        return Err(Refused::new(400, "invalid", message));
    }
    let family = check_family(body)?;
    for rule in allowed.iter().chain(denied) {
        check_protocol(rule, family)?;
    }
    Ok(())
}

/// The family of all ranges; none where there are no ranges.
fn check_family(body: &Body) -> Answer<Option<bool>> {
    let ranges = ["sourceRanges", "destinationRanges"];
    let ranges = ranges.iter().flat_map(|name| items(body, name).iter());
    let nets = ranges.filter_map(|range| range.as_str()?.parse::<IpNet>().ok());
    let families: Vec<bool> = nets.map(|net| matches!(net, IpNet::V6(_))).collect();
    if families.windows(2).any(|pair| pair[0] != pair[1]) {
        let message = "Invalid value for field 'resource.sourceRanges': IPv4 and IPv6 ranges cannot be \
                       in one firewall rule.";
        return Err(Refused::new(400, "invalid", message));
    }
    Ok(families.first().copied())
}

fn check_protocol(rule: &Value, is_ipv6: Option<bool>) -> Answer<()> {
    let name = &rule["IPProtocol"];
    let has_ports = rule["ports"]
        .as_array()
        .is_some_and(|ports| !ports.is_empty());
    let takes_ports = ["tcp", "udp", "sctp", "6", "17", "132"];
    if has_ports && !takes_ports.iter().any(|protocol| name == protocol) {
        return Err(Refused::field(
            "ports",
            &rule["ports"],
            "The protocol has no ports.",
        ));
    }
    let why = match (is_ipv6, name.as_str()) {
        (Some(true), Some("icmp" | "1")) => "ICMP is not valid with IPv6 ranges: ICMPv6 is 58.",
        (Some(false), Some("58")) => "ICMPv6 is not valid with IPv4 ranges.",
        _ => return Ok(()),
    };
    Err(Refused::field("allowed.IPProtocol", name, why))
}
