//! One call of the SOAP service, and what its faults say.

use std::fmt;

use bytes::Bytes;
use groundwork_kit::client::{Authenticate, Reply, Said, Wire};
use groundwork_provider::{Error, Result};
use http::{
    HeaderValue, Request,
    header::{ACCEPT, CONTENT_TYPE},
};
use serde::{Deserialize, Serialize};

use super::{
    Api,
    login::{Login, Session},
    xml::{Element, escaped},
};

/// A managed object: its type, and its id there.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) struct Ref {
    pub(crate) kind: String,
    pub(crate) id: String,
}

impl Ref {
    pub(crate) fn new(kind: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            id: id.into(),
        }
    }

    /// The object that an element refers to.
    pub(crate) fn of(element: &Element) -> Option<Self> {
        let kind = element.of.as_deref()?;
        (!element.text.is_empty()).then(|| Self::new(kind, &*element.text))
    }

    /// As an element of that name.
    pub(crate) fn element(&self, name: &str) -> String {
        let (kind, id) = (escaped(&self.kind), escaped(&self.id));
        format!("<{name} type=\"{kind}\">{id}</{name}>")
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.id)
    }
}

/// A method of a managed object, and what it is called with.
#[derive(Clone, Debug)]
pub(crate) struct Method {
    name: &'static str,
    body: String,
}

impl Method {
    pub(crate) fn new(name: &'static str, this: &Ref, arguments: String) -> Self {
        let body = this.element("_this") + &arguments;
        Self { name, body }
    }

    fn envelope(&self) -> String {
        let Self { name, body } = self;
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
             <Body><{name} xmlns=\"urn:vim25\">{body}</{name}></Body></Envelope>"
        )
    }
}

/// A call that failed, and the type of its fault.
#[derive(Debug)]
pub(crate) struct Refused {
    /// The type of the fault; empty where there is none.
    pub(crate) fault: String,
    /// The object that the fault is about, if it names one.
    pub(crate) about: Option<Ref>,
    error: Error,
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        refused.error
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        let (fault, about) = (String::new(), None);
        Self {
            fault,
            about,
            error,
        }
    }
}

impl Refused {
    /// Whether there is no session any more: nothing has been done.
    pub(super) fn is_ended(&self) -> bool {
        self.fault == "NotAuthenticated"
    }
}

impl Api {
    /// Calls a method, and answers its response. Where the session has ended, in a new one, once.
    pub(crate) async fn call(&self, method: &Method) -> Result<Element, Refused> {
        let session = self.soap.session().await?;
        match self.call_in(&session, method).await {
            Err(refused) if refused.is_ended() => {
                let renewed = self.soap.renewed(&session).await?;
                self.call_in(&renewed, method).await
            }
            answered => answered,
        }
    }

    /// Calls a method in a session, once.
    pub(super) async fn call_in(
        &self,
        session: &Session,
        method: &Method,
    ) -> Result<Element, Refused> {
        let (login, wire) = (self.soap.authenticate(), self.soap.wire());
        let signed = Some((login, session));
        let version = &session.content.version;
        let reply = send(wire, login.endpoint(), version, signed, method).await?;
        read(wire, method, &reply)
    }

    /// The refusal that a part of a reply tells of: of a task, of a property.
    pub(super) fn refused(&self, operation: &'static str, fault: &Element, said: &str) -> Refused {
        let reply = Reply::default();
        told(self.soap.wire(), operation, &reply, fault, said)
    }
}

/// The version of the API that a server is asked in before it has told its own.
const OLDEST: &str = "6.5";

/// Sends a call once.
pub(super) async fn send(
    wire: &Wire,
    endpoint: &str,
    version: &str,
    signed: Option<(&Login, &Session)>,
    method: &Method,
) -> Result<Reply> {
    let version = if version.is_empty() { OLDEST } else { version };
    const XML: HeaderValue = HeaderValue::from_static("text/xml; charset=utf-8");
    let request = Request::post(format!("{endpoint}/sdk"))
        .header(ACCEPT, "text/xml")
        .header(CONTENT_TYPE, XML)
        .header("SOAPAction", format!("urn:vim25/{version}"))
        .body(Bytes::from(method.envelope()));
    let mut request = request.map_err(|why| {
        let kind = groundwork_provider::ErrorKind::Unexpected;
        Error::new(kind, method.name, why.to_string())
    })?;
    if let Some((login, session)) = signed {
        login.sign(session, &mut request)?;
    }
    wire.exchange(method.name, request).await
}

/// The response in a reply, or the fault.
pub(super) fn read(wire: &Wire, method: &Method, reply: &Reply) -> Result<Element, Refused> {
    let name = method.name;
    let envelope = match Element::parse(reply.body()) {
        Ok(envelope) => envelope,
        // Whoever is in front of the service says it in other words.
        Err(_) if !reply.status().is_success() => return Err(wire.refused(name, reply).into()),
        Err(why) => return Err(wire.unreadable(name, reply, &why).into()),
    };
    let body = envelope.child("Body").and_then(|body| body.inside.first());
    match body {
        Some(fault) if fault.name == "Fault" => {
            let detail = fault
                .child("detail")
                .and_then(|detail| detail.inside.first());
            let (none, said) = (Element::default(), fault.text_at("faultstring"));
            Err(told(wire, name, reply, detail.unwrap_or(&none), said))
        }
        Some(response)
            if reply.status().is_success() && response.name == format!("{name}Response") =>
        {
            Ok(response.clone())
        }
        Some(_) | None if !reply.status().is_success() => Err(wire.refused(name, reply).into()),
        Some(_) | None => Err(wire
            .unreadable(name, reply, "there is no response in it")
            .into()),
    }
}

/// What a fault says, for people. `detail` is the fault itself, `said` what the server says of it.
fn told(wire: &Wire, name: &str, reply: &Reply, detail: &Element, said: &str) -> Refused {
    let fault = match &detail.kind {
        Some(kind) => kind.clone(),
        None => detail.name.trim_end_matches("Fault").to_owned(),
    };
    let objects = ["obj", "object", "entity"];
    let about = objects.iter().find_map(|name| Ref::of(detail.child(name)?));
    let code = fault.clone();
    let message = message(
        &fault,
        detail,
        about.as_ref(),
        said.trim_start_matches("*types."),
    );
    let error = wire.refused_with(name, reply, Said { code, message });
    Refused {
        fault,
        about,
        error,
    }
}

fn message(fault: &str, detail: &Element, about: Option<&Ref>, said: &str) -> String {
    let of = |name: &str| detail.text_at(name).to_owned();
    let on = about.map(|about| format!(" ({about})")).unwrap_or_default();
    match (fault, said.trim()) {
        ("NoPermission", _) => format!("the privilege {} is missing{on}", of("privilegeId")),
        ("DuplicateName", _) => format!("the name {} is taken{on}", of("name")),
        ("ManagedObjectNotFound", _) => format!("the object does not exist{on}"),
        ("InvalidArgument" | "InvalidProperty", _) => {
            let names = ["invalidProperty", "name"];
            let what = names
                .iter()
                .map(|name| of(name))
                .find(|text| !text.is_empty());
            format!(
                "{fault}: {} is not accepted",
                what.unwrap_or_else(|| "a value".to_owned())
            )
        }
        ("", "") => String::new(),
        (fault, "") => fault.to_owned(),
        ("", said) => said.to_owned(),
        (fault, said) => format!("{said} ({fault})"),
    }
}
