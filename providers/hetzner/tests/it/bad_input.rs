//! Documents that cannot be: everything wrong with them at once, each with its place.

use conformance::{Lab, Subject, subjects::HetznerSubject};
use serde_json::json;

use crate::site::{places, refused, with};

#[tokio::test(start_paused = true)]
async fn everything_that_is_wrong_is_told_at_once() {
    let subject = HetznerSubject {
        datacenter: json!({ "datacenter": "somewhere", "network": "" }),
        ..HetznerSubject::default()
    };
    let lab = Lab::open(&subject);
    let request = with(
        &lab,
        &subject,
        json!({
            "networkCidr": "100.64.0.0/16",
            "subnetCidr": "10.0.0.0/31",
            "sshSources": ["10.0.0.0/8", "everywhere"],
            "nodePortsAllowedIPRanges": { "cidrBlocks": ["192.0.2.1/24"] },
        }),
    );
    let errors = refused(&lab, &request).await;
    assert_eq!(
        places(&errors),
        [
            "HETZNER-LOCATION spec.datacenters.falkenstein.spec.hetzner.location",
            "HETZNER-NETWORK-CIDR spec.cloud.hetzner.networkCidr",
            "HETZNER-SUBNET-CIDR spec.cloud.hetzner.subnetCidr",
            "NETWORK-CIDR-SYNTAX spec.cloud.hetzner.sshSources[1]",
            "NETWORK-CIDR-HOST-BITS spec.cloud.hetzner.nodePortsAllowedIPRanges.cidrBlocks[0]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn ranges_of_nodes_are_private_large_enough_and_nobody_elses() {
    let subject = HetznerSubject::default();
    let lab = Lab::open(&subject);
    for (section, expected) in [
        (
            json!({ "networkCidr": "fd00::/48" }),
            "HETZNER-NETWORK-CIDR",
        ),
        (
            json!({ "networkCidr": "10.0.0.0/25" }),
            "HETZNER-NETWORK-CIDR",
        ),
        (json!({ "networkCidr": "ten" }), "NETWORK-CIDR-SYNTAX"),
        (
            json!({ "subnetCidr": "10.0.0.0/31" }),
            "HETZNER-SUBNET-CIDR",
        ),
        (
            json!({ "subnetCidr": "10.9.0.0/24" }),
            "HETZNER-SUBNET-CIDR",
        ),
        (
            json!({ "networkCidr": "172.16.0.0/12", "subnetCidr": "172.25.7.0/24" }),
            "NETWORK-OVERLAP",
        ),
    ] {
        let errors = refused(&lab, &with(&lab, &subject, section.clone())).await;
        let codes: Vec<&str> = errors.iter().map(|error| error.code.as_ref()).collect();
        assert_eq!(codes, [expected], "{section}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_location_that_does_not_exist_is_told_with_those_that_do() {
    let subject = HetznerSubject {
        datacenter: json!({ "datacenter": "mars1-dc1", "network": "" }),
        ..HetznerSubject::default()
    };
    let lab = Lab::open(&subject);
    let errors = refused(&lab, &with(&lab, &subject, json!({}))).await;
    assert_eq!(
        places(&errors),
        ["HETZNER-LOCATION spec.datacenters.falkenstein.spec.hetzner.location"]
    );
    assert_eq!(
        errors[0].message,
        "there is no location mars1; there are ash, fsn1, hel1, hil, nbg1, sin"
    );
    let asked: Vec<String> = lab
        .mock
        .calls()
        .iter()
        .map(|call| call.path.clone())
        .collect();
    assert!(
        !asked.iter().any(|path| path.contains("datacenters")),
        "{asked:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn more_ranges_than_a_firewall_takes_are_told_before_anything_is_made() {
    let subject = HetznerSubject::default();
    let lab = Lab::open(&subject);
    let ranges: Vec<String> = (0..=255).map(|n| format!("192.0.2.{n}/32")).collect();
    let section = json!({ "nodePortsAllowedIPRanges": { "cidrBlocks": ranges } });
    let errors = refused(&lab, &with(&lab, &subject, section)).await;
    assert_eq!(
        places(&errors),
        ["HETZNER-RULES spec.cloud.hetzner.nodePortsAllowedIPRanges"]
    );
    assert!(
        errors[0].message.contains("516 addresses"),
        "{}",
        errors[0].message
    );
}

#[tokio::test(start_paused = true)]
async fn a_label_that_hetzner_refuses_is_told_before_anything_is_made() {
    let subject = HetznerSubject::default();
    let lab = Lab::open(&subject);
    let patch = json!({ "metadata": { "uid": "ends.with.a.dot." } });
    let document = conformance::merged(subject.cluster(conformance::Variant::DualStack), &patch);
    let errors = refused(&lab, &lab.request(&document)).await;
    assert!(!errors.is_empty());
    let of_labels = errors
        .iter()
        .all(|error| error.message.contains("cannot hold the label"));
    assert!(of_labels, "{errors:#?}");
}
