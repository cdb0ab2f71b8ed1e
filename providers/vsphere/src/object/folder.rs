//! A folder of machines.
//!
//! A folder is made with a name and nothing else, so that its label travels in the name: it is made
//! under its label, gets the label as a custom attribute, and then the name that it is to have. At each
//! moment one of the two says whose it is (decision 30).

use async_trait::async_trait;
use groundwork_model::Label;
use groundwork_provider::{
    Change, Cx, Diff, Error, ErrorKind, Facts, Found, Later, Listing, Look, ObjectRef, Operation,
    Progress, Resource, Result, Scope, Told, Want,
};
use serde::{Deserialize, Serialize};

use super::entity::{self, ATTRIBUTE, EntityState};
use crate::{
    api::{
        Api, Content, Method, Ref,
        tasks::{self, Task},
        xml::element,
    },
    path,
};

const TYPES: &[&str] = &["Folder"];
/// The custom attribute, as changes name it.
const LABELLED: &str = "customValue";

/// A folder that we make, or verify.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Folder {
    /// Its name.
    pub name: Want<String>,
    /// The id of the folder that it is made in.
    pub parent: String,
    /// The inventory path of that.
    pub parent_path: String,
}

/// What a task is about: a folder, and the path that it has then.
#[derive(Deserialize, Serialize)]
struct About {
    id: String,
    path: String,
}

impl Folder {
    fn path(&self) -> String {
        format!("{}/{}", self.parent_path, path::encoded(self.name.value()))
    }
}

/// A folder as the inventory has it now.
async fn read(api: &Api, id: &str) -> Result<Option<EntityState>> {
    let paths = ["name", "parent", "childType", "customValue"];
    let (folder, content) = (reference(id), api.content().await?);
    let read = api.object_of(&folder, &paths);
    let (object, key) = tokio::try_join!(read, entity::definitions(api, &content))?;
    let Some(object) = object else {
        return Ok(None);
    };
    let label = key.and_then(|(key, _)| entity::values(&object).remove(&key));
    Ok(Some(EntityState {
        label,
        ..entity::entity(&object)
    }))
}

fn reference(id: &str) -> Ref {
    Ref::new("Folder", id)
}

fn found(state: EntityState) -> Found<EntityState> {
    let parent = state.parent.clone().map(ObjectRef::of::<Folder>);
    entity::found(state).joining(parent)
}

/// Writes the label. The custom attribute is defined by whoever needs it first; it stays, since it holds
/// the labels of every cluster.
async fn write_label(api: &Api, folder: &Ref, label: &str) -> Result<()> {
    let content = api.content().await?;
    let key = match entity::definitions(api, &content).await? {
        Some((key, of)) if of.is_empty() || of == "Folder" => key,
        Some((_, of)) => {
            let message = format!("the custom attribute {ATTRIBUTE} is defined for {of} alone");
            let error = Error::new(ErrorKind::Invalid, "AddCustomFieldDef", message);
            return Err(error.remedy("have it defined for folders, or for every type"));
        }
        None => define(api, &content).await?,
    };
    let value = folder.element("entity") + &element("key", &key) + &element("value", label);
    api.call(&Method::new("SetField", &content.fields, value))
        .await?;
    Ok(())
}

/// Defines the custom attribute, unless somebody else has at this moment; its key.
async fn define(api: &Api, content: &Content) -> Result<String> {
    let of = element("name", ATTRIBUTE) + &element("moType", "Folder");
    let define = Method::new("AddCustomFieldDef", &content.fields, of);
    match api.call(&define).await {
        Err(refused) if refused.fault == "DuplicateName" => {
            let defined = entity::definitions(api, content).await?;
            Ok(defined.map(|(key, _)| key).unwrap_or_default())
        }
        defined => Ok(defined?.text_at("returnval/key").to_owned()),
    }
}

#[async_trait]
impl Listing for Folder {
    const KIND: &'static str = "vsphere.folder/1";
    type Api = Api;
    type State = EntityState;

