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
            if key == "name" {
                facts.name = field
                    .as_str()
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned);
            }
            facts.cidrs.extend(cidrs(field));
            facts.joins.extend(
                field
                    .get("$node")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
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

    /// One line: the name, the prefixes; what it joins, where it has neither.
    pub(crate) fn line(&self) -> String {
        let mut words: Vec<String> = self.name.iter().cloned().collect();
        words.extend(self.cidrs.iter().map(ToString::to_string));
        if words.is_empty() {
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

/// A field that is a prefix, a list of nothing but prefixes, or an object with one inside.
fn cidrs(field: &Value) -> Vec<IpNet> {
    let one = |value: &Value| value.as_str().and_then(|text| text.parse::<IpNet>().ok());
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
        }));
        assert_eq!(facts.line(), "kubernetes-demo  192.168.1.0/24");
    }

    #[test]
    fn an_object_without_a_name_is_told_by_what_it_joins() {
        let value = json!({ "router": { "$node": "router" }, "subnet": { "$node": "subnet" } });
        assert_eq!(Facts::of(&value).line(), "router – subnet");
    }
}
