//! How many calls the life of a network takes, beside what Azure's own client needs for the same one.
//! Its part is `Calls` of `mocks/azure/tests/azure_lifecycle.py`.

use std::time::Duration;

use conformance::subjects::AzureSubject;
use conformance::{Lab, Subject, Variant, done};
use mock_azure::Config;
use serde_json::Value;

/// Calls without those for tokens, and without those that ask for permissions and quotas before.
fn lines(lab: &Lab<'_>) -> Vec<String> {
    let beside = ["/token", "/permissions", "/usages"];
    let calls = lab.mock.calls().into_iter();
    let calls = calls.filter(|call| !beside.iter().any(|end| call.path.ends_with(end)));
    calls
        .map(|call| format!("{} {}", call.method, call.path))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_network_takes_fewer_calls_than_with_the_client_of_azure() {
    let told: Value =
        serde_json::from_str(include_str!("../../../../mocks/azure/tests/calls.json")).unwrap();
    let subject = AzureSubject {
        config: Config {
            operation_delay: Duration::from_secs(told["operationSeconds"].as_u64().unwrap()),
            retry_after_s: told["retryAfterSeconds"].as_u64(),
            ..Config::default()
        },
        ..AzureSubject::default()
    };
    let lab = Lab::open(&subject);
    let (process, request) = (
        lab.process(),
        lab.request(&subject.cluster(Variant::DualStack)),
    );
    lab.mock.clear_calls();
    done(process.apply(&request).await, "apply");
    let calls = lines(&lab);
    assert_eq!(told["driver"]["create"], calls.len(), "{calls:#?}");
    assert!(
        told["client"]["create"].as_u64() > told["driver"]["create"].as_u64(),
        "{told}"
    );
}
