//! Logging in and out.

use mock_cloud::{Request, Response, header, reply};
use serde_json::{Value, json};

use super::dispatch::{Returned, answered};
use super::fault::{Answer, Fault};
use super::schema::Type;
use super::target;
use super::xml::Node;
use crate::cloud::Vsphere;
use crate::permissions::Caller;
use crate::sessions::{Door, Session};

const COOKIE: &str = "vmware_soap_session";

/// Who calls, with a session.
pub(crate) struct Visitor {
    /// What the client shows.
    pub(crate) shown: String,
    pub(crate) user: String,
    pub(crate) caller: Caller,
}

/// The session that a request shows.
pub(crate) fn cookie(request: &Request) -> Option<String> {
    let cookies = header(request, "cookie")?.split(';');
    let mut pairs = cookies.filter_map(|cookie| cookie.trim().split_once('='));
    let (_, shown) = pairs.find(|(name, _)| *name == COOKIE)?;
    Some(shown.trim_matches('"').to_owned())
}

impl Vsphere {
    pub(crate) fn visitor(&self, shown: Option<&str>) -> Option<Visitor> {
        let shown = shown?;
        let mut sessions = self.sessions();
        let user = sessions.touch(shown, Door::Soap, self.now)?.user.clone();
        Some(Visitor {
            shown: shown.to_owned(),
            caller: Caller::User(user.clone()),
            user,
        })
    }

    pub(crate) fn log_in(&mut self, call: &Node, shown: Option<&str>) -> Response {
        let is_in = self.visitor(shown).is_some();
        let user = call.text_of("userName").unwrap_or_default();
        let password = call.text_of("password").unwrap_or_default();
        if is_in || !self.opens(user, password) {
            return Fault::invalid_login().response();
        }
        if self.is_full() {
            return reply::of_type(503, "text/plain", "Service Unavailable");
        }
        let shown = self
            .sessions()
            .begin(Door::Soap, user, self.now, self.config.seed);
        let session = self.sessions().open[&shown].clone();
        let value = self.user_session(&session);
        let response = answered("Login", Returned::Value(Type::Data("UserSession"), value));
        let cookie = format!("{COOKIE}=\"{shown}\"; Path=/; HttpOnly; Secure");
        reply::with_header(response, "set-cookie", &cookie)
    }

    /// Whether somebody is known by this name and password. Names are compared without case.
    pub(crate) fn opens(&self, name: &str, password: &str) -> bool {
        let mut users = self.config.users.iter();
        users.any(|user| user.name.eq_ignore_ascii_case(name) && user.password == password)
    }

    /// Whether nobody more may log in.
    pub(crate) fn is_full(&self) -> bool {
        self.sessions().open.len() >= self.config.sessions_max
    }

    pub(crate) fn log_out(&mut self, visitor: &Visitor) -> Answer<Returned> {
        self.sessions().open.remove(&visitor.shown);
        Ok(Returned::Nothing)
    }

    pub(crate) fn user_session(&self, session: &Session) -> Value {
        let time = |at| self.config.calendar.seconds(at);
        json!({
            "key": session.key, "userName": session.user, "fullName": session.user,
            "loginTime": time(session.began), "lastActiveTime": time(session.active),
            "locale": "en", "messageLocale": "en", "extensionSession": false,
            "ipAddress": "127.0.0.1", "userAgent": "", "callCount": 1,
        })
    }

    /// `ServiceContent`.
    pub(crate) fn content(&self) -> Value {
        let mut content = json!({ "rootFolder": self.root, "about": self.about() });
        for (attribute, _, id) in target::SERVICES {
            content[attribute] = json!(id);
        }
        content
    }

    fn about(&self) -> Value {
        let version = &self.config.version;
        json!({
            "name": "VMware vCenter Server",
            "fullName": format!("VMware vCenter Server {version} build-24755230"),
            "vendor": "VMware, Inc.", "version": version, "build": "24755230",
            "osType": "linux-x64", "productLineId": "vpx", "apiType": "VirtualCenter",
            "apiVersion": format!("{version}.0"),
            "instanceUuid": format!("dbed6e0c-bd88-4ef6-b594-{:012x}", self.config.seed),
        })
    }
}
