//! What others' programs do right with networks of Azure, and some of them wrong (cluster-api-provider-azure,
//! kubermatic, the installer of OpenShift): what a user would notice.

use conformance::{Lab, Subject, Variant, done, own};
use groundwork_provider::Action;
use mock_azure::Azure as AzureCloud;
use serde_json::{Value, json};

use crate::site::{add, change, one, usual, with};

const NAME: &str = "kubernetes-lighthouse";

fn prefixes(lab: &Lab<'_>, kind: &str, name: &str) -> Value {
    let inventory = lab.inventory();
    let found = inventory.kind(kind).find(|entry| entry.name == name);
    let body = Value::Object(found.expect("it is there").body.clone());
    body.pointer("/addressSpace/addressPrefixes")
        .or_else(|| body.get("addressPrefixes"))
        .cloned()
        .unwrap_or_default()
}

/// A network that is made has both families, IPv4 first.
#[tokio::test(start_paused = true)]
async fn a_new_network_has_both_families_ipv4_first() {
    let (subject, _) = usual();
    let lab = Lab::open(&subject);
    done(
        lab.process().apply(&lab.wanted(Variant::DualStack)).await,
        "apply",
    );
    for kind in ["virtualNetworks", "subnets"] {
        let ranges = prefixes(&lab, kind, NAME);
        let ranges: Vec<&str> = ranges
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(ranges.len(), 2, "{kind}");
        assert!(
            ranges[0].contains('.') && ranges[1].starts_with("fd"),
            "{ranges:?}"
        );
    }
}

/// The second family comes to ours, and somebody's subnet in it stays as it is.
#[tokio::test(start_paused = true)]
async fn ipv6_is_added_and_a_subnet_of_others_is_not_dropped() {
    let (subject, _) = usual();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let narrow = json!({ "subnetCidr": "10.0.0.0/20" });
    let v4 = with(&subject.cluster(Variant::Ipv4), narrow.clone());
    done(process.apply(&lab.request(&v4)).await, "apply");
    lab.quiet().await;
    let theirs = json!({ "addressPrefix": "10.0.200.0/24", "defaultOutboundAccess": false });
    add(
        &lab.mock,
        "subnets",
        &format!("{NAME}/{NAME}/theirs"),
        theirs,
    );
    let of_others = |lab: &Lab<'_>| {
        let inventory = lab.inventory();
        let body = inventory
            .kind("subnets")
            .find(|one| one.name == "theirs")
            .map(|one| one.body.clone());
        body.map(|body| body["addressPrefix"].clone())
    };
    let before = of_others(&lab);
    let both = with(&subject.cluster(Variant::DualStack), narrow);
    done(process.apply(&lab.request(&both)).await, "apply");
    lab.quiet().await;
    assert_eq!(of_others(&lab), before);
    assert_eq!(
        prefixes(&lab, "subnets", NAME).as_array().map(Vec::len),
        Some(2)
    );
}

/// A resource group that does not exist is told as that.
#[tokio::test(start_paused = true)]
async fn a_resource_group_that_does_not_exist_is_told() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let found = lab
        .process()
        .told(&lab.request(&with(&document, json!({ "resourceGroup": "gone" }))))
        .await;
    let finding = one(&found, "AZURE-MISSING");
    assert_eq!(
        finding.field.as_deref(),
        Some("spec.cloud.azure.resourceGroup")
    );
    assert!(finding.message.contains("gone"), "{finding:#?}");
}

/// Without its tags a network is nobody's: it is told, not used, and not changed.
#[tokio::test(start_paused = true)]
async fn a_network_whose_tags_were_removed_is_not_taken_for_ours() {
    let (subject, _) = usual();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    let network = own(&lab.mock, "virtualNetworks");
    let tags: serde_json::Map<String, Value> = network.body["tags"]
        .as_object()
        .unwrap()
        .keys()
        .map(|key| (key.clone(), Value::Null))
        .collect();
    lab.mock.with(|cloud: &mut AzureCloud| {
        cloud.change("virtualNetworks", &network.id, json!({ "tags": tags }));
    });
    lab.mock.clear_calls();
    let found = process.told(&request).await;
    let told = found
        .iter()
        .any(|one| one.is_error() && one.message.contains(&format!("virtualNetworks/{NAME}")));
    assert!(told, "{found:#?}");
    assert_eq!(lab.mock.mutating_calls(), []);
}

