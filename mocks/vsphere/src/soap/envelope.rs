//! What is around a method and its answer.

use mock_cloud::Request;
use serde_json::Value;

use super::xml::Node;

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const VIM: &str = "urn:vim25";

/// Whether a request is one for the SOAP service.
pub(crate) fn is_soap(request: &Request) -> bool {
    let path = request.uri().path();
    path == "/sdk" || path.starts_with("/sdk/")
}

/// The method that a request calls; empty where it cannot be read.
pub(crate) fn method(request: &Request) -> String {
    call(request).map(|call| call.name).unwrap_or_default()
}

/// What a method is called with, as the call log keeps it. Never of a login.
pub(crate) fn parameters(request: &Request) -> Option<Value> {
    call(request)
        .filter(|call| call.name != "Login")
        .map(|call| call.to_json())
}

/// The element inside of the body.
pub(crate) fn call(request: &Request) -> Option<Node> {
    if request.method() != http::Method::POST {
        return None;
    }
    let envelope = Node::parse(std::str::from_utf8(request.body()).ok()?)?;
    let is_envelope = envelope.space == SOAP && envelope.name == "Envelope";
    let body = envelope
        .children
        .into_iter()
        .find(|child| child.space == SOAP && child.name == "Body");
    let call = body.filter(|_| is_envelope)?.children.into_iter().next()?;
    (call.space == VIM).then_some(call)
}

/// A body in its envelope.
pub(crate) fn enveloped(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <soapenv:Envelope xmlns:soapenc=\"http://schemas.xmlsoap.org/soap/encoding/\" \
         xmlns:soapenv=\"{SOAP}\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n\
         <soapenv:Body>\n{body}\n</soapenv:Body>\n</soapenv:Envelope>"
    )
}
