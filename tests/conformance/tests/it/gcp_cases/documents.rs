//! Documents that ask for what cannot be.

use conformance::{Lab, merged};
use serde_json::json;

use super::{findings, of, one, usual, with};

/// Everything is told at once, each with its place, and nobody is asked.
#[tokio::test(start_paused = true)]
async fn bad_input_gets_all_findings_at_once() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let section = json!({
        "network": "My Network",
        "subnetCidr": "10.0.0.0/30",
        "internalIpv6Range": "fd00::/48",
        "ipCollection": "projects/p/regions/us-central1/publicDelegatedPrefixes/own",
        "sshSources": ["192.0.2.1/33"],
        "nodePortsAllowedIPRanges": { "cidrBlocks": ["somewhere"] },
    });
    let found = findings(&lab, &with(&document, section)).await;
    let errors = found.iter().filter(|finding| finding.is_error());
    let places: Vec<&str> = errors
        .filter_map(|finding| finding.field.as_deref())
        .collect();
    for name in [
        "network",
        "subnetCidr",
        "internalIpv6Range",
        "ipCollection",
        "sshSources[0]",
        "nodePortsAllowedIPRanges.cidrBlocks[0]",
    ] {
        let place = format!("spec.cloud.gcp.{name}");
        assert!(
            places.contains(&&*place),
            "{place} is not among {places:#?}"
        );
    }
    assert_eq!(lab.mock.calls(), []);
}

#[tokio::test(start_paused = true)]
async fn a_subnetwork_of_another_region_is_told_without_asking() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let section = json!({ "subnetwork": "projects/p/regions/us-central1/subnetworks/s" });
    let found = findings(&lab, &with(&document, section)).await;
    let finding = one(&found, "GCP-SUBNETWORK-REGION");
    assert_eq!(
        finding.message,
        "the subnetwork is in us-central1, and the cluster in europe-west3"
    );
    assert_eq!(lab.mock.calls(), []);
}

#[tokio::test(start_paused = true)]
async fn fields_that_have_no_effect_are_named() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let ipv4 = json!({ "spec": { "clusterNetwork": { "ipFamily": "IPv4" } } });
    let section = json!({ "ipv6AccessType": "Internal", "internalIpv6Range": "fd20:1:2::/48" });
    let found = findings(&lab, &with(&merged(document, &ipv4), section)).await;
    let fields: Vec<_> = of(&found, "GCP-IGNORED")
        .into_iter()
        .map(|one| one.field.clone())
        .collect();
    let field = |name: &str| Some(format!("spec.cloud.gcp.{name}"));
    assert_eq!(
        fields,
        [field("ipv6AccessType"), field("internalIpv6Range")]
    );
}

#[tokio::test(start_paused = true)]
async fn a_region_that_does_not_exist_is_told_with_those_that_do() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let seed = json!({ "spec": { "datacenters": { "frankfurt": { "spec": { "gcp": { "region": "europe-west99" } } } } } });
    let seed = merged(conformance::Subject::seed(&subject), &seed);
    let request = lab.request_in(&document, &seed);
    let Err(groundwork_engine::Trouble::Unfit(found)) = lab.process().plan(&request).await else {
        panic!("it is unfit");
    };
    let finding = one(&found, "GCP-REGION");
    assert!(
        finding
            .message
            .contains("europe-west1, europe-west3, us-central1"),
        "{finding:#?}"
    );
}

/// Findings of a document in a project whose datacenter has other zones.
#[tokio::test(start_paused = true)]
async fn a_zone_that_does_not_exist_is_told_with_those_that_do() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let zones = json!({ "gcp": { "zoneSuffixes": ["a", "z"] } });
    let seed = json!({ "spec": { "datacenters": { "frankfurt": { "spec": zones } } } });
    let seed = merged(conformance::Subject::seed(&subject), &seed);
    let planned = lab.process().plan(&lab.request_in(&document, &seed)).await;
    let found = planned
        .expect("machines can be in the others")
        .plan
        .findings;
    let finding = one(&found, "GCP-ZONE");
    assert_eq!(finding.message, "there is no zone europe-west3-z");
    let remedy = "the region has europe-west3-a, europe-west3-b, europe-west3-c";
    assert_eq!(finding.remedy.as_deref(), Some(remedy));
}

#[tokio::test(start_paused = true)]
async fn what_is_named_and_does_not_exist_is_told_at_its_field() {
    for (section, field, what) in [
        (
            json!({ "network": "nobodys" }),
            "network",
            "network projects/mock-project/global/networks/nobodys",
        ),
        (
            json!({ "subnetwork": "nobodys" }),
            "subnetwork",
            "subnetwork projects/mock-project/regions/europe-west3/subnetworks/nobodys",
        ),
    ] {
        let (subject, document) = usual();
        let lab = Lab::open(&subject);
        let found = findings(&lab, &with(&document, section)).await;
        let finding = one(&found, "GCP-MISSING");
        let message = format!("there is no {what}, or the account may not see it");
        assert_eq!(finding.message, message);
        assert_eq!(finding.field, Some(format!("spec.cloud.gcp.{field}")));
    }
}

#[tokio::test(start_paused = true)]
async fn that_internal_addresses_reach_no_internet_is_told() {
    let (subject, document) = usual();
    let lab = Lab::open(&subject);
    let found = findings(
        &lab,
        &with(&document, json!({ "ipv6AccessType": "Internal" })),
    )
    .await;
    let finding = one(&found, "GCP-INTERNAL-IPV6");
    assert!(
        finding
            .message
            .contains("reach no IPv6 address of the internet"),
        "{finding:#?}"
    );
}
