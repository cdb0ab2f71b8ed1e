//! A role that is to be assumed, and why it cannot be.

use conformance::{Lab, Variant, subjects::AwsSubject};
use groundwork_engine::Trouble;
use groundwork_provider::{Error, ErrorKind};
use mock_aws::{Role, all_allowed};
use mock_cloud::{Effect, Fault, Faults, Match};
use serde_json::{Value, json};

use crate::checks::{count, over, plan};

/// A role that wants to be told who it is for, assumed with these fields of the section.
fn assuming(section: &Value) -> AwsSubject {
    let whole = json!({
        "zones": ["eu-central-1a"], "assumeRoleExternalID": "tenant-7",
        "assumeRoleARN": "arn:aws:iam::123456789012:role/maker",
    });
    let mut subject = over(conformance::merged(whole, section));
    subject.config.roles.push(Role {
        name: "maker".to_owned(),
        policies: vec![all_allowed()],
        external_id: Some("tenant-7".to_owned()),
        web_identity_token: None,
    });
    subject
}

async fn refused(subject: &AwsSubject) -> Error {
    let lab = Lab::open(subject);
    let planned = lab.process().plan(&lab.wanted(Variant::DualStack)).await;
    let Err(Trouble::Cloud(why)) = planned.map(|planned| planned.plan) else {
        panic!("the role was assumed")
    };
    assert_eq!(count(&lab, "AssumeRole"), 1, "{why}");
    assert_eq!(
        (why.kind, &*why.operation),
        (ErrorKind::Denied, "AssumeRole")
    );
    assert!(why.request_id.is_some(), "{why}");
    why
}

fn assert_advises(why: &Error, what: &str) {
    let remedy = why.remedy.as_deref().unwrap_or_default();
    assert!(remedy.contains(what), "{why}: {remedy}");
}

#[tokio::test(start_paused = true)]
async fn keys_that_are_wrong_are_no_wrong_region() {
    let why = refused(&assuming(&json!({ "accessKeyID": "AKIANOBODY" }))).await;
    let expected = "InvalidClientTokenId: The security token included in the request is invalid.";
    assert_eq!(why.message, expected);
    assert_advises(&why, "accessKeyID and secretAccessKey");
    let why = refused(&assuming(&json!({ "secretAccessKey": "another" }))).await;
    assert!(why.message.starts_with("SignatureDoesNotMatch: "), "{why}");
    assert_advises(&why, "accessKeyID and secretAccessKey");
}

#[tokio::test(start_paused = true)]
async fn who_may_not_assume_a_role_is_sent_to_its_trust_policy() {
    let mut others = assuming(&json!({}));
    let may_not = json!({ "Statement": [
        { "Effect": "Allow", "Action": "ec2:*", "Resource": "*" },
    ] });
    others.config.keys[0].policies = vec![may_not];
    let another = assuming(&json!({ "assumeRoleExternalID": "tenant-8" }));
    for subject in [another, others] {
        let why = refused(&subject).await;
        let expected = "AccessDenied: User: arn:aws:iam::123456789012:user/demo is not authorized \
                        to perform: sts:AssumeRole on resource: \
                        arn:aws:iam::123456789012:role/maker";
        assert_eq!(why.message, expected);
        for what in ["trust policy", "assumeRoleExternalID", "sts:AssumeRole"] {
            assert_advises(&why, what);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_sts_cannot_do_now_is_asked_for_again() {
    let down = |status| Fault::Error {
        status,
        effect: Effect::None,
    };
    let throttled = Fault::Throttle {
        retry_after_s: None,
    };
    for fault in [
        throttled,
        down(503),
        down(500),
        Fault::Refuse,
        Fault::LostReply,
    ] {
        let subject = assuming(&json!({}));
        let lab = Lab::open(&subject);
        let twice = Faults::none().and(Match::of("POST", "/AssumeRole"), fault, Some(2));
        lab.mock.set_faults(1, twice);
        assert!(!plan(&lab).await.is_blocked());
        assert_eq!(count(&lab, "AssumeRole"), 3);
        assert_eq!(count(&lab, "GetCallerIdentity"), 1);
    }
}
