//! Which tags are attached to which objects.

use http::Method;
use mock_cloud::Request;
use mock_rest::object;
use serde_json::{Value, json};

use super::refused::{Refused, Reply};
use super::route::Route;
use super::{Said, Tagging};
use crate::cloud::Vsphere;
use crate::inventory::Kind;
use crate::permissions::Caller;

/// Where attachments are stored.
const ASSOCIATION: &str = "Association";

impl Vsphere {
    pub(crate) fn associations(
        &mut self,
        caller: &Caller,
        route: &Route,
        request: &Request,
    ) -> Reply<Said> {
        let asked = object(request.body())
            .map(Value::Object)
            .unwrap_or_default();
        if request.method() != Method::POST {
            return Err(Refused::no_operation());
        }
        match (route.id.as_deref(), route.action.as_str()) {
            (Some(tag), "attach") => {
                let object = self.named(&asked["object_id"])?;
                self.attach_one(caller, tag, &object)
                    .map(|()| Said::nothing())
            }
            (Some(tag), "detach") => {
                let object = self.named(&asked["object_id"])?;
                self.detach_one(caller, tag, &object)
                    .map(|()| Said::nothing())
            }
            (Some(tag), "list-attached-objects") => {
                self.one_tagging(caller, Tagging::Tag, tag)?;
                Ok(Said::found(self.objects_of(caller, tag)))
            }
            (Some(tag), "attach-tag-to-multiple-objects") => {
                let pairs = listed(&asked, "object_ids")?
                    .iter()
                    .map(|object| (tag, object));
                Ok(self.batch(pairs, |cloud, tag, object| {
                    cloud.attach_one(caller, tag, object)
                }))
            }
            (Some(tag), "detach-tag-from-multiple-objects") => {
                let pairs = listed(&asked, "object_ids")?
                    .iter()
                    .map(|object| (tag, object));
                Ok(self.batch(pairs, |cloud, tag, object| {
                    cloud.detach_one(caller, tag, object)
                }))
            }
            (None, action) => self.about_many(caller, action, &asked),
            _ => Err(Refused::no_operation()),
        }
    }

    fn about_many(&mut self, caller: &Caller, action: &str, asked: &Value) -> Reply<Said> {
        match action {
            "attach-multiple-tags-to-object" => {
                let pairs = ids(asked, "tag_ids")?
                    .into_iter()
                    .map(|tag| (tag, &asked["object_id"]));
                Ok(self.batch(pairs, |cloud, tag, object| {
                    cloud.attach_one(caller, tag, object)
                }))
            }
            "detach-multiple-tags-from-object" => {
                let pairs = ids(asked, "tag_ids")?
                    .into_iter()
                    .map(|tag| (tag, &asked["object_id"]));
                Ok(self.batch(pairs, |cloud, tag, object| {
                    cloud.detach_one(caller, tag, object)
                }))
            }
            "list-attached-tags" => {
                let object = asked["object_id"]["id"].as_str().unwrap_or_default();
                Ok(Said::found(json!(self.visible_tags(caller, object))))
            }
            "list-attached-tags-on-objects" => {
                let of_one = |object: &Value| {
                    let tags = self.visible_tags(caller, object["id"].as_str().unwrap_or_default());
                    (!tags.is_empty()).then(|| json!({ "object_id": object, "tag_ids": tags }))
                };
                Ok(Said::found(
                    listed(asked, "object_ids")?
                        .iter()
                        .filter_map(of_one)
                        .collect(),
                ))
            }
            "list-attached-objects-on-tags" => {
                let there = |tag: &&str| self.store.find(Tagging::Tag.kind(), tag).is_some();
                let of_one =
                    |tag| json!({ "tag_id": tag, "object_ids": self.objects_of(caller, tag) });
                Ok(Said::found(
                    ids(asked, "tag_ids")?
                        .into_iter()
                        .filter(there)
                        .map(of_one)
                        .collect(),
                ))
            }
            _ => Err(Refused::no_operation()),
        }
    }

    /// The id that an object is named by, if there is such an object of that type.
    fn named(&self, object: &Value) -> Reply<String> {
        let (id, of) = (object["id"].as_str(), object["type"].as_str());
        let (Some(id), Some(of)) = (id, of) else {
            return Err(Refused::argument("object_id has no id or no type"));
        };
        let is_of = Kind::of_id(id).is_some_and(|kind| kind.name() == of);
        match self.entity(id).filter(|_| is_of) {
            Some(_) => Ok(id.to_owned()),
            None => Err(Refused::not_found(of, id)),
        }
    }

