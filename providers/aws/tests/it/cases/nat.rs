//! NAT gateways: EC2 gives up on some, and is slow to let go of what they had.

use std::time::Duration;

use conformance::{Lab, Process, Ran, merged, own};
use groundwork_engine::{Finish, Reason};
use mock_aws::Aws;
use serde_json::{Value, json};

use crate::cases::site::{document, subject, text};

fn private() -> Value {
    json!({ "zones": ["eu-central-1a"], "privateSubnets": true })
}

async fn ran(lab: &Lab<'_>, process: &Process) -> Ran {
    let request = lab.request(&document(lab.subject, &private()));
    let ran = process.apply(&request).await.expect("it ran");
    lab.quiet().await;
    ran
}

async fn done(lab: &Lab<'_>, process: &Process) -> Ran {
    let ran = ran(lab, process).await;
    let failures = &ran.applied.failures;
    assert_eq!(ran.applied.finish, Finish::Done, "{failures:#?}");
    ran
}

async fn destroyed(lab: &Lab<'_>, process: &Process) {
    let request = lab.request(&document(lab.subject, &private()));
    let ran = process.destroy(&request).await.expect("it ran");
    let failures = &ran.applied.failures;
    assert_eq!(ran.applied.finish, Finish::Done, "{failures:#?}");
}

/// The states of the NAT gateways that EC2 lists.
fn states(lab: &Lab<'_>) -> Vec<String> {
    let listed = lab
        .mock
        .with(|cloud: &mut Aws| cloud.call("DescribeNatGateways", json!({})));
    let listed = listed["NatGateways"].as_array().expect("a list");
    listed.iter().map(|nat| text(&nat["State"])).collect()
}

/// EC2 gives up on the NAT gateway, and on no later one.
async fn gives_up(lab: &Lab<'_>, process: &Process) {
    let why = |why: Option<&str>| {
        let why = why.map(str::to_owned);
        lab.mock
            .with(|cloud: &mut Aws| cloud.config.nat_failure = why);
    };
    why(Some("an interface is in an invalid state"));
    let ran = ran(lab, process).await;
    why(None);
    assert_eq!(ran.applied.finish, Finish::Failed);
    let told = format!("{:#?}", ran.applied.failures);
    assert!(told.contains("invalid state"), "{told}");
}

/// It is listed for an hour, whatever is asked of it: another one is made, and no one waits.
#[tokio::test(start_paused = true)]
async fn one_that_ec2_gave_up_on_is_made_anew() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    gives_up(&lab, &process).await;
    done(&lab, &process).await;
    let mut there = states(&lab);
    there.sort();
    assert_eq!(there, ["available", "failed"]);
    let request = lab.request(&document(&subject, &private()));
    let plan = process.plan(&request).await.expect("it looks").plan;
    assert_eq!(plan.mutating().count(), 0, "{plan:#?}");
    destroyed(&lab, &process).await;
}

#[tokio::test(start_paused = true)]
async fn one_that_ec2_gave_up_on_is_in_no_destroys_way() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let before = lab.inventory();
    gives_up(&lab, &process).await;
    destroyed(&lab, &process).await;
    assert_eq!(states(&lab), ["failed"]);
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// A destroy that began while it was coming sees it fail.
#[tokio::test(start_paused = true)]
async fn one_that_fails_while_it_is_deleted_is_gone() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    done(&lab, &process).await;
    let id = own(&lab.mock, "natgateway").id;
    let request = lab.request(&document(&subject, &private()));
    let session = process.session(&request).await.expect("it connects");
    let patience = groundwork_engine::Patience::Settle;
    let plan = session.teardown(patience).await.expect("it looks");
    lab.mock.with(|cloud: &mut Aws| {
        cloud.edit(&id, |body| {
            drop(body.insert("State".to_owned(), json!("failed")))
        });
    });
    let cancel = tokio_util::sync::CancellationToken::new();
    let applied = session.run(&plan, &mut |_| {}, &cancel).await;
    let told = format!("{:#?}", applied.expect("it ran").failures);
    assert!(!told.contains("nat-gateway"), "{told}");
}

