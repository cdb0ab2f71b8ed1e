//! What the account may do, what there is room for, and accounts that cannot be used.

use conformance::{Lab, Subject, Variant, done, subjects::AzureSubject};
use mock_azure::Config;
use serde_json::json;

use crate::site::{findings, of, one, refused, subscription, usual, with};

/// An account, what is wrong with it, and what has to be said.
type Case = (&'static str, fn(&mut Config), &'static [&'static str]);

const WRITE: &str = "Microsoft.Network/virtualNetworks/write";

#[tokio::test(start_paused = true)]
async fn what_the_account_may_not_do_is_told_before_anything_is_sent() {
    let join = "Microsoft.Network/routeTables/join/action";
    let subject = subscription(|config| {
        config.not_actions = [WRITE, join].map(str::to_owned).into();
    });
    let lab = Lab::open(&subject);
    let found = findings(&lab, &subject.cluster(Variant::DualStack)).await;
    let lacks = of(&found, "AZURE-PERMISSION");
    let about: Vec<_> = lacks
        .iter()
        .filter_map(|one| one.subject.as_deref())
        .collect();
    assert_eq!(about, [join, WRITE], "{found:#?}");
    assert!(lacks.iter().all(|one| one.is_error()));
    let remedy = lacks[0].remedy.as_deref().unwrap_or_default();
    assert!(
        remedy.contains("docs/policies/azure-provision.json"),
        "{remedy}"
    );
    assert!(
        lacks[0].message.ends_with(&subject.config.subscription),
        "{:?}",
        lacks[0].message
    );
}

/// Roles are given with patterns, and in whatever case.
#[tokio::test(start_paused = true)]
async fn patterns_of_roles_are_understood() {
    let subject = subscription(|config| {
        let roles = ["microsoft.network/*", "Microsoft.Resources/*", "*/READ"];
        config.actions = roles.map(str::to_owned).into();
    });
    let lab = Lab::open(&subject);
    done(
        lab.process().apply(&lab.wanted(Variant::DualStack)).await,
        "apply",
    );
}

/// What cannot be asked before is told, and tried.
#[tokio::test(start_paused = true)]
async fn what_cannot_be_asked_before_stops_nothing() {
    for (action, code) in [
        (
            "Microsoft.Authorization/permissions/read",
            "AZURE-PERMISSION-UNKNOWN",
        ),
        (
            "Microsoft.Network/locations/usages/read",
            "AZURE-QUOTA-UNKNOWN",
        ),
    ] {
        let subject = subscription(|config| config.not_actions = vec![action.to_owned()]);
        let lab = Lab::open(&subject);
        let ran = done(
            lab.process().apply(&lab.wanted(Variant::DualStack)).await,
            action,
        );
        let finding = one(&ran.planned.plan.findings, code);
        assert!(finding.message.contains(action), "{finding:#?}");
    }
}

/// Nothing shows a deny assignment before: the call says it, and what was made stays known.
#[tokio::test(start_paused = true)]
async fn a_deny_assignment_is_told_by_the_call_that_it_stops() {
    let mut subject = subscription(|config| config.denied = vec![WRITE.to_owned()]);
    let lab = Lab::open(&subject);
    let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
    let told = format!("{:?}", ran.map(|ran| ran.applied.failures));
    assert!(told.contains(WRITE), "{told}");
    subject.config.denied.clear();
}

#[tokio::test(start_paused = true)]
async fn a_limit_without_room_is_told_before_anything_is_sent() {
    let subject = subscription(|config| config.quotas.extend([("RouteTables".to_owned(), 0)]));
    let lab = Lab::open(&subject);
    let found = findings(&lab, &subject.cluster(Variant::DualStack)).await;
    let finding = one(&found, "AZURE-QUOTA");
    assert_eq!(
        finding.message,
        "quota RouteTables in westeurope: 0 of 0 used, 1 more needed"
    );
}

#[tokio::test(start_paused = true)]
async fn addresses_of_a_nat_gateway_count() {
    let mut subject = AzureSubject::with_nat_gateway();
    subject
        .config
        .quotas
        .extend([("PublicIPAddresses".to_owned(), 1)]);
    let lab = Lab::open(&subject);
    let found = findings(&lab, &subject.cluster(Variant::DualStack)).await;
    let finding = one(&found, "AZURE-QUOTA");
    assert!(
        finding.message.ends_with("0 of 1 used, 2 more needed"),
        "{finding:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_account_that_cannot_be_used_is_told_as_what_it_is() {
    let cases: [Case; 3] = [
        (
            "a disabled subscription",
            |config| config.subscription_state = "Disabled".to_owned(),
            &[
                "AZURE-SUBSCRIPTION",
                "is Disabled: nothing can be made in it",
            ],
        ),
        (
            "an expired secret",
            |config| config.is_secret_expired = true,
            &["AADSTS7000222", "expired"],
        ),
        (
            "a provider that is not registered",
            |config| config.unregistered.extend(["Microsoft.Network".to_owned()]),
            &["Microsoft.Network", "az provider register"],
        ),
    ];
    for (case, change, words) in cases {
        let subject = subscription(change);
        let told = refused(&subject, &subject.cluster(Variant::DualStack)).await;
        for word in words {
            assert!(told.contains(word), "{case}: {told}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_is_not_the_subscription_s_is_told_as_that() {
    let elsewhere = "00000000-7b10-4000-8000-00000000dead";
    let subject = subscription(|config| {
        config.other_tenants.insert(elsewhere.to_owned());
    });
    let document = with(
        &subject.cluster(Variant::DualStack),
        json!({ "tenantID": elsewhere }),
    );
    let told = refused(&subject, &document).await;
    assert!(told.contains("tenant"), "{told}");
    let (subject, document) = usual();
    let told = refused(&subject, &with(&document, json!({ "tenantID": elsewhere }))).await;
    assert!(
        told.contains("AADSTS90002") || told.contains("Tenant"),
        "{told}"
    );
}