fn rules(lab: &Lab<'_>) -> Vec<(String, Value)> {
    let inventory = lab.inventory();
    let of = |entry: &mock_cloud::Entry| (entry.name.clone(), Value::Object(entry.body.clone()));
    inventory.kind("securityRules").map(of).collect()
}

/// Rules: all there: no call. One missing, one changed: one write each. One of others: it stays.
#[tokio::test(start_paused = true)]
async fn rules_are_made_whole_and_those_of_others_stay() {
    let (subject, _) = usual();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    lab.mock.clear_calls();
    done(process.apply(&request).await, "again");
    assert_eq!(lab.mock.mutating_calls(), [], "nothing lacks");
    let theirs = json!({
        "direction": "Inbound", "access": "Allow", "priority": 500, "protocol": "Tcp",
        "sourceAddressPrefix": "192.0.2.0/24", "sourcePortRange": "*",
        "destinationAddressPrefix": "*", "destinationPortRange": "4444",
    });
    add(
        &lab.mock,
        "securityRules",
        &format!("{NAME}/{NAME}/theirs"),
        theirs,
    );
    let whole = rules(&lab);
    let id = |name: &str| {
        lab.mock.with(|cloud: &mut AzureCloud| {
            cloud.id_of("securityRules", &format!("{NAME}/{NAME}/{name}"))
        })
    };
    let (deleted, changed) = (id("ssh_ingress"), id("node_ports_ingress_ipv6"));
    lab.mock
        .with(|cloud: &mut AzureCloud| cloud.delete("securityRules", &deleted));
    change(
        &lab.mock,
        "securityRules",
        &changed,
        json!({ "destinationPortRange": "30000-30010" }),
    );
    lab.mock.clear_calls();
    let ran = done(process.apply(&request).await, "mend");
    let item = ran
        .planned
        .plan
        .item("security-group")
        .expect("it is in the plan");
    assert_eq!(item.action, Action::Update, "{item:#?}");
    lab.quiet().await;
    assert_eq!(lab.mock.mutating_calls().len(), 1, "one write");
    let names =
        |all: &[(String, Value)]| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&rules(&lab)), names(&whole));
    let ports = rules(&lab)
        .into_iter()
        .find(|(name, _)| name == "node_ports_ingress_ipv6");
    assert_eq!(
        ports.expect("it is there").1["destinationPortRange"],
        "30000-32767"
    );
    let finding = one(&ran.planned.plan.findings, "ACCESS-FOREIGN-RULES");
    assert!(
        finding.message.contains("tcp 4444 from 192.0.2.0/24"),
        "{finding:#?}"
    );
}

/// Rules that the cloud controller manager makes for Services are no surprise.
#[tokio::test(start_paused = true)]
async fn rules_of_the_cloud_controller_manager_are_not_told() {
    let (subject, _) = usual();
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    let rule = json!({
        "direction": "Inbound", "access": "Allow", "priority": 500, "protocol": "Tcp",
        "sourceAddressPrefix": "Internet", "sourcePortRange": "*",
        "destinationAddressPrefix": "20.1.2.3", "destinationPortRange": "443",
    });
    add(
        &lab.mock,
        "securityRules",
        &format!("{NAME}/{NAME}/k8s-azure-lb_allow_IPv4_1"),
        rule,
    );
    let found = process.told(&request).await;
    let told = found.iter().any(|one| one.code == "ACCESS-FOREIGN-RULES");
    assert!(!told, "{found:#?}");
}
