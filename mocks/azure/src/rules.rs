//! Rules of network security groups.

use std::net::IpAddr;

use ipnet::IpNet;
use mock_cloud::Body;
use serde_json::{Value, json};

use crate::cloud::{Azure, items, object};
use crate::ids::name_of;
use crate::kind::Kind;
use crate::refused::{Answer, Refused};

/// The most rules of a group.
const RULES_MAX: usize = 1000;

const PROTOCOLS: [&str; 6] = ["*", "Ah", "Esp", "Icmp", "Tcp", "Udp"];

/// Names of ranges that Azure keeps, without the region that may follow.
const SERVICES: [&str; 14] = [
    "ApiManagement",
    "AzureActiveDirectory",
    "AzureCloud",
    "AzureContainerRegistry",
    "AzureKeyVault",
    "AzureLoadBalancer",
    "AzureMonitor",
    "AzureTrafficManager",
    "GatewayManager",
    "Internet",
    "MicrosoftContainerRegistry",
    "Sql",
    "Storage",
    "VirtualNetwork",
];

/// A word in the spelling of the API, however it was written.
fn word(value: &Value, words: &[&str]) -> Result<Value, String> {
    let text = value.as_str().ok_or("is not a text")?;
    let mut words_of = words.iter();
    match words_of.find(|word| word.eq_ignore_ascii_case(text)) {
        Some(word) => Ok(json!(word)),
        None => Err(format!("is not one of {}", words.join(", "))),
    }
}

pub(crate) fn access(value: &Value) -> Result<Value, String> {
    word(value, &["Allow", "Deny"])
}

pub(crate) fn direction(value: &Value) -> Result<Value, String> {
    word(value, &["Inbound", "Outbound"])
}

/// There is no protocol for ICMPv6.
pub(crate) fn protocol(value: &Value) -> Result<Value, String> {
    word(value, &PROTOCOLS)
}

impl Azure {
    pub(crate) fn check_rule(&self, id: &str, rule: &Body) -> Answer<()> {
        let priority = rule
            .get("priority")
            .and_then(Value::as_i64)
            .unwrap_or_default();
        if !(100..=4096).contains(&priority) {
            let message = format!(
                "Security rule has invalid Priority. Value provided: {priority} Allowed range 100-4096."
            );
            return Err(Refused::new(400, "SecurityRuleInvalidPriority", message));
        }
        let mut nets = Vec::new();
        for side in ["source", "destination"] {
            nets.extend(check_addresses(id, side, rule)?);
            check_ports(id, side, rule)?;
        }
        let has_four = nets.iter().any(|net| matches!(net, IpNet::V4(_)));
        let has_six = nets.iter().any(|net| matches!(net, IpNet::V6(_)));
        if has_four && has_six {
            let message = format!(
                "Resource {id} contains IP addresses or prefixes that belong to different address \
                 families. All IP addresses or prefixes in the resource should belong to the same \
                 address family."
            );
            let code = "ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies";
            return Err(Refused::new(400, code, message));
        }
        Ok(())
    }

    /// No two rules of a group have one priority in one direction.
    pub(crate) fn check_priorities(&self, group: &str) -> Answer<()> {
        let rules = self.within(Kind::SecurityRule, group);
        if rules.len() > RULES_MAX {
            let message = format!(
                "Cannot create more than {RULES_MAX} security rules in network security group {}.",
                name_of(group)
            );
            return Err(Refused::new(400, "SecurityRuleCountLimitReached", message));
        }
        for (index, rule) in rules.iter().enumerate() {
            let is_same = |name| {
                move |other: &&std::sync::Arc<mock_cloud::Object>| {
                    other.body.get(name) == rule.body.get(name)
                }
            };
            let mut others = rules.iter().skip(index + 1).filter(is_same("direction"));
            if let Some(other) = others.find(is_same("priority")) {
                let message = format!(
                    "Security rule {} conflicts with rule {}. Rules cannot have the same Priority and \
                     Direction. To learn more, see https://aka.ms/nsgpriority",
                    name_of(&other.id),
                    name_of(&rule.id)
                );
                return Err(Refused::new(400, "SecurityRuleConflict", message));
            }
        }
        Ok(())
    }