/// EC2 tells when it was made, so that no tag has to: a request that is sent again, with the same
/// token, is the same to the letter.
#[tokio::test(start_paused = true)]
async fn its_request_is_the_same_whenever_it_is_sent() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    done(&lab, &process).await;
    let entry = own(&lab.mock, "natgateway");
    assert!(entry.text.contains("groundwork.io/address"), "{entry:#?}");
    assert!(!entry.text.contains("groundwork.io/created"), "{entry:#?}");
    let request = lab.request(&document(&subject, &private()));
    let plan = process.plan(&request).await.expect("it looks").plan;
    let item = plan.item("nat-gateway/eu-central-1a").expect("it is there");
    let created = item.found.as_ref().and_then(|found| found.created);
    assert!(created.is_some(), "{item:#?}");
}

/// Without a subnet that is available, EC2 gives up on it.
#[tokio::test(start_paused = true)]
async fn it_waits_for_its_subnet() {
    let mut subject = subject();
    subject.config.association_delay = Duration::from_secs(20);
    let lab = Lab::open(&subject);
    done(&lab, &lab.process()).await;
    assert_eq!(states(&lab), ["available"]);
}

/// EC2 says for a while that the address is somebody else's.
#[tokio::test(start_paused = true)]
async fn its_address_is_released_when_ec2_lets_go_of_it() {
    let mut subject = subject();
    subject.config.consistency_delay = Duration::from_secs(3);
    let lab = Lab::open(&subject);
    let process = lab.process();
    let before = lab.inventory();
    done(&lab, &process).await;
    destroyed(&lab, &process).await;
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// What needs the subnet's IPv6 range comes after it, whether the subnet is new or not.
#[tokio::test(start_paused = true)]
async fn switches_wait_for_the_range_that_they_are_about() {
    let mut subject = subject();
    subject.config.consistency_delay = Duration::from_secs(1);
    subject.config.association_delay = Duration::from_secs(20);
    let lab = Lab::open(&subject);
    let process = lab.process();
    let both = document(&subject, &private());
    let ipv4 = json!({ "spec": { "clusterNetwork": { "ipFamily": "IPv4" } } });
    for document in [merged(both.clone(), &ipv4), both] {
        let ran = process.apply(&lab.request(&document)).await;
        let applied = ran.expect("it ran").applied;
        assert_eq!(applied.finish, Finish::Done, "{:#?}", applied.failures);
        lab.quiet().await;
    }
    let another = lab.process();
    destroyed(&lab, &process).await;
    done(&lab, &another).await;
}

/// Some old zones have none: it is said what helps, and it does.
#[tokio::test(start_paused = true)]
async fn a_zone_that_can_have_none_is_told_with_what_helps() {
    let mut subject = subject();
    let without = &mut subject.config.zones_without_nat;
    without.insert("eu-central-1a".to_owned());
    let lab = Lab::open(&subject);
    let process = lab.process();
    let applied = async |more: Value| {
        let section = document(&subject, &merged(private(), &more));
        let ran = process.apply(&lab.request(&section)).await;
        lab.quiet().await;
        ran.expect("it ran").applied
    };
    let zones = ["eu-central-1a", "eu-central-1b"];
    let failed = applied(json!({ "zones": zones })).await;
    let [(address, _, why)] = &failed.failures[..] else {
        panic!("one failure: {failed:#?}")
    };
    assert_eq!(address.as_str(), "nat-gateway/eu-central-1a");
    assert_eq!(why.reason, Reason::Unsupported, "{why:#?}");
    assert!(why.message.starts_with("NotAvailableInZone"), "{why:#?}");
    let remedy = why.remedy.as_deref().expect("there is one");
    assert!(remedy.contains("natGateways: one"), "{remedy}");
    let zones = ["eu-central-1b", "eu-central-1a"];
    let ran = applied(json!({ "zones": zones, "natGateways": "one" })).await;
    assert_eq!(ran.finish, Finish::Done, "{:#?}", ran.failures);
    assert_eq!(states(&lab), ["available"]);
}
