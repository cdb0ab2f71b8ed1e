//! A session of the SOAP service: a cookie.

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use groundwork_kit::client::{Authenticate, Reply, Wire, secret_header};
use groundwork_provider::{Error, ErrorKind, Result};
use http::{
    HeaderValue, Request,
    header::{COOKIE, SET_COOKIE},
};

use super::{
    soap::{self, Method, Ref},
    xml::{self, Element},
};
use crate::credentials::User;

/// The cookie of a session.
const SESSION: &str = "vmware_soap_session";

/// Who logs in, and where.
#[derive(Debug)]
pub(super) struct Login {
    endpoint: String,
    user: User,
}

/// A session.
pub(super) struct Session {
    cookie: HeaderValue,
    /// Its own name, which privileges are asked with.
    pub(super) key: String,
    /// What the service consists of.
    pub(super) content: Content,
}

/// The service's own objects.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) root: Ref,
    pub(crate) collector: Ref,
    pub(crate) views: Ref,
    pub(crate) sessions: Ref,
    pub(crate) authorization: Ref,
    pub(crate) fields: Ref,
    /// `None` where the server has no IP pools.
    pub(crate) pools: Option<Ref>,
    /// The version of the API: `8.0.3.0`.
    pub(crate) version: String,
    /// Which vCenter it is.
    pub(crate) instance: String,
}

impl Content {
    /// Whether the API has that version, or a newer one.
    pub(crate) fn is_at_least(&self, wanted: (u32, u32)) -> bool {
        let numbers = self.version.split('.');
        let mut numbers = numbers.map(|number| number.parse().unwrap_or(0));
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= wanted
    }
}

impl Login {
    pub(super) fn new(endpoint: &str, user: User) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            user,
        }
    }

    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    fn method(&self, sessions: &Ref) -> Method {
        let (name, password) = (&self.user.name, self.user.password.expose());
        let arguments = xml::element("userName", name) + &xml::element("password", password);
        Method::new("Login", sessions, arguments)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

#[async_trait]
impl Authenticate for Login {
    type Session = Session;

    async fn log_in(&self, wire: &Wire) -> Result<Session> {
        let service = Ref::new("ServiceInstance", "ServiceInstance");
        let asked = Method::new("RetrieveServiceContent", &service, String::new());
        let reply = soap::send(wire, &self.endpoint, "", None, &asked).await?;
        let content = content(&soap::read(wire, &asked, &reply)?)?;
        let login = self.method(&content.sessions);
        let reply = soap::send(wire, &self.endpoint, &content.version, None, &login).await?;
        let session = soap::read(wire, &login, &reply)?;
        let cookie = cookie(&reply)
            .ok_or_else(|| wire.unreadable("Login", &reply, "it opens no session"))?;
        Ok(Session {
            cookie: secret_header(&cookie)?,
            key: session.text_at("returnval/key").to_owned(),
            content,
        })
    }

    async fn log_out(&self, wire: &Wire, session: &Session) -> Result<()> {
        let content = &session.content;
        let logout = Method::new("Logout", &content.sessions, String::new());
        let signed = Some((self, session));
        let reply = soap::send(wire, &self.endpoint, &content.version, signed, &logout).await?;
        Ok(soap::read(wire, &logout, &reply).map(drop)?)
    }

    fn base<'s>(&'s self, _: &'s Session) -> &'s str {
        &self.endpoint
    }

    fn sign(&self, session: &Session, request: &mut Request<Bytes>) -> Result<()> {
        request.headers_mut().insert(COOKIE, session.cookie.clone());
        Ok(())
    }
}

fn cookie(reply: &Reply) -> Option<String> {
    let cookies = reply.headers().get_all(SET_COOKIE).iter();
    let mut cookies = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
    let session = cookies.find(|cookie| cookie.trim().starts_with(SESSION))?;
    Some(session.trim().to_owned())
}

fn content(response: &Element) -> Result<Content> {
    let of = |name: &str| response.at(&format!("returnval/{name}")).and_then(Ref::of);
    let needed = |name: &str| {
        of(name).ok_or_else(|| {
            let message = format!("the server has no {name}: it is no vCenter");
            let error = Error::new(ErrorKind::Unsupported, "RetrieveServiceContent", message);
            error.remedy("name a vCenter as the endpoint, not a single ESXi host")
        })
    };
    Ok(Content {
        root: needed("rootFolder")?,
        collector: needed("propertyCollector")?,
        views: needed("viewManager")?,
        sessions: needed("sessionManager")?,
        authorization: needed("authorizationManager")?,
        fields: needed("customFieldsManager")?,
        pools: of("ipPoolManager"),
        version: version(response.text_at("returnval/about/apiVersion")),
        instance: response.text_at("returnval/about/instanceUuid").to_owned(),
    })
}

/// It goes into a header: digits and periods, or nothing.
fn version(text: &str) -> String {
    let is_fit = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    if is_fit {
        text.to_owned()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        let content = |version: &str| {
            let of = || Ref::new("X", "x");
            Content {
                root: of(),
                collector: of(),
                views: of(),
                sessions: of(),
                authorization: of(),
                fields: of(),
                pools: None,
                version: version.to_owned(),
                instance: String::new(),
            }
        };
        let at_least = |version: &str, wanted| content(version).is_at_least(wanted);
        assert!(at_least("9.1.0.0", (9, 1)) && at_least("10.0", (9, 1)));
        assert!(!at_least("8.0.3.0", (9, 1)) && !at_least("9.0.1", (9, 1)));
        assert!(!at_least("", (9, 1)));
    }
}
