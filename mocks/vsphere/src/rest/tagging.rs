//! Categories and tags.

use std::sync::Arc;

use http::Method;
use mock_cloud::{Body, Object, Request};
use mock_rest::{Attribute, Default, Plain, Query, created, object, updated};
use serde_json::{Value, json};

use super::Said;
use super::refused::{Refused, Reply};
use super::route::{Route, Tree};
use crate::cloud::Vsphere;
use crate::permissions::Caller;

/// A tag, or a category of tags.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tagging {
    /// How many of its tags an object may have, and which types of objects.
    Category,
    /// A word of a category.
    Tag,
}

const NAME: Plain = Plain::Text(1, 256);
const TEXT: Plain = Plain::Text(0, 1024);

const CATEGORY: &[&Attribute<Plain>] = &[
    &Attribute::new("name", NAME, Default::Required).put(),
    &Attribute::new("description", TEXT, Default::Required).put(),
    &Attribute::new(
        "cardinality",
        Plain::OneOf(&["SINGLE", "MULTIPLE"]),
        Default::Required,
    )
    .put(),
    &Attribute::new(
        "associable_types",
        Plain::List(&NAME, 100),
        Default::Required,
    )
    .put(),
];

const TAG: &[&Attribute<Plain>] = &[
    &Attribute::new("name", NAME, Default::Required).put(),
    &Attribute::new("description", TEXT, Default::Required).put(),
    &Attribute::new("category_id", NAME, Default::Required),
];

impl Tagging {
    pub(crate) fn of(collection: &str) -> Option<Self> {
        match collection {
            "category" => Some(Self::Category),
            "tag" => Some(Self::Tag),
            _ => None,
        }
    }

    /// How the API calls one: `tag`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Tag => "tag",
        }
    }

    /// The collection in the inventory of the mock: `Tag`.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Category => "Category",
            Self::Tag => "Tag",
        }
    }

    fn attributes(self) -> &'static [&'static Attribute<Plain>] {
        match self {
            Self::Category => CATEGORY,
            Self::Tag => TAG,
        }
    }

    fn privilege(self, verb: &str) -> String {
        format!("InventoryService.Tagging.{verb}{}", self.kind())
    }
}

impl Vsphere {
    pub(crate) fn tagging(
        &mut self,
        caller: &Caller,
        what: Tagging,
        route: &Route,
        request: &Request,
    ) -> Reply<Said> {
        let method = request.method();
        match (method, route.id.as_deref(), route.action.as_str()) {
            (&Method::GET, None, "") => Ok(self.list_tagging(caller, what)),
            (&Method::GET, Some(id), "") => {
                let found = self.one_tagging(caller, what, id)?;
                Ok(Said::found(shown(&found)))
            }
            (&Method::POST, None, "") => {
                let id = self.create_tagging(caller, what, spec(route, request, "create_spec")?)?;
                Ok(Said::made(id))
            }
            (&Method::PATCH, Some(id), "") => {
                let asked = spec(route, request, "update_spec")?;
                self.update_tagging(caller, what, id, asked)
            }
            (&Method::DELETE, Some(id), "") => self.delete_tagging(caller, what, id),
            (&Method::POST, id, "list-tags-for-category") if what == Tagging::Tag => {
                self.tags_of_category(caller, id, request)
            }
            _ => Err(Refused::no_operation()),
        }
    }

    /// Every tag with its name, a page at a time, as vCenter lists them since 9.0. The marker is the id
    /// of the last one.
    pub(super) fn named_tags(&self, caller: &Caller, request: &Request) -> Reply<Said> {
        let major = self.config.version.split('.').next();
        if request.method() != Method::GET || major.and_then(|of| of.parse().ok()) < Some(9) {
            return Err(Refused::no_operation());
        }
        let query = Query::of(request);
        let size = query.one("page_size").unwrap_or("20");
        let size: usize = size
            .parse()
            .map_err(|_| Refused::argument("page_size is no number"))?;
        let most = size.min(self.config.page_max);
        let after = query.one("marker").unwrap_or_default();
        let all = self.store.list(Tagging::Tag.kind());
        let mut seen = all
            .filter(|tag| tag.id.as_str() > after && self.may(caller, &self.root, "System.Read"));
        let page: Vec<_> = seen.by_ref().take(most).collect();
        let marker = seen
            .next()
            .map(|_| page.last().map_or(after, |tag| &tag.id));
        let item = |tag: &&Arc<Object>| {
            let info = json!({
                "name": tag.text("name"), "category": tag.text("category_id"),
                "description": tag.text("description"), "used_by": [],
            });
            json!({ "tag": tag.id, "info": info })
        };
        let items: Vec<Value> = page.iter().map(item).collect();
        Ok(Said::found(match marker {
            Some(marker) => json!({ "items": items, "marker": marker }),
            None => json!({ "items": items }),
        }))
    }

    fn list_tagging(&self, caller: &Caller, what: Tagging) -> Said {
        let all = self.store.list(what.kind());
        let seen = all.filter(|_| self.may(caller, &self.root, "System.Read"));
        Said::found(seen.map(|object| json!(object.id)).collect())
    }

