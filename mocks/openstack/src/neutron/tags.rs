use std::sync::Arc;

use http::Method;
use mock_cloud::{Object, Request};
use serde_json::{Value, json};

use super::resource::Resource;
use super::{Neutron, Said, intake};
use crate::refused::{Answer, Refused};

/// The longest tag, in characters.
const LENGTH_MAX: usize = 255;

impl Neutron<'_> {
    /// The tags of one object: `…/tags` and `…/tags/{tag}`.
    pub(super) fn tags(
        &mut self,
        resource: Resource,
        id: &str,
        rest: &[&str],
        request: &Request,
    ) -> Answer<Said> {
        if !self.has_extension("standard-attr-tag") {
            return Err(Refused::no_path());
        }
        let method = request.method();
        let object = match self.policed() {
            true => self.tagged_by_policy(resource, id, method)?,
            // Whoever sees an object may tag it: Neutron 21 has no policy for tags.
            false => self.visible(resource, id).map_err(|_| {
                let message = format!("Resource {} {id} could not be found.", resource.plural());
                Refused::new(404, "TagResourceNotFound", message)
            })?,
        };
        let own: Vec<String> = object
            .body
            .get("tags")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|tag| tag.as_str().map(str::to_owned))
            .collect();
        match (rest, method.as_str()) {
            ([], "GET") => Ok((200, Some(json!({ "tags": own })))),
            ([], "PUT") => {
                let tags = asked_tags(request.body())?;
                self.set_tags(resource, id, tags.clone());
                Ok((200, Some(json!({ "tags": tags }))))
            }
            ([], "POST") if !self.has_extension("tag-creation") => Err(Refused::no_path()),
            ([], "POST") => {
                let mut tags = own;
                tags.extend(asked_tags(request.body())?);
                tags.sort();
                tags.dedup();
                self.set_tags(resource, id, tags.clone());
                Ok((200, Some(json!({ "tags": tags }))))
            }
            ([], "DELETE") => {
                self.set_tags(resource, id, Vec::new());
                Ok((204, None))
            }
            ([tag], "GET") if own.iter().any(|other| other == tag) => Ok((204, None)),
            ([tag], "PUT") => {
                check_tag(tag)?;
                let mut tags = own;
                if !tags.iter().any(|other| other == tag) {
                    tags.push((*tag).to_owned());
                }
                self.set_tags(resource, id, tags);
                Ok((201, None))
            }
            ([tag], "DELETE") if own.iter().any(|other| other == tag) => {
                let left = own.into_iter().filter(|other| other != tag).collect();
                self.set_tags(resource, id, left);
                Ok((204, None))
            }
            ([tag], "GET" | "DELETE") => Err(Refused::new(
                404,
                "TagNotFound",
                format!("Tag {tag} could not be found."),
            )),
            _ => Err(Refused::no_method()),
        }
    }

    /// Neutron 29 looks for the owner first, and stumbles where there is nothing.
    fn tagged_by_policy(
        &self,
        resource: Resource,
        id: &str,
        method: &Method,
    ) -> Answer<Arc<Object>> {
        let object = self.find(resource, id).ok_or_else(Refused::fallen)?;
        let may = match *method == Method::GET {
            true => self.sees(resource, &object),
            false => self.owns(&object) && !self.caller.reader,
        };
        if may || self.caller.admin {
            return Ok(object);
        }
        let verb = match method.as_str() {
            "GET" => "get",
            "DELETE" => "delete",
            _ => "update",
        };
        let name = resource.singular();
        Err(Refused::policy(&format!("rule:{verb}_{name}:tags")))
    }

    fn set_tags(&mut self, resource: Resource, id: &str, mut tags: Vec<String>) {
        tags.sort();
        self.store.update(resource.plural(), id, |body| {
            body.insert("tags".to_owned(), json!(tags));
        });
        self.bump(resource, id);
    }
}

fn asked_tags(bytes: &[u8]) -> Answer<Vec<String>> {
    let body = intake::parse(bytes)?;
    let invalid = || Refused::input("Invalid tags body");
    let tags = body.get("tags").ok_or_else(invalid)?;
    let no_list = || {
        Refused::input(format!(
            "'{}' is not a list",
            tags.as_str().unwrap_or_default()
        ))
    };
    let list = tags.as_array().ok_or_else(no_list)?;
    let mut tags = Vec::new();
    for tag in list {
        let Some(tag) = tag.as_str() else {
            return Err(Refused::input(format!("'{tag}' is not a valid string")));
        };
        check_tag(tag)?;
        if tags.iter().any(|other| other == tag) {
            return Err(Refused::input(format!(
                "Duplicate items in the list: '{tag}'"
            )));
        }
        tags.push(tag.to_owned());
    }
    Ok(tags)
}

fn check_tag(tag: &str) -> Answer<()> {
    match tag.chars().count() > LENGTH_MAX {
        true => Err(Refused::input(format!(
            "'{tag}' exceeds maximum length of {LENGTH_MAX}"
        ))),
        false => Ok(()),
    }
}
