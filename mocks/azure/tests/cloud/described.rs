//! Every exchange, held against Azure's own description of the API (`shapes.json`).

use std::sync::LazyLock;

use mock_cloud::{Request, Response};
use mock_rest::{Described, Query};

static DESCRIBED: LazyLock<Described> =
    LazyLock::new(|| Described::new(include_str!("../shapes.json")));

/// Fails where a request that was taken, or a reply that says yes, is not as described.
pub(crate) fn check(request: &Request, response: &Response) {
    let path = request.uri().path();
    let Some(path) = path.strip_prefix("/subscriptions/") else {
        // The directory.
        return;
    };
    // The description begins behind the subscription.
    let path = path.split_once('/').map_or("", |(_, path)| path);
    if response.status().is_success() {
        let line = format!("{} {path}", request.method());
        let query = Query::of(request).without("$skiptoken");
        let held = DESCRIBED.check(&line, &query, request.body(), response.body());
        held.unwrap_or_else(|why| panic!("{why}"));
    }
}

#[test]
fn what_is_not_described_is_noticed() {
    let subnet = |properties: serde_json::Value| {
        let schema = serde_json::json!({ "$ref": "#/schemas/SubnetPropertiesFormat" });
        DESCRIBED.wrong("", &properties, &schema)
    };
    assert_eq!(
        subnet(serde_json::json!({ "addressPrefixes": ["10.0.0.0/24"] })),
        None
    );
    for properties in [
        serde_json::json!({ "address_prefixes": [] }),
        serde_json::json!({ "addressPrefixes": "10.0.0.0/24" }),
        serde_json::json!({ "defaultOutboundAccess": "false" }),
        serde_json::json!({ "routeTable": "t" }),
        serde_json::json!({ "privateEndpointNetworkPolicies": "On" }),
    ] {
        assert!(subnet(properties.clone()).is_some(), "{properties}");
    }
}
