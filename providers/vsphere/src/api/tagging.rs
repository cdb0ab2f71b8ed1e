//! Tags: categories, tags, and what they are attached to.
//!
//! They are reached over REST alone, in one of two trees: `/api`, which vCenter has since 7.0 U2, or
//! `/rest/com/vmware/cis` of older ones. The first login finds out which.

use std::collections::BTreeSet;

use async_trait::async_trait;
use base64::Engine as _;
use bytes::Bytes;
use futures::future::try_join_all;
use groundwork_kit::client::{
    Authenticate, Call, Pages, Paging, Reply, Wire, path_segment, secret_header,
};
use groundwork_provider::{Error, ErrorKind, Result};
use http::{HeaderValue, Method, Request, StatusCode, header::AUTHORIZATION, request::Builder};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{Api, Ref};
use crate::credentials::User;

/// The header of a session.
const SESSION: &str = "vmware-api-session-id";
/// Objects of one question about several.
const BULK: usize = 1000;
/// Tags that are asked about one by one. For more of them all tags of the vCenter are listed, where it
/// can list them.
const ONE_BY_ONE_MAX: usize = 20;

/// Who logs in, and where.
#[derive(Debug)]
pub(super) struct TagLogin {
    endpoint: String,
    user: User,
}

/// A session, and the tree that it is of.
#[derive(Debug)]
pub(super) struct TagSession {
    token: HeaderValue,
    tree: Tree,
}

/// One of the two trees.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Tree {
    Api,
    Rest,
}

/// A category of tags.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct CategoryState {
    /// Its id: `urn:vmomi:InventoryServiceCategory:…`.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// `SINGLE` or `MULTIPLE`: how many of its tags an object may have.
    #[serde(default)]
    pub cardinality: String,
    /// The types of objects that its tags may be attached to; none for all.
    #[serde(default, deserialize_with = "or_default")]
    pub associable_types: Vec<String>,
}

/// A tag.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct TagState {
    /// Its id: `urn:vmomi:InventoryServiceTag:…`.
    pub id: String,
    /// Its name: unique in its category.
    #[serde(default)]
    pub name: String,
    /// What people say of it; our label.
    #[serde(default)]
    pub description: String,
    /// The category that it is of.
    #[serde(default)]
    pub category_id: String,
}

/// Nothing is `null` in the older tree.
fn or_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// An object as tags name it.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Tagged {
    #[serde(rename = "type")]
    kind: String,
    id: String,
}

impl From<&Ref> for Tagged {
    fn from(object: &Ref) -> Self {
        let Ref { kind, id } = object.clone();
        Self { kind, id }
    }
}

impl From<Tagged> for Ref {
    fn from(object: Tagged) -> Self {
        Self::new(object.kind, object.id)
    }
}

impl TagLogin {
    pub(super) fn new(endpoint: &str, user: User) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            user,
        }
    }

    /// A request about the session of a tree, without what shows who asks.
    fn session(&self, method: Method, tree: Tree) -> (String, Builder) {
        let path = tree.session();
        let address = format!("{}{path}", self.endpoint);
        let operation = format!("{method} {path}");
        (operation, Request::builder().method(method).uri(address))
    }

    async fn enter(&self, wire: &Wire, tree: Tree) -> Result<Reply> {
        let (name, password) = (&self.user.name, self.user.password.expose());
        let basic = base64::prelude::BASE64_STANDARD.encode(format!("{name}:{password}"));
        let (operation, request) = self.session(Method::POST, tree);
        let request = request
            .header(AUTHORIZATION, secret_header(&format!("Basic {basic}"))?)
            .body(Bytes::new());
        let request = request
            .map_err(|why| Error::new(ErrorKind::Unexpected, &operation, why.to_string()))?;
        wire.exchange(&operation, request).await
    }
}

#[async_trait]
impl Authenticate for TagLogin {
    type Session = TagSession;

    async fn log_in(&self, wire: &Wire) -> Result<TagSession> {
        let mut tree = Tree::Api;
        let mut reply = self.enter(wire, tree).await?;
        if reply.status() == StatusCode::NOT_FOUND {
            tree = Tree::Rest;
            reply = self.enter(wire, tree).await?;
        }
        let operation = &format!("POST {}", tree.session());
        if !reply.status().is_success() {
            return Err(wire.refused(operation, &reply));
        }
        let token = wire.json(operation, &reply)?;
        let token = token.as_str().or(token["value"].as_str());
        let token =
            token.ok_or_else(|| wire.unreadable(operation, &reply, "there is no session in it"))?;
        let token = secret_header(token)?;
        Ok(TagSession { token, tree })
    }

