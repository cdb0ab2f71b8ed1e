use std::collections::BTreeMap;

use mock_cloud::Object;
use mock_rest::{Form as _, SortKey, pages};
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
    sorts: Vec<SortKey>,
    limit: Option<usize>,
    marker: Option<String>,
    reverse: bool,
    /// The query without the marker and the direction, to be repeated in links.
    rest: mock_rest::Query,
}

/// Filters that are not attributes.
const TAG_FILTERS: [&str; 4] = ["tags", "tags-any", "not-tags", "not-tags-any"];

impl Query {
    pub(super) fn parse(text: &str) -> Answer<Self> {
        let asked = mock_rest::Query::parse(text);
        let mut query = Self::default();
        let (mut keys, mut directions) = (Vec::new(), Vec::new());
        for (name, value) in asked.pairs() {
            let text = value.to_owned();
            match name {
                "fields" => query.fields.push(text),
                "sort_key" => keys.push(text),
                "sort_dir" => directions.push(text),
                "limit" => query.limit = limit(value)?,
                "marker" => query.marker = Some(text),
                "page_reverse" => query.reverse = value.eq_ignore_ascii_case("true"),
                _ => query.filters.entry(name.to_owned()).or_default().push(text),
            }
        }
        query.rest = asked.without("marker").without("page_reverse");
        query.sorts = sorts(keys, directions)?;
        Ok(query)
    }

    /// Whether the objects come as they are stored: by their ids, forwards.
    fn is_in_order(&self) -> bool {
        let by_id = |key: &SortKey| key.name == "id" && !key.is_descending;
        !self.reverse && self.sorts.first().is_none_or(by_id)
    }
}

fn sorts(keys: Vec<String>, directions: Vec<String>) -> Answer<Vec<SortKey>> {
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
    let key = |(name, direction): (String, String)| SortKey {
        name,
        is_descending: direction == "desc",
    };
    Ok(keys.into_iter().zip(directions).map(key).collect())
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
        if query.is_in_order() {
            return self.page_in_order(resource, query);
        }
        let objects = self.store.list(resource.plural());
        let mut found: Vec<Value> = objects
            .filter_map(|object| self.selected(resource, object, query))
            .collect();
        mock_rest::sort(&mut found, &query.sorts);
        self.page(resource, query, found)
    }

    /// A page in the order of the ids, which is the store's own: no more is read than it shows.
    fn page_in_order(&self, resource: Resource, query: &Query) -> Answer<Value> {
        let marker = query.marker.as_deref();
        if let Some(marker) = marker {
            let object = self.find(resource, marker);
            let place = object.and_then(|object| self.selected(resource, &object, query));
            place.ok_or_else(|| absent(resource, marker))?;
        }
        let limit = self.page_limit(query);
        let objects = self.store.list_after(resource.plural(), marker);
        let items = objects.filter_map(|object| self.selected(resource, object, query));
        let items = items.take(limit.unwrap_or(usize::MAX)).collect();
        Ok(self.listed(resource, query, limit, items))
    }

    /// An object as it is shown, if the caller may see it and the filters let it through.
    fn selected(&self, resource: Resource, object: &Object, query: &Query) -> Option<Value> {
        if !self.sees(resource, object) {
            return None;
        }
        let mut children = self.children(resource, &object.id);
        for child in &mut children {
            // Neutron 29 forgets that in listings.
            if let Some(default) = child.get_mut("belongs_to_default_sg") {
                *default = Value::Null;
            }
        }
        let shown = self.rendered(resource, object, &children);
        let mut filters = query.filters.iter();
        filters
            .all(|(name, values)| fits(object, &shown, name, values))
            .then_some(shown)
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
            .map(|key| &key.name)
            .filter(|name| !sortable(name))
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
        let limit = self.page_limit(query);
        let marker = pages::Marker {
            marker: query.marker.as_deref(),
            limit,
            is_reverse: query.reverse,
        };
        let items = marker
            .cut(all, |item| item["id"].as_str())
            .ok_or_else(|| absent(resource, query.marker.as_deref().unwrap_or_default()))?;
        Ok(self.listed(resource, query, limit, items))
    }

    /// How many items a page has at most.
    fn page_limit(&self, query: &Query) -> Option<usize> {
        match (query.limit, self.config.page_limit_max) {
            (Some(asked), Some(max)) => Some(asked.min(max)),
            (asked, max) => asked.or(max),
        }
    }

    /// The reply that holds a page.
    fn listed(
        &self,
        resource: Resource,
        query: &Query,
        limit: Option<usize>,
        items: Vec<Value>,
    ) -> Value {
        let links = limit.map_or_else(Vec::new, |limit| self.links(resource, query, limit, &items));
        let shown: Vec<Value> = items
            .into_iter()
            .map(|item| only_fields(item, &query.fields))
            .collect();
        let mut body = json!({ resource.plural(): shown });
        if !links.is_empty() {
            body[format!("{}_links", resource.plural())] = Value::from(links);
        }
        body
    }

    fn links(
        &self,
        resource: Resource,
        query: &Query,
        limit: usize,
        items: &[Value],
    ) -> Vec<Value> {
        let path = format!("/v2.0/{}", resource.plural().replace('_', "-"));
        let link = |rel: &str, item: Option<&Value>, back: bool| {
            let mut page = query.rest.clone();
            if let Some(id) = item.and_then(|item| item["id"].as_str()) {
                page = page.with("marker", id);
            }
            if back {
                page = page.with("page_reverse", "True");
            }
            json!({ "rel": rel, "href": pages::link(&self.base, &path, &page) })
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

/// Neutron shows what is not set as Python does.
fn fits_value(value: &Value, wanted: &str) -> bool {
    match value.is_null() && wanted == "None" {
        true => true,
        false => mock_rest::fits(value, wanted),
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
