//! Folders come, are renamed and go.

use serde_json::json;

use super::dispatch::Returned;
use super::fault::{Answer, Fault};
use super::schema::Type;
use super::session::Visitor;
use super::xml::Node;
use crate::cloud::Vsphere;
use crate::inventory::Kind;
use crate::tasks::Work;

impl Vsphere {
    pub(crate) fn call_create_folder(
        &mut self,
        parent: &str,
        call: &Node,
        visitor: &Visitor,
    ) -> Answer<Returned> {
        self.existing(parent)?;
        if Kind::of_id(parent) != Some(Kind::Folder) {
            return Err(Fault::no_method(parent, &call.name));
        }
        self.need(&visitor.caller, parent, "Folder.Create")?;
        let id = self.create_folder(parent, call.text_of("name").unwrap_or_default())?;
        Ok(Returned::Value(Type::Ref, json!(id)))
    }

    /// Destroying asks for the privilege on the object and on what it is in. Only folders can be
    /// destroyed here: nobody else's machine is at stake in a mock by a slip of the API.
    pub(crate) fn call_destroy(&mut self, id: &str, visitor: &Visitor) -> Answer<Returned> {
        let object = self.existing(id)?;
        if Kind::of_id(id) != Some(Kind::Folder) {
            return Err(Fault::no_method(id, "Destroy_Task"));
        }
        let parent = object.text("parent").to_owned();
        let is_room = Kind::of_id(&parent) != Some(Kind::Folder);
        if is_room {
            return Err(Fault::of(
                "NotSupported",
                "The operation is not supported on the object.",
            ));
        }
        self.need(&visitor.caller, id, "Folder.Delete")?;
        self.need(&visitor.caller, &parent, "Folder.Delete")?;
        Ok(self.task(Work::Destroy, id, visitor))
    }

    pub(crate) fn call_rename(
        &mut self,
        id: &str,
        call: &Node,
        visitor: &Visitor,
    ) -> Answer<Returned> {
        self.existing(id)?;
        if Kind::of_id(id) != Some(Kind::Folder) {
            return Err(Fault::no_method(id, &call.name));
        }
        self.need(&visitor.caller, id, "Folder.Rename")?;
        let name = call.text_of("newName").unwrap_or_default().to_owned();
        Ok(self.task(Work::Rename(name), id, visitor))
    }

    fn task(&mut self, work: Work, id: &str, visitor: &Visitor) -> Returned {
        let task = self.begin(work, id, &visitor.user);
        Returned::Value(Type::Ref, json!(task))
    }
}