    async fn log_out(&self, wire: &Wire, session: &TagSession) -> Result<()> {
        let (operation, request) = self.session(Method::DELETE, session.tree);
        let request = request.body(Bytes::new());
        let mut request = request
            .map_err(|why| Error::new(ErrorKind::Unexpected, &operation, why.to_string()))?;
        self.sign(session, &mut request)?;
        let reply = wire.exchange(&operation, request).await?;
        match reply.status().is_success() {
            true => Ok(()),
            false => Err(wire.refused(&operation, &reply)),
        }
    }

    fn base<'s>(&'s self, _: &'s TagSession) -> &'s str {
        &self.endpoint
    }

    fn sign(&self, session: &TagSession, request: &mut Request<Bytes>) -> Result<()> {
        let headers = request.headers_mut();
        headers.insert(SESSION, session.token.clone());
        Ok(())
    }
}

impl Tree {
    /// Where sessions begin and end.
    fn session(self) -> &'static str {
        match self {
            Self::Api => "/api/session",
            Self::Rest => "/rest/com/vmware/cis/session",
        }
    }

    /// One object of a collection, and what is done with it.
    fn path(self, collection: &str, id: Option<&str>, action: Option<&str>) -> String {
        let id = id.map(path_segment);
        let (root, prefix, key) = match self {
            Self::Api => ("/api/cis/tagging", "/", "action"),
            Self::Rest => ("/rest/com/vmware/cis/tagging", "/id:", "~action"),
        };
        let id = id.map(|id| format!("{prefix}{id}")).unwrap_or_default();
        let action = action.map(|action| format!("?{key}={action}"));
        format!("{root}/{collection}{id}{}", action.unwrap_or_default())
    }

    /// A body that the older tree wants in an envelope.
    fn enveloped(self, envelope: &str, body: Value) -> Value {
        match self {
            Self::Api => body,
            Self::Rest => json!({ envelope: body }),
        }
    }

    /// The older tree's answers are in an envelope.
    fn answer(self, call: Call) -> Call {
        match self {
            Self::Api => call,
            Self::Rest => call.under("value"),
        }
    }
}

impl Api {
    async fn tree(&self) -> Result<Tree> {
        Ok(self.tags.session().await?.tree)
    }

    /// Asks about one object; `None` where it does not exist.
    async fn tagging_one<T: DeserializeOwned>(
        &self,
        collection: &str,
        id: &str,
    ) -> Result<Option<T>> {
        let tree = self.tree().await?;
        let call = tree.answer(Call::get(tree.path(collection, Some(id), None)));
        self.tags.read_if_any(&call).await
    }

    /// Asks about several.
    async fn tagging_ask<T: DeserializeOwned + Default>(
        &self,
        path: String,
        body: Value,
    ) -> Result<T> {
        let call = self.tree().await?.answer(Call::post(path, body));
        // Nothing is `null` in the older tree.
        let answer: Option<T> = self.tags.read(&call).await?;
        Ok(answer.unwrap_or_default())
    }

    /// A category by its id.
    pub(crate) async fn category(&self, id: &str) -> Result<Option<CategoryState>> {
        self.tagging_one("category", id).await
    }

    /// A tag by its id.
    pub(crate) async fn tag(&self, id: &str) -> Result<Option<TagState>> {
        self.tagging_one("tag", id).await
    }

    /// Tags by their ids; those that do not exist are left out.
    pub(crate) async fn tags(&self, ids: &BTreeSet<String>) -> Result<Vec<TagState>> {
        if ids.len() > ONE_BY_ONE_MAX && self.lists_tags().await? {
            let mut all = self.all_tags().await?;
            all.retain(|tag| ids.contains(&tag.id));
            return Ok(all);
        }
        let tags = try_join_all(ids.iter().map(|id| self.tag(id))).await?;
        Ok(tags.into_iter().flatten().collect())
    }

    /// Whether the vCenter lists tags with their names: since 9.0.
    async fn lists_tags(&self) -> Result<bool> {
        let is_new = self.content().await?.is_at_least((9, 0));
        Ok(is_new && self.tree().await? == Tree::Api)
    }

    /// Every tag of the vCenter.
    async fn all_tags(&self) -> Result<Vec<TagState>> {
        #[derive(Deserialize)]
        struct Item {
            tag: String,
            info: Info,
        }
        #[derive(Deserialize)]
        struct Info {
            name: String,
            category: String,
            #[serde(default)]
            description: String,
        }
        let call = Call::get("/api/vcenter/tagging/tags").query([("page_size", "500")]);
        let paging = Paging::Token {
            at: "/marker",
            parameter: "marker",
        };
        let items: Vec<Item> = self.tags.list(&Pages::new(call, "items", paging)).await?;
        let tag = |Item { tag, info }| TagState {
            id: tag,
            name: info.name,
            description: info.description,
            category_id: info.category,
        };
        Ok(items.into_iter().map(tag).collect())
    }

