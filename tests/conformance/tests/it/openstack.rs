//! The suite over OpenStack, and what OpenStack alone can show.

use conformance::{Lab, Subject, Variant, merged, subjects::OpenStackSubject};
use groundwork_engine::{Finish, Trouble};
use groundwork_provider::Action;
use mock_cloud::Hand as _;
use mock_openstack::OpenStack;
use serde_json::json;

conformance::mount!(OpenStackSubject::default());

/// What we attach to a router of somebody else is found again without a state file, by the subnet
/// that is ours.
#[tokio::test(start_paused = true)]
async fn an_interface_on_a_named_router_is_ours_without_a_state_file() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let router = lab.mock.with(|cloud: &mut OpenStack| {
        let public = cloud.named("networks", "public").remove(0);
        let gateway = json!({ "network_id": public });
        let router = json!({ "name": "the company's", "external_gateway_info": gateway });
        cloud.make("demo", "routers", router)
    });
    let before = lab.inventory();
    let section = json!({ "spec": { "cloud": { "openstack": { "routerID": router } } } });
    let document = merged(subject.cluster(Variant::DualStack), &section);
    let request = lab.request(&document);
    let ran = lab.process().apply(&request).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{:#?}",
        ran.applied.failures
    );
    let router = ran
        .planned
        .plan
        .item("router")
        .expect("the router is in the plan");
    assert_eq!(router.action, Action::Verified);
    lab.quiet().await;
    let ran = lab.process().destroy(&request).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{:#?}",
        ran.applied.failures
    );
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
    lab.assert_harmless("a named router");
}

/// What a colleague attached to our router is not ours, and stands in the way of its removal.
#[tokio::test(start_paused = true)]
async fn a_foreign_subnet_on_our_router_stays_there() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    let ran = process.apply(&request).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    let router = ran
        .applied
        .states
        .iter()
        .find(|(at, _)| at.as_str() == "router");
    let router = router.expect("there is a router").1.id.clone();
    let subnet = lab.mock.with(|cloud: &mut OpenStack| {
        let network = cloud.make("demo", "networks", json!({ "name": "a colleague's" }));
        let subnet = json!({ "network_id": network, "cidr": "10.44.0.0/24", "ip_version": 4 });
        let subnet = cloud.make("demo", "subnets", subnet);
        cloud.join(&router, &subnet);
        subnet
    });
    lab.quiet().await;
    let plan = process.plan(&request).await.expect("it looks").plan;
    assert!(plan.is_empty(), "{plan:#?}");
    lab.mock.clear_calls();
    match process.destroy(&request).await {
        Err(Trouble::Unfit(findings)) => {
            let named = findings
                .iter()
                .any(|finding| finding.message.contains(&subnet));
            assert!(named, "{findings:#?}");
        }
        Err(trouble) => panic!("{trouble:#?}"),
        Ok(ran) => panic!("it was not refused: {:#?}", ran.applied),
    }
    assert_eq!(lab.mock.mutating_calls(), []);
}
