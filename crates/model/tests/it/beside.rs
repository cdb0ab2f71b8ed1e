//! Fields of ours beside the reference system's, documents that nobody refers to, and values that
//! kubectl reads differently.
#![allow(
    clippy::unwrap_used,
    reason = "a test may fail in what it prepares, too"
)]

use crate::common::{cluster, parse, shown};
use serde_json::json;

const NETWORK: &str = "\
---
apiVersion: groundwork.dev/v1alpha1
kind: Network
metadata:
  name: demo
spec:
  cloud:
    cumulus:
      sshSources: [10.0.0.0/8]
";

/// The test cluster with lines in its section.
fn with(lines: &str) -> String {
    let lines: String = lines
        .lines()
        .map(|line| format!("      {line}\n"))
        .collect();
    cluster("clusterNetwork: {ipFamily: IPv4+IPv6}").replace(
        "      network: front\n",
        &format!("      network: front\n{lines}"),
    )
}

#[test]
fn a_network_is_joined_to_its_cluster() {
    for text in [with("") + NETWORK, NETWORK.to_owned() + "---\n" + &with("")] {
        let (documents, findings) = parse(&text);
        assert_eq!(shown(&findings), Vec::<String>::new());
        let cluster = &documents.clusters[0];
        let section = cluster.cloud().unwrap().value();
        assert_eq!(section["sshSources"], json!(["10.0.0.0/8"]));
        assert_eq!(section["network"], "front");
        let own = &cluster.own_fields()["spec.cloud.cumulus.sshSources"];
        assert!(own.narrows);
        // What is wrong with it is shown where it stands.
        let place = cluster.locate("spec.cloud.cumulus.sshSources[0]").unwrap();
        let line = text.lines().nth(place.line as usize - 1).unwrap();
        assert!(line.contains("sshSources: [10.0.0.0/8]"), "{line}");
        let place = cluster.locate("spec.cloud.cumulus.network").unwrap();
        let line = text.lines().nth(place.line as usize - 1).unwrap();
        assert!(line.contains("network: front"), "{line}");
    }
}

#[test]
fn in_the_old_place_a_field_of_ours_is_read_with_a_warning() {
    let (documents, findings) = parse(&with("sshSources: [10.0.0.0/8]"));
    assert_eq!(
        shown(&findings),
        ["warning DOCUMENT-OWN-FIELD spec.cloud.cumulus.sshSources 10:7"]
    );
    assert!(
        findings[0].message.contains("drops the field"),
        "{}",
        findings[0].message
    );
    let section = documents.clusters[0].cloud().unwrap().value();
    assert_eq!(section["sshSources"], json!(["10.0.0.0/8"]));
}

#[test]
fn in_both_places_it_has_to_be_the_same() {
    let (_, findings) = parse(&(with("sshSources: [10.0.0.0/8]") + NETWORK));
    assert_eq!(shown(&findings).len(), 1, "{findings:?}");
    let (_, findings) = parse(&(with("sshSources: [0.0.0.0/0]") + NETWORK));
    let lines = shown(&findings);
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("error DOCUMENT-DUPLICATE spec.cloud.cumulus.sshSources")),
        "{lines:?}"
    );
}

#[test]
fn what_a_network_cannot_say_is_told() {
    let (_, findings) = parse(&(with("") + &NETWORK.replace("name: demo", "name: demi")));
    assert_eq!(
        shown(&findings),
        ["warning DOCUMENT-REFERENCE metadata.name 15:9"]
    );
    let (_, findings) =
        parse(&(with("") + &NETWORK.replace("sshSources: [10.0.0.0/8]", "network: back")));
    let lines = shown(&findings);
    assert_eq!(
        lines,
        ["warning DOCUMENT-UNKNOWN-FIELD spec.cloud.cumulus.network 19:7"]
    );
    let (_, findings) = parse(&(with("") + NETWORK + NETWORK));
    assert!(
        shown(&findings)[0].starts_with("error DOCUMENT-DUPLICATE"),
        "{findings:?}"
    );
}

#[test]
fn a_document_that_an_api_server_has_had_is_known_as_one() {
    let from = |metadata: &str| {
        let text = cluster("").replace("  name: demo", &format!("  name: demo\n  {metadata}"));
        parse(&text).0.clusters[0].is_from_api_server()
    };
    assert!(from("uid: 11111111-2222-4333-8444-555555555555"));
    assert!(from("resourceVersion: \"17\""));
    assert!(!from("uid: \"\""));
    assert!(!from("namespace: kube-system"));
}

#[test]
fn fields_of_a_family_that_the_cluster_does_not_have_are_told() {
    let (_, findings) = parse(&with("raMode: slaac").replace("IPv4+IPv6", "IPv4"));
    let lines = shown(&findings);
    assert!(
        lines.contains(&"warning DOCUMENT-UNUSED-FIELD spec.cloud.cumulus.raMode 10:15".to_owned()),
        "{lines:?}"
    );
    let (_, findings) = parse(&with("raMode: \"\"").replace("IPv4+IPv6", "IPv4"));
    assert_eq!(shown(&findings), Vec::<String>::new(), "empty is not given");
    let (_, findings) = parse(&with("raMode: slaac"));
    assert_eq!(shown(&findings).len(), 1, "{findings:?}");
}

const SECRET: &str = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: kubeconfig}\ndata: {kubeconfig: <base64 of a kubeconfig>}\n";
const PRESET: &str = "---\napiVersion: kubermatic.k8c.io/v1\nkind: Preset\nmetadata: {name: old}\nspec:\n  requiredEmailDomains: [example.org]\n  cumulus: {username: me}\n";
const SEED: &str = "---\napiVersion: kubermatic.k8c.io/v1\nkind: Seed\nmetadata: {name: far}\nspec:\n  datacenters:\n    there: {spec: {cumulus: {ipv6Enabled: perhaps}}}\n";

