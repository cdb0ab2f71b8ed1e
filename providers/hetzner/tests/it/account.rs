//! Tokens, and how fast a project is asked.

use std::collections::BTreeMap;

use conformance::{Lab, Subject, Variant, merged, subjects::HetznerSubject};
use groundwork_engine::{Finish, Trouble};
use groundwork_model::Secret;
use groundwork_provider::ErrorKind;
use mock_hetzner::Token;
use serde_json::{Value, json};

use crate::site::applied;

fn without_token(subject: &HetznerSubject) -> Value {
    let patch = json!({ "spec": { "cloud": { "hetzner": { "token": null } } } });
    let mut document = merged(subject.cluster(Variant::DualStack), &patch);
    document["spec"]["cloud"]["hetzner"] = json!({});
    document
}

#[tokio::test(start_paused = true)]
async fn a_token_comes_out_of_the_secret_that_the_document_refers_to() {
    let subject = HetznerSubject::default();
    let lab = Lab::open(&subject);
    let mut request = lab.request(&without_token(&subject));
    let nobody = lab.process().plan(&request).await.map(drop);
    let Err(Trouble::Cloud(error)) = nobody else {
        panic!("there is no token: {nobody:?}");
    };
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(error.remedy.unwrap().contains("HCLOUD_TOKEN"));
    let token = Secret::new(&subject.config.tokens[0].text);
    request.secrets = BTreeMap::from([("token".to_owned(), token)]);
    lab.process().plan(&request).await.unwrap();
}

/// A token that only reads: the first change is refused, and nothing is made.
#[tokio::test(start_paused = true)]
async fn a_token_that_only_reads_plans_and_is_told_what_it_lacks() {
    let mut subject = HetznerSubject::default();
    subject.config.tokens = vec![Token {
        text: "a-token-that-reads".to_owned(),
        is_read_only: true,
    }];
    let lab = Lab::open(&subject);
    let before = lab.inventory();
    let request = lab.wanted(Variant::DualStack);
    let ran = lab.process().apply(&request).await.unwrap();
    let failures = format!("{:?}", ran.applied.failures);
    assert!(failures.contains("read and write permission"), "{failures}");
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// Somebody else has used the requests of the hour up. The headers of each reply say so: a run goes on
/// at the pace of one a second, and none but its first ones is sent in vain.
#[tokio::test(start_paused = true)]
async fn a_run_keeps_to_the_pace_of_the_project() {
    let subject = HetznerSubject::default();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    applied(&process, &request).await;
    let token = &subject.config.tokens[0].text;
    for _ in 0..subject.config.requests_per_hour {
        let asked = http::Request::get("https://api.hetzner.cloud/v1/locations")
            .header("authorization", format!("Bearer {token}"))
            .body(bytes::Bytes::new())
            .unwrap();
        lab.mock.serve_once(lab.wire.now(), asked);
    }
    lab.mock.clear_calls();
    let ran = process.destroy(&request).await.unwrap();
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{:#?}",
        ran.applied.failures
    );
    let calls = lab.mock.calls();
    let refused = calls.iter().filter(|call| call.status == Some(429));
    // A process knows nothing before its first replies: those of its three listings.
    assert!(refused.count() <= 3, "{calls:#?}");
    let spent = calls.last().unwrap().at - calls[0].at;
    let paced = std::time::Duration::from_secs(calls.len() as u64 - 6);
    assert!(spent >= paced, "{} calls in {spent:?}", calls.len());
}
