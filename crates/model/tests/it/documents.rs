//! Reading documents, as their users write them.
#![allow(
    clippy::unwrap_used,
    reason = "a test may fail in what it prepares, too"
)]

use crate::common::{cluster, parse, parse_bytes, schemas, shown};
use groundwork_model::{Cluster, CniKind, Documents, Finding, Source, codes, document};

#[test]
fn a_cluster_is_read() {
    let (documents, findings) = parse(&cluster(
        "version: 1.30.2\npause: true\ncniPlugin: {type: canal, version: v3.28}",
    ));
    assert_eq!(shown(&findings), Vec::<String>::new());
    let cluster = &documents.clusters[0];
    assert_eq!(cluster.key().as_str(), "demo");
    assert_eq!(cluster.provider().unwrap(), "cumulus");
    assert_eq!(cluster.cloud().unwrap().value()["network"], "front");
    assert_eq!(cluster.spec.version.unwrap().to_string(), "1.30.2");
    assert_eq!(cluster.cni(), CniKind::Canal);
    assert!(cluster.spec.pause);
}

#[test]
fn the_uid_is_the_key_where_there_is_one() {
    let text = cluster("").replace(
        "name: demo",
        "name: demo\n  uid: 5f0c-11\n  finalizers: [a/b]",
    );
    let cluster = Cluster::parse(&text, &schemas()).unwrap();
    assert_eq!(cluster.key().as_str(), "5f0c-11");
    assert_eq!(cluster.metadata.finalizers, ["a/b"]);
}

#[test]
fn what_kubectl_prints_is_read_without_a_word() {
    let (documents, findings) = parse(include_str!("data/kubectl-list.yaml"));
    assert_eq!(shown(&findings), Vec::<String>::new());
    let cluster = documents.cluster("prod-1").unwrap();
    assert_eq!(
        cluster.metadata.deletion_timestamp.unwrap().to_string(),
        "2024-05-01T12:00:00Z"
    );
    assert_eq!(cluster.metadata.annotations["kubermatic.io/x"], "1");
    assert_eq!(
        cluster
            .spec
            .components_override
            .apiserver
            .node_port_range
            .as_deref(),
        Some("31000-32000")
    );
    let datacenter = documents.datacenter_of(cluster).unwrap();
    assert_eq!(
        (datacenter.seed.as_str(), datacenter.location.as_str()),
        ("europe", "Hamburg")
    );
    assert_eq!(
        datacenter.spec.clouds.names().collect::<Vec<_>>(),
        ["cumulus"]
    );
    let preset = documents.preset("ours").unwrap();
    assert_eq!(preset.clouds.names().collect::<Vec<_>>(), ["cumulus"]);
    assert_eq!(preset.cloud("cumulus").unwrap().value()["username"], "me");
    let secret = documents.secret(Some("kubermatic"), "credentials").unwrap();
    assert_eq!(secret.value("password").unwrap().expose(), "hunter2");
    assert_eq!(secret.value("token").unwrap().expose(), "plain");
}

