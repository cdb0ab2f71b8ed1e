//! A tag on a folder: a part of the folder, with which it goes.

use async_trait::async_trait;
use groundwork_provider::{
    Cx, Diff, Facts, Found, Handle, Key, Later, Listing, Look, ObjectRef, Owner, Owners, Progress,
    Reach, Resource, Result, Scope,
};
use serde::{Deserialize, Serialize};

use super::{Folder, Tag};
use crate::api::{Api, Ref};

/// A tag that a folder is to have.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Attachment {
    /// The folder.
    pub folder: Handle<Folder>,
    /// The tag.
    pub tag: Handle<Tag>,
}

/// A tag that a folder has.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct AttachmentState {
    /// The folder, by id.
    pub folder: String,
    /// The tag, by id.
    pub tag: String,
}

/// The tags of these folders.
async fn of_folders(api: &Api, folders: Vec<String>) -> Result<Vec<Found<AttachmentState>>> {
    let folders: Vec<Ref> = folders
        .into_iter()
        .map(|id| Ref::new("Folder", id))
        .collect();
    let pairs = api.tags_of(&folders).await?;
    let found = |(folder, tag): (Ref, String)| {
        let state = AttachmentState {
            folder: folder.id,
            tag,
        };
        let id = Attachment::id(&state);
        let joins = [
            ObjectRef::of::<Folder>(&*state.folder),
            ObjectRef::of::<Tag>(&*state.tag),
        ];
        Found::natural(id.clone(), id, Owner::Part, state).joining(joins)
    };
    Ok(pairs.into_iter().map(found).collect())
}

#[async_trait]
impl Listing for Attachment {
    const KIND: &'static str = "vsphere.tag-attachment/1";
    const REACH: Reach = Reach::Parents;
    type Api = Api;
    type State = AttachmentState;

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<AttachmentState>>> {
        let of_ids = scope
            .ids
            .iter()
            .filter_map(|id| Some(id.split_once('/')?.0.to_owned()));
        of_folders(api, scope.within.iter().cloned().chain(of_ids).collect()).await
    }

    async fn derive(look: &Look<'_, Api>, scope: &Scope) -> Result<Vec<Found<AttachmentState>>> {
        let mut folders: Vec<String> = scope.within.iter().cloned().collect();
        if scope.owners != Owners::Nobody {
            let listed = look.list::<Folder>(&look.scope()).await?;
            let ours = listed
                .iter()
                .filter(|found| is_of(&found.owner, &scope.owners));
            folders.extend(ours.map(|found| found.id.clone()));
        }
        of_folders(look.api(), folders).await
    }
}

/// Whether an object is of those whose objects are looked for.
fn is_of(owner: &Owner, owners: &Owners) -> bool {
    let Owner::Label(label) = owner else {
        return false;
    };
    match owners {
        Owners::Cluster(cluster) => label.cluster == *cluster,
        Owners::Installation(installation) => label.installation == *installation,
        Owners::Nobody => false,
    }
}

#[async_trait]
impl Resource for Attachment {
    fn id(state: &AttachmentState) -> String {
        format!("{}/{}", state.folder, state.tag)
    }

    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        let (folder, tag) = (facts.id(&self.folder.edge())?, facts.id(&self.tag.edge())?);
        Ok(Key::Natural(format!("{folder}/{tag}")))
    }

    fn diff(&self, _facts: &Facts<'_>, _state: &AttachmentState) -> Result<Diff, Later> {
        Ok(Diff::Same)
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<AttachmentState>> {
        let folder = cx.id(&self.folder.edge())?.to_owned();
        let tag = cx.id(&self.tag.edge())?.to_owned();
        cx.api.attach(&tag, &Ref::new("Folder", &*folder)).await?;
        Ok(Progress::Done(AttachmentState { folder, tag }))
    }

    async fn delete(
        cx: &Cx<'_, Api>,
        state: &AttachmentState,
    ) -> Result<Progress<AttachmentState>> {
        let folder = Ref::new("Folder", &*state.folder);
        cx.api.detach(&state.tag, &folder).await?;
        Ok(Progress::Gone)
    }
}
