//! Whether the user may do what a plan needs, asked of each object in one question.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_model::{Finding, Severity};
use groundwork_provider::{Action, Item, Listing, Plan, Result};

use crate::{
    api::{Api, Method, Ref, xml::element},
    codes,
    object::{ATTRIBUTE, Attachment, Datastore, Folder, Network, ResourcePool, Tag, definitions},
};

/// A privilege that an object's user needs, and for what.
type Needed = BTreeMap<(Ref, &'static str), (Severity, String)>;

/// Findings for those that are missing.
pub(crate) async fn checks(api: &Api, plan: &Plan) -> Vec<Finding> {
    match missing(api, plan).await {
        Ok(findings) => findings,
        Err(why) => {
            let message = format!("whether privileges are missing cannot be asked: {why}");
            vec![Finding::warning(codes::PRIVILEGES_UNKNOWN, message)]
        }
    }
}

async fn missing(api: &Api, plan: &Plan) -> Result<Vec<Finding>> {
    let needed = needed(api, plan).await?;
    if needed.is_empty() {
        return Ok(Vec::new());
    }
    let granted = api.granted(&needed.keys().cloned().collect()).await?;
    let lacking = needed
        .into_iter()
        .filter(|(asked, _)| !granted.contains(asked));
    let finding = |((object, privilege), (severity, why)): ((Ref, &str), (Severity, String))| {
        let message = format!("the user lacks the privilege {privilege} on {object}: {why}");
        let finding = Finding::new(severity, codes::PRIVILEGE, message).about(object.to_string());
        finding.remedy("have an administrator grant it there (docs/vsphere.md has the role)")
    };
    Ok(lacking.map(finding).collect())
}

/// What each item of a plan needs: an error where the run itself would fail, a warning where machines
/// could not be made later.
async fn needed(api: &Api, plan: &Plan) -> Result<Needed> {
    let content = api.content().await?;
    let mut needed = Needed::new();
    for item in &plan.items {
        let object = item.object().map(|object| object.id);
        let mut put = |object: Option<Ref>, privileges: &[&'static str], severity, why: &str| {
            for (object, privilege) in object
                .iter()
                .flat_map(|of| privileges.iter().map(move |p| (of, *p)))
            {
                let why = format!("{} {why}", item.address);
                needed
                    .entry((object.clone(), privilege))
                    .or_insert((severity, why));
            }
        };
        let (error, warning) = (Severity::Error, Severity::Warning);
        let root = Some(content.root.clone());
        match (&*item.kind, item.action) {
            (Folder::KIND, Action::Create) => {
                let parent = desired_parent(item);
                let all = ["Folder.Create", "Folder.Rename", "Global.SetCustomField"];
                put(parent, &all, error, "is made in it");
                if definitions(api, &content).await?.is_none() {
                    let why = format!("needs the custom attribute {ATTRIBUTE}, which is not there");
                    put(root, &["Global.ManageCustomFields"], error, &why);
                }
            }
            (Folder::KIND, Action::Update) => {
                let all = ["Folder.Rename", "Global.SetCustomField"];
                put(reference("Folder", object), &all, error, "is changed");
            }
            (Folder::KIND, Action::Delete | Action::Discard) => {
                put(
                    reference("Folder", object),
                    &["Folder.Delete"],
                    error,
                    "is deleted",
                );
            }
            (Tag::KIND, Action::Create) => {
                put(
                    root,
                    &["InventoryService.Tagging.CreateTag"],
                    error,
                    "is made",
                );
            }
            (Tag::KIND, Action::Delete | Action::Discard) => {
                put(
                    root,
                    &["InventoryService.Tagging.DeleteTag"],
                    error,
                    "is deleted",
                );
            }
            (Attachment::KIND, Action::Create | Action::Delete) => {
                put(
                    root,
                    &["InventoryService.Tagging.AttachTag"],
                    error,
                    "is attached or detached",
                );
            }
            (Network::KIND, Action::Verified) => {
                let of = found_type(item);
                put(of, &["Network.Assign"], warning, "gets machines");
            }
            (Datastore::KIND, Action::Verified) => {
                let of = found_type(item);
                put(of, &["Datastore.AllocateSpace"], warning, "gets disks");
            }
            (ResourcePool::KIND, Action::Verified) => {
                let of = found_type(item);
                put(of, &["Resource.AssignVMToPool"], warning, "gets machines");
            }
            _ => {}
        }
    }
    Ok(needed)
}

fn reference(kind: &str, id: Option<String>) -> Option<Ref> {
    id.map(|id| Ref::new(kind, id))
}

/// The folder that a folder is made in.
fn desired_parent(item: &Item) -> Option<Ref> {
    let desired = item.node.as_ref()?.desired.to_value();
    reference("Folder", desired["parent"].as_str().map(str::to_owned))
}

/// What is found, as an object of the API.
fn found_type(item: &Item) -> Option<Ref> {
    let state = item.found.as_ref()?.state.to_value();
    let (of, id) = (state["type"].as_str()?, state["id"].as_str()?);
    Some(Ref::new(of, id))
}

impl Api {
    /// Which of these privileges the user has on these objects.
    async fn granted(
        &self,
        asked: &BTreeSet<(Ref, &'static str)>,
    ) -> Result<BTreeSet<(Ref, &'static str)>> {
        let (authorization, session) = self.who().await?;
        let objects: BTreeSet<&Ref> = asked.iter().map(|(object, _)| object).collect();
        let privileges: BTreeSet<&str> = asked.iter().map(|(_, privilege)| *privilege).collect();
        let objects: String = objects
            .iter()
            .map(|object| object.element("entity"))
            .collect();
        let privileges: String = privileges.iter().map(|id| element("privId", id)).collect();
        let arguments = objects + &element("sessionId", &session) + &privileges;
        let method = Method::new("HasPrivilegeOnEntities", &authorization, arguments);
        let answer = self.call(&method).await?;
        let mut granted = BTreeSet::new();
        for of in answer.children("returnval") {
            let object = of.child("entity").and_then(Ref::of);
            let has = of
                .children("privAvailability")
                .filter(|of| of.is_true_at("isGranted"));
            let has: BTreeSet<&str> = has.map(|of| of.text_at("privId")).collect();
            let is_it = |(asked, privilege): &&(Ref, &'static str)| {
                Some(&asked.id) == object.as_ref().map(|object| &object.id)
                    && has.contains(privilege)
            };
            granted.extend(asked.iter().filter(is_it).cloned());
        }
        Ok(granted)
    }
}
