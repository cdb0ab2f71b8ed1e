//! The mock Equinix Metal in process and in virtual time: what no client of the vendor's asks. What
//! those see is in `equinix_lifecycle.py`.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::time::Duration;

use bytes::Bytes;
use mock_cloud::{Mock, Options, Outcome};
use mock_equinix::{Config, Equinix, Token};
use serde_json::{Value, json};

struct Client {
    mock: Mock,
    now: Duration,
    token: String,
}

impl Client {
    fn of(config: Config) -> Self {
        let token = config.tokens[0].text.clone();
        let mock = Mock::new(Box::new(Equinix::new(config)), Options::default());
        Self {
            mock,
            now: Duration::ZERO,
            token,
        }
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("http://mock/metal/v1/{path}"))
            .header("x-auth-token", &self.token)
            .body(Bytes::from(body.to_owned()))
            .unwrap();
        let Outcome::Respond(response) = self.mock.serve_once(self.now, request).outcome else {
            panic!("no fault was asked for");
        };
        let body = serde_json::from_slice(response.body()).unwrap_or_default();
        (response.status().as_u16(), body)
    }

    fn project(&self) -> String {
        self.mock
            .with(|cloud: &mut Equinix| cloud.config.project.id.clone())
    }
}

#[test]
fn a_key_of_one_project_opens_no_other_and_a_reader_changes_nothing() {
    let mut config = Config::default();
    for (text, project) in [("other", "another"), ("reader", config.project.id.as_str())] {
        config.tokens.push(Token {
            text: text.to_owned(),
            is_read_only: true,
            project: Some(project.to_owned()),
        });
    }
    let mut client = Client::of(config);
    let project = client.project();
    let ips = format!("projects/{project}/ips");
    client.token = "other".to_owned();
    assert_eq!(client.ask("GET", &ips, "").0, 403);
    assert_eq!(client.ask("GET", &format!("projects/{project}"), "").0, 403);
    let (status, body) = client.ask("GET", "projects", "");
    assert_eq!((status, &body["projects"]), (200, &json!([])));
    client.token = "reader".to_owned();
    assert_eq!(client.ask("GET", &ips, "").0, 200);
    let vlans = format!("projects/{project}/virtual-networks");
    assert_eq!(client.ask("POST", &vlans, r#"{"metro":"da"}"#).0, 403);
    assert_eq!(client.mock.inventory().kind("virtual-networks").count(), 0);
}

#[test]
fn everything_that_is_wrong_with_a_body_is_said_at_once() {
    let client = Client::of(Config::default());
    let vlans = format!("projects/{}/virtual-networks", client.project());
    let (status, body) = client.ask("POST", &vlans, r#"{"vxlan":1,"tags":"a","color":"red"}"#);
    let errors = json!([
        "color is not known",
        "tags is not a list",
        "vxlan is not between 2 and 3999"
    ]);
    assert_eq!((status, &body["errors"]), (422, &errors));
    assert_eq!(client.ask("POST", &vlans, "[").0, 422);
}

#[test]
fn a_listing_of_addresses_has_several_pages_where_asked() {
    let config = Config {
        page: Some(1),
        ..Config::default()
    };
    let mut client = Client::of(config);
    let project = client.project();
    client.mock.with(|cloud: &mut Equinix| {
        let device =
            json!({ "metro": "da", "plan": "c3.small.x86", "operating_system": "flatcar" });
        cloud.make(&project, "devices", device);
    });
    client.now = Duration::from_secs(400);
    let first = format!("projects/{project}/ips?types=public_ipv6&types=private_ipv4");
    let (_, page) = client.ask("GET", &first, "");
    assert_eq!(page["ip_addresses"].as_array().unwrap().len(), 1);
    let next = page["meta"]["next"]["href"].as_str().unwrap();
    let next = next.strip_prefix("/metal/v1/").unwrap();
    let (_, last) = client.ask("GET", next, "");
    assert_eq!(last["meta"]["next"], Value::Null);
    assert_eq!(last["meta"]["total"], 2);
    assert_ne!(last["ip_addresses"][0]["id"], page["ip_addresses"][0]["id"]);
    let (_, devices) = client.ask("GET", &format!("projects/{project}/devices"), "");
    assert_eq!(devices["devices"][0]["state"], "active");
}
