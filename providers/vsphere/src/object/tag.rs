//! A tag. Its label stands in its description, which travels with the one request that makes it.
//!
//! A vCenter before 9.0 lists tags by id alone, and has to be asked about each. So the tags of a look are
//! those of our folders; a whole category is asked for where a name has to be found in it.

use std::collections::BTreeSet;

use async_trait::async_trait;
use futures::future::try_join_all;
use groundwork_model::Label;
use groundwork_provider::{
    Change, Cx, Diff, Effect, Facts, Found, Handle, Later, Listing, Look, Owners, Progress, Reach,
    Resource, Result, Scope, Told,
};
use serde::{Deserialize, Serialize};

use super::{Attachment, Category, Folder, owned};
use crate::api::{Api, Ref, tagging::TagState};

/// A tag that we make, or verify.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Tag {
    /// Its name: unique in its category.
    pub name: String,
    /// Its category.
    pub category: Handle<Category>,
}

/// The ids of all tags of these categories.
async fn of_categories(api: &Api, categories: &BTreeSet<String>) -> Result<BTreeSet<String>> {
    let listed = categories.iter().map(|id| api.tags_of_category(id));
    let listed = try_join_all(listed).await?;
    Ok(listed.into_iter().flatten().collect())
}

/// Tags, each with its owner, and with who else uses it. `is_own`: whether an object is a folder of the
/// cluster that the tag is of.
async fn found(
    api: &Api,
    tags: Vec<TagState>,
    is_own: impl Fn(&Label, &Ref) -> bool,
) -> Result<Vec<Found<TagState>>> {
    let label = |tag: &TagState| Label::parse(&tag.description);
    let ours = tags.iter().filter(|tag| label(tag).is_some());
    let ours: Vec<String> = ours.map(|tag| tag.id.clone()).collect();
    let used = api.tagged_with(&ours).await?;
    let found = |tag: TagState| {
        let label = label(&tag);
        let others = label.as_ref().and_then(|label| {
            let mut used = used.iter().filter(|(_, id)| *id == tag.id);
            used.find(|(object, _)| !is_own(label, object))
        });
        let others = others.map(|(object, _)| object.to_string());
        Found::labelled(tag.id.clone(), label, tag).shared_with(others)
    };
    Ok(tags.into_iter().map(found).collect())
}

#[async_trait]
impl Listing for Tag {
    const KIND: &'static str = "vsphere.tag/1";
    const REACH: Reach = Reach::Parents;
    type Api = Api;
    type State = TagState;

    fn told(state: &TagState) -> Told {
        Told::named(&state.name)
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<TagState>>> {
        let mut ids = of_categories(api, &scope.within).await?;
        ids.extend(scope.ids.iter().cloned());
        let tags = api.tags(&ids).await?;
        found(api, tags, |_, _| false).await
    }

    async fn derive(look: &Look<'_, Api>, scope: &Scope) -> Result<Vec<Found<TagState>>> {
        let mut ids = of_categories(look.api(), &scope.within).await?;
        ids.extend(scope.ids.iter().cloned());
        if scope.owners != Owners::Nobody {
            let attached = look.list::<Attachment>(&look.scope()).await?;
            ids.extend(attached.iter().map(|found| found.state.tag.clone()));
            ids.extend(of_categories(look.api(), &look.api().unanswered.categories()).await?);
        }
        let tags = look.api().tags(&ids).await?;
        tags.iter()
            .for_each(|tag| look.api().unanswered.remove(tag));
        let folders = look.list::<Folder>(&look.scope()).await?;
        let is_own = |label: &Label, object: &Ref| {
            let folder = folders.by_id(&object.id).map(|found| &found.owner);
            folder.is_some_and(|owner| owned(owner, label))
        };
        found(look.api(), tags, is_own).await
    }
}

#[async_trait]
impl Resource for Tag {
    fn asks_for(&self) -> Told {
        Told::named(&self.name)
    }

    fn id(state: &TagState) -> String {
        state.id.clone()
    }

    fn diff(&self, _facts: &Facts<'_>, state: &TagState) -> Result<Diff, Later> {
        let Self { name, category: _ } = self;
        let name = Change::between("name", &state.name, name);
        Ok(Diff::of(name, None))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<TagState>> {
        let mut tag = TagState {
            id: String::new(),
            name: self.name.clone(),
            description: cx.label().to_string(),
            category_id: cx.id(&self.category.edge())?.to_owned(),
        };
        cx.api.unanswered.add(&tag);
        let made = cx.api.make_tag(&tag).await;
        if made
            .as_ref()
            .map_or_else(|error| error.effect == Effect::None, |_| true)
        {
            cx.api.unanswered.remove(&tag);
        }
        tag.id = made?;
        Ok(Progress::Done(tag))
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &TagState,
        _changes: &[Change],
    ) -> Result<Progress<TagState>> {
        let tag = TagState {
            name: self.name.clone(),
            description: cx.label().to_string(),
            ..state.clone()
        };
        cx.api
            .change_tag(&tag.id, &tag.name, &tag.description)
            .await?;
        Ok(Progress::Done(tag))
    }

    /// A tag that others use by now is left to them: it only loses the label.
    async fn delete(cx: &Cx<'_, Api>, state: &TagState) -> Result<Progress<TagState>> {
        let (ids, scope) = ([state.id.clone()], cx.look.scope());
        let used = cx.api.tagged_with(&ids);
        let folders = cx.look.list::<Folder>(&scope);
        let (used, folders) = tokio::try_join!(used, folders)?;
        let is_own = |object: &Ref| {
            let folder = folders.by_id(&object.id).map(|found| &found.owner);
            folder.is_some_and(|owner| owned(owner, cx.label()))
        };
        match used.iter().all(|(object, _)| is_own(object)) {
            true => cx.api.delete_tag(&state.id).await?,
            false => cx.api.change_tag(&state.id, &state.name, "").await?,
        }
        Ok(Progress::Gone)
    }
}
