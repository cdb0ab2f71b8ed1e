//! The suite over OpenStack, and what OpenStack alone can show.

use conformance::{Lab, Subject, Variant, done, merged, own, subjects::OpenStackSubject};
use groundwork_engine::{Finish, Trouble, codes};
use groundwork_provider::Action;
use mock_cloud::Hand as _;
use mock_openstack::OpenStack;
use serde_json::json;

conformance::mount!(OpenStackSubject::default());

/// A cluster that was restored from a backup has another uid: the network that it had is named before a
/// second one is created beside it.
#[tokio::test(start_paused = true)]
async fn a_restored_cluster_is_told_of_the_network_it_had() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let ran = lab.process().apply(&lab.wanted(Variant::DualStack)).await;
    ran.unwrap_or_else(|why| panic!("{why:#?}"));
    lab.quiet().await;
    let uid = json!({ "metadata": { "uid": "another" } });
    let restored = merged(subject.cluster(Variant::DualStack), &uid);
    let planned = lab.process().plan(&lab.request(&restored)).await;
    let findings = planned.expect("it looks").plan.findings;
    let mut told = findings
        .iter()
        .filter(|finding| finding.code == codes::NAMESAKE.id);
    let told = told.next().unwrap_or_else(|| panic!("{findings:#?}"));
    assert!(told.message.contains("5eaf00d"), "{told:#?}");
}

/// Somebody writes his own text into the description of our network: it gets its label back. Nothing is
/// made a second time, and a destroy takes it along.
#[tokio::test(start_paused = true)]
async fn a_description_that_is_overwritten_is_healed() {
    for heals in [true, false] {
        let subject = OpenStackSubject::default();
        let lab = Lab::open(&subject);
        let before = lab.inventory();
        let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
        let ran = process.apply(&request).await;
        ran.unwrap_or_else(|why| panic!("{why:#?}"));
        lab.quiet().await;
        let there = lab.shape();
        let network = own(&lab.mock, "networks").id;
        let text = json!({ "description": "the nodes of harbour" });
        lab.mock
            .with(|cloud: &mut OpenStack| cloud.change("networks", &network, text));
        if heals {
            let ran = process.apply(&request).await;
            let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
            assert_eq!(ran.applied.finish, Finish::Done, "{:#?}", ran.applied);
            lab.quiet().await;
            assert_eq!(there, lab.shape());
        }
        let ran = process.destroy(&request).await;
        ran.unwrap_or_else(|why| panic!("{why:#?}"));
        lab.quiet().await;
        assert_eq!(before.differences(&lab.inventory()), [""; 0]);
    }
}

/// A machine's port is called a port, once, whatever of ours it hangs on; and Neutron lets nobody delete
/// it but with its server.
#[tokio::test(start_paused = true)]
async fn a_machines_port_is_told_once_with_what_helps() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    let ran = process.apply(&request).await;
    ran.unwrap_or_else(|why| panic!("{why:#?}"));
    lab.quiet().await;
    let network = own(&lab.mock, "networks").id;
    lab.mock.with(|cloud: &mut OpenStack| {
        let port =
            json!({ "network_id": network, "name": "node-1", "device_owner": "compute:nova" });
        cloud.make("demo", "ports", port)
    });
    let Err(Trouble::Unfit(findings)) = process.destroy(&request).await else {
        panic!("it was not refused");
    };
    assert_eq!(findings.len(), 1, "{findings:#?}");
    let told = findings[0].to_string();
    assert!(
        told.contains("port ") && !told.contains("router-interface"),
        "{told}"
    );
    let remedy = findings[0].remedy.as_deref().unwrap_or_default();
    assert!(remedy.contains("delete the server"), "{remedy}");
}

/// Clusters of KKP's share a router: each writes its tag on it, or attaches its subnet. It is left to the
/// others, without our label, our tags and our interfaces, and nobody is told to detach theirs.
#[tokio::test(start_paused = true)]
async fn a_router_that_clusters_share_is_left_to_the_others() {
    for attached in [false, true] {
        let subject = OpenStackSubject::default();
        let lab = Lab::open(&subject);
        let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
        let ran = process.apply(&request).await;
        let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
        let mut states = ran.applied.states.iter();
        let router = states.find(|(at, _)| at.as_str() == "router");
        let router = router.expect("there is a router").1.id.clone();
        lab.mock.with(|cloud: &mut OpenStack| {
            let tags = [
                "cluster-id.k8c.io:c2",
                "groundwork",
                "groundwork-cluster=5eaf00d",
            ];
            cloud.tag("routers", &router, &tags);
            if attached {
                let network = cloud.make("demo", "networks", json!({ "name": "kubernetes-c2" }));
                let subnet =
                    json!({ "network_id": network, "cidr": "10.77.0.0/24", "ip_version": 4 });
                let subnet = cloud.make("demo", "subnets", subnet);
                cloud.join(&router, &subnet);
            }
        });
        lab.quiet().await;
        let plan = process.plan(&request).await.expect("it looks").plan;
        assert!(plan.is_empty(), "{plan:#?}");
        let ran = process.destroy(&request).await;
        let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
        assert_eq!(ran.applied.finish, Finish::Done, "{:#?}", ran.applied);
        let told = &ran.planned.plan.findings;
        assert!(
            told.iter()
                .any(|finding| finding.message.contains("cluster c2")),
            "{told:#?}"
        );
        lab.quiet().await;
        let inventory = lab.inventory();
        let mut routers = inventory.kind("routers");
        let left = routers.find(|entry| entry.id == router).expect("it stays");
        assert_eq!(left.body["description"], json!(""));
        assert_eq!(left.body["tags"], json!(["cluster-id.k8c.io:c2"]));
        let joined = inventory.kind("ports").filter(|port| {
            port.joins.contains(&router) && port.body["device_owner"] == "network:router_interface"
        });
        assert_eq!(
            joined.count(),
            usize::from(attached),
            "our interfaces are gone"
        );
        let again = process.destroy(&request).await;
        assert!(
            again.is_ok_and(|ran| ran.planned.plan.is_empty()),
            "nothing is left"
        );
    }
}

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
    let ran = done(lab.process().apply(&request).await, "apply");
    let router = ran
        .planned
        .plan
        .item("router")
        .expect("the router is in the plan");
    assert_eq!(router.action, Action::Verified);
    lab.quiet().await;
    done(lab.process().destroy(&request).await, "destroy");
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
