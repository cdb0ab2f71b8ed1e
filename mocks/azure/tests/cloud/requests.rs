use mock_azure::Azure;
use mock_cloud::Rate;
use mock_cloud::{Fault, Faults, Match, Rule};
use serde_json::{Value, json};

use crate::client::{Client, inside, network, network_body, refusal};

#[test]
fn listings_come_in_pages() {
    let client = Client::with_group();
    client.config(|config| config.page_max = 2);
    client.mock.with(|cloud: &mut Azure| {
        for number in 0..5 {
            cloud.make(
                "virtualNetworks",
                &format!("g/n{number}"),
                network_body(json!([])),
            );
        }
    });
    for path in [
        "providers/Microsoft.Network/virtualNetworks",
        &inside("virtualNetworks"),
    ] {
        let mut page = client.get(path);
        let mut sizes = Vec::new();
        while let Some(next) = page["nextLink"].as_str() {
            sizes.push(page["value"].as_array().unwrap().len());
            assert!(
                next.contains("api-version=") && next.contains("skiptoken="),
                "{next}"
            );
            page = client.send("GET", next, String::new(), &[]).body;
        }
        sizes.push(page["value"].as_array().unwrap().len());
        assert_eq!(sizes, [2, 2, 1]);
    }
    let empty = client.get("providers/Microsoft.Network/natGateways");
    assert_eq!(empty, json!({ "value": [] }));
    let path = "providers/Microsoft.Network/virtualNetworks?%24skiptoken=x";
    assert_eq!(
        client.refused("GET", path, &Value::Null),
        refusal(400, "InvalidSkipToken")
    );
}

#[test]
fn every_reply_has_the_ids_of_its_request() {
    let client = Client::with_group();
    let own = client.ask_if(
        "GET",
        "resourceGroups/g",
        &Value::Null,
        &[(
            "x-ms-correlation-request-id",
            "11111111-2222-4333-8444-555555555555",
        )],
    );
    assert_eq!(
        own.header("x-ms-correlation-request-id"),
        "11111111-2222-4333-8444-555555555555"
    );
    let refused = client.ask("GET", "resourceGroups/none", &Value::Null);
    assert_eq!(refused.code(), (404, "ResourceGroupNotFound"));
    assert_ne!(
        refused.header("x-ms-request-id"),
        own.header("x-ms-request-id")
    );
    assert!(
        refused
            .header("x-ms-routing-request-id")
            .starts_with("WESTEUROPE:20260101T")
    );
}

#[test]
fn a_version_has_to_be_named_and_served() {
    let client = Client::with_group();
    let path = network("n");
    let without = format!("{}/{path}", client.subscription());
    let reply = client.send("GET", &format!("http://mock{without}"), String::new(), &[]);
    assert_eq!(reply.code(), (400, "MissingApiVersionParameter"));
    let reply = client.ask(
        "GET",
        &format!("{path}?api-version=2030-01-01"),
        &Value::Null,
    );
    assert_eq!(reply.code(), (400, "InvalidApiVersionParameter"));
}

#[test]
fn everything_wrong_with_a_body_is_said_at_once() {
    let client = Client::with_group();
    let body = json!({
        "location": "westeurope", "colour": "red",
        "properties": { "addressSpaces": {}, "flowTimeoutInMinutes": 3 },
    });
    let reply = client.ask("PUT", &network("n"), &body);
    assert_eq!(reply.code(), (400, "InvalidRequestFormat"));
    let details = reply.body["error"]["details"].to_string();
    for word in [
        "colour",
        "addressSpaces",
        "flowTimeoutInMinutes",
        "addressSpace'",
    ] {
        assert!(details.contains(word), "{word}: {details}");
    }
    let text = client.send("PUT", &client.at(&network("n")), "{".to_owned(), &[]);
    assert_eq!(text.code(), (400, "InvalidRequestContent"));
    for name in ["-a", "a-", "a%20b"] {
        let refused = client.refused("PUT", &network(name), &network_body(json!([])));
        assert_eq!(refused, refusal(400, "InvalidResourceName"), "{name}");
    }
    let path = "providers/Microsoft.Network/nothing";
    assert_eq!(client.ask("GET", path, &Value::Null).status, 404);
}

#[test]
fn who_asks_too_often_is_told_when_to_come_back() {
    let mut client = Client::with_group();
    let left = |client: &Client| {
        let reply = client.ask("GET", "resourceGroups/g", &Value::Null);
        let left = reply
            .header("x-ms-ratelimit-remaining-subscription-reads")
            .to_owned();
        (reply.status, left)
    };
    client.config(|config| {
        config.rates.reads = Rate {
            burst: 2,
            refill_milli: 1000,
        };
    });
    client.pass(60);
    assert_eq!(left(&client), (200, "1".to_owned()));
    assert_eq!(left(&client), (200, "0".to_owned()));
    let refused = client.ask("GET", "resourceGroups/g", &Value::Null);
    assert_eq!(refused.code(), (429, "SubscriptionRequestsThrottled"));
    assert_eq!(refused.header("retry-after"), "17");
    client.pass(2);
    assert_eq!(left(&client).0, 200);
}

#[test]
fn a_quota_fault_strikes_only_what_is_new() {
    let mut client = Client::with_network();
    let rule = Rule {
        calls: Match::default(),
        fault: Fault::Quota,
        times: None,
    };
    let faults = Faults {
        rules: vec![rule],
        consecutive_max: 9,
    };
    client.mock.set_faults(0, faults);
    let refused = client.refused("PUT", &network("m"), &network_body(json!([])));
    assert_eq!(refused, refusal(400, "VirtualNetworkCountLimitReached"));
    client.done("PUT", &network("n"), &network_body(json!([])));
}
