//! What changes in place, what cannot, and what of others stays.

use conformance::{Lab, Subject, Variant, done, merged, own};
use groundwork_provider::Action;
use mock_gcp::Gcp;
use serde_json::{Value, json};

use super::{one, usual, with};

/// A NAT of somebody else's in our router stays field by field when ours is made again.
#[tokio::test(start_paused = true)]
async fn what_others_have_in_a_router_of_ours_stays() {
    let (subject, _) = usual();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    let router = own(&lab.mock, "routers");
    let theirs = json!({
        "name": "theirs", "natIpAllocateOption": "AUTO_ONLY", "minPortsPerVm": 256,
        "sourceSubnetworkIpRangesToNat64": "ALL_IPV6_SUBNETWORKS",
    });
    lab.mock.with(|cloud: &mut Gcp| {
        cloud.change("routers", &router.id, json!({ "nats": [theirs] }));
    });
    let ran = done(process.apply(&request).await, "apply");
    let item = ran.planned.plan.item("router").expect("it is in the plan");
    assert_eq!(item.action, Action::Update);
    lab.quiet().await;
    let nats = own(&lab.mock, "routers").body["nats"].clone();
    let nats: &Vec<Value> = nats.as_array().expect("a router has them");
    let names: Vec<_> = nats.iter().map(|nat| nat["name"].clone()).collect();
    assert_eq!(names, [json!("theirs"), json!("kubernetes-lighthouse")]);
    assert_eq!(nats[0]["minPortsPerVm"], 256);
    lab.assert_harmless("a NAT of others");
}

/// A range grows in place, together with the second family.
#[tokio::test(start_paused = true)]
async fn a_range_grows_while_the_subnetwork_becomes_dual_stack() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let process = lab.process();
    done(process.apply(&lab.wanted(Variant::Ipv4)).await, "apply");
    lab.quiet().await;
    let request = lab.request(&with(&document, json!({ "subnetCidr": "10.0.0.0/18" })));
    let ran = done(process.apply(&request).await, "apply");
    let item = ran
        .planned
        .plan
        .item("subnetwork")
        .expect("it is in the plan");
    assert_eq!(item.action, Action::Update, "{item:#?}");
    lab.quiet().await;
    let planned = process.plan(&request).await.expect("it looks").plan;
    assert!(planned.is_empty(), "{planned:#?}");
    let body = own(&lab.mock, "subnetworks").body;
    assert_eq!(body["ipCidrRange"], "10.0.0.0/18");
    assert_eq!(body["stackType"], "IPV4_IPV6");
}

/// The kind of addresses is chosen once: that is said before anything is replaced.
#[tokio::test(start_paused = true)]
async fn another_kind_of_addresses_takes_another_subnetwork() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let process = lab.process();
    done(
        process.apply(&lab.wanted(Variant::DualStack)).await,
        "apply",
    );
    lab.quiet().await;
    lab.mock.clear_calls();
    let request = lab.request(&with(&document, json!({ "ipv6AccessType": "Internal" })));
    let planned = process.plan(&request).await.expect("it looks").plan;
    let item = planned.item("subnetwork").expect("it is in the plan");
    assert_eq!(item.action, Action::Replace, "{item:#?}");
    let finding = one(&planned.findings, "GCP-ACCESS-TYPE");
    assert!(
        finding.message.contains("cannot be changed"),
        "{finding:#?}"
    );
    assert_eq!(lab.mock.mutating_calls(), []);
}

/// Rules that the reference system made are taken over, not made again.
#[tokio::test(start_paused = true)]
async fn rules_of_the_reference_system_are_taken_over() {
    let (subject, _) = usual();
    let lab = Lab::open(&subject);
    let document = subject.adoptable(&lab.mock);
    let mut request = lab.request(&document);
    let refused = lab.process().plan(&request).await.err();
    assert!(format!("{refused:?}").contains("--adopt"), "{refused:#?}");
    request.options.adopt = true;
    let process = lab.process();
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    let inventory = lab.inventory();
    let mut rules = inventory.kind("firewalls");
    let rule = rules
        .find(|rule| rule.name == "firewall-lighthouse-icmp")
        .expect("it is there");
    assert!(rule.text.contains("address=firewall/icmp "), "{rule:#?}");
    assert!(
        process
            .plan(&request)
            .await
            .expect("it looks")
            .plan
            .is_empty()
    );
}

