//! Every exchange, held against Google's own description of the API (`discovery.json`).

use std::sync::LazyLock;

use mock_cloud::{Request, Response};
use mock_rest::{Described, Query};

static DESCRIBED: LazyLock<Described> =
    LazyLock::new(|| Described::new(include_str!("../discovery.json")));

/// Fails where a request that was taken, or a reply that says yes, is not as described.
pub(crate) fn check(request: &Request, response: &Response) {
    let path = request.uri().path().trim_start_matches('/');
    if path == "token" || !response.status().is_success() {
        return;
    }
    let line = format!("{} {path}", request.method());
    let mut query = Query::of(request);
    if line.contains("/aggregated/") {
        // The description is of the latest version, which this parameter is not in any more.
        query = query.without("returnPartialSuccess");
    }
    let held = DESCRIBED.check(&line, &query, request.body(), response.body());
    held.unwrap_or_else(|why| panic!("{why}"));
}

#[test]
fn what_is_not_described_is_noticed() {
    let network = |body: serde_json::Value| {
        let schema = serde_json::json!({ "$ref": "#/schemas/Network" });
        DESCRIBED.wrong("", &body, &schema)
    };
    assert_eq!(network(serde_json::json!({ "name": "n", "id": "7" })), None);
    for body in [
        serde_json::json!({ "id": 7 }),
        serde_json::json!({ "id": "x" }),
        serde_json::json!({ "labels": {} }),
        serde_json::json!({ "mtu": "1500" }),
        serde_json::json!({ "routingConfig": { "routingMode": "LOCAL" } }),
        serde_json::json!({ "peerings": [{ "unknown": 1 }] }),
    ] {
        assert!(network(body.clone()).is_some(), "{body}");
    }
}
