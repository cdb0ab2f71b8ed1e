use mock_digitalocean::{Config, Token};
use serde_json::{Value, json};

use crate::client::Client;

#[test]
fn the_hour_and_the_minute_are_limits() {
    let mut client = Client::of(Config {
        requests_per_hour: 20,
        requests_per_minute: 10,
        ..Config::default()
    });
    for left in (11..20).rev() {
        let reply = client.ask("GET", "vpcs", &Value::Null);
        assert_eq!(reply.header("ratelimit-remaining"), left.to_string());
    }
    let reply = client.ask("GET", "vpcs", &Value::Null);
    assert_eq!(
        (reply.status, reply.header("ratelimit-remaining")),
        (200, "0")
    );
    let reply = client.ask("GET", "vpcs", &Value::Null);
    assert_eq!((reply.status, reply.header("retry-after")), (429, "6"));
    assert_eq!(reply.body["id"], "too_many_requests");
    client.wait(60);
    // Ten of the hour are left, and a third of a request more.
    for _ in 0..10 {
        assert_eq!(client.ask("GET", "vpcs", &Value::Null).status, 200);
    }
    client.wait(60);
    let reply = client.ask("GET", "vpcs", &Value::Null);
    assert_eq!(
        (reply.status, reply.headers.contains_key("retry-after")),
        (429, false)
    );
    assert_eq!(reply.header("ratelimit-limit"), "20");
}

#[test]
fn a_token_opens_the_account_and_one_that_reads_does_not_write() {
    let mut config = Config::default();
    config.tokens.push(Token {
        text: "reader".to_owned(),
        is_read_only: true,
    });
    let mut client = Client::of(config);
    client.token = "reader".to_owned();
    assert_eq!(client.ask("GET", "vpcs", &Value::Null).status, 200);
    let body = json!({ "name": "a", "region": "fra1" });
    let (status, message) = client.refused("POST", "vpcs", &body);
    assert_eq!(status, 403);
    assert!(message.contains("permission"), "{message}");
    client.token = "nobody".to_owned();
    assert_eq!(client.ask("GET", "vpcs", &Value::Null).status, 401);
}

#[test]
fn pages_link_to_the_next_one() {
    let client = Client::new();
    for number in 0..3 {
        client.make("tags", "tag", &json!({ "name": format!("t{number}") }));
    }
    let page = client.get("tags?per_page=2");
    let pages = &page["links"]["pages"];
    assert_eq!(pages["next"], "http://mock/v2/tags?per_page=2&page=2");
    assert!(pages.get("prev").is_none());
    let last = client.get("tags?per_page=2&page=2");
    assert_eq!(
        (
            last["tags"].as_array().unwrap().len(),
            &last["meta"]["total"]
        ),
        (1, &json!(3))
    );
    assert!(last["links"]["pages"].get("next").is_none());
    assert_eq!(client.get("tags")["links"], json!({}));
    assert_eq!(
        client.refused("GET", "tags?per_page=201", &Value::Null).0,
        422
    );
}

#[test]
fn what_the_api_does_not_have_is_refused() {
    let client = Client::new();
    assert_eq!(client.refused("GET", "volumes", &Value::Null).0, 404);
    assert_eq!(
        client.refused("GET", "vpcs/nobody/subnets", &Value::Null).0,
        404
    );
    assert_eq!(
        client.refused("DELETE", "regions/fra1", &Value::Null).0,
        405
    );
    assert_eq!(
        client.ask("GET", "account", &Value::Null).body["account"]["status"],
        "active"
    );
}
