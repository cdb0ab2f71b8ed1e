//! A subnet of ours in a network of somebody else's.

use ::conformance::{Lab, done};
use mock_azure::Azure;
use serde_json::{Value, json};

use super::{findings, one, usual, with};

/// A network with a subnet of others, in its own resource group.
fn network(lab: &Lab<'_>, ranges: Value) {
    lab.mock.with(|cloud: &mut Azure| {
        cloud.make(
            "resourceGroups",
            "companys",
            json!({ "location": "westeurope" }),
        );
        let space = json!({ "addressSpace": { "addressPrefixes": ranges } });
        let body = json!({ "location": "westeurope", "properties": space });
        cloud.make("virtualNetworks", "companys/net", body);
        let inside = json!({ "properties": { "addressPrefixes": ["10.5.0.0/24", "fd05:5::/64"] } });
        cloud.make_if_allowed("subnets", "companys/net/theirs", inside);
    });
}

#[tokio::test(start_paused = true)]
async fn a_subnet_of_ours_is_made_beside_those_of_others_and_goes_again() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    network(&lab, json!(["10.5.0.0/16", "10.6.0.0/20", "fd05:5::/56"]));
    let before = lab.inventory();
    let section = json!({ "vnet": "net", "vnetResourceGroup": "companys" });
    let document = with(&document, section);
    let (process, request) = (lab.process(), lab.request(&document));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    let subnet = lab
        .mock
        .with(|cloud: &mut Azure| cloud.id_of("subnets", "companys/net/kubernetes-lighthouse"));
    let is = super::body(&lab, "subnets", &subnet);
    assert_eq!(
        is["addressPrefixes"],
        json!(["10.6.0.0/20", "fd05:5:0:1::/64"])
    );
    let planned = process.plan(&request).await.expect("it looks").plan;
    assert!(planned.is_empty(), "{planned:#?}");
    done(lab.process().destroy(&request).await, "destroy");
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
    lab.assert_harmless("a network of others");
}

#[tokio::test(start_paused = true)]
async fn a_network_without_room_in_a_family_is_told_with_the_call_that_helps() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    network(&lab, json!(["10.5.0.0/16"]));
    let section = json!({
        "vnet": "net", "vnetResourceGroup": "companys", "subnetCidr": "10.5.32.0/20",
    });
    let found = findings(&lab, &with(&document, section)).await;
    let finding = one(&found, "AZURE-NETWORK-IPV6");
    let remedy = finding.remedy.as_deref().unwrap_or_default();
    assert!(
        remedy.contains("az network vnet update --name net"),
        "{finding:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_named_and_does_not_exist_is_told_with_its_field() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let section = json!({
        "resourceGroup": "nowhere", "securityGroup": "none", "vnetResourceGroup": "gone",
    });
    let found = findings(&lab, &with(&document, section)).await;
    let fields: Vec<_> = found
        .iter()
        .filter(|finding| finding.code == "AZURE-MISSING")
        .filter_map(|finding| finding.field.as_deref())
        .collect();
    let expected = [
        "spec.cloud.azure.resourceGroup",
        "spec.cloud.azure.vnetResourceGroup",
    ];
    assert_eq!(fields, expected, "{found:#?}");
}
