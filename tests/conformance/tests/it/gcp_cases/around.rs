//! Networks of others.

use conformance::{Existing, Lab, Subject, subjects::GcpSubject};
use groundwork_model::Severity;
use groundwork_provider::Action;
use mock_gcp::Gcp;
use serde_json::{Value, json};

use super::{done, findings, of, one, usual, with};

/// What is said of a network after something was done to it.
async fn judged(
    make: impl FnOnce(&mut Gcp, &Existing),
    section: Value,
) -> Vec<groundwork_model::Finding> {
    let subject = GcpSubject::default();
    let lab = Lab::open(&subject);
    let existing = subject.existing(&lab.mock);
    lab.mock.with(|cloud: &mut Gcp| make(cloud, &existing));
    lab.mock.clear_calls();
    findings(&lab, &with(&existing.document, section)).await
}

#[tokio::test(start_paused = true)]
async fn the_kind_of_addresses_that_is_asked_for_has_to_be_that_of_the_subnetwork() {
    let found = judged(|_, _| {}, json!({ "ipv6AccessType": "Internal" })).await;
    let finding = one(&found, "GCP-ACCESS-TYPE");
    assert!(
        finding.message.contains("has EXTERNAL IPv6 addresses"),
        "{finding:#?}"
    );
    assert!(finding.is_error());
}

#[tokio::test(start_paused = true)]
async fn a_network_in_auto_mode_has_no_dual_stack_subnetworks() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let section = json!({ "network": "global/networks/default", "subnetwork": "default" });
    let found = findings(&lab, &with(&document, section)).await;
    let finding = one(&found, "GCP-AUTO-MODE");
    let remedy = finding.remedy.as_deref().unwrap_or_default();
    assert!(
        remedy.contains("--switch-to-custom-subnet-mode"),
        "{remedy}"
    );
    let finding = one(&found, "GCP-STACK");
    let remedy = finding.remedy.as_deref().unwrap_or_default();
    assert!(
        remedy.contains("--stack-type=IPV4_IPV6 --ipv6-access-type=EXTERNAL"),
        "{remedy}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_peering_that_carries_ipv4_alone_is_told() {
    let make = |cloud: &mut Gcp, existing: &Existing| {
        let other = cloud.make(
            "networks",
            json!({ "name": "other", "autoCreateSubnetworks": false }),
        );
        let peering = |network: &str| {
            json!({ "networkPeering": {
            "name": "joined", "network": network, "exchangeSubnetRoutes": true,
        } })
        };
        cloud.act("networks", &existing.ids[0], "addPeering", peering(&other));
        cloud.act("networks", &other, "addPeering", peering(&existing.ids[0]));
        cloud.act(
            "networks",
            &existing.ids[0],
            "removePeering",
            json!({ "name": "joined" }),
        );
        cloud.act("networks", &existing.ids[0], "addPeering", peering(&other));
    };
    let found = judged(make, json!({})).await;
    let finding = one(&found, "GCP-PEERING");
    assert_eq!(finding.severity, Severity::Note);
    assert!(
        finding
            .message
            .contains("networks/other carries IPv4 alone"),
        "{finding:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_profile_that_allows_no_dual_stack_is_told() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    lab.mock.with(|cloud: &mut Gcp| {
        let features = json!({
            "subnetworkStackTypes": ["IPV4_ONLY"], "allowVpcFirewallRules": "VPC_FIREWALL_RULES_BLOCKED",
        });
        let profile = cloud.add_profile("narrow", features);
        let network = json!({
            "name": "narrow", "autoCreateSubnetworks": false, "networkProfile": profile,
        });
        cloud.make("networks", network);
    });
    let found = findings(&lab, &with(&document, json!({ "network": "narrow" }))).await;
    let told: Vec<&str> = of(&found, "GCP-PROFILE")
        .iter()
        .map(|one| one.message.as_str())
        .collect();
    assert_eq!(told.len(), 2, "{found:#?}");
    assert!(
        told.iter()
            .any(|line| line.ends_with("no dual-stack subnetworks")),
        "{told:#?}"
    );
}

/// A denial that an earlier rule makes an exception to is none.
#[tokio::test(start_paused = true)]
async fn a_denial_after_what_allows_is_not_told() {
    let make = |cloud: &mut Gcp, existing: &Existing| {
        let rule = |name: &str, priority: u32, what: &str| {
            json!({
                "name": name, "network": existing.ids[0], "direction": "EGRESS", "priority": priority,
                "destinationRanges": ["0.0.0.0/0"], what: [{ "IPProtocol": "all" }],
            })
        };
        cloud.make("firewalls", rule("allow-out", 100, "allowed"));
        cloud.make("firewalls", rule("deny-out", 65000, "denied"));
    };
    let found = judged(make, json!({})).await;
    assert_eq!(of(&found, "GCP-DENIED").len(), 0, "{found:#?}");
}

/// A subnetwork of ours in somebody else's network; the network stays.
#[tokio::test(start_paused = true)]
async fn a_subnetwork_is_made_in_a_network_that_is_named() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let section = json!({ "network": "global/networks/somebodys", "subnetCidr": "10.40.0.0/20" });
    let request = lab.request(&with(&document, section));
    let (before, process) = (lab.inventory(), lab.process());
    let ran = done(process.apply(&request).await);
    let item = ran.planned.plan.item("network").expect("it is in the plan");
    assert_eq!(item.action, Action::Verified);
    let made = ran
        .planned
        .plan
        .item("subnetwork")
        .expect("it is in the plan");
    assert_eq!(made.action, Action::Create);
    lab.quiet().await;
    assert!(
        process
            .plan(&request)
            .await
            .expect("it looks")
            .plan
            .is_empty()
    );
    done(process.destroy(&request).await);
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_range_that_the_network_has_already_is_told() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let section = json!({ "network": "global/networks/somebodys" });
    let found = findings(&lab, &with(&document, section)).await;
    let finding = one(&found, "GCP-SUBNET-CIDR");
    assert!(
        finding.message.contains("has a part of 10.0.0.0/20"),
        "{finding:#?}"
    );
}

/// The account need not be allowed to read what is in force: that is told, and nothing stops.
#[tokio::test(start_paused = true)]
async fn rules_that_may_not_be_read_are_told_as_unknown() {
    let mut subject = GcpSubject::default();
    let denied = "compute.networks.getEffectiveFirewalls".to_owned();
    subject.config.denied.insert(denied);
    let lab = Lab::open(&subject);
    let existing = subject.existing(&lab.mock);
    let request = lab.request(&existing.document);
    let ran = done(lab.process().apply(&request).await);
    let finding = one(&ran.planned.plan.findings, "GCP-FIREWALLS-UNKNOWN");
    assert_eq!(finding.severity, Severity::Warning);
}