#[test]
fn json_is_read_as_yaml_is() {
    let yaml = include_str!("data/kubectl-list.yaml");
    let value: serde_json::Value = serde_saphyr::from_str(yaml).unwrap();
    for json in [
        value.to_string(),
        serde_json::to_string_pretty(&value)
            .unwrap()
            .replace("  ", "\t"),
    ] {
        let (documents, findings) = parse(&json);
        assert_eq!(shown(&findings), Vec::<String>::new());
        assert_eq!(documents.clusters[0].metadata.name, "prod-1");
        assert!(documents.secret(None, "credentials").is_some());
    }
    let escaped = cluster("").replace("front", r#""\u00fc \ud83d\ude00 \/ \"""#);
    let cluster = Cluster::parse(&escaped, &schemas()).unwrap();
    assert_eq!(cluster.cloud().unwrap().value()["network"], "ü 😀 / \"");
}

#[test]
fn several_documents_in_a_file_and_several_files_are_read() {
    let text = format!(
        "---\n# nothing\n---\n{}---\n{}...\n",
        cluster(""),
        cluster("").replace("demo", "two")
    );
    let sources = [
        Source {
            name: "a.yaml".to_owned(),
            bytes: text.into_bytes(),
        },
        Source {
            name: "-".to_owned(),
            bytes: format!("\u{feff}{}", cluster("").replace("demo", "three")).into_bytes(),
        },
    ];
    let (documents, findings) = Documents::parse(&sources, &schemas(), true);
    assert_eq!(shown(&findings), Vec::<String>::new());
    let names: Vec<_> = documents
        .clusters
        .iter()
        .map(|c| c.metadata.name.as_str())
        .collect();
    assert_eq!(names, ["demo", "two", "three"]);
    let at = documents.clusters[1].locate("metadata.name").unwrap();
    assert_eq!((at.source.as_str(), at.line, at.column), ("a.yaml", 17, 9));
    assert_eq!(documents.clusters[2].locate("spec").unwrap().source, "-");
}

#[test]
fn windows_line_ends_are_read() {
    let text = cluster("version: \"1.30.2\"").replace('\n', "\r\n");
    let cluster = Cluster::parse(&text, &schemas()).unwrap();
    assert_eq!(cluster.cloud().unwrap().value()["network"], "front");
}

#[test]
fn anchors_and_merges_are_read() {
    let text = cluster("x: 1").replace(
        "network: front",
        "<<: [*base, {gateway: 10.0.0.1}]\n      network: front",
    );
    let text = text.replace(
        "metadata:",
        "x-base: &base {network: back, password: secret}\nmetadata:",
    );
    let (documents, findings) = parse(&text);
    assert_eq!(
        shown(&findings),
        [
            "warning DOCUMENT-UNKNOWN-FIELD x-base 3:1",
            "warning DOCUMENT-UNKNOWN-FIELD spec.x 12:3",
        ]
    );
    let section = documents.clusters[0].cloud().unwrap().value().clone();
    let merged =
        serde_json::json!({ "network": "front", "password": "secret", "gateway": "10.0.0.1" });
    assert_eq!(section, merged);
}

#[test]
fn null_means_not_given() {
    let (documents, findings) = parse(&cluster(
        "version: null\nclusterNetwork: ~\ncniPlugin:\nupdateWindow: null",
    ));
    assert_eq!(shown(&findings), Vec::<String>::new());
    assert_eq!(documents.clusters[0].spec.version, None);
}

#[test]
fn a_field_is_found_where_it_stands() {
    let text =
        cluster("clusterNetwork:\n  pods:\n    cidrBlocks:\n    - 10.0.0.0/16\n    - fd00::/48");
    let text = text.replace("name: demo", "name: demo\n  labels: {a.b/c: d}");
    let cluster = Cluster::parse(&text, &schemas()).unwrap();
    let at = |field: &str| {
        let at = cluster.locate(field).unwrap();
        (at.line, at.column)
    };
    assert_eq!(at("spec.clusterNetwork.pods.cidrBlocks[1]"), (15, 9));
    assert_eq!(at("spec.clusterNetwork.pods.cidrBlocks[7]"), (13, 7));
    assert_eq!(at("spec.clusterNetwork.services.cidrBlocks"), (11, 3));
    assert_eq!(at("spec.cloud.cumulus.subnets[0].cidr"), (9, 5));
    assert_eq!(at("metadata.labels[\"a.b/c\"]"), (5, 19));
    assert_eq!(at("nothing.of.that[0]"), (1, 1));
}

#[test]
fn findings_of_others_get_their_places() {
    let (documents, _) = parse(include_str!("data/kubectl-list.yaml"));
    let cluster = documents.cluster("prod-1").unwrap();
    let datacenter = documents.datacenter_of(cluster).unwrap();
    let mut findings = [
        Finding::error(codes::DOCUMENT_TYPE, "a").at("spec.cloud.cumulus.subnets"),
        Finding::error(codes::DOCUMENT_TYPE, "b").at(datacenter.field("spec.cumulus.ipv6Enabled")),
        Finding::error(codes::DOCUMENT_TYPE, "c").about("subnet 5f0c"),
    ];
    cluster.place(&mut findings);
    datacenter.place(&mut findings);
    assert_eq!(
        shown(&findings),
        [
            "error DOCUMENT-TYPE spec.cloud.cumulus.subnets 41:9",
            "error DOCUMENT-TYPE spec.datacenters[\"de.hamburg\"].spec.cumulus.ipv6Enabled 124:26",
            "error DOCUMENT-TYPE - nowhere",
        ]
    );
    assert_eq!(findings[0].subject.as_deref(), Some("Cluster prod-1"));
    assert_eq!(findings[2].subject.as_deref(), Some("subnet 5f0c"));
}

#[test]
fn nothing_secret_is_printed() {
    let (documents, findings) = parse(include_str!("data/kubectl-list.yaml"));
    let printed = format!("{documents:#?} {findings:?}");
    for secret in ["hunter2", "plain", "aHVudGVyMg==", "s3cret"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
    let (_, findings) = parse(&cluster("").replace(
        "network: front",
        "password: [s3cret]\n      passwort: s3cret",
    ));
    assert_eq!(
        shown(&findings),
        [
            "error DOCUMENT-TYPE spec.cloud.cumulus.password 9:7",
            "warning DOCUMENT-UNKNOWN-FIELD spec.cloud.cumulus.passwort 10:7",
        ]
    );
    let printed = format!("{findings:?}");
    assert!(!printed.contains("s3cret"), "{printed}");
}

#[test]
fn the_schema_describes_what_is_read() {
    let schema = document::schema(&schemas());
    let definitions = &schema["$defs"];
    let cloud = &definitions["CloudSpec"]["properties"];
    assert_eq!(cloud["cumulus"]["$ref"], "#/$defs/cloud.cumulus");
    assert_eq!(
        definitions["cloud.cumulus"]["properties"]["subnets"]["items"]["$ref"],
        "#/$defs/cloud.cumulus.Subnet"
    );
    assert_eq!(definitions["cloud.cumulus.Subnet"]["required"][0], "cidr");
    assert_eq!(
        definitions["Cluster"]["properties"]["kind"]["const"],
        "Cluster"
    );
    for kind in ["Cluster", "Seed", "Preset", "Secret", "List"] {
        assert!(definitions[kind]["required"].is_array(), "{kind}");
    }
    let dangling = references(&schema)
        .into_iter()
        .find(|reference| schema.pointer(reference.trim_start_matches('#')).is_none());
    assert_eq!(dangling, None);
}

fn references(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, value)| match (key.as_str(), value.as_str()) {
                ("$ref", Some(reference)) => vec![reference.to_owned()],
                (_, _) => references(value),
            })
            .collect(),
        serde_json::Value::Array(items) => items.iter().flat_map(references).collect(),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => Vec::new(),
    }
}

