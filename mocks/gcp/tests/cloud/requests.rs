use mock_cloud::{Fault, Faults, Match, Rule};
use mock_gcp::{Config, Gcp};
use serde_json::{Value, json};

use crate::client::{Client, REGION, refusal};

fn with_networks(count: usize) -> Client {
    let quotas = [("NETWORKS".to_owned(), count)].into();
    let client = Client::of(Config {
        quotas,
        ..Config::default()
    });
    client.mock.with(|cloud: &mut Gcp| {
        for number in 0..count {
            let body = json!({ "name": format!("n{number}"), "autoCreateSubnetworks": false });
            cloud.make("networks", body);
        }
    });
    client
}

#[test]
fn pages_have_tokens_and_an_empty_listing_has_no_items() {
    let client = with_networks(5);
    let first = client.get("global/networks?maxResults=2");
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    let token = first["nextPageToken"].as_str().unwrap();
    let last = client.get(&format!("global/networks?maxResults=4&pageToken={token}"));
    assert_eq!(last["items"].as_array().unwrap().len(), 3);
    assert!(last["nextPageToken"].is_null());
    assert!(client.get("global/firewalls").get("items").is_none());
    for query in [
        "maxResults=501",
        "maxResults=x",
        "pageToken=x",
        "orderBy=id",
        "filter=name+is+n",
        "filter=name+eq+n%5B",
        "filter=(name+eq+n)(name%3Dn)",
        "filter=mtu%3Dlarge",
    ] {
        let reply = client.ask("GET", &format!("global/networks?{query}"), &Value::Null);
        assert_eq!(reply.reason(), (400, "invalid"), "{query}");
    }
}

#[test]
fn listings_are_filtered() {
    let client = with_networks(3);
    for (filter, names) in [
        ("name%20%3D%20%22n1%22", json!(["n1"])),
        ("name+eq+n%5B12%5D", json!(["n1", "n2"])),
        ("(name+ne+n1)(name+ne+x.*)", json!(["n0", "n2"])),
        ("(name%3Dn0)+OR+(name%3Dn2)", json!(["n0", "n2"])),
        ("autoCreateSubnetworks%3Dfalse+AND+name%3A2", json!(["n2"])),
    ] {
        let found = client.get(&format!("global/networks?filter={filter}"));
        let found = found["items"].as_array().unwrap().iter();
        let found: Value = found.map(|one| one["name"].clone()).collect();
        assert_eq!(found, names, "{filter}");
    }
}

#[test]
fn a_region_that_does_not_answer_is_said_or_makes_the_listing_fail() {
    let mut client = Client::new();
    client.network("n", false);
    client.subnetwork("s", "n", &json!({}));
    let all = client.get("aggregated/subnetworks");
    assert_eq!(
        all["items"]["regions/europe-west3"]["subnetworks"][0]["name"],
        "s"
    );
    let empty = &all["items"]["regions/us-central1"]["warning"];
    assert_eq!(empty["code"], "NO_RESULTS_ON_PAGE");
    client
        .mock
        .with(|cloud: &mut Gcp| cloud.config.unreachable.insert("europe-west3".to_owned()));
    let failed = client.ask("GET", "aggregated/subnetworks", &Value::Null);
    assert_eq!(failed.reason(), (503, "backendError"));
    let partial = client.get("aggregated/subnetworks?returnPartialSuccess=true");
    let lost = &partial["items"]["regions/europe-west3"];
    assert_eq!(lost["warning"]["code"], "UNREACHABLE");
    assert!(lost["subnetworks"].is_null());
    assert_eq!(partial["unreachables"], json!(["regions/europe-west3"]));
    let own = client.ask("GET", &format!("{REGION}/subnetworks"), &Value::Null);
    assert_eq!(own.status, 503);
}

#[test]
fn who_names_a_version_gets_what_can_be_had() {
    let client = Client::new();
    client
        .mock
        .with(|cloud: &mut Gcp| cloud.config.unreachable.insert("europe-west3".to_owned()));
    let uri = "http://mock/compute/v1/projects/mock-project/aggregated/subnetworks";
    let version = [("x-goog-api-version", "2026-11-01")];
    let reply = client.send_as("GET", uri, String::new(), &version);
    assert_eq!(reply.body["unreachables"], json!(["regions/europe-west3"]));
    let uri = format!("{uri}?returnPartialSuccess=true");
    let reply = client.send_as("GET", &uri, String::new(), &version);
    assert_eq!(reply.reason(), (400, "badRequest"));
}

#[test]
fn quotas_hold_and_are_shown() {
    let client = with_networks(2);
    let body = json!({ "name": "more", "autoCreateSubnetworks": false });
    let reply = client.ask("POST", "global/networks", &body);
    assert_eq!(reply.reason(), (403, "quotaExceeded"));
    assert_eq!(
        reply.message(),
        "Quota 'NETWORKS' exceeded. Limit: 2.0 globally."
    );
    let quotas = client.get("")["quotas"].clone();
    let quota = json!({ "metric": "NETWORKS", "limit": 2, "usage": 2 });
    assert!(quotas.as_array().unwrap().contains(&quota), "{quotas}");
    let region = client.get(REGION);
    assert_eq!(region["zones"].as_array().unwrap().len(), 3);
}

#[test]
fn bodies_and_places_that_do_not_exist_are_refused() {
    let client = Client::new();
    let uri = "http://mock/compute/v1/projects/mock-project/global/networks";
    assert_eq!(
        client.send("POST", uri, "{".to_owned()).reason(),
        (400, "parseError")
    );
    let place = client.refused("regions/mars/subnetworks", &json!({}));
    assert_eq!(place, refusal(400, "invalid"));
    for path in [
        "global/subnetworks",
        "global/nothing",
        "regions/europe-west3/networks",
    ] {
        assert_eq!(client.ask("GET", path, &Value::Null).status, 404, "{path}");
    }
}

#[test]
fn throttling_has_two_forms() {
    let mut client = Client::new();
    client.network("n", false);
    let throttled = |seconds| {
        let rule = Rule {
            calls: Match::default(),
            fault: Fault::Throttle {
                retry_after_s: seconds,
            },
            times: Some(1),
        };
        client.mock.set_faults(
            0,
            Faults {
                rules: vec![rule],
                consecutive_max: 1,
            },
        );
        client
            .ask("GET", "global/networks", &Value::Null)
            .reason()
            .0
    };
    assert_eq!((throttled(None), throttled(Some(3))), (403, 429));
}
