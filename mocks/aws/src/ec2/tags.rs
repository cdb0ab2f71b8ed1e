//! Tags: with the create, later, and taken away again.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Ec2, Kind, Params};
use crate::refused::{Answer, Refused};

/// Tags in the order of their keys, as EC2 has no order of its own.
pub(crate) type Tags = BTreeMap<String, String>;

const TAGS_MAX: usize = 50;
const KEY_MAX: usize = 128;
const VALUE_MAX: usize = 256;

/// The tags of a stored object.
pub(crate) fn tags_of(body: &mock_cloud::Body) -> Tags {
    read(body.get("Tags").unwrap_or(&Value::Null))
}

/// As EC2 shows them.
pub(crate) fn shown(tags: &Tags) -> Value {
    tags.iter()
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect()
}

fn read(list: &Value) -> Tags {
    let text = |tag: &Value, name: &str| tag[name].as_str().unwrap_or_default().to_owned();
    let tags = list.as_array().into_iter().flatten();
    tags.map(|tag| (text(tag, "Key"), text(tag, "Value")))
        .collect()
}

/// Checks tags that a client wants to set.
fn checked(list: &Value) -> Answer<Tags> {
    let tags = read(list);
    if tags.len() < list.as_array().map_or(0, Vec::len) {
        return Err(Refused::new(
            "InvalidParameterValue",
            "Duplicate tag keys in tag specifications are not allowed.",
        ));
    }
    for (key, value) in &tags {
        if key.to_lowercase().starts_with("aws:") {
            return Err(Refused::new(
                "InvalidParameterValue",
                "Tag keys starting with 'aws:' are reserved for internal use",
            ));
        }
        if key.is_empty() || key.chars().count() > KEY_MAX {
            return Err(Refused::new(
                "InvalidParameterValue",
                format!("Tag key exceeds the maximum length of {KEY_MAX} characters or is empty"),
            ));
        }
        if value.chars().count() > VALUE_MAX {
            return Err(Refused::new(
                "InvalidParameterValue",
                format!("Tag value exceeds the maximum length of {VALUE_MAX} characters"),
            ));
        }
    }
    limited(tags)
}

fn limited(tags: Tags) -> Answer<Tags> {
    let own = tags.keys().filter(|key| !key.starts_with("aws:")).count();
    match own > TAGS_MAX {
        true => Err(Refused::new(
            "TagLimitExceeded",
            "The maximum number of tags has been reached.",
        )),
        false => Ok(tags),
    }
}

impl Ec2<'_> {
    /// The tags that a create gives to what it makes of this kind.
    ///
    /// # Errors
    /// Tags that cannot be, or are for something that this request does not make.
    pub(crate) fn specified(&self, asked: Params<'_>, kinds: &[Kind]) -> Answer<Tags> {
        let mut tags = Tags::new();
        for specification in asked.list("TagSpecifications") {
            let Some(kind) = specification["ResourceType"].as_str() else {
                return Err(Refused::missing_parameter("TagSpecification.ResourceType"));
            };
            if !kinds.iter().any(|known| known.resource_type() == kind) {
                let message =
                    format!("'{kind}' is not a valid taggable resource type for this operation.");
                return Err(Refused::new("InvalidParameterValue", message));
            }
            if !tags.is_empty() {
                let message = "The same resource type may not be specified more than once in tag specifications";
                return Err(Refused::new("InvalidParameterValue", message));
            }
            tags = checked(&specification["Tags"])?;
        }
        Ok(tags)
    }

    pub(super) fn create_tags(&mut self, asked: Params<'_>) -> Answer<Value> {
        let added = checked(&asked.0["Tags"])?;
        for id in asked.texts("Resources") {
            let kind = self.taggable(id)?;
            let mut tags = tags_of(&self.find(kind, id)?.body);
            tags.extend(added.clone());
            let tags = shown(&limited(tags)?);
            self.set(kind, id, json!({ "Tags": tags }));
        }
        Ok(json!({}))
    }

    pub(super) fn delete_tags(&mut self, asked: Params<'_>) -> Answer<Value> {
        for id in asked.texts("Resources") {
            let kind = self.taggable(id)?;
            let mut tags = tags_of(&self.find(kind, id)?.body);
            match asked.list("Tags") {
                // EC2: without tags in the request all go, but for its own.
                [] => tags.retain(|key, _| key.starts_with("aws:")),
                named => {
                    for tag in named {
                        let key = tag["Key"].as_str().unwrap_or_default();
                        let wanted = tag["Value"].as_str();
                        let value = tags.get(key);
                        if wanted.is_none_or(|wanted| value.is_some_and(|value| value == wanted)) {
                            tags.remove(key);
                        }
                    }
                }
            }
            self.set(kind, id, json!({ "Tags": shown(&tags) }));
        }
        Ok(json!({}))
    }

    pub(super) fn describe_tags(&mut self, asked: Params<'_>) -> Answer<Value> {
        let mut all = Vec::new();
        for kind in Kind::ALL {
            for object in self.visible(kind) {
                for (key, value) in tags_of(&object.body) {
                    all.push(json!({
                        "ResourceId": object.id, "ResourceType": kind.resource_type(),
                        "Key": key, "Value": value,
                    }));
                }
            }
        }
        self.page_of(asked, "Tags", all, TAG_FILTERS)
    }

    fn taggable(&self, id: &str) -> Answer<Kind> {
        Kind::of_id(id).ok_or_else(|| {
            let message = format!("The ID '{id}' is not valid");
            Refused::new("InvalidID", message)
        })
    }
}

const TAG_FILTERS: &[(&str, &str)] = &[
    ("key", "Key"),
    ("resource-id", "ResourceId"),
    ("resource-type", "ResourceType"),
    ("tag-key", "Key"),
    ("tag-value", "Value"),
    ("value", "Value"),
];
