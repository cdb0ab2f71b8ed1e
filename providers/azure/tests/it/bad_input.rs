//! Documents that cannot be: each is told exactly, and nothing is changed.

use conformance::{Lab, Subject, Variant, merged};
use serde_json::{Value, json};

use crate::site::{findings, judged, of, one, usual, with};

#[tokio::test(start_paused = true)]
async fn what_cannot_be_is_told_at_its_field() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    for (section, code, field, words) in [
        (
            json!({ "subnetIpv6Cidr": "fd00:1::/56" }),
            "AZURE-RANGE",
            "subnetIpv6Cidr",
            "exactly a /64",
        ),
        (
            json!({ "subnetIpv6Cidr": "fd00:1::/80" }),
            "AZURE-RANGE",
            "subnetIpv6Cidr",
            "exactly a /64",
        ),
        (
            json!({ "vnetIpv6Cidr": "fd00:1::/65" }),
            "AZURE-RANGE",
            "vnetIpv6Cidr",
            "at least one /64",
        ),
        (
            json!({ "subnetCidr": "10.9.0.0/30" }),
            "AZURE-RANGE",
            "subnetCidr",
            "no length",
        ),
        (
            json!({ "subnetCidr": "192.168.0.0/24" }),
            "AZURE-RANGE",
            "subnetCidr",
            "not inside the network's range 10.0.0.0/16",
        ),
        (
            json!({ "vnetIpv6Cidr": "fd00:1::/48", "subnetIpv6Cidr": "fd00:2::/64" }),
            "AZURE-RANGE",
            "subnetIpv6Cidr",
            "not inside the network's range fd00:1::/48",
        ),
        (
            json!({ "loadBalancerSKU": "basic" }),
            "AZURE-BASIC",
            "loadBalancerSKU",
            "2025-09-30",
        ),
        (
            json!({ "vnet": "nowhere" }),
            "AZURE-MISSING",
            "vnet",
            "nowhere",
        ),
    ] {
        let found = findings(&lab, &with(&document, section.clone())).await;
        let told = of(&found, code);
        let at = format!("spec.cloud.azure.{field}");
        let is_it = |one: &&&groundwork_model::Finding| {
            one.field.as_deref() == Some(&at) && one.message.contains(words)
        };
        assert!(
            told.iter().any(|one| is_it(&one) && one.is_error()),
            "{section}: {found:#?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_region_that_the_subscription_lacks_is_told_with_those_that_it_has() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let seed = |location: &str| -> Value {
        let patch = json!({ "spec": { "datacenters": {
            "amsterdam": { "spec": { "azure": { "location": location } } },
        } } });
        merged(subject.seed(), &patch)
    };
    let found = lab
        .process()
        .told(&lab.request_in(&document, &seed("atlantis")))
        .await;
    let told = of(&found, "AZURE-LOCATION");
    assert_eq!(told.len(), 1, "{found:#?}");
    assert!(
        told[0].message.contains("there is no region atlantis"),
        "{told:#?}"
    );
    assert!(told[0].message.contains("westeurope"), "{told:#?}");
    // As people write it.
    let found = lab
        .process()
        .told(&lab.request_in(&document, &seed("West Europe")))
        .await;
    assert!(of(&found, "AZURE-LOCATION").is_empty(), "{found:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_nat_gateway_where_the_region_has_none_is_told() {
    let (subject, _) = usual();
    let lab = Lab::open(&subject);
    let patch = json!({ "spec": { "datacenters": {
        "amsterdam": { "spec": { "azure": { "location": "canadaeast" } } },
    } } });
    let document = with(
        &subject.cluster(Variant::DualStack),
        json!({ "natGateway": true }),
    );
    let found = lab
        .process()
        .told(&lab.request_in(&document, &merged(subject.seed(), &patch)))
        .await;
    let told = of(&found, "AZURE-NAT-REGION");
    assert_eq!(told.len(), 1, "{found:#?}");
    assert!(told[0].is_error());
}

/// A subnet of ours in a network of somebody else's: inside of it, and where nobody else is.
#[tokio::test(start_paused = true)]
async fn a_range_outside_of_a_network_that_is_named_is_told_before_anything_is_made() {
    for (section, field, words) in [
        (
            json!({ "subnetCidr": "192.168.0.0/24" }),
            "subnetCidr",
            "which has 10.5.0.0/16 and fd05:5::/56",
        ),
        (
            json!({ "subnetIpv6Cidr": "fd06::/64" }),
            "subnetIpv6Cidr",
            "fd06::/64 is not inside network net",
        ),
        (
            json!({ "subnetCidr": "10.5.1.0/24" }),
            "subnetCidr",
            "has a part of 10.5.1.0/24",
        ),
        (
            json!({ "subnetIpv6Cidr": "fd05:5:0:1::/64" }),
            "subnetIpv6Cidr",
            "subnet nodes",
        ),
    ] {
        let others = json!({
            "subnet": null, "routeTable": null, "securityGroup": null, "subnetCidr": "10.5.200.0/24",
        });
        let found = judged(|_, _| {}, merged(others, &section)).await;
        let finding = one(&found, "AZURE-RANGE");
        assert!(
            finding.is_error() && finding.message.contains(words),
            "{finding:#?}"
        );
        assert_eq!(finding.field, Some(format!("spec.cloud.azure.{field}")));
    }
}
