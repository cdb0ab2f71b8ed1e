//! What another hand did to a finished cluster, named by a plan.

use conformance::{Lab, Variant, own, subjects::OpenStackSubject};
use groundwork_engine::{Finish, Patience};
use groundwork_provider::Change;
use mock_cloud::Hand as _;
use mock_openstack::{Config, OpenStack, Release};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

fn id(cloud: &OpenStack, kind: &str, name: &str) -> String {
    cloud.named(kind, name).remove(0)
}

fn edit(cloud: &mut OpenStack, kind: &str, name: &str, field: &str, value: Value) {
    let id = id(cloud, kind, name);
    cloud.edit(kind, &id, |body| {
        body.insert(field.to_owned(), value);
    });
}

type Hand = fn(&mut OpenStack);

const HANDS: &[(&str, &str, Hand)] = &[
    ("router", "external_gateway_info", |cloud| {
        let router = id(cloud, "routers", "kubernetes-harbour");
        cloud.change("routers", &router, json!({ "external_gateway_info": {} }));
    }),
    ("subnet/ipv4", "gateway_ip", |cloud| {
        edit(
            cloud,
            "subnets",
            "kubernetes-harbour",
            "gateway_ip",
            Value::Null,
        );
    }),
    ("subnet/ipv4", "enable_dhcp", |cloud| {
        edit(
            cloud,
            "subnets",
            "kubernetes-harbour",
            "enable_dhcp",
            false.into(),
        );
    }),
    ("subnet/ipv4", "dns_nameservers", |cloud| {
        edit(
            cloud,
            "subnets",
            "kubernetes-harbour",
            "dns_nameservers",
            json!([]),
        );
    }),
    ("security-group", "rule", |cloud| {
        let group = id(cloud, "security_groups", "kubernetes-harbour");
        for rule in cloud.named("security_group_rules", "") {
            let body = cloud
                .body("security_group_rules", &rule)
                .expect("it is there");
            if body["direction"] == "egress" && body["security_group_id"] == group.as_str() {
                cloud.vanish("security_group_rules", &rule);
            }
        }
    }),
    ("network", "name", |cloud| {
        edit(
            cloud,
            "networks",
            "kubernetes-harbour",
            "name",
            "mine".into(),
        );
    }),
    ("network", Change::LABEL, |cloud| {
        edit(
            cloud,
            "networks",
            "kubernetes-harbour",
            LABEL,
            "mine".into(),
        );
    }),
    ("subnet/ipv4", Change::LABEL, |cloud| {
        edit(cloud, "subnets", "kubernetes-harbour", LABEL, "".into());
    }),
    ("subnet/ipv6", Change::LABEL, |cloud| {
        edit(
            cloud,
            "subnets",
            "kubernetes-harbour-ipv6",
            LABEL,
            "".into(),
        );
    }),
    ("router", Change::LABEL, |cloud| {
        edit(cloud, "routers", "kubernetes-harbour", LABEL, "mine".into());
    }),
    ("security-group", Change::LABEL, |cloud| {
        let name = "kubernetes-harbour";
        edit(cloud, "security_groups", name, LABEL, "mine".into());
    }),
];

/// The field that holds the label.
const LABEL: &str = "description";

#[tokio::test(start_paused = true)]
async fn every_drift_that_matters_is_named_and_repaired() {
    for (address, field, hand) in HANDS {
        let subject = OpenStackSubject::default();
        let lab = Lab::open(&subject);
        let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
        process.apply(&request).await.expect("it is applied");
        lab.quiet().await;
        let before = lab.shape();
        lab.mock.with(*hand);
        let plan = process.plan(&request).await.expect("it looks").plan;
        let changed: Vec<_> = plan.mutating().map(|item| item.address.as_str()).collect();
        assert_eq!(changed, [*address], "{field}: {plan:#?}");
        let item = plan.item(address).expect("it is planned");
        assert!(
            item.changes.iter().any(|change| change.field == *field),
            "{item:#?}"
        );
        let ran = process.apply(&request).await.expect("it is applied");
        assert_eq!(
            ran.applied.finish,
            Finish::Done,
            "{field}: {:#?}",
            ran.applied
        );
        lab.quiet().await;
        lab.assert_converged(&process, &request, &before, field)
            .await;
    }
}

/// An MTU is nobody's wish, so it is no change; below what IPv6 takes, it is an error.
#[tokio::test(start_paused = true)]
async fn packets_that_are_too_small_are_an_error() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    process.apply(&request).await.expect("it is applied");
    lab.quiet().await;
    for (mtu, codes) in [(1400, vec![]), (1200, vec!["EXISTING-PACKET-SIZE"])] {
        lab.mock.with(|cloud: &mut OpenStack| {
            edit(cloud, "networks", "kubernetes-harbour", "mtu", mtu.into());
        });
        let plan = process.plan(&request).await.expect("it looks").plan;
        assert!(plan.is_empty(), "{plan:#?}");
        assert_eq!(super::errors(&plan.findings), codes, "{mtu}");
    }
}

/// The journal knows the ids, so that nothing is left behind.
#[tokio::test(start_paused = true)]
async fn what_has_lost_its_label_is_destroyed_with_the_rest() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let before = lab.inventory();
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    process.apply(&request).await.expect("it is applied");
    lab.quiet().await;
    lab.mock.with(|cloud: &mut OpenStack| {
        let own = [
            ("networks", "kubernetes-harbour"),
            ("subnets", "kubernetes-harbour-ipv6"),
            ("routers", "kubernetes-harbour"),
            ("security_groups", "kubernetes-harbour"),
        ];
        for (kind, name) in own {
            edit(cloud, kind, name, LABEL, "mine".into());
        }
    });
    let ran = process.destroy(&request).await.expect("it is destroyed");
    assert_eq!(ran.applied.finish, Finish::Done, "{:#?}", ran.applied);
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// Newer releases fail over the tags of what is gone (500), as they would over a fault of theirs: whether
/// it is there is asked, instead of the same thing again.
/// Neutron since 2024 fails (500) over the tags of what is gone, where it said 404 before: after such a
/// failure the run looks, instead of asking for the same again.
#[tokio::test(start_paused = true)]
async fn tags_of_what_is_gone_by_then_are_asked_for_once() {
    let release = Release::V2026_2;
    let subject = super::over(Config::of(release).with_default_v6_pool());
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    process.apply(&request).await.expect("it is applied");
    lab.quiet().await;
    let group = own(&lab.mock, "security_groups").id;
    lab.mock
        .with(|cloud: &mut OpenStack| cloud.tag("security_groups", &group, &[]));
    let session = process.session(&request).await.expect("it connects");
    let planned = session.plan(Patience::Settle).await.expect("it looks");
    let changed: Vec<_> = planned.plan.mutating().collect();
    assert_eq!(changed.len(), 1, "its tags alone: {changed:#?}");
    lab.mock
        .with(|cloud: &mut OpenStack| cloud.vanish("security_groups", &group));
    lab.mock.clear_calls();
    let cancel = CancellationToken::new();
    let ran = session.run(&planned, &mut |_| {}, &cancel).await;
    let applied = ran.expect("it runs");
    let calls = lab.mock.calls().into_iter();
    let asked = calls.filter(|call| call.path.ends_with(&format!("{group}/tags")));
    assert_eq!(asked.count(), 1, "{:#?}", applied.failures);
    // What is gone is made anew in the same run.
    assert_eq!(applied.finish, Finish::Done, "{applied:#?}");
}
