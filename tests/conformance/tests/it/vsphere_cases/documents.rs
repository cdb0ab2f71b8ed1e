//! Documents that are wrong.

use conformance::{Lab, subjects::VsphereSubject};
use groundwork_engine::Trouble;
use groundwork_model::Severity;
use serde_json::json;

use super::{refused, with, within};

#[tokio::test(start_paused = true)]
async fn everything_that_is_wrong_is_said_at_once() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    let section = json!({
        "vmNetName": "nodes", "datastore": "datastore-1", "datastoreCluster": "pod-1",
        "folder": "x".repeat(81), "tags": { "categoryID": null },
        "nodeCidrs": ["172.25.0.0/24", "no range"], "thumbprint": "AB:CD",
    });
    let datacenter = json!({
        "endpoint": "https://me:pw@vcenter.example.com", "cluster": "", "ipv6Enabled": false,
        "allowInsecure": true,
    });
    let request = within(&lab, section, datacenter);
    let Err(Trouble::Unfit(findings)) = lab.process().plan(&request).await else {
        panic!("it is wrong");
    };
    let mut codes: Vec<_> = findings
        .iter()
        .filter(|finding| finding.severity < Severity::Note)
        .map(|finding| finding.code.clone())
        .collect();
    codes.sort();
    let expected = [
        "NETWORK-CIDR-SYNTAX",
        "NETWORK-OVERLAP",
        "VSPHERE-CATEGORY",
        "VSPHERE-CONTRADICTION",
        "VSPHERE-CONTRADICTION",
        "VSPHERE-DATACENTER",
        "VSPHERE-ENDPOINT",
        "VSPHERE-INSECURE",
        "VSPHERE-IPV6-DISABLED",
        "VSPHERE-NAME",
        "VSPHERE-THUMBPRINT",
    ];
    assert_eq!(codes, expected, "{findings:#?}");
    assert!(
        !format!("{findings:?}").contains("me:pw"),
        "no secret is told"
    );
}

#[tokio::test(start_paused = true)]
async fn ranges_of_nodes_keep_off_pods_and_services() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    let errors = refused(&lab, &with(&lab, json!({ "nodeCidrs": ["172.25.0.0/24"] }))).await;
    assert!(errors[0].message.contains("pods"), "{errors:#?}");
}

/// What somebody can make a second certificate for proves nothing.
#[tokio::test(start_paused = true)]
async fn a_thumbprint_of_sha1_is_refused_with_what_to_give_instead() {
    let subject = VsphereSubject::default();
    let lab = Lab::open(&subject);
    let sha1 = ["AB"; 20].join(":");
    let errors = refused(&lab, &with(&lab, json!({ "thumbprint": sha1 }))).await;
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert!(errors[0].message.contains("SHA-1"), "{errors:#?}");
    let remedy = errors[0].remedy.as_deref().unwrap_or_default();
    assert!(remedy.contains("-sha256"), "{errors:#?}");
}
