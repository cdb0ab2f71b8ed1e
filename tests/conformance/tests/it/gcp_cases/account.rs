//! What the account may do, and what becomes of requests.

use std::time::Duration;

use conformance::{Lab, Subject, Variant, done, merged, subjects::GcpSubject};
use mock_gcp::{Config, Failure};
use serde_json::json;

use super::{failure, findings, of, one, project, usual, with};

#[tokio::test(start_paused = true)]
async fn what_the_account_may_not_do_is_told_before_anything_is_sent() {
    let denied = ["compute.firewalls.create", "compute.regionOperations.get"];
    let subject = project(|config: &mut Config| config.denied = denied.map(str::to_owned).into());
    let lab = Lab::open(&subject);
    let found = findings(&lab, &subject.cluster(Variant::DualStack)).await;
    let lacks = of(&found, "GCP-PERMISSION");
    let about: Vec<_> = lacks
        .iter()
        .filter_map(|one| one.subject.as_deref())
        .collect();
    assert_eq!(about, denied, "{found:#?}");
    let remedy = lacks[0].remedy.as_deref().unwrap_or_default();
    assert!(
        remedy.contains("docs/policies/gcp-provision.json"),
        "{remedy}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_quota_without_room_is_told_before_anything_is_sent() {
    let subject =
        project(|config: &mut Config| config.quotas.extend([("FIREWALLS".to_owned(), 9)]));
    let lab = Lab::open(&subject);
    let found = findings(&lab, &subject.cluster(Variant::DualStack)).await;
    let finding = one(&found, "GCP-QUOTA");
    assert_eq!(
        finding.message,
        "quota FIREWALLS: 3 of 9 used, 7 more needed"
    );
}

#[tokio::test(start_paused = true)]
async fn a_region_without_room_for_the_address_of_a_nat_is_told_before_anything_is_sent() {
    let none = ("STATIC_ADDRESSES".to_owned(), 0);
    let subject = project(|config: &mut Config| config.quotas.extend([none]));
    let lab = Lab::open(&subject);
    let found = findings(&lab, &subject.cluster(Variant::DualStack)).await;
    let finding = one(&found, "GCP-QUOTA");
    assert_eq!(
        finding.message,
        "quota STATIC_ADDRESSES in europe-west3: 0 of 0 used, 1 more needed"
    );
}

#[tokio::test(start_paused = true)]
async fn an_api_that_is_not_enabled_and_an_account_that_nobody_pays_for_are_told_as_that() {
    let subject = project(|config: &mut Config| {
        config
            .disabled_apis
            .insert("compute.googleapis.com".to_owned());
    });
    let told = failure(&subject).await;
    assert!(
        told.contains("gcloud services enable compute.googleapis.com"),
        "{told}"
    );
    let told = failure(&project(|config: &mut Config| config.is_unpaid = true)).await;
    assert!(
        told.contains("link a billing account to the project"),
        "{told}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_policy_of_the_organisation_is_told_as_that_and_not_tried_again() {
    let policy = "constraints/compute.disableVpcExternalIpv6";
    let subject = project(|config: &mut Config| config.constraints.extend([policy.to_owned()]));
    let told = failure(&subject).await;
    assert!(
        told.contains(policy) && told.contains("organisation"),
        "{told}"
    );
}

/// With status 200, and an error inside.
#[tokio::test(start_paused = true)]
async fn an_operation_that_fails_is_told_with_its_text() {
    let failed = Failure {
        code: "INVALID_USAGE".to_owned(),
        status: 400,
        message: "the range is not to be had".to_owned(),
    };
    let subject = project(|config: &mut Config| {
        config
            .failing_operations
            .insert("subnetworks.insert".to_owned(), failed);
    });
    let told = failure(&subject).await;
    assert!(
        told.contains("the range is not to be had (INVALID_USAGE)"),
        "{told}"
    );
}

/// An operation that is forgotten is as good as one that has ended: the look knows.
#[tokio::test(start_paused = true)]
async fn operations_may_be_forgotten() {
    let subject = project(|config: &mut Config| config.operations_kept = Duration::ZERO);
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    assert!(
        process
            .plan(&request)
            .await
            .expect("it looks")
            .plan
            .is_empty()
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_that_ends_in_a_run_is_had_again() {
    let subject = project(|config: &mut Config| config.token_lifetime = Duration::from_secs(5));
    let lab = Lab::open(&subject);
    done(
        lab.process().apply(&lab.wanted(Variant::DualStack)).await,
        "apply",
    );
    let tokens = lab
        .mock
        .calls()
        .iter()
        .filter(|call| call.path.ends_with("/token"))
        .count();
    assert!(tokens > 1, "{tokens}");
}

/// A repeated request has the id that it had; each request has one.
#[tokio::test(start_paused = true)]
async fn each_change_has_an_id_of_its_own() {
    let (subject, _) = usual();
    let lab = Lab::open(&subject);
    done(
        lab.process().apply(&lab.wanted(Variant::DualStack)).await,
        "apply",
    );
    let changes = lab.mock.mutating_calls();
    let ids: std::collections::BTreeSet<_> =
        changes.iter().map(|call| call.query.clone()).collect();
    assert_eq!(ids.len(), changes.len());
    assert!(
        ids.iter().all(|query| query.starts_with("requestId=")),
        "{ids:#?}"
    );
}

/// What is in a region that does not answer is not nothing.
#[tokio::test(start_paused = true)]
async fn a_region_that_does_not_answer_matters_where_the_cluster_is() {
    let silent = |region: &str| {
        let region = region.to_owned();
        project(|config: &mut Config| config.unreachable.extend([region]))
    };
    let told = failure(&silent("europe-west3")).await;
    assert!(told.contains("europe-west3 does not answer"), "{told}");
    let subject = silent("us-central1");
    let lab = Lab::open(&subject);
    done(
        lab.process().apply(&lab.wanted(Variant::DualStack)).await,
        "apply",
    );
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_none_is_told_without_quoting_it() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let section = json!({ "serviceAccount": "eyJwcml2YXRlX2tleSI6ICJzZWNyZXQifQ==" });
    let why = lab
        .process()
        .plan(&lab.request(&with(&document, section)))
        .await;
    let told = format!("{:?}", why.err());
    assert!(told.contains("base64 -w0 key.json"), "{told}");
    assert!(!told.contains("secret"), "{told}");
}

/// Credentials of the Secret that the document refers to.
#[tokio::test(start_paused = true)]
async fn a_secret_holds_the_key_as_well() {
    let subject = GcpSubject::default();
    let lab = Lab::open(&subject);
    let document = subject.cluster(Variant::DualStack);
    let key = document["spec"]["cloud"]["gcp"]["serviceAccount"]
        .as_str()
        .unwrap_or_default();
    let reference = json!({
        "serviceAccount": null, "credentialsReference": { "name": "credential-gcp" },
    });
    let mut request = lab.request(&merged(
        document.clone(),
        &json!({ "spec": { "cloud": { "gcp": reference } } }),
    ));
    request.secrets.insert(
        "serviceAccount".to_owned(),
        groundwork_model::Secret::new(key),
    );
    done(lab.process().apply(&request).await, "apply");
}

/// What cannot be asked before is told, and tried.
#[tokio::test(start_paused = true)]
async fn what_cannot_be_asked_before_stops_nothing() {
    let manager = "cloudresourcemanager.googleapis.com".to_owned();
    let subject = project(|config: &mut Config| config.disabled_apis.extend([manager]));
    let lab = Lab::open(&subject);
    let request = lab.wanted(Variant::DualStack);
    let ran = done(lab.process().apply(&request).await, "apply");
    let finding = one(&ran.planned.plan.findings, "GCP-PERMISSION-UNKNOWN");
    let remedy = finding.remedy.as_deref().unwrap_or_default();
    assert!(
        remedy.ends_with("enable cloudresourcemanager.googleapis.com"),
        "{remedy}"
    );
    let denied = "compute.projects.get".to_owned();
    let subject = project(|config: &mut Config| config.denied.extend([denied]));
    let lab = Lab::open(&subject);
    let ran = done(lab.process().apply(&request).await, "apply");
    let finding = one(&ran.planned.plan.findings, "GCP-QUOTA-UNKNOWN");
    assert!(
        finding.message.contains("compute.projects.get"),
        "{finding:#?}"
    );
}