    fn tags_of_category(
        &self,
        caller: &Caller,
        id: Option<&str>,
        request: &Request,
    ) -> Reply<Said> {
        let asked = object(request.body()).unwrap_or_default();
        let category = id.or_else(|| asked.get("category_id")?.as_str());
        let category = category.ok_or_else(|| Refused::argument("category_id is missing"))?;
        self.one_tagging(caller, Tagging::Category, category)?;
        let tags = self.store.by(Tagging::Tag.kind(), "category_id", category);
        Ok(Said::found(tags.map(|tag| json!(tag.id)).collect()))
    }

    /// # Errors
    /// `not_found`; `unauthorized` where the caller may not read it.
    pub(crate) fn one_tagging(
        &self,
        caller: &Caller,
        what: Tagging,
        id: &str,
    ) -> Reply<Arc<Object>> {
        let found = self.store.find(what.kind(), id).cloned();
        let found = found.ok_or_else(|| Refused::not_found(what.name(), id))?;
        self.allow(caller, &self.root, "System.Read")?;
        Ok(found)
    }

    pub(crate) fn allow(&self, caller: &Caller, object: &str, privilege: &str) -> Reply<()> {
        match self.may(caller, object, privilege) {
            true => Ok(()),
            false => Err(Refused::unauthorized(privilege)),
        }
    }

    pub(crate) fn create_tagging(
        &mut self,
        caller: &Caller,
        what: Tagging,
        asked: Body,
    ) -> Reply<String> {
        self.allow(caller, &self.root, &what.privilege("Create"))?;
        let mut body = created(what.attributes(), asked).map_err(Refused::body)?;
        if what == Tagging::Tag {
            let category = body["category_id"].as_str().unwrap_or_default();
            self.one_tagging(caller, Tagging::Category, category)?;
        }
        self.free_tagging(what, &body, "")?;
        let uuid = self.store.fresh_uuid();
        let id = format!("urn:vmomi:InventoryService{}:{uuid}:GLOBAL", what.kind());
        body.insert("id".to_owned(), json!(id));
        body.insert("used_by".to_owned(), json!([]));
        self.store.insert(what.kind(), &id, body);
        Ok(id)
    }

    /// A name is given once: among categories, and among the tags of a category.
    fn free_tagging(&self, what: Tagging, body: &Body, but: &str) -> Reply<()> {
        let same = |other: &&Arc<Object>| {
            ["name", "category_id"]
                .iter()
                .all(|name| other.body.get(*name) == body.get(*name))
        };
        let mut others = self.store.list(what.kind()).filter(|other| other.id != but);
        match others.find(same) {
            Some(taken) => Err(Refused::exists(what.name(), taken.text("name"))),
            None => Ok(()),
        }
    }

    fn update_tagging(
        &mut self,
        caller: &Caller,
        what: Tagging,
        id: &str,
        asked: Body,
    ) -> Reply<Said> {
        let mut body = self.one_tagging(caller, what, id)?.body.clone();
        self.allow(caller, &self.root, &what.privilege("Edit"))?;
        let changes = updated(what.attributes(), asked).map_err(Refused::body)?;
        if body.get("cardinality") == Some(&json!("MULTIPLE"))
            && changes.get("cardinality") == Some(&json!("SINGLE"))
        {
            return Err(Refused::argument("cardinality cannot become SINGLE"));
        }
        body.extend(changes);
        self.free_tagging(what, &body, id)?;
        self.store.update(what.kind(), id, |own| *own = body);
        Ok(Said::nothing())
    }

    /// What is deleted takes along what hangs on it: tags of a category, attachments of a tag.
    fn delete_tagging(&mut self, caller: &Caller, what: Tagging, id: &str) -> Reply<Said> {
        self.one_tagging(caller, what, id)?;
        self.allow(caller, &self.root, &what.privilege("Delete"))?;
        let tags = self.store.by(Tagging::Tag.kind(), "category_id", id);
        let tags: Vec<String> = tags.map(|tag| tag.id.clone()).collect();
        for tag in tags.iter().map(String::as_str).chain([id]) {
            for association in self.attached_objects(tag) {
                self.store
                    .remove("Association", &format!("{tag}|{association}"));
            }
            self.store.remove(Tagging::Tag.kind(), tag);
        }
        self.store.remove(what.kind(), id);
        Ok(Said::nothing())
    }
}

/// The specification in the body of a request.
fn spec(route: &Route, request: &Request, name: &str) -> Reply<Body> {
    let body =
        object(request.body()).ok_or_else(|| Refused::argument("the body is no JSON object"))?;
    match route.tree {
        Tree::Api => Ok(body),
        Tree::Rest => match body.get(name) {
            Some(Value::Object(spec)) => Ok(spec.clone()),
            Some(_) | None => Err(Refused::argument(format!("{name} is missing"))),
        },
    }
}

fn shown(object: &Object) -> Value {
    Value::Object(object.body.clone())
}
