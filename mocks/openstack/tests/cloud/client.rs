//! A client of the mock, without a connection.

use std::time::Duration;

use bytes::Bytes;
use mock_cloud::{Mock, Options, Outcome};
use mock_openstack::{Config, OpenStack};
use serde_json::{Value, json};

/// A mock, and who speaks to it when.
pub(crate) struct Client {
    pub(crate) mock: Mock,
    pub(crate) now: Duration,
    pub(crate) token: String,
}

/// Status and body.
pub(crate) type Said = (u16, Value);

impl Client {
    /// The user `demo` of a cloud that is as configured.
    pub(crate) fn new(config: Config) -> Self {
        Self::of(
            Mock::new(Box::new(OpenStack::new(config)), Options::default()),
            "demo",
        )
    }

    /// The user of this name, in the project of this name.
    pub(crate) fn of(mock: Mock, name: &str) -> Self {
        let mut client = Self {
            mock,
            now: Duration::ZERO,
            token: String::new(),
        };
        client.token = client.log_in(name);
        client
    }

    /// Another user of the same cloud.
    pub(crate) fn also(&self, name: &str) -> Self {
        Self {
            now: self.now,
            ..Self::of(self.mock.clone(), name)
        }
    }

    fn log_in(&self, name: &str) -> String {
        let domain = json!({ "id": "default" });
        let user = json!({ "name": name, "domain": domain, "password": "secret" });
        let auth = json!({
            "identity": { "methods": ["password"], "password": { "user": user } },
            "scope": { "project": { "name": name, "domain": domain } },
        });
        let said = self.exchange(
            "POST",
            "/identity/v3/auth/tokens",
            &json!({ "auth": auth }),
            &[],
        );
        assert_eq!(said.status(), 201);
        said.headers()["x-subject-token"]
            .to_str()
            .unwrap()
            .to_owned()
    }

    /// One exchange with these headers, and no token but theirs.
    pub(crate) fn exchange(
        &self,
        method: &str,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> http::Response<Bytes> {
        self.outcome(method, path, body, headers).whole().unwrap()
    }

    /// One request to Neutron that may end in any way.
    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Outcome {
        let path = format!("/networking/v2.0/{path}");
        self.outcome(method, &path, body, &[("x-auth-token", &self.token)])
    }

    fn outcome(&self, method: &str, path: &str, body: &Value, headers: &[(&str, &str)]) -> Outcome {
        let bytes = if body.is_null() {
            Bytes::new()
        } else {
            Bytes::from(body.to_string())
        };
        let mut request = http::Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.header("host", "cloud.example").body(bytes).unwrap();
        self.mock.serve_once(self.now, request).outcome
    }

    /// One request to Neutron.
    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) -> Said {
        self.call_with(method, path, body, &[])
    }

    /// The same with more headers.
    pub(crate) fn call_with(
        &self,
        method: &str,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Said {
        let path = format!("/networking/v2.0/{path}");
        let headers = [&[("x-auth-token", self.token.as_str())], headers].concat();
        let response = self.exchange(method, &path, body, &headers);
        let body = serde_json::from_slice(response.body()).unwrap_or_default();
        (response.status().as_u16(), body)
    }

    /// Makes an object; all of it.
    pub(crate) fn make(&self, collection: &str, attributes: &Value) -> Value {
        let one = singular(collection);
        let (status, mut body) =
            self.call("POST", collection, &json!({ one.as_str(): attributes }));
        assert_eq!(status, 201, "POST {collection} {attributes}: {body}");
        body[&one].take()
    }

    /// Makes an object; its id.
    pub(crate) fn id(&self, collection: &str, attributes: &Value) -> String {
        text(&self.make(collection, attributes)["id"])
    }

    /// A network with this name; its id.
    pub(crate) fn network(&self, name: &str) -> String {
        self.id("networks", &json!({ "name": name }))
    }

    /// A subnet with this CIDR; its id. IPv6 subnets have automatic addresses.
    pub(crate) fn subnet(&self, network: &str, cidr: &str) -> String {
        self.id("subnets", &subnet(network, cidr))
    }

    /// Shows an object.
    pub(crate) fn show(&self, collection: &str, id: &str) -> Value {
        let (status, mut body) = self.call("GET", &format!("{collection}/{id}"), &Value::Null);
        assert_eq!(status, 200, "GET {collection}/{id}: {body}");
        body[singular(collection)].take()
    }

    /// Lists a collection.
    pub(crate) fn list(&self, collection: &str, query: &str) -> Vec<Value> {
        let (status, body) = self.call("GET", &format!("{collection}?{query}"), &Value::Null);
        assert_eq!(status, 200, "GET {collection}?{query}: {body}");
        body[collection.replace('-', "_")]
            .as_array()
            .unwrap()
            .clone()
    }

    /// A create that is refused with this status and type.
    #[track_caller]
    pub(crate) fn refuses(&self, collection: &str, attributes: &Value, status: u16, kind: &str) {
        let body = json!({ singular(collection): attributes });
        refused(&self.call("POST", collection, &body), status, kind);
    }

    /// A delete that works.
    #[track_caller]
    pub(crate) fn delete(&self, path: &str) {
        assert_eq!(
            self.call("DELETE", path, &Value::Null),
            (204, Value::Null),
            "{path}"
        );
    }
}

/// Holds an answer against the status and the type of Neutron's error.
#[track_caller]
pub(crate) fn refused(said: &Said, status: u16, kind: &str) {
    let found = said.1["NeutronError"]["type"].as_str();
    assert_eq!((said.0, found), (status, Some(kind)), "{}", said.1);
}

/// The body of a create request for a subnet.
pub(crate) fn subnet(network: &str, cidr: &str) -> Value {
    let mut body = json!({ "network_id": network, "cidr": cidr, "ip_version": 4 });
    if cidr.contains(':') {
        body["ip_version"] = json!(6);
        body["ipv6_ra_mode"] = json!("slaac");
        body["ipv6_address_mode"] = json!("slaac");
    }
    body
}

/// A body with more attributes.
pub(crate) fn with(mut body: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn singular(collection: &str) -> String {
    collection.strip_suffix('s').unwrap().replace('-', "_")
}
