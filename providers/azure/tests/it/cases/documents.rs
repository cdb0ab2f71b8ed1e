//! Documents that ask for what cannot be.

use ::conformance::{Lab, Subject, merged};
use groundwork_engine::Trouble;
use serde_json::json;

use super::{findings, one, usual, with};

/// Everything is told at once, each with its place, and nobody is asked.
#[tokio::test(start_paused = true)]
async fn bad_input_gets_all_findings_at_once() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let section = json!({
        "resourceGroup": "a/b",
        "vnetCidr": "10.0.0.0/30",
        "vnetIpv6Cidr": "fd00::/65",
        "subnetCidr": "192.168.0.0/24",
        "subnetIpv6Cidr": "fd00:0:0:1::/80",
        "loadBalancerSKU": "basic",
        "sshSources": ["192.0.2.1/33"],
        "nodePortsAllowedIPRanges": { "cidrBlocks": ["somewhere"] },
    });
    let found = findings(&lab, &with(&document, section)).await;
    let errors = found.iter().filter(|finding| finding.is_error());
    let places: Vec<&str> = errors
        .filter_map(|finding| finding.field.as_deref())
        .collect();
    for name in [
        "resourceGroup",
        "vnetCidr",
        "vnetIpv6Cidr",
        "subnetCidr",
        "subnetIpv6Cidr",
        "loadBalancerSKU",
        "sshSources[0]",
        "nodePortsAllowedIPRanges.cidrBlocks[0]",
    ] {
        let place = format!("spec.cloud.azure.{name}");
        assert!(
            places.contains(&&*place),
            "{place} is not among {places:#?}"
        );
    }
    assert_eq!(lab.mock.calls(), []);
}

#[tokio::test(start_paused = true)]
async fn a_subnet_outside_its_network_is_told_without_asking() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let section = json!({ "vnetIpv6Cidr": "fd11::/48", "subnetIpv6Cidr": "fd12::/64" });
    let found = findings(&lab, &with(&document, section)).await;
    let finding = one(&found, "AZURE-RANGE");
    assert_eq!(
        finding.message,
        "fd12::/64 is not inside the network's range fd11::/48"
    );
    assert_eq!(lab.mock.calls(), []);
}

#[tokio::test(start_paused = true)]
async fn a_subnet_of_a_network_that_nobody_names_is_told() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let found = findings(&lab, &with(&document, json!({ "subnet": "nodes" }))).await;
    let finding = one(&found, "AZURE-NAME");
    assert_eq!(
        finding.message,
        "subnet nodes is named, and not which network it is in"
    );
}

#[tokio::test(start_paused = true)]
async fn a_region_that_does_not_exist_is_told_with_those_that_do() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let location = json!({ "azure": { "location": "West Europa" } });
    let seed = json!({ "spec": { "datacenters": { "amsterdam": { "spec": location } } } });
    let request = lab.request_in(&document, &merged(subject.seed(), &seed));
    let Err(Trouble::Unfit(found)) = lab.process().plan(&request).await else {
        panic!("it is unfit");
    };
    let finding = one(&found, "AZURE-LOCATION");
    let expected = "there is no region westeuropa for this subscription; there are canadaeast";
    assert!(finding.message.starts_with(expected), "{finding:#?}");
}

/// The portal's spelling is as good as the API's.
#[tokio::test(start_paused = true)]
async fn a_region_may_be_written_as_people_write_it() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let location = json!({ "azure": { "location": "West Europe" } });
    let seed = json!({ "spec": { "datacenters": { "amsterdam": { "spec": location } } } });
    let request = lab.request_in(&document, &merged(subject.seed(), &seed));
    let ran = lab.process().apply(&request).await.expect("it is fit");
    assert_eq!(ran.applied.failures, []);
    lab.quiet().await;
    let planned = lab.process().plan(&request).await.expect("it looks").plan;
    assert!(planned.is_empty(), "{planned:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_nat_gateway_where_there_are_none_is_told() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let location = json!({ "azure": { "location": "canadaeast" } });
    let seed = json!({ "spec": { "datacenters": { "amsterdam": { "spec": location } } } });
    let document = with(&document, json!({ "natGateway": true }));
    let request = lab.request_in(&document, &merged(subject.seed(), &seed));
    let Err(Trouble::Unfit(found)) = lab.process().plan(&request).await else {
        panic!("it is unfit");
    };
    assert!(
        one(&found, "AZURE-NAT-REGION")
            .message
            .contains("canadaeast")
    );
    assert_eq!(lab.mock.mutating_calls(), []);
}

#[tokio::test(start_paused = true)]
async fn fields_that_have_no_effect_are_named() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let ipv4 = json!({ "spec": { "clusterNetwork": { "ipFamily": "IPv4" } } });
    let section = json!({ "vnetIpv6Cidr": "kkp", "subnetIpv6Cidr": "fd00::/64" });
    let found = findings(&lab, &with(&merged(document, &ipv4), section)).await;
    let fields: Vec<_> = found
        .iter()
        .filter(|finding| finding.code == "AZURE-IGNORED")
        .filter_map(|finding| finding.field.as_deref())
        .collect();
    let expected = [
        "spec.cloud.azure.vnetIpv6Cidr",
        "spec.cloud.azure.subnetIpv6Cidr",
    ];
    assert_eq!(fields, expected);
}
