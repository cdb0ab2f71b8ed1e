//! Whether there is room.

use conformance::{Lab, Subject, Variant, done, merged, subjects::AwsSubject};
use groundwork_engine::Finish;
use groundwork_model::Severity;
use mock_aws::Aws as AwsCloud;
use serde_json::{Value, json};

use crate::checks::{over, plan, private, with_code};

fn limited(code: &str, limit: u32) -> AwsSubject {
    let mut subject = over(private());
    subject.config.quotas.insert(code.to_owned(), limit);
    subject
}

fn no_quotas() -> Value {
    let denied = json!({ "Effect": "Deny", "Action": "servicequotas:*", "Resource": "*" });
    json!({ "Version": "2012-10-17", "Statement": [denied] })
}

/// Each quota with what of it is used when the cluster's network is there: by others, and by it.
/// The account has its default VPC, with a gateway, a table and a group; somebody else has a VPC
/// and two groups.
const ENOUGH: [(&str, u32); 11] = [
    ("L-F678F1CE", 3),
    ("L-A4707A72", 2),
    ("L-45FE3B85", 1),
    ("L-0263D0A3", 1),
    ("L-E79EC296", 5),
    ("L-407747CB", 2),
    ("L-589F43AA", 3),
    ("L-085A6257", 1),
    ("L-FE5A380F", 1),
    ("L-93826ACB", 2),
    ("L-0EA8095F", 5),
];

#[tokio::test(start_paused = true)]
async fn a_quota_that_would_not_do_is_said_before_anything_is_made() {
    for (code, enough) in ENOUGH {
        let subject = limited(code, enough - 1);
        let lab = Lab::open(&subject);
        let plan = plan(&lab).await;
        let errors: Vec<_> = plan
            .findings
            .iter()
            .filter(|finding| finding.is_error())
            .collect();
        assert!(!errors.is_empty(), "{code}: {:#?}", plan.findings);
        for error in errors {
            assert_eq!(
                (&*error.code, error.subject.as_deref()),
                ("AWS-QUOTA", Some(code))
            );
            let used = format!("of {} used", enough - 1);
            for said in [code, "eu-central-1", &used, "more needed"] {
                assert!(error.message.contains(said), "{error}");
            }
            // EC2 raises the quotas of gateways with that of VPCs.
            let raised = match code {
                "L-A4707A72" | "L-45FE3B85" => "L-F678F1CE",
                _ => code,
            };
            let raise = format!("--quota-code {raised} --desired-value {enough};");
            let remedy = error.remedy.as_ref().unwrap();
            assert!(
                remedy.contains(&raise) && remedy.contains("eu-central-1"),
                "{remedy}"
            );
        }
        let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
        assert!(ran.is_err(), "{code}: it is not begun");
        assert_eq!(lab.mock.mutating_calls(), []);
        // Whoever cannot read it comes to the same end, later.
        let deny = |cloud: &mut AwsCloud| cloud.config.keys[0].policies.push(no_quotas());
        lab.mock.with(deny);
        let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
        let ran = ran.unwrap_or_else(|why| panic!("{code}: {why:#?}"));
        assert_eq!(ran.applied.finish, Finish::Failed, "{code}");
    }
}

