//! A sweep asks nothing of a cluster alone, and says what it leaves out.

use conformance::{Lab, Variant, merged, subjects::AwsSubject};
use groundwork_engine::{Finish, Request};
use groundwork_model::Severity;
use mock_aws::Aws;
use serde_json::json;

use crate::cases::site::{Site, document, subject};

fn requests(lab: &Lab<'_>, subject: &AwsSubject) -> Vec<Request> {
    let one = |number: u32| {
        let metadata =
            json!({ "metadata": { "name": format!("c{number}"), "uid": format!("u{number}") } });
        lab.request(&merged(document(subject, &json!({})), &metadata))
    };
    (0..2).map(one).collect()
}

/// A VPC's attributes have no listing. A sweep does not look at them, neither plans to make them
/// nor calls them drift, and says so, once a cluster.
#[tokio::test(start_paused = true)]
async fn a_sweep_leaves_the_attributes_of_vpcs_out_and_says_so() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let (process, requests) = (lab.process(), requests(&lab, &subject));
    for request in &requests {
        let ran = process.apply(request).await.expect("it is made");
        assert_eq!(
            ran.applied.finish,
            Finish::Done,
            "{:#?}",
            ran.applied.failures
        );
    }
    lab.quiet().await;
    // Drift that only a look at the cluster alone can see.
    let vpc = lab.mock.inventory();
    let vpcs = vpc
        .kind("vpc")
        .filter(|entry| entry.text.contains("cluster=u0"));
    let vpc = vpcs.last().expect("it is there").id.clone();
    lab.mock.with(|cloud: &mut Aws| {
        let off = json!({ "VpcId": vpc, "EnableDnsHostnames": { "Value": false } });
        cloud.call("ModifyVpcAttribute", off)
    });
    lab.mock.clear_calls();
    let mut swept = Vec::new();
    process
        .engine
        .sweep(&requests, &mut |one| swept.push(one))
        .await;
    let asked = lab.mock.calls();
    let asked = asked
        .iter()
        .filter(|call| call.path == "/DescribeVpcAttribute");
    assert_eq!(asked.count(), 0, "no call for a cluster alone");
    for one in &swept {
        let plan = one.plan.as_ref().unwrap_or_else(|why| panic!("{why:#?}"));
        assert!(plan.is_empty(), "{plan:#?}");
        assert!(plan.item("vpc/attributes").is_none(), "{plan:#?}");
        let said = plan
            .findings
            .iter()
            .filter(|finding| finding.code == "ENGINE-UNSWEPT");
        let said: Vec<_> = said.collect();
        assert_eq!(said.len(), 1, "{:#?}", plan.findings);
        assert_eq!(said[0].severity, Severity::Note);
        assert!(said[0].message.contains("vpc/attributes"), "{:#?}", said[0]);
        let remedy = said[0].remedy.as_deref().unwrap_or_default();
        assert!(remedy.contains("groundwork drift"), "{remedy}");
    }
    let alone = process.plan(&requests[0]).await.expect("it looks").plan;
    let item = alone.item("vpc/attributes").expect("it is planned");
    assert_eq!(item.changes[0].field, "enable_dns_hostnames");
    assert!(
        !alone
            .findings
            .iter()
            .any(|finding| finding.code == "ENGINE-UNSWEPT")
    );
}

/// The same of a network that exists.
#[tokio::test(start_paused = true)]
async fn a_sweep_verifies_named_networks_by_the_listings_of_all() {
    let subject = subject();
    let site = Site::private(&subject).await;
    let one = |number: u32| {
        let metadata =
            json!({ "metadata": { "name": format!("c{number}"), "uid": format!("u{number}") } });
        site.request(&merged(
            site.named(&json!({ "subnetIDs": site.private })),
            &metadata,
        ))
    };
    let requests: Vec<Request> = (0..4).map(one).collect();
    let process = site.lab.process();
    for request in &requests {
        let ran = process.apply(request).await.expect("it is tagged");
        assert_eq!(
            ran.applied.finish,
            Finish::Done,
            "{:#?}",
            ran.applied.failures
        );
    }
    site.settle().await;
    site.with(|cloud| {
        let gone = json!({ "EgressOnlyInternetGatewayId": site.egress });
        cloud.call("DeleteEgressOnlyInternetGateway", gone);
    });
    let mut swept = Vec::new();
    process
        .engine
        .sweep(&requests, &mut |one| swept.push(one))
        .await;
    for one in &swept {
        let plan = one.plan.as_ref().unwrap_or_else(|why| panic!("{why:#?}"));
        let lost = plan
            .findings
            .iter()
            .filter(|finding| finding.code == "AWS-BLACKHOLE");
        assert_eq!(lost.count(), 2, "{plan:#?}");
    }
    let calls = site.lab.mock.calls();
    let mut listings: Vec<&str> = calls
        .iter()
        .map(|call| call.path.as_str())
        .filter(|path| path.starts_with("/Describe"))
        .collect();
    let all = listings.len();
    listings.sort_unstable();
    listings.dedup();
    assert_eq!(all, listings.len(), "each listing once: {calls:#?}");
}

/// What is only ever in the way carries no label, and what has no listing neither.
#[tokio::test(start_paused = true)]
async fn an_inventory_lists_nothing_that_can_be_nobodys() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    process.apply(&request).await.unwrap();
    lab.quiet().await;
    lab.mock.clear_calls();
    let session = process.session(&request).await.unwrap();
    let inventory = session.inventory().await.unwrap();
    assert!(inventory.clusters[0].objects.len() > 3, "{inventory:#?}");
    for call in lab.mock.calls() {
        for of_others in [
            "NetworkInterfaces",
            "NetworkAcls",
            "VpcEndpoints",
            "PeeringConnections",
            "VpcAttribute",
        ] {
            assert!(!call.path.ends_with(of_others), "{}", call.path);
        }
    }
}