#[test]
fn the_items_of_a_typed_list_need_no_kind() {
    let text = "apiVersion: kubermatic.k8c.io/v1\nkind: ClusterList\nitems:\n- metadata: {name: a}\n- metadata: {name: b}\n";
    let (documents, findings) = parse(text);
    assert_eq!(shown(&findings), Vec::<String>::new());
    assert_eq!(documents.clusters.len(), 2);
}

#[test]
fn a_secret_is_found_by_its_namespace_or_when_it_is_the_only_one() {
    let secret = |place: &str, value: &str| {
        format!(
            "---\napiVersion: v1\nkind: Secret\nmetadata: {{{place}name: a}}\nstringData: {{k: \"{value}\"}}\n"
        )
    };
    let found = |texts: &[String], namespace: Option<&str>| {
        let (documents, _) = parse(&texts.concat());
        let found = documents.secret(namespace, "a")?;
        Some(found.value("k").unwrap().expose().to_owned())
    };
    let (one, two) = (
        secret("namespace: one, ", "1"),
        secret("namespace: two, ", "2"),
    );
    let free = secret("", "0");
    let all = [one.clone(), two.clone(), free.clone()];
    assert_eq!(found(&all, Some("two")).as_deref(), Some("2"));
    assert_eq!(found(&all, Some("three")).as_deref(), Some("0"));
    assert_eq!(found(&all, None).as_deref(), Some("0"));
    assert_eq!(found(&[one.clone(), two], None), None);
    assert_eq!(
        found(std::slice::from_ref(&one), None).as_deref(),
        Some("1")
    );
    assert_eq!(found(&[one], Some("two")), None);
}

#[test]
fn bytes_that_begin_with_a_mark_are_read() {
    let mut bytes = vec![0xef, 0xbb, 0xbf];
    bytes.extend(cluster("").bytes());
    let (documents, findings) = parse_bytes(&bytes);
    assert_eq!((documents.clusters.len(), findings.len()), (1, 0));
    assert_eq!(
        documents.clusters[0].locate("apiVersion").unwrap().column,
        13
    );
}

#[test]
fn machines_are_read_as_machine_controller_has_them() {
    let text = "\
apiVersion: v1
kind: List
items:
- apiVersion: cluster.k8s.io/v1alpha1
  kind: MachineDeployment
  metadata: {name: pool, namespace: kube-system}
  spec:
    replicas: 3
    paused: false
    template:
      metadata: {labels: {a: b}}
      spec:
        versions: {kubelet: 1.34.1}
        providerSpec:
          value:
            cloudProvider: gce
            cloudProviderSpec: {serviceAccount: secret}
            operatingSystem: rockylinux
            operatingSystemSpec: {distUpgradeOnBoot: false}
  status: {}
";
    let source = Source {
        name: "pool.yaml".to_owned(),
        bytes: text.into(),
    };
    let (documents, findings) = Documents::parse(&[source], &schemas(), true);
    assert!(findings.is_empty(), "{findings:?}");
    let machines = &documents.machine_deployments[0];
    assert_eq!(machines.cloud_provider.as_deref(), Some("gce"));
    assert_eq!(machines.operating_system.as_deref(), Some("rockylinux"));
    let finding = Finding::note(codes::DOCUMENT_TYPE, "x");
    let finding = machines.place(finding);
    assert_eq!(finding.subject.as_deref(), Some("MachineDeployment pool"));
    assert_eq!(finding.location.unwrap().line, 18);
    assert!(!format!("{machines:?}").contains("secret"));
}
