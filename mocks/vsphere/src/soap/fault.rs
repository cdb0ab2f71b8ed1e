use std::fmt;

use mock_cloud::{Response, reply};
use serde_json::{Value, json};

use super::envelope::enveloped;
use super::schema::Type;
use super::value::write;

/// Why a method was refused: the type of a fault, a sentence, and the fault's members.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    name: &'static str,
    message: String,
    members: Value,
}

/// What a method gives, or why it was refused.
pub(crate) type Answer<T> = Result<T, Fault>;

impl Fault {
    /// A fault without members.
    pub(crate) fn of(name: &'static str, message: &str) -> Self {
        Self::with(name, message, json!({}))
    }

    fn with(name: &'static str, message: &str, members: Value) -> Self {
        let message = message.to_owned();
        Self {
            name,
            message,
            members,
        }
    }

    pub(crate) fn not_authenticated(object: &str) -> Self {
        let members = json!({ "object": object, "privilegeId": "System.View" });
        Self::with(
            "NotAuthenticated",
            "The session is not authenticated.",
            members,
        )
    }

    pub(crate) fn invalid_login() -> Self {
        let message = "Cannot complete login due to an incorrect user name or password.";
        Self::of("InvalidLogin", message)
    }

    pub(crate) fn no_permission(object: &str, privilege: &str) -> Self {
        let members = json!({ "object": object, "privilegeId": privilege });
        Self::with(
            "NoPermission",
            "Permission to perform this operation was denied.",
            members,
        )
    }

    pub(crate) fn not_found(id: &str) -> Self {
        let message = format!(
            "The object '{}:{id}' has already been deleted or has not been completely created",
            super::target::type_of(id)
        );
        Self::with("ManagedObjectNotFound", &message, json!({ "obj": id }))
    }

    pub(crate) fn no_method(id: &str, method: &str) -> Self {
        let members = json!({ "receiver": id, "method": method });
        Self::with("MethodNotFound", "Unable to resolve the method.", members)
    }

    pub(crate) fn invalid_name(name: &str) -> Self {
        let message = format!("The name '{name}' is not valid.");
        Self::with("InvalidName", &message, json!({ "name": name }))
    }

    pub(crate) fn duplicate_name(name: &str, object: &str) -> Self {
        let message = format!("The name '{name}' already exists.");
        Self::with(
            "DuplicateName",
            &message,
            json!({ "name": name, "object": object }),
        )
    }

    pub(crate) fn invalid_argument(property: &str) -> Self {
        let message = format!("A specified parameter was not correct: {property}");
        Self::with(
            "InvalidArgument",
            &message,
            json!({ "invalidProperty": property }),
        )
    }

    pub(crate) fn invalid_property(name: &str) -> Self {
        Self::with("InvalidProperty", "", json!({ "name": name }))
    }

    pub(crate) fn powered_on() -> Self {
        let members = json!({ "requestedState": "poweredOff", "existingState": "poweredOn" });
        let message =
            "The attempted operation cannot be performed in the current state (Powered on).";
        Self::with("InvalidPowerState", message, members)
    }

    pub(crate) fn over_limit() -> Self {
        let members = json!({ "property": "childEntity", "limit": 0 });
        Self::with("LimitExceeded", "The limit on objects is reached.", members)
    }

    pub(crate) fn concurrent_access() -> Self {
        let message = "The resource is in use, and was changed by another operation.";
        Self::of("ConcurrentAccess", message)
    }

    pub(crate) fn system() -> Self {
        let members = json!({ "reason": "An internal error has occurred." });
        Self::with("SystemError", "A general system error occurred.", members)
    }

    pub(crate) fn no_request() -> Self {
        Self::of("InvalidRequest", "The request could not be read.")
    }

    /// `LocalizedMethodFault`.
    pub(crate) fn localized(&self) -> Value {
        json!({ "fault": self.typed(), "localizedMessage": self.message })
    }

    fn typed(&self) -> Value {
        let mut typed = self.members.clone();
        typed["_type"] = json!(self.name);
        typed
    }

    pub(crate) fn response(&self) -> Response {
        let mut detail = String::new();
        let name = format!("{}Fault", self.name);
        write(
            &mut detail,
            &name,
            Type::Data(self.name),
            &self.typed(),
            true,
        );
        let detail = detail.replacen(&name, &format!(r#"{name} xmlns="urn:vim25""#), 1);
        let message = super::xml::escaped(&self.message);
        let body = format!(
            "<soapenv:Fault><faultcode>ServerFaultCode</faultcode>\
             <faultstring>{message}</faultstring><detail>{detail}</detail></soapenv:Fault>"
        );
        reply::xml(500, enveloped(&body))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}
