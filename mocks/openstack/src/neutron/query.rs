use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use mock_cloud::Object;
use serde_json::{Value, json};

use super::form::Form;
use super::resource::Resource;
use super::{Neutron, absent};
use crate::refused::{Answer, Refused};

/// The query of a listing.
#[derive(Clone, Debug, Default)]
pub(super) struct Query {
    /// Attribute and its accepted values; several values of one attribute are alternatives.
    pub(super) filters: BTreeMap<String, Vec<String>>,
    pub(super) fields: Vec<String>,
    sorts: Vec<(String, bool)>,
    limit: Option<usize>,
    marker: Option<String>,
    reverse: bool,
    /// The query without what pages are made of, to be repeated in links.
    rest: String,
}

/// Filters that are not attributes.
const TAG_FILTERS: [&str; 4] = ["tags", "tags-any", "not-tags", "not-tags-any"];

impl Query {
    pub(super) fn parse(text: &str) -> Answer<Self> {
        let mut query = Self::default();
        let (mut keys, mut directions, mut rest) = (Vec::new(), Vec::new(), Vec::new());
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name), decoded(value));
            let page = matches!(name.as_str(), "marker" | "page_reverse");
            let encoded = (!page).then(|| format!("{}={}", encoded(&name), encoded(&value)));
            match name.as_str() {
                "fields" => query.fields.push(value),
                "sort_key" => keys.push(value),
                "sort_dir" => directions.push(value),
                "limit" => query.limit = limit(&value)?,
                "marker" => query.marker = Some(value),
                "page_reverse" => query.reverse = value.eq_ignore_ascii_case("true"),
                _ => query.filters.entry(name.clone()).or_default().push(value),
            }
            if let Some(encoded) = encoded {
                rest.push(encoded);
            }
        }
        query.rest = rest.join("&");
        query.sorts = sorts(keys, directions)?;
        Ok(query)
    }
}

fn sorts(keys: Vec<String>, directions: Vec<String>) -> Answer<Vec<(String, bool)>> {
    if keys.len() != directions.len() {
        return Err(Refused::body(
            "The number of sort_keys and sort_dirs must be same",
        ));
    }
    let fine = |direction: &&String| matches!(direction.as_str(), "asc" | "desc");
    if let Some(other) = directions.iter().find(|direction| !fine(direction)) {
        return Err(Refused::body(format!(
            "['{other}'] is invalid value for sort_dirs, valid value is 'asc' and 'desc'"
        )));
    }
    let ascending = |index: usize| {
        directions
            .get(index)
            .is_none_or(|direction| direction == "asc")
    };
    Ok(keys
        .into_iter()
        .enumerate()
        .map(|(index, key)| (key, ascending(index)))
        .collect())
}

fn limit(text: &str) -> Answer<Option<usize>> {
    match text.parse::<usize>() {
        Ok(0) => Ok(None),
        Ok(limit) => Ok(Some(limit)),
        Err(_) => Err(Refused::bad(
            "limit",
            format!("Limit must be an integer 0 or greater and not '{text}'"),
        )),
    }
}

