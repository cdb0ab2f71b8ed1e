//! Who asks what somebody may do.

use serde_json::{Value, json};

use super::dispatch::Returned;
use super::fault::{Answer, Fault};
use super::schema::Type;
use super::session::Visitor;
use super::xml::Node;
use crate::cloud::Vsphere;
use crate::permissions::{Caller, PRIVILEGES};

impl Vsphere {
    /// For each object and privilege, whether the owner of a session has it.
    pub(crate) fn has_privileges(&mut self, call: &Node, visitor: &Visitor) -> Answer<Returned> {
        let key = call.text_of("sessionId").unwrap_or_default();
        let user = self
            .sessions()
            .open
            .values()
            .find(|session| session.key == key)
            .map(|session| session.user.clone());
        let caller = Caller::User(user.ok_or_else(|| Fault::invalid_argument("sessionId"))?);
        let asked = call.texts("privId");
        if let Some(unknown) = asked.iter().find(|id| !PRIVILEGES.contains(&id.as_str())) {
            return Err(Fault::invalid_argument(&format!("privId {unknown}")));
        }
        let of_one = |id: String| -> Answer<Value> {
            self.visible(&id, visitor)?;
            let has = |privilege: &String| json!({ "privId": privilege, "isGranted": self.may(&caller, &id, privilege) });
            let all: Vec<Value> = asked.iter().map(has).collect();
            Ok(json!({ "entity": id, "privAvailability": all }))
        };
        let all: Value = call
            .texts("entity")
            .into_iter()
            .map(of_one)
            .collect::<Answer<_>>()?;
        Ok(Returned::Value(
            Type::List(&Type::Data("EntityPrivilege")),
            all,
        ))
    }

    /// For each object, every privilege that a user has on it.
    pub(crate) fn fetch_privileges(&mut self, call: &Node, visitor: &Visitor) -> Answer<Returned> {
        let caller = Caller::User(call.text_of("userName").unwrap_or_default().to_owned());
        let of_one = |id: String| -> Answer<Value> {
            self.visible(&id, visitor)?;
            let has = |privilege: &&&str| self.may(&caller, &id, privilege);
            let all: Vec<&&str> = PRIVILEGES.iter().filter(has).collect();
            Ok(json!({ "entity": id, "privileges": all }))
        };
        let all: Value = call
            .texts("entities")
            .into_iter()
            .map(of_one)
            .collect::<Answer<_>>()?;
        Ok(Returned::Value(
            Type::List(&Type::Data("UserPrivilegeResult")),
            all,
        ))
    }

    fn visible(&self, id: &str, visitor: &Visitor) -> Answer<()> {
        self.existing(id)?;
        self.need(&visitor.caller, id, "System.View")
    }
}