/// That the run comes to its end shows that EC2 counts as we do.
#[tokio::test(start_paused = true)]
async fn a_quota_that_just_does_is_a_warning() {
    for (code, enough) in ENOUGH {
        let subject = limited(code, enough);
        let lab = Lab::open(&subject);
        let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
        let ran = ran.unwrap_or_else(|why| panic!("{code}: {why:#?}"));
        assert_eq!(
            ran.applied.finish,
            Finish::Done,
            "{code}: {:#?}",
            ran.applied.failures
        );
        let last = with_code(&ran.planned.plan, "AWS-QUOTA-LAST");
        assert!(
            last.iter()
                .any(|last| last.subject.as_deref() == Some(code)),
            "{code}"
        );
        assert!(last.iter().all(|last| last.severity == Severity::Warning));
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_cluster_has_already_is_not_counted_again() {
    let subject = over(private());
    let lab = Lab::open(&subject);
    lab.process()
        .apply(&lab.wanted(Variant::DualStack))
        .await
        .unwrap();
    lab.mock.with(|cloud: &mut AwsCloud| {
        let quotas = ENOUGH.map(|(code, enough)| (code.to_owned(), enough));
        cloud.config.quotas = quotas.into_iter().collect();
    });
    // One more rule of each kind needs room in the group alone.
    let edited = json!({ "spec": { "cloud": { "aws": { "sshSources": ["192.0.2.0/24"] } } } });
    let document = merged(subject.cluster(Variant::DualStack), &edited);
    let planned = lab.process().plan(&lab.request(&document)).await.unwrap();
    let errors = with_code(&planned.plan, "AWS-QUOTA");
    let codes: Vec<_> = errors
        .iter()
        .map(|error| error.subject.as_deref())
        .collect();
    assert_eq!(codes, [Some("L-0EA8095F")], "{errors:#?}");
    assert!(errors[0].message.contains("inbound IPv4"), "{}", errors[0]);
}

#[tokio::test(start_paused = true)]
async fn quotas_that_may_not_be_read_are_a_warning() {
    let mut subject = over(private());
    subject.config.keys[0].policies.push(no_quotas());
    let lab = Lab::open(&subject);
    let ran = done(
        lab.process().apply(&lab.wanted(Variant::DualStack)).await,
        "apply",
    );
    let unknown = with_code(&ran.planned.plan, "AWS-QUOTA-UNKNOWN");
    assert_eq!(unknown.len(), 2, "{unknown:#?}");
    for (finding, call) in unknown.iter().zip(["ListServiceQuotas", "GetServiceQuota"]) {
        assert_eq!(finding.severity, Severity::Warning);
        assert!(finding.message.contains(call), "{finding}");
        assert!(
            finding.remedy.as_ref().unwrap().contains("docs/policies"),
            "{finding}"
        );
    }
}

/// Most quotas of an account were never raised: they have a default, and no value of their own.
#[tokio::test(start_paused = true)]
async fn a_quota_that_was_never_raised_has_its_default() {
    let mut subject = over(private());
    let unapplied = ENOUGH.map(|(code, _)| code.to_owned());
    subject.config.unapplied_quotas = unapplied.into_iter().collect();
    let lab = Lab::open(&subject);
    // As many as AWS lets anybody have: of addresses and of VPCs, five.
    lab.mock.with(|cloud: &mut AwsCloud| {
        for number in 0..5 {
            cloud.call("AllocateAddress", json!({ "Domain": "vpc" }));
            if number < 3 {
                let vpc = json!({ "CidrBlock": format!("10.7{number}.0.0/16") });
                cloud.call("CreateVpc", vpc);
            }
        }
    });
    lab.mock.clear_calls();
    let plan = plan(&lab).await;
    let errors = with_code(&plan, "AWS-QUOTA");
    let mut codes: Vec<_> = errors.iter().filter_map(|e| e.subject.as_deref()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["L-0263D0A3", "L-F678F1CE"], "{:#?}", plan.findings);
    assert!(with_code(&plan, "AWS-QUOTA-UNKNOWN").is_empty());
    let calls = lab.mock.calls();
    for call in ["GetAWSDefaultServiceQuota", "ListAWSDefaultServiceQuotas"] {
        let made = calls.iter().filter(|made| made.path.ends_with(call));
        assert_eq!(made.count(), 1, "{call}");
    }
}

/// Whoever may not read the defaults is still told what is known.
#[tokio::test(start_paused = true)]
async fn defaults_that_may_not_be_read_hide_nothing_else() {
    let mut subject = limited("L-F678F1CE", 2);
    let unapplied = ["L-407747CB".to_owned()];
    subject.config.unapplied_quotas = unapplied.into_iter().collect();
    let denied = json!({
        "Effect": "Deny", "Action": "servicequotas:ListAWSDefaultServiceQuotas", "Resource": "*",
    });
    let policy = json!({ "Version": "2012-10-17", "Statement": [denied] });
    subject.config.keys[0].policies.push(policy);
    let lab = Lab::open(&subject);
    let plan = plan(&lab).await;
    assert_eq!(with_code(&plan, "AWS-QUOTA").len(), 1);
    let unknown = with_code(&plan, "AWS-QUOTA-UNKNOWN");
    assert_eq!(unknown.len(), 1, "{unknown:#?}");
    let told = &unknown[0].message;
    assert!(told.contains("ListAWSDefaultServiceQuotas"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_nobody_knows_is_skipped_and_said() {
    let subject = over(private());
    let lab = Lab::open(&subject);
    lab.mock.with(|cloud: &mut AwsCloud| {
        for (code, _) in ENOUGH {
            // It would not do, if it were known.
            cloud.config.quotas.insert(code.to_owned(), 0);
            cloud.config.untold_quotas.insert(code.to_owned());
        }
    });
    let plan = plan(&lab).await;
    assert!(!plan.is_blocked(), "{:#?}", plan.findings);
    let said: String = with_code(&plan, "AWS-QUOTA-UNKNOWN")
        .iter()
        .map(|finding| finding.to_string())
        .collect();
    for (code, _) in ENOUGH {
        assert!(said.contains(code), "{code}: {said}");
    }
}
