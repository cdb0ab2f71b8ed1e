//! Networks of others.

use conformance::{Existing, Lab, Subject, done, merged, subjects::GcpSubject};
use groundwork_model::Severity;
use groundwork_provider::Action;
use mock_gcp::Gcp;
use serde_json::{Value, json};

use super::{findings, of, one, usual, with};

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
    let ran = done(process.apply(&request).await, "apply");
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
    done(process.destroy(&request).await, "destroy");
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
    let denied = "compute.networks.getRegionEffectiveFirewalls".to_owned();
    subject.config.denied.insert(denied);
    let lab = Lab::open(&subject);
    let existing = subject.existing(&lab.mock);
    let request = lab.request(&existing.document);
    let ran = done(lab.process().apply(&request).await, "apply");
    let finding = one(&ran.planned.plan.findings, "GCP-FIREWALLS-UNKNOWN");
    assert_eq!(finding.severity, Severity::Warning);
}

/// The account of the cluster's own key.
const NODES: &str = "groundwork@mock-project.iam.gserviceaccount.com";

/// What is said of a rule of the network that denies everything.
async fn denied_by(more: Value) -> Vec<groundwork_model::Finding> {
    let make = |cloud: &mut Gcp, existing: &Existing| {
        let rule = json!({
            "name": "closed", "network": existing.ids[0], "direction": "INGRESS", "priority": 10,
            "denied": [{ "IPProtocol": "all" }],
        });
        cloud.make("firewalls", merged(rule, &more));
    };
    judged(make, json!({})).await
}

/// The nodes have the service account of the cluster's own key.
#[tokio::test(start_paused = true)]
async fn a_rule_for_service_accounts_is_judged_where_that_of_the_nodes_is_known() {
    let found = denied_by(json!({ "targetServiceAccounts": [NODES] })).await;
    assert!(one(&found, "GCP-DENIED").is_error(), "{found:#?}");
    let found = denied_by(json!({ "sourceServiceAccounts": [NODES] })).await;
    let message = &one(&found, "GCP-DENIED").message;
    assert!(message.contains("from members of the group"), "{message}");
    for field in ["sourceServiceAccounts", "targetServiceAccounts"] {
        let found = denied_by(json!({ field: ["somebody@mock-project"] })).await;
        assert_eq!(of(&found, "GCP-DENIED").len(), 0, "{field}: {found:#?}");
        assert_eq!(
            of(&found, "GCP-FIREWALL-UNSURE").len(),
            0,
            "{field}: {found:#?}"
        );
    }
}

/// A key of the environment may be another one than the nodes': theirs is not known.
#[tokio::test(start_paused = true)]
async fn a_rule_for_service_accounts_is_told_where_that_of_the_nodes_is_not_known() {
    let subject = GcpSubject::default();
    let lab = Lab::open(&subject);
    let existing = subject.existing(&lab.mock);
    lab.mock.with(|cloud: &mut Gcp| {
        let rule = json!({
            "name": "closed", "network": existing.ids[0], "direction": "INGRESS", "priority": 10,
            "denied": [{ "IPProtocol": "all" }], "targetServiceAccounts": [NODES],
        });
        cloud.make("firewalls", rule);
    });
    let process = lab.process_without_document(&lab.process());
    let document = with(&existing.document, json!({ "serviceAccount": null }));
    let planned = process
        .plan(&lab.request(&document))
        .await
        .expect("it is fit");
    let finding = one(&planned.plan.findings, "GCP-FIREWALL-UNSURE");
    assert_eq!(finding.severity, Severity::Warning);
    let told = format!("for machines with the service account {NODES}");
    assert!(finding.message.contains(&told), "{finding:#?}");
}

/// What is said of policies of the network.
async fn governed_by(policies: Value) -> Vec<groundwork_model::Finding> {
    let make = |cloud: &mut Gcp, existing: &Existing| {
        cloud.set_policies(&existing.ids[0], policies);
    };
    judged(make, json!({})).await
}

fn rule(action: &str, priority: u32, more: Value) -> Value {
    let rule = json!({
        "action": action, "direction": "INGRESS", "priority": priority,
        "match": { "srcIpRanges": ["0.0.0.0/0"], "layer4Configs": [{ "ipProtocol": "all" }] },
    });
    merged(rule, &more)
}

fn policy(kind: &str, rules: &[Value]) -> Value {
    json!([{ "name": "1234", "displayName": "guard", "type": kind, "rules": rules }])
}

#[tokio::test(start_paused = true)]
async fn a_rule_for_secure_tags_is_told_by_name() {
    let tags = json!({ "targetSecureTags": [{ "name": "tagValues/7", "state": "EFFECTIVE" }] });
    let found = governed_by(policy("HIERARCHY", &[rule("deny", 5, tags.clone())])).await;
    let finding = one(&found, "GCP-FIREWALL-UNSURE");
    assert_eq!(finding.severity, Severity::Warning);
    let told = "rule 5 of policy guard denies what nodes need";
    assert!(finding.message.contains(told), "{finding:#?}");
    assert!(
        finding.message.ends_with("the secure tag tagValues/7"),
        "{finding:#?}"
    );
    assert_eq!(of(&found, "GCP-DENIED").len(), 0, "{found:#?}");
    // What it would allow is not taken for allowed.
    let both = [rule("allow", 5, tags), rule("deny", 6, json!({}))];
    let found = governed_by(policy("HIERARCHY", &both)).await;
    let finding = one(&found, "GCP-FIREWALL-UNSURE");
    let told =
        "unless rule 5 of policy guard, which is for machines with the secure tag tagValues/7";
    assert!(finding.message.contains(told), "{finding:#?}");
}

/// Policies of the region are not among those that the network itself tells of.
#[tokio::test(start_paused = true)]
async fn a_policy_of_the_region_is_judged() {
    let found = governed_by(policy("SYSTEM_REGIONAL", &[rule("deny", 5, json!({}))])).await;
    assert!(one(&found, "GCP-DENIED").is_error(), "{found:#?}");
    // Ours decide before it.
    let found = governed_by(policy("NETWORK_REGIONAL", &[rule("deny", 5, json!({}))])).await;
    assert_eq!(of(&found, "GCP-DENIED").len(), 0, "{found:#?}");
}

/// The rest of the policy is left out for what it passes on.
#[tokio::test(start_paused = true)]
async fn what_a_policy_passes_on_it_does_not_deny() {
    let both = [rule("goto_next", 5, json!({})), rule("deny", 6, json!({}))];
    let found = governed_by(policy("HIERARCHY", &both)).await;
    assert_eq!(of(&found, "GCP-DENIED").len(), 0, "{found:#?}");
}