    fn told(state: &EntityState) -> Told {
        state.seen()
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<EntityState>>> {
        let listed = entity::listed(api, TYPES).await?;
        Ok(listed
            .into_iter()
            .map(|folder| found(folder.state))
            .collect())
    }

    async fn derive(look: &Look<'_, Api>, _scope: &Scope) -> Result<Vec<Found<EntityState>>> {
        let listed = entity::of_types(look, TYPES).await?;
        Ok(listed
            .into_iter()
            .map(|folder| found(folder.state))
            .collect())
    }

    async fn get(api: &Api, id: &str) -> Result<Option<Found<EntityState>>> {
        Ok(read(api, id).await?.map(found))
    }
}

#[async_trait]
impl Resource for Folder {
    fn asks_for(&self) -> Told {
        Told::named(self.name.value()).with_detail(&self.path())
    }

    fn id(state: &EntityState) -> String {
        state.id.clone()
    }

    fn adopts(&self, _facts: &Facts<'_>, found: &Found<EntityState>) -> bool {
        found.state.path == self.path()
    }

    fn diff(&self, facts: &Facts<'_>, state: &EntityState) -> Result<Diff, Later> {
        let mut in_place = Vec::new();
        if state.label.is_none() && Label::of_name(&state.name).is_some() {
            in_place.push(Change::new(LABELLED, "", facts.label().to_string()));
        }
        in_place.extend(self.name.change("name", &state.name));
        let takes = |of: &str| state.child_type.iter().any(|own| own == of);
        let of = (!takes("VirtualMachine"))
            .then(|| Change::new("childType", state.child_type.clone(), "VirtualMachine"));
        Ok(Diff::of(in_place, of))
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<EntityState>> {
        let name = cx.label().suffix();
        let parent = reference(&self.parent);
        let create = Method::new("CreateFolder", &parent, element("name", &name));
        let created = cx.api.call(&create).await?;
        let id = created.text_at("returnval").to_owned();
        Ok(Progress::Done(EntityState {
            id,
            of: "Folder".to_owned(),
            path: format!("{}/{name}", self.parent_path),
            name,
            parent: Some(self.parent.clone()),
            child_type: vec!["VirtualMachine".to_owned()],
            ..EntityState::default()
        }))
    }

    async fn update(
        &self,
        cx: &Cx<'_, Api>,
        state: &EntityState,
        changes: &[Change],
    ) -> Result<Progress<EntityState>> {
        let folder = reference(&state.id);
        let mut state = state.clone();
        if changes
            .iter()
            .any(|change| change.is_label() || change.field == LABELLED)
        {
            let label = cx.label().to_string();
            write_label(cx.api, &folder, &label).await?;
            state.label = Some(label);
        }
        if !changes.iter().any(|change| change.field == "name") {
            return Ok(Progress::Done(state));
        }
        let name = element("newName", &path::encoded(self.name.value()));
        let (id, path) = (state.id, self.path());
        tasks::start(
            cx.api,
            &Method::new("Rename_Task", &folder, name),
            About { id, path },
        )
        .await
    }

    /// vCenter destroys everything inside with a folder: it has to be empty at the last moment.
    async fn delete(cx: &Cx<'_, Api>, state: &EntityState) -> Result<Progress<EntityState>> {
        let folder = reference(&state.id);
        let Some(now) = cx.api.object_of(&folder, &["childEntity"]).await? else {
            return Ok(Progress::Gone);
        };
        if let Some(inside) = now
            .property("childEntity")
            .and_then(|all| all.inside.first())
        {
            let of = inside.of.as_deref().unwrap_or("object");
            let message = format!("{of} {} is in it", inside.text);
            let error = Error::new(ErrorKind::InUse, "Destroy_Task", message);
            return Err(error
                .about(state.told())
                .remedy("move it elsewhere, or delete it"));
        }
        let (id, path) = (state.id.clone(), state.path.clone());
        let destroy = Method::new("Destroy_Task", &folder, String::new());
        tasks::start(cx.api, &destroy, About { id, path }).await
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<EntityState>> {
        let About { id, path } = match Task::<About>::ask(cx.api, operation).await? {
            Task::Running(pending) => return Ok(tasks::goes_on(&pending)),
            Task::Ended(about) => about,
        };
        let state = read(cx.api, &id).await?;
        let with_path = |state| Progress::Done(EntityState { path, ..state });
        Ok(state.map_or(Progress::Gone, with_path))
    }
}
