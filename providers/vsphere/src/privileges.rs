//! Whether the user may do what a plan needs, asked of each object in one question.

use std::collections::{BTreeMap, BTreeSet};

use groundwork_model::{Finding, Severity};
use groundwork_provider::{Action, Item, Listing, Plan, Result};

use crate::{
    api::{Api, Content, Method, Ref, xml::element},
    codes,
    object::{ATTRIBUTE, Attachment, Datastore, Folder, Network, ResourcePool, Tag, definitions},
};

/// A privilege that an object's user needs, and for what.
type Needed = BTreeMap<Asked, Why>;
/// An object, and a privilege on it.
type Asked = (Ref, &'static str);
/// How bad it is where it is missing, and what for it is needed.
type Why = (Severity, String);

/// Findings for those that are missing. A question that fails is asked again, once: it names the
/// session, which may have ended.
pub(crate) async fn checks(api: &Api, plan: &Plan) -> Vec<Finding> {
    let mut asked = missing(api, plan).await;
    if asked.is_err() {
        asked = missing(api, plan).await;
    }
    match asked {
        Ok(findings) => findings,
        Err(why) => {
            let message = format!("whether privileges are missing cannot be asked: {why}");
            vec![Finding::warning(codes::PRIVILEGES_UNKNOWN, message)]
        }
    }
}

async fn missing(api: &Api, plan: &Plan) -> Result<Vec<Finding>> {
    let content = api.content().await?;
    let mut needed = needed(plan, &content);
    if needed.is_empty() {
        return Ok(Vec::new());
    }
    let asked = needed.keys().cloned().collect();
    let (mut granted, is_defined) =
        tokio::try_join!(api.granted(&asked), is_defined(api, plan, &content))?;
    if !is_defined {
        let defines = (content.root, "Global.ManageCustomFields");
        granted.extend(api.granted(&BTreeSet::from([defines.clone()])).await?);
        let why = format!("the custom attribute {ATTRIBUTE} is not defined yet");
        needed.insert(defines, (Severity::Error, why));
    }
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
fn needed(plan: &Plan, content: &Content) -> Needed {
    let mut needed = Needed::new();
    for item in &plan.items {
        let Some((object, privileges, severity, why)) = need(item, &content.root) else {
            continue;
        };
        for privilege in privileges {
            let why = (severity, format!("{} {why}", item.address));
            needed.entry((object.clone(), privilege)).or_insert(why);
        }
    }
    needed.extend(tagged(plan, content));
    needed
}

/// Whether nobody has to define the custom attribute: it is defined, or no folder is made.
async fn is_defined(api: &Api, plan: &Plan, content: &Content) -> Result<bool> {
    let makes = |item: &Item| item.kind == Folder::KIND && item.action == Action::Create;
    Ok(!plan.items.iter().any(makes) || definitions(api, content).await?.is_some())
}

/// The first vCenter that asks about the object of a tag as well as about the tag.
const ASKS_ABOUT_OBJECTS: (u32, u32) = (7, 0);

/// What attaching a tag needs of the folder, or of the one that the folder is made in.
fn tagged(plan: &Plan, content: &Content) -> Option<(Asked, Why)> {
    let attaches = |item: &Item| {
        let changes = matches!(item.action, Action::Create | Action::Delete);
        item.kind == Attachment::KIND && changes
    };
    if !content.is_at_least(ASKS_ABOUT_OBJECTS) || !plan.items.iter().any(attaches) {
        return None;
    }
    let folder = plan.items.iter().find(|item| item.kind == Folder::KIND)?;
    let object = found(folder).or_else(|| parent(folder))?;
    let why = format!("tags are attached to {}", folder.address);
    let asked = (object, "InventoryService.Tagging.ObjectAttachable");
    Some((asked, (Severity::Error, why)))
}

/// Which privileges, on what, and for what.
type Need = (Ref, &'static [&'static str], Severity, &'static str);

fn need(item: &Item, root: &Ref) -> Option<Need> {
    let (root, found) = (Some(root.clone()), found(item));
    let (error, warning) = (Severity::Error, Severity::Warning);
    let (object, privileges, severity, why): (_, &[&str], _, _) = match (&*item.kind, item.action) {
        (Folder::KIND, Action::Create) => {
            let all = &["Folder.Create", "Folder.Rename", "Global.SetCustomField"];
            (parent(item), all, error, "is made in it")
        }
        (Folder::KIND, Action::Update) => {
            let all = &["Folder.Rename", "Global.SetCustomField"];
            (found, all, error, "is changed")
        }
        (Folder::KIND, Action::Delete | Action::Discard) => {
            (found, &["Folder.Delete"], error, "is deleted")
        }
        (Tag::KIND, Action::Create) => (
            root,
            &["InventoryService.Tagging.CreateTag"],
            error,
            "is made",
        ),
        (Tag::KIND, Action::Delete | Action::Discard) => (
            root,
            &["InventoryService.Tagging.DeleteTag"],
            error,
            "is deleted",
        ),
        (Attachment::KIND, Action::Create | Action::Delete) => {
            let all = &["InventoryService.Tagging.AttachTag"];
            (root, all, error, "is attached or detached")
        }
        (Network::KIND, Action::Verified) => (found, &["Network.Assign"], warning, "gets machines"),
        (Datastore::KIND, Action::Verified) => {
            (found, &["Datastore.AllocateSpace"], warning, "gets disks")
        }
        (ResourcePool::KIND, Action::Verified) => (
            found,
            &["Resource.AssignVMToPool"],
            warning,
            "gets machines",
        ),
        _ => return None,
    };
    Some((object?, privileges, severity, why))
}

/// The folder that a folder is made in.
fn parent(item: &Item) -> Option<Ref> {
    let desired = item.node.as_ref()?.desired.to_value();
    Some(Ref::new("Folder", desired["parent"].as_str()?))
}

/// What is found, as an object of the API.
fn found(item: &Item) -> Option<Ref> {
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
