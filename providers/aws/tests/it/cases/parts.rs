//! Routes and attributes go with what they are parts of, and nobody waits for them.

use conformance::{Lab, subjects::AwsSubject};
use groundwork_engine::Finish;
use groundwork_provider::Clock;
use serde_json::{Value, json};

use crate::cases::site::document;

/// A zone less takes its route table away, and its routes with that: the next run begins at once,
/// though the journal has just made them and no listing shows them.
#[tokio::test(start_paused = true)]
async fn what_went_with_its_whole_is_not_waited_for() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let zones =
        |zones: Value| json!({ "zones": zones, "privateSubnets": true, "natGateways": "one" });
    let both = zones(json!(["eu-central-1a", "eu-central-1b"]));
    let one = zones(json!(["eu-central-1a"]));
    for section in [&both, &one] {
        let request = lab.request(&document(&subject, section));
        let ran = process.apply(&request).await.expect("it ran");
        assert_eq!(ran.applied.finish, Finish::Done, "{:#?}", ran.applied);
    }
    let began = lab.clock.now();
    let request = lab.request(&document(&subject, &one));
    let ran = process.apply(&request).await.expect("it ran");
    assert!(ran.planned.plan.is_empty(), "{:#?}", ran.planned.plan);
    let took = lab.clock.now().duration_since(began);
    assert!(took.as_secs() < 5, "it waited {took:#}");
}