    /// The ids of the tags of a category.
    pub(crate) async fn tags_of_category(&self, id: &str) -> Result<Vec<String>> {
        let tree = self.tree().await?;
        let id_in_path = (tree == Tree::Rest).then_some(id);
        let path = tree.path("tag", id_in_path, Some("list-tags-for-category"));
        self.tagging_ask(path, json!({ "category_id": id })).await
    }

    /// Which tags these objects have: pairs of object and tag.
    pub(crate) async fn tags_of(&self, objects: &[Ref]) -> Result<Vec<(Ref, String)>> {
        #[derive(Deserialize)]
        struct Attached {
            object_id: Tagged,
            tag_ids: Option<Vec<String>>,
        }
        let mut pairs = Vec::new();
        for objects in objects.chunks(BULK) {
            let action = Some("list-attached-tags-on-objects");
            let path = self.tree().await?.path("tag-association", None, action);
            let objects: Vec<Tagged> = objects.iter().map(Tagged::from).collect();
            let attached: Vec<Attached> = self
                .tagging_ask(path, json!({ "object_ids": objects }))
                .await?;
            for Attached { object_id, tag_ids } in attached {
                let object = Ref::from(object_id);
                let tags = tag_ids.into_iter().flatten();
                pairs.extend(tags.map(|tag| (object.clone(), tag)));
            }
        }
        Ok(pairs)
    }

    /// What these tags are attached to: pairs of object and tag.
    pub(crate) async fn tagged_with(&self, tags: &[String]) -> Result<Vec<(Ref, String)>> {
        #[derive(Deserialize)]
        struct Attached {
            tag_id: String,
            object_ids: Option<Vec<Tagged>>,
        }
        let mut pairs = Vec::new();
        for tags in tags.chunks(BULK) {
            let action = Some("list-attached-objects-on-tags");
            let path = self.tree().await?.path("tag-association", None, action);
            let attached: Vec<Attached> =
                self.tagging_ask(path, json!({ "tag_ids": tags })).await?;
            for Attached { tag_id, object_ids } in attached {
                let objects = object_ids.into_iter().flatten().map(Ref::from);
                pairs.extend(objects.map(|object| (object, tag_id.clone())));
            }
        }
        Ok(pairs)
    }

    /// Makes a tag; its id.
    pub(crate) async fn make_tag(&self, tag: &TagState) -> Result<String> {
        let tree = self.tree().await?;
        let TagState {
            id: _,
            name,
            description,
            category_id,
        } = tag;
        let body = json!({ "name": name, "description": description, "category_id": category_id });
        let body = tree.enveloped("create_spec", body);
        let call = tree.answer(Call::post(tree.path("tag", None, None), body));
        self.tags.read(&call).await
    }

    /// Changes name and description of a tag.
    pub(crate) async fn change_tag(&self, id: &str, name: &str, description: &str) -> Result<()> {
        let tree = self.tree().await?;
        let body = json!({ "name": name, "description": description });
        let body = tree.enveloped("update_spec", body);
        let call = Call::patch(tree.path("tag", Some(id), None), body);
        self.tags.done(&call).await
    }

    /// Deletes a tag, which detaches it from everything.
    pub(crate) async fn delete_tag(&self, id: &str) -> Result<()> {
        let tree = self.tree().await?;
        self.tags.delete(&tree.path("tag", Some(id), None)).await
    }

    /// Attaches a tag to an object.
    pub(crate) async fn attach(&self, tag: &str, object: &Ref) -> Result<()> {
        let call = self.association(tag, object, "attach").await?;
        self.tags.done(&call).await
    }

    /// Detaches a tag from an object. What does not exist is detached.
    pub(crate) async fn detach(&self, tag: &str, object: &Ref) -> Result<()> {
        let call = self.association(tag, object, "detach").await?;
        self.tags.done_if_any(&call).await.map(drop)
    }

    async fn association(&self, tag: &str, object: &Ref, action: &str) -> Result<Call> {
        let tree = self.tree().await?;
        let path = tree.path("tag-association", Some(tag), Some(action));
        let body = json!({ "object_id": Tagged::from(object) });
        Ok(Call::new(Method::POST, path).body(body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_trees_have_their_own_paths() {
        let path = |tree: Tree| tree.path("tag-association", Some("urn:a:b"), Some("attach"));
        assert_eq!(
            path(Tree::Api),
            "/api/cis/tagging/tag-association/urn%3Aa%3Ab?action=attach"
        );
        assert_eq!(
            path(Tree::Rest),
            "/rest/com/vmware/cis/tagging/tag-association/id:urn%3Aa%3Ab?~action=attach"
        );
        assert_eq!(
            Tree::Api.path("category", None, None),
            "/api/cis/tagging/category"
        );
    }
}
