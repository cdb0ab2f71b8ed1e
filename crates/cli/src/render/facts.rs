//! What a person wants to know of an object, found in fields that only its driver understands.

use groundwork_provider::Item;
use ipnet::IpNet;
use serde_json::Value;

/// Name and prefixes of an object, and what it refers to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Facts {
    /// Its name at the cloud.
    pub(crate) name: Option<String>,
    /// Its prefixes, in the order of the fields.
    pub(crate) cidrs: Vec<IpNet>,
    /// Addresses of the nodes that it refers to.
    pub(crate) joins: Vec<String>,
}

impl Facts {
    /// Reads desired fields or a state.
    pub(crate) fn of(value: &Value) -> Self {
        let mut facts = Self::default();
        for (key, field) in value.as_object().into_iter().flatten() {
            let field = wanted(field);
            // Some clouds keep the name of an object among its tags.
            let name = match key.as_str() {
                "name" => field.as_str(),
                "tags" => field.get("Name").and_then(Value::as_str),
                _ => None,
            };
            let name = name.filter(|name| !name.is_empty()).map(str::to_owned);
            facts.name = facts.name.or(name);
            for cidr in cidrs(field) {
                if !facts.cidrs.contains(&cidr) {
                    facts.cidrs.push(cidr);
                }
            }
            nodes(field, &mut facts.joins);
        }
        facts
    }

    /// Those of an item: what exists, and what is asked for where nothing exists yet.
    pub(crate) fn of_item(item: &Item) -> Self {
        let desired = item
            .node
            .as_ref()
            .map(|node| Self::of(&node.desired))
            .unwrap_or_default();
        let found = item
            .found
            .as_ref()
            .map(|found| Self::of(&found.state))
            .unwrap_or_default();
        let cidrs = if found.cidrs.is_empty() {
            desired.cidrs
        } else {
            found.cidrs
        };
        Self {
            name: found.name.or(desired.name),
            cidrs,
            joins: desired.joins,
        }
    }

    /// One line: the name, the prefixes; what it joins, where it has no name.
    pub(crate) fn line(&self) -> String {
        let mut words: Vec<String> = self.name.iter().cloned().collect();
        words.extend(self.cidrs.iter().map(ToString::to_string));
        if self.name.is_none() && !self.joins.is_empty() {
            words.push(self.joins.join(" – "));
        }
        words.join("  ")
    }
}

/// A field that says who asked for it (`{"asked": …}`, `{"chosen": …}`) is what was asked.
fn wanted(field: &Value) -> &Value {
    field
        .get("asked")
        .or_else(|| field.get("chosen"))
        .unwrap_or(field)
}

/// The addresses of nodes that a field refers to, wherever inside.
fn nodes(field: &Value, found: &mut Vec<String>) {
    match field {
        Value::Object(fields) => match fields.get("$node").and_then(Value::as_str) {
            Some(address) => found.push(address.to_owned()),
            None => fields.values().for_each(|field| nodes(field, found)),
        },
        Value::Array(list) => list.iter().for_each(|field| nodes(field, found)),
        Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) => {}
    }
}

/// A field that is a prefix, a list of nothing but prefixes or of what has one, or an object with
/// one inside.
fn cidrs(field: &Value) -> Vec<IpNet> {
    let text = |value: &Value| value.as_str().and_then(|text| text.parse::<IpNet>().ok());
    let one = |value: &Value| text(value).or_else(|| text(value.get("cidr")?));
    match wanted(field) {
        Value::Array(list) => list
            .iter()
            .map(one)
            .collect::<Option<_>>()
            .unwrap_or_default(),
        Value::Object(fields) => fields.values().flat_map(cidrs).collect(),
        field @ Value::String(_) => one(field).into_iter().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_and_prefixes_are_found_whoever_asked_for_them() {
        let facts = Facts::of(&json!({
            "range": { "chosen": { "cidr": "192.168.1.0/24" } }, "name": "kubernetes-demo",
            "network": { "$node": "network" }, "dns": ["9.9.9.9"],
            "ranges": ["192.168.1.0/24"], "second": [{ "cidr": "2001:db8::/64", "state": "there" }],
        }));
        let line = "kubernetes-demo  192.168.1.0/24  2001:db8::/64";
        assert_eq!(facts.line(), line);
    }

    #[test]
    fn a_name_may_be_a_tag() {
        let tags = json!({ "asked": { "Name": "kubernetes-demo", "team": "a" } });
        assert_eq!(
            Facts::of(&json!({ "tags": tags })).line(),
            "kubernetes-demo"
        );
    }

    #[test]
    fn an_object_without_a_name_is_told_by_what_it_joins() {
        let value = json!({ "router": { "$node": "router" }, "subnet": { "$node": "subnet" } });
        assert_eq!(Facts::of(&value).line(), "router – subnet");
        let route = json!({
            "to": "::/0", "table": { "$node": "table" }, "by": { "internet": { "gateway": { "$node": "gateway" } } },
        });
        assert_eq!(Facts::of(&route).line(), "::/0  gateway – table");
    }
}