/// What nobody refers to stops nobody; what somebody refers to does.
#[test]
fn documents_that_nobody_refers_to_are_warned_of() {
    for (document, code) in [
        (SECRET, "DOCUMENT-SECRET-VALUE"),
        (SEED, "DOCUMENT-TYPE"),
        (PRESET, "DOCUMENT-UNKNOWN-FIELD"),
    ] {
        let (documents, findings) = parse(&(with("") + document));
        let lines = shown(&findings);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(
            lines[0].starts_with(&format!("warning {code}")),
            "{lines:?}"
        );
        assert_eq!(documents.clusters.len(), 1);
    }
    let (documents, _) = parse(&(with("") + PRESET));
    assert_eq!(
        documents.presets[0].clouds.iter().len(),
        1,
        "what is no section is none"
    );

    let referring = with("credentialsReference: {name: kubeconfig}");
    let (_, findings) = parse(&(referring + SECRET));
    assert!(
        findings.iter().any(groundwork_model::Finding::is_error),
        "{findings:?}"
    );
    let here = SEED.replace("there:", "here:");
    let (_, findings) = parse(&(with("") + &here));
    assert!(
        findings.iter().any(groundwork_model::Finding::is_error),
        "{findings:?}"
    );
    let (_, findings) = parse(SECRET);
    assert!(
        findings.iter().any(groundwork_model::Finding::is_error),
        "alone, it is what is asked about"
    );
}

#[test]
fn what_kubectl_reads_differently_is_told() {
    for (written, read) in [("no", "\"no\""), ("On", "\"On\""), ("0b11", "\"0b11\"")] {
        let text = cluster("").replace("network: front", &format!("network: {written}"));
        let (documents, findings) = parse(&text);
        assert_eq!(
            shown(&findings),
            ["warning DOCUMENT-YAML-VERSION spec.cloud.cumulus.network 9:16"]
        );
        assert_eq!(
            findings[0].remedy.as_deref(),
            Some(format!("write it in quotes: {read}").as_str())
        );
        assert_eq!(
            documents.clusters[0].cloud().unwrap().value()["network"],
            written
        );
    }
    let (_, findings) = parse(&cluster("clusterNetwork: {nodeCidrMaskSizeIPv4: 0o30}"));
    assert_eq!(
        shown(&findings),
        ["warning DOCUMENT-YAML-VERSION spec.clusterNetwork.nodeCidrMaskSizeIPv4 10:42"]
    );
    assert_eq!(findings[0].remedy.as_deref(), Some("write 24"));
    let (_, findings) = parse(&cluster("").replace("network: front", "password: no"));
    assert!(
        !findings[0].message.contains("no without"),
        "a password is not shown: {findings:?}"
    );
    let (_, findings) = parse(&cluster("").replace("network: front", "network: \"no\""));
    assert_eq!(shown(&findings), Vec::<String>::new());
}

#[test]
fn messages_say_what_was_meant() {
    let (_, findings) = parse(&cluster("clusterNetwork: {ipFamily: IPv6}"));
    assert_eq!(
        findings[0].remedy.as_deref(),
        Some("did you mean IPv4+IPv6?")
    );
    let large = "clusterNetwork: {nodeCidrMaskSizeIPv4: 99999999999999999999999}";
    let (_, findings) = parse(&cluster(large));
    assert_eq!(
        findings[0].message,
        "expected a whole number, found a number that is too large"
    );
    let (_, findings) = parse(&cluster("clusterNetwork: {nodeCidrMaskSizeIPv4: 24.5}"));
    assert_eq!(
        findings[0].message,
        "expected a whole number, found a number with a fraction"
    );
}

#[test]
fn malformed_ids_are_told_with_their_place_beside_everything_else() {
    for id in [
        "web",
        "sg-typo",
        "sg-0a1b2c3d4e5f6071",
        "sg-0A1B2C3D4E5F60718",
        "vpc-0a1b2c3d4e5f60718",
    ] {
        let (_, findings) = parse(&with(&format!("groupID: {id}\ngateway: x")));
        assert_eq!(
            shown(&findings),
            [
                "error DOCUMENT-TYPE spec.cloud.cumulus.groupID 10:16",
                "error DOCUMENT-TYPE spec.cloud.cumulus.gateway 11:16",
            ]
        );
    }
    for id in [
        "\"\"",
        "\" sg-0a1b2c3d \"",
        "sg-0a1b2c3d",
        "sg-0a1b2c3d4e5f60718",
    ] {
        let (_, findings) = parse(&with(&format!("groupID: {id}")));
        assert_eq!(shown(&findings), Vec::<String>::new());
    }
}

/// A Secret that a Network alone refers to is needed: what is wrong with it stops.
#[test]
fn a_secret_of_a_network_is_needed() {
    let text = format!(
        "{}---\napiVersion: groundwork.dev/v1alpha1\nkind: Network\nmetadata: {{name: demo}}\nspec: \
         {{cloud: {{cumulus: {{credentialsReference: {{name: keys}}}}}}}}\n---\napiVersion: \
         v1\nkind: Secret\nmetadata: {{name: keys}}\ndata: {{token: '%'}}\n",
        crate::common::cluster("")
    );
    let findings = crate::common::parse(&text).1;
    let of_secret = |one: &&groundwork_model::Finding| one.code == "DOCUMENT-SECRET-VALUE";
    let found = findings.iter().find(of_secret).unwrap();
    assert!(found.is_error(), "{found:#?}");
}