    /// The rules that every group has, behind all others.
    pub(crate) fn default_rules(&self, group: &str) -> Vec<Value> {
        let rule = |name: &str,
                    priority: u32,
                    direction: &str,
                    access: &str,
                    from: &str,
                    to: &str| {
            json!({
                "name": name, "id": format!("{group}/defaultSecurityRules/{name}"),
                "type": "Microsoft.Network/networkSecurityGroups/defaultSecurityRules",
                "properties": {
                    "provisioningState": "Succeeded", "priority": priority, "direction": direction,
                    "access": access, "protocol": "*", "sourcePortRange": "*",
                    "destinationPortRange": "*", "sourceAddressPrefix": from,
                    "destinationAddressPrefix": to, "sourcePortRanges": [],
                    "destinationPortRanges": [], "sourceAddressPrefixes": [],
                    "destinationAddressPrefixes": [],
                },
            })
        };
        let (inside, balancer) = ("VirtualNetwork", "AzureLoadBalancer");
        vec![
            rule(
                "AllowVnetInBound",
                65000,
                "Inbound",
                "Allow",
                inside,
                inside,
            ),
            rule(
                "AllowAzureLoadBalancerInBound",
                65001,
                "Inbound",
                "Allow",
                balancer,
                "*",
            ),
            rule("DenyAllInBound", 65500, "Inbound", "Deny", "*", "*"),
            rule(
                "AllowVnetOutBound",
                65000,
                "Outbound",
                "Allow",
                inside,
                inside,
            ),
            rule(
                "AllowInternetOutBound",
                65001,
                "Outbound",
                "Allow",
                "*",
                "Internet",
            ),
            rule("DenyAllOutBound", 65500, "Outbound", "Deny", "*", "*"),
        ]
    }
}

/// What a rule shows that says one of something: the list of it is empty.
pub(crate) fn shown(rule: &mut Body) {
    let empty = object(json!({
        "sourcePortRanges": [], "destinationPortRanges": [], "sourceAddressPrefixes": [],
        "destinationAddressPrefixes": [],
    }));
    for (name, value) in empty {
        rule.entry(name).or_insert(value);
    }
}

/// The addresses of one side, which says one or several, or names groups.
fn check_addresses(id: &str, side: &str, rule: &Body) -> Answer<Vec<IpNet>> {
    let one = rule
        .get(&format!("{side}AddressPrefix"))
        .and_then(Value::as_str);
    let several = items(rule, &format!("{side}AddressPrefixes"));
    let groups = items(rule, &format!("{side}ApplicationSecurityGroups"));
    let one = one.filter(|text| !text.is_empty());
    let said = usize::from(one.is_some()) + usize::from(!several.is_empty());
    if said + usize::from(!groups.is_empty()) != 1 {
        return Err(parameters(
            id,
            &format!(
                "{side}AddressPrefix, {side}AddressPrefixes or {side}ApplicationSecurityGroups"
            ),
        ));
    }
    let mut nets = Vec::new();
    for text in several.iter().filter_map(Value::as_str) {
        if text == "*"
            || text.eq_ignore_ascii_case("Internet")
            || text.eq_ignore_ascii_case("VirtualNetwork")
        {
            let message = format!(
                "Security rule parameter {side}AddressPrefixes for rule with Id {id} cannot specify \
                 existing VIRTUALNETWORK, INTERNET, AZURELOADBALANCER, '*' or system tags. Unsupported \
                 value used: {text}."
            );
            return Err(Refused::new(
                400,
                "SecurityRuleParameterContainsUnsupportedValue",
                message,
            ));
        }
        nets.extend(address(text)?);
    }
    if let Some(text) = one.filter(|text| *text != "*") {
        nets.extend(address(text)?);
    }
    Ok(nets)
}

fn address(text: &str) -> Answer<Option<IpNet>> {
    if let Ok(net) = text.parse::<IpNet>() {
        return Ok(Some(net));
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(Some(IpNet::from(address)));
    }
    let service = text.split('.').next().unwrap_or_default();
    match SERVICES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(service))
    {
        true => Ok(None),
        false => {
            let message =
                format!("Security rule has invalid Address prefix. Value provided: {text}");
            Err(Refused::new(
                400,
                "SecurityRuleInvalidAddressPrefix",
                message,
            ))
        }
    }
}

fn check_ports(id: &str, side: &str, rule: &Body) -> Answer<()> {
    let one = rule
        .get(&format!("{side}PortRange"))
        .and_then(Value::as_str);
    let several = items(rule, &format!("{side}PortRanges"));
    let one = one.filter(|text| !text.is_empty());
    if one.is_some() != several.is_empty() {
        return Err(parameters(
            id,
            &format!("{side}PortRange or {side}PortRanges"),
        ));
    }
    let texts = several.iter().filter_map(Value::as_str).chain(one);
    for text in texts.filter(|text| *text != "*") {
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        let is_range = match (from.parse::<u16>(), to.parse::<u16>()) {
            (Ok(from), Ok(to)) => from <= to,
            (Ok(_) | Err(_), Ok(_) | Err(_)) => false,
        };
        if !is_range {
            let message = format!(
                "Security rule has invalid Port range. Value provided: {text}. Value should be an integer OR integer range with '-' delimiter. Valid range 0-65535."
            );
            return Err(Refused::new(400, "SecurityRuleInvalidPortRange", message));
        }
    }
    Ok(())
}

fn parameters(id: &str, names: &str) -> Refused {
    let message = format!(
        "Required security rule parameters are missing for security rule with Id: {id}. Security rule \
         must specify exactly one of {names}."
    );
    Refused::new(400, "SecurityRuleParameterNotSpecified", message)
}
