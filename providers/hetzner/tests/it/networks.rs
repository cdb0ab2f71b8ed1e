//! Networks: what grows in place, what needs another one, and the datacenter's.

use conformance::{Lab, Variant, own, subjects::HetznerSubject};
use groundwork_engine::Finish;
use groundwork_provider::Action;
use mock_hetzner::Hetzner;
use serde_json::json;

use crate::site::{applied, body, warned, with};

#[tokio::test(start_paused = true)]
async fn a_range_grows_in_place_and_does_not_shrink() {
    let subject = HetznerSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    applied(&process, &lab.wanted(Variant::DualStack)).await;
    let network = own(&lab.mock, "networks");
    let wide = with(&lab, &subject, json!({ "networkCidr": "10.0.0.0/8" }));
    applied(&process, &wide).await;
    assert_eq!(
        body(&lab, "networks", &network.id)["ip_range"],
        "10.0.0.0/8"
    );
    lab.quiet().await;
    let narrow = with(&lab, &subject, json!({ "networkCidr": "10.0.0.0/20" }));
    let plan = process.plan(&narrow).await.unwrap().plan;
    assert_eq!(plan.item("network").unwrap().action, Action::Replace);
}

/// The datacenter names the network of clusters that name none.
#[tokio::test(start_paused = true)]
async fn the_datacenters_network_is_verified_and_shared() {
    let subject = HetznerSubject {
        datacenter: json!({ "datacenter": "fsn1-dc14", "network": "somebody's" }),
        ..HetznerSubject::default()
    };
    let lab = Lab::open(&subject);
    let before = lab.inventory();
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    let plan = applied(&process, &request).await.planned.plan;
    assert_eq!(plan.item("network").unwrap().action, Action::Verified);
    assert_eq!(plan.item("firewall").unwrap().action, Action::Create);
    assert!(plan.item("subnet").is_none());
    let told = warned(&plan.findings, "HETZNER-DATACENTER");
    assert!(told[0].contains("fsn1-dc14"), "{told:?}");
    lab.quiet().await;
    let ran = process.destroy(&request).await.unwrap();
    assert_eq!(ran.applied.finish, Finish::Done);
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// A route into the pods' range is the route controller's, which does not go with two pod ranges.
#[tokio::test(start_paused = true)]
async fn routes_of_pods_are_told_of_a_dual_stack_cluster() {
    let subject = HetznerSubject::default();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    applied(&process, &request).await;
    let network = own(&lab.mock, "networks");
    lab.mock.with(|cloud: &mut Hetzner| {
        let route = json!({ "destination": "172.25.3.0/24", "gateway": "10.0.0.5" });
        cloud.act("networks", &network.id, "add_route", route);
    });
    lab.quiet().await;
    let plan = process.plan(&request).await.unwrap().plan;
    assert!(plan.is_empty(), "{plan:#?}");
    let told = warned(&plan.findings, "HETZNER-ROUTES");
    assert!(told[0].contains("172.25.3.0/24"), "{told:?}");
    let ipv4 = process.plan(&lab.wanted(Variant::Ipv4)).await.unwrap().plan;
    assert_eq!(warned(&ipv4.findings, "HETZNER-ROUTES"), [""; 0]);
}

/// A small subnet in which servers have all addresses but a few.
#[tokio::test(start_paused = true)]
async fn a_full_network_is_told() {
    let subject = HetznerSubject::default();
    let lab = Lab::open(&subject);
    lab.mock.with(|cloud: &mut Hetzner| {
        let subnet =
            json!({ "type": "cloud", "ip_range": "10.5.7.0/29", "network_zone": "eu-central" });
        let network = json!({ "name": "small", "ip_range": "10.5.7.0/24", "subnets": [subnet] });
        let id: u64 = cloud.make("networks", network).parse().unwrap();
        for number in 0..5 {
            let server = json!({
                "name": format!("s{number}"), "server_type": "cx23", "image": "debian-13",
                "location": "fsn1", "networks": [id],
            });
            cloud.make("servers", server);
        }
    });
    let request = with(&lab, &subject, json!({ "network": "small" }));
    let errors = crate::site::refused(&lab, &request).await;
    assert_eq!(errors[0].code, "HETZNER-NETWORK-FULL");
    assert!(
        errors[0].message.starts_with("0 of the 5 addresses"),
        "{}",
        errors[0].message
    );
}

/// An action that fails is not taken for done, and what it was about is not doubled.
#[tokio::test(start_paused = true)]
async fn an_action_that_fails_is_told_with_its_code() {
    let mut subject = HetznerSubject::default();
    let failing = ("add_subnet".to_owned(), "service_error".to_owned());
    subject.config.failing_actions = [failing].into();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    let ran = process.apply(&request).await.unwrap();
    assert_ne!(ran.applied.finish, Finish::Done);
    let failures = format!("{:?}", ran.applied.failures);
    assert!(failures.contains("add_subnet failed"), "{failures}");
    assert!(failures.contains("service_error"), "{failures}");
    lab.mock
        .with(|cloud: &mut Hetzner| cloud.config.failing_actions.clear());
    lab.quiet().await;
    applied(&process, &request).await;
    let network = own(&lab.mock, "networks");
    let subnets = body(&lab, "networks", &network.id)["subnets"].clone();
    assert_eq!(subnets.as_array().unwrap().len(), 1);
}
