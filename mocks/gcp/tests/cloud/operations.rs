use std::time::Duration;

use mock_gcp::{Config, Failure};
use serde_json::{Value, json};

use crate::client::{Client, REGION, refusal, subnetwork};

fn network() -> Value {
    json!({ "name": "n", "autoCreateSubnetworks": false })
}

#[test]
fn an_operation_waits_then_runs_then_is_done() {
    let mut client = Client::new();
    let begun = client.begin("POST", "global/networks", &network());
    assert_eq!(
        (&begun["status"], &begun["operationType"]),
        (&json!("PENDING"), &json!("insert"))
    );
    assert!(
        begun["targetLink"]
            .as_str()
            .unwrap()
            .ends_with("/global/networks/n")
    );
    let path = format!("global/operations/{}", begun["name"].as_str().unwrap());
    assert_eq!(
        client.ask("GET", "global/networks/n", &Value::Null).status,
        404
    );
    client.pass(1);
    assert_eq!(client.get(&path)["status"], "RUNNING");
    client.get("global/networks/n");
    let early = client.refused(
        &format!("{REGION}/subnetworks"),
        &subnetwork("s", "n", &json!({})),
    );
    assert_eq!(early, refusal(400, "resourceNotReady"));
    client.pass(3);
    assert_eq!(client.get(&path)["status"], "DONE");
    client.subnetwork("s", "n", &json!({}));
}

#[test]
fn a_request_to_wait_is_held_back_until_the_end() {
    let mut client = Client::new();
    let begun = client.begin("POST", "global/networks", &network());
    client.pass(1);
    let path = format!("global/operations/{}/wait", begun["name"].as_str().unwrap());
    let reply = client.ask("POST", &path, &Value::Null);
    assert_eq!(
        (&reply.body["status"], reply.delay),
        (&json!("DONE"), Duration::from_secs(3))
    );
    let reply = client.ask("POST", &path, &Value::Null);
    assert_eq!(
        reply.delay,
        Duration::from_secs(3),
        "nothing has ended early for others"
    );
    client.pass(3);
    assert_eq!(
        client.ask("POST", &path, &Value::Null).delay,
        Duration::ZERO
    );
}

/// After two minutes there is a reply, whether the operation has ended or not.
#[test]
fn a_request_to_wait_is_held_back_for_two_minutes_at_most() {
    let mut client = Client::of(Config {
        operation_delay: Duration::from_secs(150),
        ..Config::default()
    });
    let begun = client.begin("POST", "global/networks", &network());
    let path = format!("global/operations/{}/wait", begun["name"].as_str().unwrap());
    for (status, seconds) in [("RUNNING", 120), ("DONE", 30)] {
        let reply = client.ask("POST", &path, &Value::Null);
        assert_eq!(
            (&reply.body["status"], reply.delay),
            (&json!(status), Duration::from_secs(seconds))
        );
        client.pass(seconds);
    }
}

#[test]
fn an_operation_fails_with_a_reply_of_200() {
    let failure = Failure {
        code: "QUOTA_EXCEEDED".to_owned(),
        status: 403,
        message: "Quota 'NETWORKS' exceeded.".to_owned(),
    };
    let mut client = Client::of(Config {
        failing_operations: [("networks.insert".to_owned(), failure)].into(),
        ..Config::default()
    });
    let begun = client.begin("POST", "global/networks", &network());
    let ended = client.wait(&begun);
    assert_eq!(ended["error"]["errors"][0]["code"], "QUOTA_EXCEEDED");
    assert_eq!(ended["httpErrorStatusCode"], 403);
    assert_eq!(
        client.ask("GET", "global/networks/n", &Value::Null).status,
        404
    );
}

#[test]
fn an_operation_is_forgotten_and_belongs_to_its_scope() {
    let mut client = Client::of(Config {
        operations_kept: Duration::from_secs(10),
        ..Config::default()
    });
    let begun = client.begin("POST", "global/networks", &network());
    let name = begun["name"].as_str().unwrap().to_owned();
    let elsewhere = format!("{REGION}/operations/{name}");
    assert_eq!(
        client.ask("GET", &elsewhere, &Value::Null).reason(),
        (404, "notFound")
    );
    client.pass(14);
    let forgotten = client.ask("GET", &format!("global/operations/{name}"), &Value::Null);
    assert_eq!(forgotten.reason(), (404, "notFound"));
}

#[test]
fn a_request_that_comes_twice_begins_one_operation() {
    let mut client = Client::new();
    let id = "c0ffee00-0000-4000-8000-000000000001";
    let path = format!("global/networks?requestId={id}");
    let first = client.begin("POST", &path, &network());
    let again = client.begin("POST", &path, &network());
    assert_eq!(first["name"], again["name"]);
    client.wait(&first);
    assert_eq!(client.begin("POST", &path, &network())["status"], "DONE");
    let other = json!({ "name": "m", "autoCreateSubnetworks": false });
    assert_eq!(client.refused(&path, &other), refusal(400, "invalid"));
    for id in ["1", "00000000-0000-0000-0000-000000000000"] {
        let path = format!("global/networks?requestId={id}");
        assert_eq!(
            client.refused(&path, &other),
            refusal(400, "invalid"),
            "{id}"
        );
    }
}

#[test]
fn nothing_is_changed_while_it_is_being_changed() {
    let mut client = Client::new();
    client.network("n", false);
    client.begin("PATCH", "global/networks/n", &json!({ "mtu": 1500 }));
    let second = client.ask("PATCH", "global/networks/n", &json!({ "mtu": 1400 }));
    assert_eq!(second.reason(), (400, "resourceNotReady"));
    assert_eq!(client.get("global/networks/n")["mtu"], 1460);
    client.pass(4);
    assert_eq!(client.get("global/networks/n")["mtu"], 1500);
}
