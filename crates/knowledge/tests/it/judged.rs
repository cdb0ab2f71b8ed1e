//! What is said of one cluster: what touches it, and nothing else.

use groundwork_model::{Finding, codes as model};

use crate::common::{cluster, codes, judged};

fn said(cloud: &str, spec: &str, systems: &[&str]) -> Vec<String> {
    codes(&judged(&cluster(cloud, spec, systems), Vec::new()))
}

#[test]
fn a_version_decides() {
    let azure = |version: &str| said("azure", &format!("  version: {version}\n"), &[]);
    assert_eq!(
        azure("1.27.7"),
        [
            "Warning KNOWN-AZURE-LOAD-BALANCER",
            "Note KNOWN-AZURE-FIRST-FRONTEND"
        ]
    );
    assert_eq!(
        azure("1.27.8"),
        [
            "Note KNOWN-AZURE-LOAD-BALANCER",
            "Note KNOWN-AZURE-FIRST-FRONTEND"
        ]
    );
    let beta = said("azure", "  version: 1.22.0\n", &[]);
    assert_eq!(beta[0], "Warning KNOWN-DUAL-STACK");
}

#[test]
fn ipv4_alone_hears_only_of_what_is_so_for_every_family() {
    let text = cluster("vsphere", "", &["amzn2", "centos"]).replace("IPv4+IPv6", "IPv4");
    assert_eq!(
        codes(&judged(&text, Vec::new())),
        ["Note KNOWN-VSPHERE-LOAD-BALANCER"]
    );
}

#[test]
fn the_plugin_and_the_system_decide() {
    let cilium = said("digitalocean", "", &["centos"]);
    let expected = [
        "Error MATRIX-DIGITALOCEAN-CENTOS-7",
        "Error KNOWN-CENTOS-7-CILIUM",
        "Note KNOWN-DIGITALOCEAN-LOAD-BALANCER",
    ];
    assert_eq!(cilium, expected);
    let canal = "  cniPlugin: {type: canal, version: v3.30}\n";
    let canal = said("digitalocean", canal, &["centos"]);
    assert!(
        !canal.iter().any(|code| code.contains("CILIUM")),
        "{canal:?}"
    );
}

#[test]
fn every_pool_is_judged_by_itself_and_at_its_place() {
    let findings = judged(&cluster("gcp", "", &["ubuntu", "flatcar"]), Vec::new());
    let of_pools: Vec<_> = findings
        .iter()
        .filter(|one| one.subject.as_deref() == Some("MachineDeployment flatcar"))
        .collect();
    assert_eq!(of_pools[0].code, "MATRIX-GCP-FLATCAR");
    assert_eq!(of_pools[0].location.as_ref().unwrap().line, 29);
    assert!(!findings.iter().any(|one| one.code.contains("UBUNTU")));
}

#[test]
fn a_system_that_the_matrix_does_not_have_is_told() {
    assert_eq!(
        said("aws", "", &["amzn2"])[0],
        "Warning KNOWN-SYSTEM-UNLISTED"
    );
}

#[test]
fn machines_of_another_cloud_are_not_this_clusters() {
    let text = cluster("azure", "", &["centos"]);
    let other = text.replace(
        "operatingSystem:",
        "cloudProvider: gce\n          operatingSystem:",
    );
    let said = codes(&judged(&other, Vec::new()));
    assert!(!said.iter().any(|code| code.contains("CENTOS")), "{said:?}");
}

#[test]
fn the_machines_of_the_annotation_count() {
    let machines = r#"{"spec":{"template":{"spec":{"providerSpec":{"value":{"operatingSystem":"centos"}}}}},"metadata":{"name":"first"}}"#;
    let annotated = |text: &str| {
        let metadata = format!(
            "metadata:\n  name: demo\n  annotations:\n    kubermatic.io/initial-machinedeployment-request: '{text}'"
        );
        let text = cluster("azure", "", &[]).replace("metadata: {name: demo}", &metadata);
        judged(&text, Vec::new())
    };
    let findings = annotated(machines);
    assert_eq!(findings[0].code, "MATRIX-AZURE-CENTOS-7");
    assert_eq!(
        findings[0].subject.as_deref(),
        Some("MachineDeployment first")
    );
    assert_eq!(findings[0].location.as_ref().unwrap().line, 6);
    let broken = annotated("{\"token\": secret");
    assert_eq!(broken[0].code, "DOCUMENT-TYPE");
    assert!(!broken[0].message.contains("secret"));
}

#[test]
fn what_is_reported_already_is_not_reported_twice_and_says_what_the_pages_say() {
    groundwork_model::codes! {
        pub SUNSET = "EQUINIX-SUNSET", "x", "";
    }
    let existing = vec![Finding::error(SUNSET, "the service has ended")];
    let findings = judged(&cluster("packet", "", &[]), existing);
    assert_eq!(
        codes(&findings),
        ["Error EQUINIX-SUNSET", "Note KNOWN-EQUINIX-LOAD-BALANCER"]
    );
    assert!(
        findings[0]
            .message
            .contains("The documentation of KKP 2.24 says that")
    );
    // What only an unrelated finding tells of is no reason.
    let capacity = vec![Finding::note(model::NETWORK_CAPACITY, "room for 256")];
    let findings = judged(&cluster("openstack", "", &[]), capacity);
    assert_eq!(findings[0].message, "room for 256");
}

#[test]
fn what_a_version_decides_is_told_at_the_version() {
    let findings = judged(&cluster("aws", "  version: 1.23.9\n", &[]), Vec::new());
    let node = findings
        .iter()
        .find(|one| one.code == "KNOWN-AWS-NODE-ADDRESSES");
    let node = node.unwrap();
    assert_eq!(node.field.as_deref(), Some("spec.version"));
    assert_eq!(node.location.as_ref().unwrap().line, 7);
    let newer = said("aws", "  version: 1.24.0\n", &[]);
    assert_eq!(newer, ["Note KNOWN-AWS-LOAD-BALANCER"]);
}