/// Where nobody needs a NAT, none is made, and one that was made goes.
#[tokio::test(start_paused = true)]
async fn a_nat_that_is_not_wanted_goes() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let process = lab.process();
    done(
        process.apply(&lab.wanted(Variant::DualStack)).await,
        "apply",
    );
    lab.quiet().await;
    let request = lab.request(&with(&document, json!({ "nat": false })));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    assert_eq!(lab.inventory().kind("routers").count(), 0);
}

/// SSH that nobody may use has no rule: one without sources would let everybody in.
#[tokio::test(start_paused = true)]
async fn nobody_is_not_everybody() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let document = merged(with(&document, json!({ "sshSources": [] })), &json!({}));
    done(lab.process().apply(&lab.request(&document)).await, "apply");
    let inventory = lab.inventory();
    let rules = inventory.kind("firewalls").map(|rule| rule.name.as_str());
    let names: Vec<&str> = rules.filter(|name| name.starts_with("firewall-")).collect();
    assert!(
        !names.iter().any(|name| name.ends_with("-ssh")),
        "{names:#?}"
    );
    assert!(
        names.contains(&"firewall-lighthouse-nodeport-ipv6"),
        "{names:#?}"
    );
}

const PREFIX: &str = "projects/mock-project/regions/europe-west3/publicDelegatedPrefixes/own";

/// A prefix of one's own, in a mode.
fn own_prefix(lab: &Lab<'_>, mode: &str) {
    let prefix = json!({
        "name": "own", "region": "europe-west3", "ipCidrRange": "2001:db8:100::/40", "mode": mode,
    });
    lab.mock
        .with(|cloud: &mut Gcp| cloud.make("publicDelegatedPrefixes", prefix));
}

/// One's own addresses, where the prefix is for subnetworks of that kind.
#[tokio::test(start_paused = true)]
async fn a_subnetwork_gets_addresses_of_ones_own() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    own_prefix(&lab, "EXTERNAL_IPV6_SUBNETWORK_CREATION");
    let process = lab.process();
    let request = lab.request(&with(&document, json!({ "ipCollection": PREFIX })));
    let ran = done(process.apply(&request).await, "apply");
    let network = ran.applied.network.expect("a network is answered");
    let own: ipnet::IpNet = "2001:db8:100::/40".parse().expect("it is a range");
    assert!(network.subnets[0].cidrs.iter().any(|net| own.contains(net)));
    let told = one(&ran.planned.plan.findings, "GCP-ENDPOINT");
    assert!(told.message.contains("machines alone"), "{told:#?}");
    lab.quiet().await;
    lab.mock.clear_calls();
    let planned = process.plan(&request).await.expect("it looks").plan;
    assert!(planned.is_empty(), "{planned:#?}");
    let asked = |call: &mock_cloud::Call| call.path.contains("publicDelegatedPrefixes");
    assert!(
        !lab.mock.calls().iter().any(asked),
        "it is there: nobody asks again"
    );
}

#[tokio::test(start_paused = true)]
async fn a_prefix_for_something_else_or_none_is_told_before() {
    let (subject, document) = usual();
    let document = with(&document, json!({ "ipCollection": PREFIX }));
    let lab = Lab::open(&subject);
    let found = super::findings(&lab, &document).await;
    assert!(
        one(&found, "GCP-COLLECTION")
            .message
            .starts_with("there is no ")
    );
    own_prefix(&lab, "INTERNAL_IPV6_SUBNETWORK_CREATION");
    lab.mock.clear_calls();
    let found = super::findings(&lab, &document).await;
    let message = &one(&found, "GCP-COLLECTION").message;
    assert!(
        message.contains("in mode EXTERNAL_IPV6_SUBNETWORK_CREATION"),
        "{message}"
    );
}
