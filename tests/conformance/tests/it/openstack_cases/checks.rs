//! What is asked before anything is made.

use conformance::{Lab, Variant};
use groundwork_engine::Finish;
use groundwork_provider::Plan;
use mock_cloud::{Fault, Faults, Match};
use mock_openstack::{Config, OpenStack, Release, Role};
use serde_json::json;

use super::{codes, errors, over};

fn pooled() -> Config {
    Config::default().with_default_v6_pool()
}

/// The plan of a cluster that is to be made; nothing may have been made for it.
async fn plan(lab: &Lab<'_>) -> Plan {
    let planned = lab.process().plan(&lab.wanted(Variant::DualStack)).await;
    assert_eq!(lab.mock.mutating_calls(), []);
    planned.unwrap_or_else(|why| panic!("{why:#?}")).plan
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_would_not_do_is_said_before_anything_is_made() {
    // Somebody else has one network, router and group, and the default group is there too.
    for (resource, limit) in [("router", 1), ("network", 1), ("security_group_rule", 12)] {
        let subject = over(pooled().with_quota(resource, limit));
        let lab = Lab::open(&subject);
        let plan = plan(&lab).await;
        assert!(plan.is_blocked(), "{resource}: {:#?}", plan.findings);
        let quota = plan.findings.iter().find(|finding| finding.is_error());
        let quota = quota.expect("there is one");
        assert_eq!(quota.code, "OPENSTACK-QUOTA");
        assert!(quota.message.contains(resource), "{quota}");
        assert!(quota.remedy.is_some(), "{quota}");
        let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
        assert!(ran.is_err(), "{resource}: it is not begun");
        assert_eq!(lab.mock.mutating_calls(), []);
    }
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_just_does_is_no_matter() {
    let config = pooled().with_quota("router", 2).with_quota("network", 2);
    let subject = over(config);
    let lab = Lab::open(&subject);
    let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    assert_eq!(ran.applied.finish, Finish::Done, "{:#?}", ran.applied);
}

#[tokio::test(start_paused = true)]
async fn quotas_that_may_not_be_read_are_a_warning() {
    let subject = over(pooled());
    let lab = Lab::open(&subject);
    let denied = Fault::Error {
        status: 501,
        effect: mock_cloud::Effect::None,
    };
    let quotas = Match::of("GET", "/quotas/");
    lab.mock
        .set_faults(1, Faults::none().and(quotas, denied, None));
    let plan = plan(&lab).await;
    assert!(codes(&plan.findings).contains(&"OPENSTACK-QUOTA-UNKNOWN"));
    assert!(!plan.is_blocked(), "{:#?}", plan.findings);
}

#[tokio::test(start_paused = true)]
async fn an_extension_that_is_missing_is_said_before_anything_is_made() {
    for extension in ["router", "security-group"] {
        let subject = over(Config::default().without_extension("standard-attr-tag"));
        let lab = Lab::open(&subject);
        let make = |cloud: &mut OpenStack| cloud.config.extensions.remove(extension);
        assert!(lab.mock.with(make), "{extension}");
        let planned = lab.process().plan(&lab.wanted(Variant::DualStack)).await;
        assert_eq!(lab.mock.mutating_calls(), []);
        match planned {
            Ok(planned) => {
                let plan = planned.plan;
                assert!(
                    errors(&plan.findings).contains(&"OPENSTACK-EXTENSION"),
                    "{plan:#?}"
                );
            }
            // Without routers or groups there is nothing to list either.
            Err(trouble) => assert!(format!("{trouble:?}").contains(extension), "{trouble:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_cloud_without_tags_is_never_asked_for_one() {
    let subject = over(pooled().without_extension("standard-attr-tag"));
    let lab = Lab::open(&subject);
    let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    assert_eq!(ran.applied.finish, Finish::Done, "{:#?}", ran.applied);
    assert!(codes(&ran.planned.plan.findings).contains(&"OPENSTACK-EXTENSION"));
    let tags = lab
        .mock
        .calls()
        .into_iter()
        .filter(|call| call.path.contains("/tags"));
    assert_eq!(tags.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_an_administrators_templates_let_in_is_said_before_a_group_is_made() {
    let ssh = json!({
        "direction": "ingress", "ethertype": "IPv4", "protocol": "tcp", "port_range_min": 2222,
        "port_range_max": 2222, "remote_ip_prefix": "0.0.0.0/0",
    });
    let newest = Config::of(Release::V2026_2).with_default_v6_pool();
    let subject = over(newest.clone().with_group_rule(ssh));
    let opened = plan(&Lab::open(&subject)).await;
    let finding = opened
        .findings
        .iter()
        .find(|finding| finding.code == "ACCESS-FOREIGN-RULES");
    let finding = finding.unwrap_or_else(|| panic!("{:#?}", opened.findings));
    assert!(finding.message.contains("2222"), "{finding}");
    let subject = over(newest);
    let usual = plan(&Lab::open(&subject)).await;
    assert!(!codes(&usual.findings).contains(&"ACCESS-FOREIGN-RULES"));
}

#[tokio::test(start_paused = true)]
async fn limits_of_ovn_are_said_where_the_cloud_is_ovn() {
    let mut config = Config::of(Release::V2026_2).with_default_v6_pool();
    let other = over(config.clone());
    assert!(!codes(&plan(&Lab::open(&other)).await.findings).contains(&"OPENSTACK-OVN"));
    config
        .extensions
        .insert("external-gateway-multihoming".to_owned());
    let subject = over(config);
    assert!(codes(&plan(&Lab::open(&subject)).await.findings).contains(&"OPENSTACK-OVN"));
}

/// A project in which the user may look and not touch.
fn reader(release: Release) -> Config {
    let mut config = Config::of(release).with_default_v6_pool();
    let demo = config.users.iter_mut().find(|user| user.name == "demo");
    let roles = &mut demo.expect("there is a user demo").roles;
    roles.insert("demo".to_owned(), Role::Reader);
    config
}

#[tokio::test(start_paused = true)]
async fn a_reader_is_told_before_anything_is_tried() {
    let subject = over(reader(Release::V2026_2));
    let lab = Lab::open(&subject);
    let plan = plan(&lab).await;
    assert!(
        errors(&plan.findings).contains(&"OPENSTACK-ROLE"),
        "{plan:#?}"
    );
    let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
    assert!(ran.is_err(), "it is not begun");
    assert_eq!(lab.mock.mutating_calls(), []);
}

#[tokio::test(start_paused = true)]
async fn an_old_release_lets_a_reader_write_and_is_left_to_it() {
    let subject = over(reader(Release::Zed));
    let lab = Lab::open(&subject);
    let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    assert_eq!(ran.applied.finish, Finish::Done, "{:#?}", ran.applied);
    assert!(codes(&ran.planned.plan.findings).contains(&"OPENSTACK-ROLE"));
}
