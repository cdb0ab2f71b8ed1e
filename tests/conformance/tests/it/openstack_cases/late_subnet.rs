//! Neutron deletes a network with all its subnets: one that comes after the plan is not taken along.

use conformance::{Lab, Variant};
use groundwork_engine::{Finish, Patience, Reason};
use mock_cloud::Hand as _;
use mock_openstack::{Config, OpenStack};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::over;

#[tokio::test(start_paused = true)]
async fn a_subnet_that_comes_after_the_plan_is_not_deleted_with_its_network() {
    let subject = over(Config::default());
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::Ipv4));
    process.apply(&request).await.expect("it is made");
    lab.quiet().await;
    let session = process.session(&request).await.expect("it can be reached");
    let planned = session
        .teardown(Patience::Now)
        .await
        .expect("it can be planned");
    assert!(!planned.plan.is_blocked(), "{:#?}", planned.plan.findings);

    let theirs = lab.mock.with(|cloud: &mut OpenStack| {
        let network = cloud.named("networks", "kubernetes-harbour").remove(0);
        cloud.make(
            "demo",
            "subnets",
            json!({ "network_id": network, "cidr": "10.9.0.0/24", "ip_version": 4 }),
        )
    });
    let cancel = CancellationToken::new();
    let applied = session
        .run(&planned, &mut |_| {}, &cancel)
        .await
        .expect("it runs");

    assert_eq!(applied.finish, Finish::Failed);
    let (address, _, failure) = &applied.failures[0];
    assert_eq!(
        (address.as_str(), failure.reason),
        ("network", Reason::InUse)
    );
    assert!(failure.message.contains(&theirs), "it is named: {failure}");
    assert!(
        lab.inventory()
            .kind("subnets")
            .any(|subnet| subnet.id == theirs)
    );
}
