//! Whether it is allowed.

use conformance::{Lab, Variant, done, own};
use groundwork_engine::{Finish, Patience, Trouble};
use groundwork_model::Severity;
use groundwork_provider::Options;
use mock_aws::Aws as AwsCloud;
use mock_cloud::{Effect, Fault, Faults, Match};
use serde_json::json;

use crate::checks::{count, names, over, plan, private, questions, with_code};

#[tokio::test(start_paused = true)]
async fn the_fewest_calls_are_made_and_all_at_once() {
    for (section, addresses) in [(json!({ "zones": ["eu-central-1a"] }), 0), (private(), 1)] {
        let subject = over(section);
        let lab = Lab::open(&subject);
        plan(&lab).await;
        assert_eq!(count(&lab, "ListServiceQuotas"), 1);
        assert_eq!(count(&lab, "GetServiceQuota"), addresses);
        let asked = questions(&lab);
        let mut once = names(&asked);
        once.dedup();
        assert_eq!(
            once.len(),
            asked.len(),
            "each operation once: {:?}",
            names(&asked)
        );
        let mut checks = lab.mock.calls();
        checks.retain(|call| {
            call.path.contains("Quota") || asked.iter().any(|one| one.number == call.number)
        });
        assert!(
            checks.iter().all(|call| call.at == checks[0].at),
            "{checks:#?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_changes_nothing_asks_nothing() {
    let subject = over(private());
    let lab = Lab::open(&subject);
    lab.process()
        .apply(&lab.wanted(Variant::DualStack))
        .await
        .unwrap();
    lab.quiet().await;
    lab.mock.clear_calls();
    assert!(plan(&lab).await.is_empty());
    assert_eq!(
        count(&lab, "ListServiceQuotas") + count(&lab, "GetServiceQuota"),
        0
    );
    assert_eq!(questions(&lab), []);
}

#[tokio::test(start_paused = true)]
async fn a_verb_that_only_looks_asks_nothing() {
    let subject = over(private());
    let lab = Lab::open(&subject);
    let request = lab.wanted(Variant::DualStack);
    let session = lab
        .process()
        .session(&request)
        .await
        .unwrap()
        .only_looking();
    let planned = session.plan(Patience::Now).await.unwrap();
    assert!(planned.plan.mutating().next().is_some());
    assert_eq!(count(&lab, "ListServiceQuotas"), 0);
    assert_eq!(questions(&lab), []);
}

#[tokio::test(start_paused = true)]
async fn whatever_exists_for_it_is_asked_about_and_the_rest_is_named() {
    let subject = over(private());
    let lab = Lab::open(&subject);
    let new = plan(&lab).await;
    assert_eq!(
        names(&questions(&lab)),
        ["AllocateAddress", "CreateInternetGateway", "CreateVpc"]
    );
    let [unasked] = with_code(&new, "AWS-PERMISSION-UNASKED")[..] else {
        panic!("one note: {:#?}", new.findings)
    };
    assert_eq!(unasked.severity, Severity::Note);
    for operation in [
        "AssociateRouteTable",
        "AssociateVpcCidrBlock",
        "AttachInternetGateway",
        "AuthorizeSecurityGroupEgress",
        "AuthorizeSecurityGroupIngress",
        "CreateEgressOnlyInternetGateway",
        "CreateNatGateway",
        "CreateRoute",
        "CreateRouteTable",
        "CreateSecurityGroup",
        "CreateSubnet",
        "ModifySubnetAttribute",
        "ModifyVpcAttribute",
    ] {
        assert!(
            unasked.message.contains(operation),
            "{operation}: {unasked}"
        );
    }
    assert!(!unasked.message.contains("CreateVpc,"), "{unasked}");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_asked_about_is_not_sent() {
    let subject = over(private());
    let lab = Lab::open(&subject);
    let process = lab.process();
    process.apply(&lab.wanted(Variant::Ipv4)).await.unwrap();
    lab.quiet().await;
    lab.mock.clear_calls();
    let planned = process.plan(&lab.wanted(Variant::DualStack)).await.unwrap();
    assert_eq!(lab.mock.mutating_calls(), []);
    let [unasked] = with_code(&planned.plan, "AWS-PERMISSION-UNASKED")[..] else {
        panic!("one note: {:#?}", planned.plan.findings)
    };
    for operation in ["AssociateVpcCidrBlock", "AssociateSubnetCidrBlock"] {
        assert!(unasked.message.contains(operation), "{unasked}");
        assert_eq!(count(&lab, operation), 0);
    }
    let asked = questions(&lab);
    assert!(
        names(&asked).contains(&"AuthorizeSecurityGroupIngress"),
        "{:?}",
        names(&asked)
    );
}

const EVERYTHING_GOES: [&str; 10] = [
    "DeleteEgressOnlyInternetGateway",
    "DeleteInternetGateway",
    "DeleteNatGateway",
    "DeleteRouteTable",
    "DeleteSecurityGroup",
    "DeleteSubnet",
    "DeleteVpc",
    "DetachInternetGateway",
    "DisassociateRouteTable",
    "ReleaseAddress",
];

#[tokio::test(start_paused = true)]
async fn what_goes_is_asked_about_too_with_or_without_a_document() {
    let subject = over(private());
    let lab = Lab::open(&subject);
    let process = lab.process();
    let request = lab.wanted(Variant::DualStack);
    process.apply(&request).await.unwrap();
    lab.quiet().await;
    let name = &request.cluster.metadata.name;
    let without = lab.process_without_document(&process).engine;
    let without = without.session_without_document(name, None, Options::default());
    let sessions = [process.session(&request).await, without.await];
    for session in sessions.map(Result::unwrap) {
        lab.mock.clear_calls();
        let planned = session.teardown(Patience::Settle).await.unwrap();
        assert_eq!(names(&questions(&lab)), EVERYTHING_GOES);
        let unasked = with_code(&planned.plan, "AWS-PERMISSION-UNASKED");
        assert!(unasked.is_empty(), "EC2 answers all of them: {unasked:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_neither_yes_nor_no_says_why_and_stops_nobody() {
    let subject = over(private());
    let lab = Lab::open(&subject);
    let down = Fault::Error {
        status: 503,
        effect: Effect::None,
    };
    let faults = Faults::none()
        .and(Match::of("POST", "/CreateVpc"), down, Some(1))
        .and(
            Match::of("POST", "/AllocateAddress"),
            Fault::Refuse,
            Some(1),
        );
    lab.mock.set_faults(1, faults);
    let ran = done(
        lab.process().apply(&lab.wanted(Variant::DualStack)).await,
        "apply",
    );
    let [unasked] = with_code(&ran.planned.plan, "AWS-PERMISSION-UNASKED")[..] else {
        panic!("one note: {:#?}", ran.planned.plan.findings)
    };
    for said in [
        "CreateVpc (Unavailable)",
        "AllocateAddress (connection refused)",
    ] {
        assert!(unasked.message.contains(said), "{unasked}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_explicit_deny_is_not_remedied_by_a_policy() {
    let mut subject = over(private());
    let denied = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Deny", "Action": "ec2:CreateVpc", "Resource": "*" },
    ] });
    subject.config.keys[0].policies.push(denied);
    let lab = Lab::open(&subject);
    let plan = plan(&lab).await;
    let [denied] = with_code(&plan, "AWS-PERMISSION")[..] else {
        panic!("one error: {:#?}", plan.findings)
    };
    assert_eq!(denied.subject.as_deref(), Some("ec2:CreateVpc"));
    assert!(
        !denied.remedy.as_ref().unwrap().contains("attach"),
        "{denied}"
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_adopts_has_to_be_allowed_to_label() {
    let subject = over(json!({ "zones": ["eu-central-1a"] }));
    let lab = Lab::open(&subject);
    lab.process()
        .apply(&lab.wanted(Variant::DualStack))
        .await
        .unwrap();
    lab.quiet().await;
    // The group is as the reference system would have made it.
    let group = own(&lab.mock, "security-group");
    lab.mock.with(|cloud: &mut AwsCloud| {
        cloud.edit(&group.id, |body| {
            drop(body.insert("Tags".to_owned(), json!([])))
        });
        let provision = groundwork_aws::Policy::Provision.document();
        cloud.config.keys[0].policies = vec![provision];
    });
    let mut request = lab.wanted(Variant::DualStack);
    request.options.adopt = true;
    let plan = lab.process().plan(&request).await.unwrap().plan;
    let [denied] = with_code(&plan, "AWS-PERMISSION")[..] else {
        panic!("one error: {:#?}", plan.findings)
    };
    assert_eq!(denied.subject.as_deref(), Some("ec2:CreateTags"));
    assert!(denied.message.contains(&group.id), "{denied}");
    assert!(
        denied.remedy.as_ref().unwrap().starts_with("adopt with"),
        "{denied}"
    );
}

/// Our VPC may get its name back, and somebody's group no label: each is asked about.
#[tokio::test(start_paused = true)]
async fn each_object_that_gets_tags_is_asked_about() {
    let subject = over(json!({ "zones": ["eu-central-1a"] }));
    let lab = Lab::open(&subject);
    let process = lab.process();
    let mut request = lab.wanted(Variant::DualStack);
    process.apply(&request).await.unwrap();
    lab.quiet().await;
    let [vpc, group] = ["vpc", "security-group"].map(|kind| own(&lab.mock, kind).id);
    lab.mock.with(|cloud: &mut AwsCloud| {
        cloud.edit(&vpc, |body| {
            let tags = body["Tags"].as_array_mut().unwrap();
            tags.retain(|tag| tag["Key"] != "Name");
        });
        cloud.edit(&group, |body| {
            drop(body.insert("Tags".to_owned(), json!([])))
        });
        let provision = groundwork_aws::Policy::Provision.document();
        cloud.config.keys[0].policies = vec![provision];
    });
    request.options.adopt = true;
    let plan = process.plan(&request).await.unwrap().plan;
    let [denied] = with_code(&plan, "AWS-PERMISSION")[..] else {
        panic!("one error: {plan:#?}")
    };
    assert!(denied.message.contains(&group), "{denied}");
}

/// The first request takes effect after the second was sent: there are two of it. Where one may
/// not go, nobody is told that all is well.
#[tokio::test(start_paused = true)]
async fn a_duplicate_that_may_not_be_removed_ends_no_run_well() {
    let mut subject = over(json!({ "zones": ["eu-central-1a"] }));
    let (provision, destroy) = (
        groundwork_aws::Policy::Provision.document(),
        groundwork_aws::Policy::Destroy.document(),
    );
    subject.config.keys[0].policies = vec![provision.clone()];
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    let late = Fault::LateEffect { after_ms: 120_500 };
    lab.mock.set_faults(1, Faults::at_mutating_call(1, late));
    let ran = process.apply(&request).await;
    lab.quiet().await;
    let Err(Trouble::Unfit(against)) = ran else {
        panic!("something stays twice")
    };
    let denied = against.iter().map(|finding| finding.subject.as_deref());
    assert_eq!(denied.collect::<Vec<_>>(), [Some("ec2:DeleteVpc")]);
    lab.mock.with(|cloud: &mut AwsCloud| {
        cloud.config.keys[0].policies = vec![provision, destroy];
    });
    let ran = process.apply(&request).await.unwrap();
    assert_eq!(ran.applied.finish, Finish::Done);
    lab.quiet().await;
    assert!(process.plan(&request).await.unwrap().plan.is_empty());
}

/// Right after a run, listings lag, and are read again until they show what it made.
#[tokio::test(start_paused = true)]
async fn however_often_one_has_to_look_the_questions_are_asked_once() {
    let subject = over(json!({ "zones": ["eu-central-1a"] }));
    let lab = Lab::open(&subject);
    let process = lab.process();
    let lags = Fault::StaleListings { for_ms: 20_000 };
    let last = Match::of("POST", "/AssociateRouteTable");
    lab.mock
        .set_faults(1, Faults::none().and(last, lags, Some(1)));
    process.apply(&lab.wanted(Variant::Ipv4)).await.unwrap();
    lab.mock.clear_calls();
    let request = lab.wanted(Variant::DualStack);
    let session = process.session(&request).await.unwrap();
    session.plan(Patience::Settle).await.unwrap();
    assert!(count(&lab, "DescribeSubnets") > 1, "the listing lagged");
    assert_eq!(count(&lab, "ListServiceQuotas"), 1);
    let asked = questions(&lab);
    let mut once = names(&asked);
    once.dedup();
    assert_eq!(once, names(&asked));
}