/// Percent signs and pluses undone.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let digits = String::from_utf8_lossy(&digits).into_owned();
                u8::from_str_radix(&digits, 16).unwrap_or(b'%')
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// As links spell a name or a value.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-~".contains(&byte);
    text.bytes()
        .map(|byte| match byte {
            byte if plain(byte) => char::from(byte).to_string(),
            b' ' => "+".to_owned(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

impl Neutron<'_> {
    /// A listing: what the caller may see, filtered, sorted and cut into a page.
    pub(super) fn list(&mut self, resource: Resource, query: &Query) -> Answer<Value> {
        if matches!(
            resource,
            Resource::SecurityGroup | Resource::SecurityGroupRule
        ) {
            self.default_security_group(&self.caller.project.clone());
        }
        self.known_names(resource, query)?;
        self.readable_switches(resource, query)?;
        let children = self.children(resource, None);
        let mut found: Vec<(Arc<Object>, Value)> = Vec::new();
        for object in self.store.list(resource.plural()) {
            if !self.sees(resource, object) {
                continue;
            }
            let shown = self.rendered(resource, object, &children);
            if query
                .filters
                .iter()
                .all(|(name, values)| fits(object, &shown, name, values))
            {
                found.push((Arc::clone(object), shown));
            }
        }
        found.sort_by(|left, right| compared(&left.1, &right.1, &query.sorts));
        self.page(
            resource,
            query,
            found.into_iter().map(|(_, shown)| shown).collect(),
        )
    }

    fn known_names(&self, resource: Resource, query: &Query) -> Answer<()> {
        let attributes = self.attributes(resource);
        let filterable = |name: &str| {
            let tag = resource.is_taggable() && TAG_FILTERS.contains(&name);
            let known = attributes
                .iter()
                .any(|known| known.name == name && known.filter);
            tag || known || ["changed_since", "verbose"].contains(&name)
        };
        let invalid: Vec<&String> = query
            .filters
            .keys()
            .filter(|name| !filterable(name))
            .collect();
        if !invalid.is_empty() && self.has_extension("filter-validation") {
            let names = format!("{invalid:?}").replace('"', "'");
            return Err(Refused::body(format!(
                "{names} is invalid attribute for filtering"
            )));
        }
        let sortable = |name: &str| attributes.iter().any(|known| known.name == name);
        let unknown: Vec<&String> = query
            .sorts
            .iter()
            .map(|(key, _)| key)
            .filter(|key| !sortable(key))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let names = format!("{unknown:?}").replace('"', "'");
        Err(Refused::body(format!(
            "{names} is invalid attribute for sort_keys"
        )))
    }

    /// Filters by a switch say on or off.
    fn readable_switches(&self, resource: Resource, query: &Query) -> Answer<()> {
        for attribute in self.attributes(resource) {
            if let (Form::Flag, Some(values)) = (attribute.form, query.filters.get(attribute.name))
            {
                for value in values {
                    Form::Flag.accept(attribute.name, json!(value))?;
                }
            }
        }
        Ok(())
    }

    fn page(&self, resource: Resource, query: &Query, all: Vec<Value>) -> Answer<Value> {
        let limit = match (query.limit, self.config.page_limit_max) {
            (Some(asked), Some(max)) => Some(asked.min(max)),
            (asked, max) => asked.or(max),
        };
        let mut items = all;
        if let Some(marker) = &query.marker {
            let place = items.iter().position(|item| item["id"] == marker.as_str());
            let place = place.ok_or_else(|| absent(resource, marker))?;
            items = match query.reverse {
                true => items.drain(..place).collect(),
                false => items.drain(place + 1..).collect(),
            };
        }
        if let Some(limit) = limit {
            match query.reverse {
                true => drop(items.drain(..items.len().saturating_sub(limit))),
                false => items.truncate(limit),
            }
        }
        let links = limit.map_or_else(Vec::new, |limit| self.links(resource, query, limit, &items));
        let shown: Vec<Value> = items
            .into_iter()
            .map(|item| only_fields(item, &query.fields))
            .collect();
        let mut body = json!({ resource.plural(): shown });
        if !links.is_empty() {
            body[format!("{}_links", resource.plural())] = Value::from(links);
        }
        Ok(body)
    }

    fn links(
        &self,
        resource: Resource,
        query: &Query,
        limit: usize,
        items: &[Value],
    ) -> Vec<Value> {
        let path = resource.plural().replace('_', "-");
        let link = |rel: &str, item: Option<&Value>, back: bool| {
            let mut parts: Vec<String> = vec![query.rest.clone()];
            parts.extend(
                item.and_then(|item| item["id"].as_str())
                    .map(|id| format!("marker={id}")),
            );
            parts.extend(back.then(|| "page_reverse=True".to_owned()));
            parts.retain(|part| !part.is_empty());
            let href = format!("{}/v2.0/{path}?{}", self.base, parts.join("&"));
            json!({ "rel": rel, "href": href })
        };
        let full = items.len() >= limit;
        let mut links = Vec::new();
        if full || query.reverse {
            links.push(link("next", items.last(), false));
        }
        if full || !query.reverse {
            links.push(link("previous", items.first(), true));
        }
        links
    }
}

/// An object with only the fields that were asked for; all where none were.
pub(super) fn only_fields(mut item: Value, fields: &[String]) -> Value {
    if let Some(body) = item.as_object_mut().filter(|_| !fields.is_empty()) {
        body.retain(|name, _| fields.contains(name));
    }
    item
}

fn fits(object: &Object, shown: &Value, name: &str, values: &[String]) -> bool {
    match name {
        "tags" | "tags-any" | "not-tags" | "not-tags-any" => fits_tags(object, name, values),
        "fixed_ips" => values.iter().any(|value| fits_fixed_ip(shown, value)),
        "changed_since" | "verbose" => true,
        _ => {
            // What is not shown can be a filter all the same (`shared` of a subnet).
            let value = shown
                .get(name)
                .or_else(|| object.body.get(name))
                .unwrap_or(&Value::Null);
            values.iter().any(|wanted| fits_value(value, wanted))
        }
    }
}

fn fits_value(value: &Value, wanted: &str) -> bool {
    match value {
        Value::Null => wanted.is_empty() || wanted == "None",
        Value::Bool(value) => match wanted.to_lowercase().as_str() {
            "true" | "1" => *value,
            "false" | "0" => !*value,
            _ => false,
        },
        Value::String(value) => value == wanted,
        Value::Array(items) => items.iter().any(|item| fits_value(item, wanted)),
        Value::Number(value) => wanted
            .parse::<serde_json::Number>()
            .is_ok_and(|own| own == *value),
        Value::Object(_) => false,
    }
}

fn fits_tags(object: &Object, name: &str, values: &[String]) -> bool {
    let has = |tag: &str| {
        let tags = object.body.get("tags").and_then(Value::as_array);
        tags.is_some_and(|tags| tags.iter().any(|own| own == tag))
    };
    let mut wanted = values.iter().flat_map(|value| value.split(','));
    match name {
        "tags" => wanted.all(has),
        "tags-any" => wanted.any(has),
        "not-tags" => !wanted.all(has),
        _ => !wanted.any(has),
    }
}

fn fits_fixed_ip(shown: &Value, wanted: &str) -> bool {
    let Some((key, value)) = wanted.split_once('=') else {
        return false;
    };
    let ips = shown["fixed_ips"].as_array();
    let contains = |ip: &Value| match key {
        "ip_address_substr" => ip["ip_address"]
            .as_str()
            .is_some_and(|ip| ip.contains(value)),
        _ => ip[key] == value,
    };
    ips.is_some_and(|ips| ips.iter().any(contains))
}

fn compared(left: &Value, right: &Value, sorts: &[(String, bool)]) -> Ordering {
    for (key, ascending) in sorts {
        let (left, right) = (left[key].to_string(), right[key].to_string());
        let order = left.cmp(&right);
        if order != Ordering::Equal {
            return if *ascending { order } else { order.reverse() };
        }
    }
    Ordering::Equal
}