    /// Attaches a tag, if its category allows it for the object.
    pub(crate) fn attach_one(&mut self, caller: &Caller, tag: &str, object: &str) -> Reply<()> {
        let category = self.one_tagging(caller, Tagging::Tag, tag)?;
        let category = category.text("category_id");
        self.allow_attaching(caller, object)?;
        let rules = self.one_tagging(caller, Tagging::Category, category)?;
        let kind = Kind::of_id(object).map(Kind::name).unwrap_or_default();
        let types = rules.body["associable_types"].as_array();
        let takes = types.is_none_or(|types| types.is_empty() || types.iter().any(|of| of == kind));
        if !takes {
            let message = format!("tags of the category are not for objects of type {kind}");
            return Err(Refused::argument(message));
        }
        let others = self
            .tags_of(object)
            .into_iter()
            .filter(|other| other != tag);
        let is_of = |other: &String| {
            let other = self.store.find(Tagging::Tag.kind(), other);
            other.is_some_and(|other| other.text("category_id") == category)
        };
        if rules.text("cardinality") == "SINGLE" && others.into_iter().any(|other| is_of(&other)) {
            return Err(Refused::argument(
                "the object has another tag of the category",
            ));
        }
        let id = format!("{tag}|{object}");
        if self.store.find(ASSOCIATION, &id).is_none() {
            let body = json!({ "tag": tag, "object": object });
            let body = body.as_object().cloned().unwrap_or_default();
            self.store.insert(ASSOCIATION, &id, body);
        }
        Ok(())
    }

    /// Detaches a tag; one that is not attached is no error.
    fn detach_one(&mut self, caller: &Caller, tag: &str, object: &str) -> Reply<()> {
        self.one_tagging(caller, Tagging::Tag, tag)?;
        self.allow_attaching(caller, object)?;
        self.store.remove(ASSOCIATION, &format!("{tag}|{object}"));
        Ok(())
    }

    fn allow_attaching(&self, caller: &Caller, object: &str) -> Reply<()> {
        self.allow(caller, &self.root, "InventoryService.Tagging.AttachTag")?;
        self.allow(caller, object, "InventoryService.Tagging.ObjectAttachable")?;
        self.allow(caller, object, "System.Read")
    }

    /// Does for each pair what can be done, and tells of what cannot.
    fn batch<'a>(
        &mut self,
        pairs: impl Iterator<Item = (&'a str, &'a Value)>,
        work: impl Fn(&mut Self, &str, &str) -> Reply<()>,
    ) -> Said {
        let mut messages = Vec::new();
        for (tag, object) in pairs {
            let done = self
                .named(object)
                .and_then(|object| work(self, tag, &object));
            if let Err(refused) = done {
                messages.push(json!({
                    "id": format!("com.vmware.vdcs.tagging.{}", refused.code),
                    "default_message": refused.message, "args": [],
                }));
            }
        }
        Said::found(json!({ "success": messages.is_empty(), "error_messages": messages }))
    }

    fn visible_tags(&self, caller: &Caller, object: &str) -> Vec<String> {
        let tags = self.tags_of(object).into_iter();
        tags.filter(|_| self.may(caller, object, "System.Read"))
            .collect()
    }

    fn objects_of(&self, caller: &Caller, tag: &str) -> Value {
        let objects = self.attached_objects(tag).into_iter();
        let seen = objects.filter(|id| self.may(caller, id, "System.Read"));
        seen.map(|id| json!({ "id": id, "type": Kind::of_id(&id).map(Kind::name) }))
            .collect()
    }

    /// The ids of what has a tag.
    pub(crate) fn attached_objects(&self, tag: &str) -> Vec<String> {
        let attached = self.store.by(ASSOCIATION, "tag", tag);
        attached.map(|one| one.text("object").to_owned()).collect()
    }
}

fn listed<'a>(asked: &'a Value, name: &str) -> Reply<&'a Vec<Value>> {
    asked[name]
        .as_array()
        .ok_or_else(|| Refused::argument(format!("{name} is missing")))
}

fn ids<'a>(asked: &'a Value, name: &str) -> Reply<Vec<&'a str>> {
    Ok(listed(asked, name)?
        .iter()
        .filter_map(Value::as_str)
        .collect())
}
