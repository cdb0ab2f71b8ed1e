//! Which request is which method.

use http::Method;
use mock_cloud::{Request, Response, reply};
use serde_json::{Value, json};

use super::envelope::{call, enveloped, method};
use super::fault::{Answer, Fault};
use super::schema::Type;
use super::session::{Visitor, cookie};
use super::value::returned;
use super::xml::Node;
use crate::cloud::Vsphere;

/// Methods that change something.
const MUTATING: [&str; 7] = [
    "AddCustomFieldDef",
    "CreateFolder",
    "Destroy_Task",
    "RemoveCustomFieldDef",
    "Rename_Task",
    "SetField",
    "setCustomValue",
];

/// What a method returns.
pub(crate) enum Returned {
    Nothing,
    /// What is written already.
    Raw(String),
    Value(Type, Value),
}

/// Whether a method changes anything.
pub(crate) fn is_mutating(method: &str) -> bool {
    MUTATING.contains(&method)
}

/// Whether a request reads what is in a place: the property collector through a view.
pub(crate) fn is_listing(request: &Request) -> bool {
    let name = method(request);
    let is_retrieval = name == "RetrievePropertiesEx" || name == "RetrieveProperties";
    is_retrieval && call(request).is_some_and(|call| names_a_view(&call))
}

pub(super) fn names_a_view(call: &Node) -> bool {
    let objects = call.all("specSet").flat_map(|spec| spec.children.iter());
    let mut objects = objects.filter(|child| child.name == "objectSet");
    objects.any(|object| {
        object
            .child("obj")
            .is_some_and(|obj| obj.of == "ContainerView")
    })
}

impl Vsphere {
    /// What a request is called.
    pub(crate) fn soap_operation(&self, request: &Request) -> String {
        let Some(call) = call(request) else {
            return String::new();
        };
        let shown = cookie(request).unwrap_or_default();
        match call.name.contains("RetrieveProperties") {
            true => self.retrieval_of(&call, &shown),
            false => call.name,
        }
    }

    pub(crate) fn answer_soap(&mut self, request: &Request) -> Response {
        let path = request.uri().path();
        if request.method() == Method::GET && path.ends_with("/vimServiceVersions.xml") {
            return self.versions();
        }
        let Some(call) = call(request) else {
            return Fault::no_request().response();
        };
        let shown = cookie(request);
        if call.name == "Login" {
            return self.log_in(&call, shown.as_deref());
        }
        match self.attempt(|cloud| cloud.call(&call, shown.as_deref())) {
            Ok(result) => answered(&call.name, result),
            Err(fault) => fault.response(),
        }
    }

    fn call(&mut self, call: &Node, shown: Option<&str>) -> Answer<Returned> {
        let target = call.text_of("_this").unwrap_or_default();
        if call.name == "RetrieveServiceContent" {
            return Ok(Returned::Value(
                Type::Data("ServiceContent"),
                self.content(),
            ));
        }
        let visitor = self
            .visitor(shown)
            .ok_or_else(|| Fault::not_authenticated(target))?;
        match call.name.as_str() {
            "CurrentTime" => {
                let now = self.config.calendar.seconds(self.now);
                Ok(Returned::Value(Type::Time, json!(now)))
            }
            "Logout" => self.log_out(&visitor),
            "RetrievePropertiesEx" | "RetrieveProperties" => self.retrieve(call, &visitor),
            "ContinueRetrievePropertiesEx" => self.go_on(call, &visitor),
            "CancelRetrievePropertiesEx" => self.cancel(call, &visitor),
            "Fetch" => self.fetch(target, call, &visitor),
            "CreateContainerView" => self.create_view(call, &visitor),
            "DestroyView" => self.destroy_view(target, &visitor),
            "FindByInventoryPath" => self.find_by_path(call, &visitor),
            "QueryIpPools" => self.query_pools(call),
            "HasPrivilegeOnEntities" => self.has_privileges(call, &visitor),
            "FetchUserPrivilegeOnEntities" => self.fetch_privileges(call, &visitor),
            _ => self.change(target, call, &visitor),
        }
    }

    fn change(&mut self, target: &str, call: &Node, visitor: &Visitor) -> Answer<Returned> {
        match call.name.as_str() {
            "CreateFolder" => self.call_create_folder(target, call, visitor),
            "Destroy_Task" => self.call_destroy(target, visitor),
            "Rename_Task" => self.call_rename(target, call, visitor),
            "AddCustomFieldDef" => self.call_add_field(call, visitor),
            "RemoveCustomFieldDef" => self.call_remove_field(call, visitor),
            "SetField" => self.call_set_field(call, visitor),
            "setCustomValue" => self.call_set_custom(target, call, visitor),
            method => Err(Fault::no_method(target, method)),
        }
    }

    /// Which versions of the API are spoken: what pyvmomi asks first.
    fn versions(&self) -> Response {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<namespaces version=\"1.0\">\
             <namespace><name>urn:vim25</name><version>{}.0</version>\
             <priorVersions><version>8.0.3.0</version><version>7.0.3.0</version>\
             <version>6.7.3</version><version>6.5</version></priorVersions></namespace>\
             </namespaces>",
            self.config.version
        );
        reply::xml(200, body)
    }
}

/// The answer to a method that was carried out.
pub(crate) fn answered(method: &str, result: Returned) -> Response {
    let mut inner = String::new();
    match result {
        Returned::Nothing => {}
        Returned::Raw(text) => inner = text,
        Returned::Value(of, value) => {
            returned(&mut inner, "returnval", of, &value, method == "Fetch")
        }
    }
    let body = format!("<{method}Response xmlns=\"urn:vim25\">{inner}</{method}Response>");
    reply::xml(200, enveloped(&body))
}
