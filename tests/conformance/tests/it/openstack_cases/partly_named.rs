//! A document that names a network, and not its subnets.

use conformance::{Lab, Variant, subjects::OpenStackSubject};
use groundwork_engine::Finish;
use groundwork_model::{Finding, Severity};
use mock_openstack::OpenStack;
use serde_json::{Value, json};

const BESIDE: &str = "OPENSTACK-SUBNET-BESIDE";

fn named(network: &str) -> Value {
    super::document(Variant::DualStack, &json!({ "network": network }))
}

fn warnings(findings: &[Finding]) -> Vec<&str> {
    let warnings = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Warning);
    warnings.map(|finding| finding.code.as_ref()).collect()
}

/// The network that was made is written back, by its name or its id, and nothing else: the rest is found
/// by its labels, and nothing new is said.
#[tokio::test(start_paused = true)]
async fn a_network_of_ours_brings_its_subnets_along() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let before = lab.inventory();
    let process = lab.process();
    let ran = process.apply(&lab.wanted(Variant::DualStack)).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    let said = warnings(&ran.planned.plan.findings);
    lab.quiet().await;
    let id = conformance::own(&lab.mock, "networks").id;
    for name in [&id, "kubernetes-harbour"] {
        for process in [&process, &lab.process()] {
            let planned = process.plan(&lab.request(&named(name))).await;
            let plan = planned.unwrap_or_else(|why| panic!("{why:#?}")).plan;
            assert!(plan.is_empty(), "{name}: {plan:#?}");
            assert_eq!(warnings(&plan.findings), said, "{name}");
        }
    }
    let ran = process.destroy(&lab.request(&named(&id))).await;
    ran.unwrap_or_else(|why| panic!("{why:#?}"));
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// A network of the project that is not the cluster's: new subnets are made beside those that it has, and
/// that is said, since one of them may have been meant. A destroy leaves what was there.
#[tokio::test(start_paused = true)]
async fn a_network_with_subnets_of_its_own_is_told_what_is_made_beside_them() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let network = lab.mock.with(|cloud: &mut OpenStack| {
        let network = cloud.make("demo", "networks", json!({ "name": "the company's" }));
        let subnet = json!({ "network_id": network, "cidr": "10.5.0.0/24", "ip_version": 4 });
        cloud.make("demo", "subnets", subnet);
        network
    });
    let before = lab.inventory();
    let (process, request) = (lab.process(), lab.request(&named(&network)));
    let ran = process.apply(&request).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    assert_eq!(ran.applied.finish, Finish::Done, "{:#?}", ran.applied);
    let findings = ran.planned.plan.findings.iter();
    let told: Vec<&Finding> = findings.filter(|one| one.code == BESIDE).collect();
    let [told] = told[..] else {
        panic!("it has a subnet of IPv4 alone: {told:#?}");
    };
    assert!(told.message.contains("10.5.0.0/24"), "{told}");
    let remedy = told.remedy.as_deref().unwrap_or_default();
    assert!(remedy.contains("subnetID"), "{remedy}");
    lab.quiet().await;
    let plan = process.plan(&request).await.expect("it looks").plan;
    assert!(plan.is_empty(), "{plan:#?}");
    assert!(!warnings(&plan.findings).contains(&BESIDE), "it is made");
    let ran = process.destroy(&request).await;
    ran.unwrap_or_else(|why| panic!("{why:#?}"));
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}
