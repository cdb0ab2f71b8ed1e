//! How many calls the life of a network takes, beside what Google's own client needs for the same one.
//! Its part is `Calls` of `mocks/gcp/tests/google_lifecycle.py`.

use std::time::Duration;

use conformance::{Lab, Subject, Variant, done};
use mock_gcp::Config;
use serde_json::Value;

use super::project;

/// Calls without those for tokens.
fn count(lab: &Lab<'_>) -> usize {
    let calls = lab.mock.calls();
    calls
        .iter()
        .filter(|call| !call.path.ends_with("/token"))
        .count()
}

#[tokio::test(start_paused = true)]
async fn a_network_takes_fewer_calls_than_with_the_client_of_google() {
    let told: Value =
        serde_json::from_str(include_str!("../../../../../mocks/gcp/tests/calls.json")).unwrap();
    let seconds = told["operationSeconds"].as_u64().unwrap();
    let subject =
        project(|config: &mut Config| config.operation_delay = Duration::from_secs(seconds));
    let lab = Lab::open(&subject);
    let (process, request) = (
        lab.process(),
        lab.request(&subject.cluster(Variant::DualStack)),
    );
    lab.mock.clear_calls();
    done(process.apply(&request).await, "apply");
    let create = count(&lab);
    lab.quiet().await;
    lab.mock.clear_calls();
    done(process.destroy(&request).await, "destroy");
    for (name, calls) in [("create", create), ("destroy", count(&lab))] {
        assert_eq!(told["driver"][name], calls, "{name}");
        assert!(
            told["client"][name].as_u64() > told["driver"][name].as_u64(),
            "{name}: {told}"
        );
    }
}
