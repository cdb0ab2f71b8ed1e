//! Answers without what differs from run to run.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What the values of a run are called.
#[derive(Debug, Default)]
pub struct Names {
    /// Name by value.
    names: BTreeMap<String, String>,
    /// The base addresses, replaced wherever they occur.
    bases: Vec<(String, &'static str)>,
}

/// Fields whose presence counts and whose value does not: counters and choices of the server.
const ANY: [&str; 13] = [
    "audit_ids",
    "expires_at",
    "issued_at",
    "created_at",
    "updated_at",
    "mac_address",
    "revision_number",
    "standard_attr_id",
    "provider:segmentation_id",
    "port_details",
    "fqdn",
    "hostname",
    "password_expires_at",
];

impl Names {
    /// Replaces this base address.
    pub fn base(&mut self, address: &str, name: &'static str) {
        self.bases.push((address.to_owned(), name));
        // One may be the beginning of the other.
        self.bases
            .sort_by_key(|(address, _)| std::cmp::Reverse(address.len()));
    }

    /// Replaces this value. The first name of a value stays.
    pub fn name(&mut self, value: &str, name: &str) {
        if !value.is_empty() {
            self.names
                .entry(value.to_owned())
                .or_insert_with(|| format!("${name}"));
        }
    }

    /// The same with names in place of ids, and with sorted lists unless their order counts. `asked` is the request: addresses
    /// that it names are compared, others are the server's choice.
    pub fn normal(&self, value: &Value, asked: &str, ordered: bool) -> Value {
        match value {
            Value::Object(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(key, value)| self.field(key, value, asked, ordered))
                    .collect::<Map<_, _>>(),
            ),
            Value::Array(items) => {
                let mut items: Vec<Value> = items
                    .iter()
                    .map(|item| self.normal(item, asked, ordered))
                    .collect();
                if !ordered {
                    items.sort_by_cached_key(Value::to_string);
                }
                Value::Array(items)
            }
            Value::String(text) => Value::String(self.text(text)),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    fn field(&self, key: &str, value: &Value, asked: &str, ordered: bool) -> (String, Value) {
        let normal = match value {
            _ if ANY.contains(&key) => Value::from("<any>"),
            Value::String(address) if key == "href" => {
                Value::from(query_in_order(&self.text(address)))
            }
            Value::String(id) if key == "id" => Value::from(self.id(id)),
            Value::String(address) if key == "ip_address" => {
                Value::from(self.address(address, asked))
            }
            Value::Object(_)
            | Value::Array(_)
            | Value::String(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Number(_) => self.normal(value, asked, ordered),
        };
        (key.to_owned(), normal)
    }

    /// Clouds differ in what their ids look like; the one that everybody knows is that of the first domain.
    fn id(&self, id: &str) -> String {
        match self.names.get(id) {
            Some(name) => name.clone(),
            None if id == "default" => id.to_owned(),
            None => "<id>".to_owned(),
        }
    }

    fn address(&self, address: &str, asked: &str) -> String {
        let gateway = address.ends_with(".1") || address.ends_with("::1");
        match address {
            _ if is_named(asked, address) || gateway => address.to_owned(),
            // The interface identifier is made from the MAC address.
            _ if address.contains("ff:fe") => "<eui64>".to_owned(),
            _ => "<address>".to_owned(),
        }
    }

    /// One string: an id, or a text with ids in it.
    pub fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (address, name) in &self.bases {
            text = text.replace(address, name);
        }
        if let Some(name) = self.names.get(&text) {
            return name.clone();
        }
        if is_id(&text) {
            return "<id>".to_owned();
        }
        for (value, name) in self.names.iter().filter(|(value, _)| is_id(value)) {
            text = text.replace(value, name);
        }
        text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .map(replace_id)
            .collect()
    }
}

/// Whether a request names that address, and not only a longer one that it is a part of.
fn is_named(asked: &str, address: &str) -> bool {
    let mut words = asked.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != ':');
    words.any(|word| word == address)
}

/// The order of a query says nothing, nor does which characters are escaped.
fn query_in_order(address: &str) -> String {
    let address = address.replace("%3A", ":").replace("%3a", ":");
    let Some((path, query)) = address.split_once('?') else {
        return address;
    };
    let mut parts: Vec<&str> = query.split('&').collect();
    parts.sort_unstable();
    format!("{path}?{}", parts.join("&"))
}

/// A word and the character that ends it.
fn replace_id(word: &str) -> String {
    let end = word
        .trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .len();
    let (id, rest) = word.split_at(end);
    if is_id(id) {
        format!("<id>{rest}")
    } else {
        word.to_owned()
    }
}

/// A UUID, with or without hyphens.
fn is_id(text: &str) -> bool {
    let digits = text.bytes().filter(|byte| *byte != b'-');
    let shape = text.len() == 36 && text.bytes().filter(|byte| *byte == b'-').count() == 4
        || text.len() == 32;
    shape && digits.clone().count() == 32 && digits.into_iter().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn known_ids_get_their_names_and_unknown_ones_are_only_ids() {
        let mut names = Names::default();
        names.name("0b4b3c1e-1111-2222-3333-444455556666", "net");
        let answer = json!({
            "id": "0b4b3c1e-1111-2222-3333-444455556666",
            "message": "Network 0b4b3c1e-1111-2222-3333-444455556666 is not ffffffff-1111-2222-3333-444455556666.",
            "project_id": "d".repeat(32),
        });
        let normal = names.normal(&answer, "", false);
        assert_eq!(normal["id"], "$net");
        assert_eq!(normal["message"], "Network $net is not <id>.");
        assert_eq!(normal["project_id"], "<id>");
    }

    #[test]
    fn lists_are_sets_unless_their_order_counts() {
        let names = Names::default();
        assert_eq!(
            names.normal(&json!(["b", "a"]), "", false),
            json!(["a", "b"])
        );
        assert_eq!(
            names.normal(&json!(["b", "a"]), "", true),
            json!(["b", "a"])
        );
    }

    #[test]
    fn an_address_counts_where_the_request_or_the_gateway_decides_it() {
        let names = Names::default();
        let of =
            |address: &str| names.normal(&json!({"ip_address": address}), "fixed 10.0.0.9", false);
        assert_eq!(of("10.0.0.9")["ip_address"], "10.0.0.9");
        assert_eq!(of("fd00::1")["ip_address"], "fd00::1");
        assert_eq!(of("10.0.0.77")["ip_address"], "<address>");
        assert_eq!(of("fd00::f816:3eff:fe00:1")["ip_address"], "<eui64>");
    }

    #[test]
    fn an_address_is_not_asked_for_by_a_longer_one() {
        let names = Names::default();
        let of = |asked: &str, address: &str| {
            let normal = names.normal(&json!({"ip_address": address}), asked, false);
            normal["ip_address"].clone()
        };
        for asked in [
            r#"{"ip_address":"10.0.0.77"}"#,
            "ports?x=110.0.0.7&y=1",
            "::10.0.0.7",
        ] {
            assert_eq!(of(asked, "10.0.0.7"), "<address>", "{asked}");
        }
        assert_eq!(of("fd00::2:77", "fd00::2"), "<address>");
        for asked in [
            r#"{"ip_address":"10.0.0.7"}"#,
            "ports?x=10.0.0.7&y=1",
            "10.0.0.7/32",
        ] {
            assert_eq!(of(asked, "10.0.0.7"), "10.0.0.7", "{asked}");
        }
    }
}
