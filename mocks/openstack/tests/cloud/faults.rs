use mock_cloud::{Fault, Faults, Match, Outcome};
use mock_openstack::Config;
use serde_json::{Value, json};

use crate::client::{Client, refused};

#[test]
fn errors_in_front_of_the_cloud_have_its_form() {
    let client = Client::new(Config::default());
    let posts = Match::of("POST", "/routers");
    client.mock.set_faults(0, Faults::once(posts, Fault::Quota));
    client.refuses("routers", &json!({}), 409, "OverQuota");
    let throttle = Fault::Throttle {
        retry_after_s: Some(3),
    };
    client
        .mock
        .set_faults(0, Faults::once(Match::default(), throttle));
    let response = client.exchange("GET", "/networking/v2.0/networks", &Value::Null, &[]);
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "3");
    let error = Fault::Error {
        status: 503,
        effect: mock_cloud::Effect::None,
    };
    client
        .mock
        .set_faults(0, Faults::once(Match::default(), error));
    refused(
        &client.call("GET", "networks", &Value::Null),
        503,
        "HTTPInternalServerError",
    );
}

#[test]
fn a_login_is_no_mutating_call_and_its_body_is_not_kept() {
    let client = Client::new(Config::default());
    let login = &client.mock.calls()[0];
    assert_eq!(
        (login.line().as_str(), login.mutating),
        ("POST /identity/v3/auth/tokens", false)
    );
    assert_eq!(login.body, None);
    client.network("a");
    let made = client.mock.mutating_calls().remove(0);
    assert_eq!(made.body, Some(json!({ "network": { "name": "a" } })));
}

#[test]
fn stale_listings_are_answered_for_tokens_that_are_newer() {
    let client = Client::new(Config::default());
    let stale = Fault::StaleListings { for_ms: 60_000 };
    client
        .mock
        .set_faults(0, Faults::at_mutating_call(1, stale));
    let id = client.network("new");
    let later = client.also("demo");
    assert_eq!(later.list("networks", "name=new"), [] as [Value; 0]);
    assert_eq!(later.show("networks", &id)["name"], "new");
}

#[test]
fn a_late_create_is_there_later() {
    let mut client = Client::new(Config::default());
    let late = Fault::LateEffect { after_ms: 5_000 };
    client.mock.set_faults(0, Faults::at_mutating_call(1, late));
    let lost = client.send(
        "POST",
        "networks",
        &json!({ "network": { "name": "late" } }),
    );
    assert!(matches!(lost, Outcome::Drop));
    assert_eq!(client.list("networks", "name=late"), [] as [Value; 0]);
    client.now = std::time::Duration::from_secs(6);
    assert_eq!(client.list("networks", "name=late").len(), 1);
}
