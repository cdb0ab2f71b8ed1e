//! A client of both doors, in virtual time. Replies of SOAP are searched as text: what parses them
//! for real is pyvmomi.

use std::time::Duration;

use bytes::Bytes;
use mock_cloud::{Mock, Options, Outcome, Response};
use mock_vsphere::{Config, Kind, User, Vsphere};
use serde_json::{Value, json};

/// A mock, the time, and who is logged in.
pub(crate) struct Client {
    pub(crate) mock: Mock,
    pub(crate) now: Duration,
    pub(crate) cookie: String,
    pub(crate) session: String,
}

/// Somebody who may do only what is said.
pub(crate) const GUEST: &str = "guest@vsphere.local";

impl Client {
    pub(crate) fn new() -> Self {
        Self::of(Config::default())
    }

    pub(crate) fn of(mut config: Config) -> Self {
        let guest = User {
            name: GUEST.to_owned(),
            password: "guest".to_owned(),
        };
        config.users.push(guest);
        let admin = config.users[0].clone();
        let mut client = Self {
            mock: Mock::new(Box::new(Vsphere::new(config)), Options::default()),
            now: Duration::ZERO,
            cookie: String::new(),
            session: String::new(),
        };
        client.log_in(&admin.name, &admin.password);
        client
    }

    /// The same vCenter for the guest.
    pub(crate) fn guest() -> Self {
        let mut client = Self::new();
        client.log_in(GUEST, "guest");
        client
    }

    pub(crate) fn log_in(&mut self, name: &str, password: &str) {
        self.cookie.clear();
        let login = format!("<userName>{name}</userName><password>{password}</password>");
        let response = self.post("Login", "SessionManager", &login);
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        self.cookie = cookie.split(';').next().unwrap().to_owned();
        let reply = self.rest(
            "POST",
            "/rest/com/vmware/cis/session",
            &json!([name, password]),
        );
        self.session = reply.1["value"].as_str().unwrap().to_owned();
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    pub(crate) fn find(&self, path: &str) -> String {
        self.mock
            .with(|cloud: &mut Vsphere| cloud.find(path).unwrap())
    }

    pub(crate) fn make(&self, kind: Kind, parent: &str, body: Value) -> String {
        self.mock
            .with(|cloud: &mut Vsphere| cloud.make(kind, parent, body))
    }

    fn send(&self, request: http::Request<Bytes>) -> Response {
        match self.mock.serve_once(self.now, request).outcome {
            Outcome::Respond(response) => response,
            Outcome::Drop | Outcome::Refuse | Outcome::Truncate(_) => {
                panic!("no fault was asked for")
            }
        }
    }

    fn post(&self, method: &str, target: &str, inner: &str) -> Response {
        let body = format!(
            r#"<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><S:Body><{method} xmlns="urn:vim25"><_this>{target}</_this>{inner}</{method}></S:Body></S:Envelope>"#
        );
        let request = http::Request::builder()
            .method("POST")
            .uri("http://mock/sdk")
            .header("cookie", &self.cookie);
        self.send(request.body(Bytes::from(body)).unwrap())
    }

    /// Calls a method; status and body.
    pub(crate) fn call(&self, method: &str, target: &str, inner: &str) -> (u16, String) {
        let response = self.post(method, target, inner);
        let text = String::from_utf8(response.body().to_vec()).unwrap();
        (response.status().as_u16(), text)
    }

    /// The return value of a method that has to succeed.
    pub(crate) fn returned(&self, method: &str, target: &str, inner: &str) -> String {
        let (status, text) = self.call(method, target, inner);
        assert_eq!(status, 200, "{text}");
        inside(&text, "returnval")
    }

    /// The type of the fault of a method that has to fail.
    pub(crate) fn fault(&self, method: &str, target: &str, inner: &str) -> String {
        let (status, text) = self.call(method, target, inner);
        assert_eq!(status, 500, "{text}");
        let fault = inside(&text, "detail");
        fault
            .trim_start_matches('<')
            .split("Fault ")
            .next()
            .unwrap()
            .to_owned()
    }

    /// A request to REST; a list of name and password is a login.
    pub(crate) fn rest(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("http://mock{path}"));
        let request = match body.as_array() {
            Some(login) => request.header("authorization", basic(login)),
            None => request.header("vmware-api-session-id", &self.session),
        };
        let text = if body.is_object() {
            body.to_string()
        } else {
            String::new()
        };
        let response = self.send(request.body(Bytes::from(text)).unwrap());
        let value = serde_json::from_slice(response.body()).unwrap_or_default();
        (response.status().as_u16(), value)
    }

    /// A request to the tagging service, which has to succeed; its value.
    pub(crate) fn tagging(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, value) = self.rest(method, &tagging(path), body);
        assert_eq!(status, 200, "{value}");
        value["value"].clone()
    }

    /// The last part of the error's name with which a request to the tagging service is refused.
    pub(crate) fn refused(&self, method: &str, path: &str, body: &Value) -> String {
        let (status, value) = self.rest(method, &tagging(path), body);
        assert!(status >= 400, "{value}");
        let code = value["type"].as_str().unwrap();
        code.rsplit('.').next().unwrap().to_owned()
    }

    /// The properties of the objects of a type, as the collector tells them through a view.
    pub(crate) fn view(&self, of: &str, paths: &[&str], most: usize) -> (u16, String) {
        let root = self.find("");
        let inner =
            format!("<container>{root}</container><type>{of}</type><recursive>true</recursive>");
        let view = self.returned("CreateContainerView", "ViewManager", &inner);
        self.call(
            "RetrievePropertiesEx",
            "propertyCollector",
            &through_view(&view, of, paths, most),
        )
    }
}

/// A filter that goes through a view.
pub(crate) fn through_view(view: &str, of: &str, paths: &[&str], most: usize) -> String {
    let paths: String = paths
        .iter()
        .map(|path| format!("<pathSet>{path}</pathSet>"))
        .collect();
    format!(
        r#"<specSet><propSet><type>{of}</type>{paths}</propSet><objectSet><obj type="ContainerView">{view}</obj><skip>true</skip><selectSet xsi:type="TraversalSpec"><type>ContainerView</type><path>view</path></selectSet></objectSet></specSet><options><maxObjects>{most}</maxObjects></options>"#
    )
}

/// A filter that names one object.
pub(crate) fn of_object(id: &str, of: &str, paths: &[&str]) -> String {
    let paths: String = paths
        .iter()
        .map(|path| format!("<pathSet>{path}</pathSet>"))
        .collect();
    format!(
        "<specSet><propSet><type>{of}</type>{paths}</propSet><objectSet><obj>{id}</obj></objectSet></specSet>"
    )
}

/// What is in the first element of a name.
pub(crate) fn inside(text: &str, name: &str) -> String {
    let Some(at) = text.find(&format!("<{name}")) else {
        return String::new();
    };
    let begin = at + text[at..].find('>').unwrap() + 1;
    let end = text.rfind(&format!("</{name}>")).unwrap();
    text[begin..end].to_owned()
}

fn tagging(path: &str) -> String {
    format!("/rest/com/vmware/cis/tagging/{path}")
}

fn basic(login: &[Value]) -> String {
    // Users of tests are known: no encoder is needed for two of them.
    let encoded = match login[0].as_str().unwrap() {
        GUEST => "Z3Vlc3RAdnNwaGVyZS5sb2NhbDpndWVzdA==",
        _ => "YWRtaW5pc3RyYXRvckB2c3BoZXJlLmxvY2FsOm1vY2stcGFzc3dvcmQtb2YtYS12Y2VudGVy",
    };
    format!("Basic {encoded}")
}
