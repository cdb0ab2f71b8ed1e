//! Breaks of vSphere.

use super::{Break, shared};

const API: &str = "providers/vsphere/src/api/mod.rs";
const ATTACHMENT: &str = "providers/vsphere/src/object/attachment.rs";
const COLLECTOR: &str = "providers/vsphere/src/api/collector.rs";
const FAILURES: &str = "providers/vsphere/src/api/failures.rs";
const FOLDER: &str = "providers/vsphere/src/object/folder.rs";
const TAG: &str = "providers/vsphere/src/object/tag.rs";
const PROVIDER: &str = "providers/vsphere/src/provider.rs";

pub(super) const BREAKS: &[Break] = &[
    Break::new(
        "no-label",
        "a folder is made under the name that people see",
        FOLDER,
        "let name = cx.label().suffix();",
        "let name = path::encoded(self.name.value());",
    ),
    Break::new(
        "first-page-only",
        "a listing ends with its first page",
        COLLECTOR,
        "let Some(token) = page.token else { break };",
        "let Some(token) = page.token.filter(|_| false) else { break };",
    ),
    Break::new(
        "drift-not-seen",
        "the name of a folder is not compared",
        FOLDER,
        r#"in_place.extend(self.name.change("name", &state.name));"#,
        r#"drop(self.name.change("name", &state.name));"#,
    ),
    Break::new(
        "deletes-what-is-inside",
        "a folder is deleted without a look at what is inside now",
        FOLDER,
        ".and_then(|all| all.inside.first())",
        ".and_then(|all| all.inside.first().filter(|_| false))",
    ),
    Break::new(
        "joins-forgotten",
        "a folder does not say which folder it is in",
        FOLDER,
        "entity::found(state).joining(parent)",
        "entity::found(state).joining(parent.filter(|_| false))",
    ),
    Break::new(
        "attachments-in-the-way",
        "a tag on our folder is not a part of it",
        ATTACHMENT,
        "Found::natural(id.clone(), id, Owner::Part, state)",
        "Found::natural(id.clone(), id, Owner::Unlabelled, state)",
    ),
    Break::new(
        "tag-without-label",
        "a tag is made without a label",
        TAG,
        "            name: self.name.clone(),\n            description: cx.label().to_string(),\n            category_id",
        "            name: self.name.clone(),\n            description: String::new(),\n            category_id",
    ),
    Break::new(
        "session-for-tags-stays",
        "the session that tags are asked in is not ended",
        API,
        "futures::join!(self.soap.log_out(), self.tags.log_out())",
        "(self.soap.log_out().await, Ok(()))",
    ),
    shared::operations(PROVIDER),
    shared::features(PROVIDER),
    Break::new(
        "conflict-is-final",
        "what another writer has done meanwhile ends the run",
        FAILURES,
        r#"| "TaskInProgress" => ErrorKind::Conflict,"#,
        r#"| "TaskInProgress" => ErrorKind::Invalid,"#,
    ),
    Break::new(
        "not-reached-not-told",
        "a network that no host is on passes",
        "providers/vsphere/src/assess.rs",
        "if reached.contains(&state.id) {",
        "if !state.id.is_empty() || reached.contains(&state.id) {",
    ),
    Break::new(
        "label-too-long",
        "nobody is told that a name cannot hold the label",
        "providers/vsphere/src/object/mod.rs",
        "match is_folder && length > NAME_MAX {",
        "match is_folder && length > 10 * NAME_MAX {",
    ),
];
