//! Tokens, and how fast a project is asked.

use std::collections::BTreeMap;

use conformance::{Lab, Subject, Variant, merged, subjects::HetznerSubject};
use groundwork_engine::Trouble;
use groundwork_model::Secret;
use groundwork_provider::ErrorKind;
use mock_hetzner::Token;
use serde_json::{Value, json};

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
