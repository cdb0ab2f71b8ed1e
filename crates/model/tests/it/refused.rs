//! Documents that are refused or doubted: each with the field, the place and the reason.
#![allow(
    clippy::unwrap_used,
    reason = "a test may fail in what it prepares, too"
)]

use crate::common::{cluster, parse, parse_bytes, schemas, shown};
use groundwork_model::{Documents, Finding, Source, document::limits};

/// The only finding of a text.
fn only(text: &str) -> Finding {
    let (_, findings) = parse(text);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings.into_iter().next().unwrap()
}

fn remedy(finding: &Finding) -> &str {
    finding.remedy.as_deref().unwrap_or_default()
}

#[test]
fn wrong_types_are_all_named_at_once_and_the_document_is_left_out() {
    let spec = "version: 1.30\npause: yes\nclusterNetwork:\n  pods:\n    cidrBlocks: 10.0.0.0/16\n  services: []\n  \
                nodeCidrMaskSizeIPv4: \"24\"\n  nodeCidrMaskSizeIPv6: 999\n  ipFamily: IPv6";
    let (documents, findings) = parse(&cluster(spec));
    assert_eq!(
        shown(&findings),
        [
            "error DOCUMENT-TYPE spec.version 10:12",
            "error DOCUMENT-TYPE spec.pause 11:10",
            "error DOCUMENT-TYPE spec.clusterNetwork.pods.cidrBlocks 14:19",
            "error DOCUMENT-TYPE spec.clusterNetwork.services 15:5",
            "error DOCUMENT-TYPE spec.clusterNetwork.nodeCidrMaskSizeIPv4 16:27",
            "error DOCUMENT-TYPE spec.clusterNetwork.nodeCidrMaskSizeIPv6 17:27",
            "error DOCUMENT-TYPE spec.clusterNetwork.ipFamily 18:15",
        ]
    );
    assert_eq!(findings[0].message, "expected text, found a number");
    assert_eq!(remedy(&findings[0]), "write it in quotes: \"1.30\"");
    assert_eq!(remedy(&findings[1]), "write true");
    assert_eq!(findings[2].message, "expected a list, found text");
    assert_eq!(findings[5].message, "expected at most 255, found 999");
    assert_eq!(
        findings[6].message,
        "\"IPv6\" is not one of \"\", \"IPv4\", \"IPv4+IPv6\""
    );
    assert!(
        findings
            .iter()
            .all(|finding| finding.subject.as_deref() == Some("Cluster demo"))
    );
    assert!(documents.clusters.is_empty());
}

#[test]
fn wrong_types_do_not_hide_what_is_wrong_with_addresses() {
    let spec = "version: 1.30\nclusterNetwork:\n  ipFamily: IPv4+IPv6\n  pods:\n    cidrBlocks: [10.0.0.1/16, fd00::/48]\n  \
                services:\n    cidrBlocks: [10.0.0.0/24, 7]\n  nodeCidrMaskSizeIPv6: 40";
    let (documents, findings) = parse(&cluster(spec));
    assert_eq!(
        shown(&findings),
        [
            "error DOCUMENT-TYPE spec.version 10:12",
            "error DOCUMENT-TYPE spec.clusterNetwork.services.cidrBlocks[1] 16:33",
            "warning NETWORK-CIDR-HOST-BITS spec.clusterNetwork.pods.cidrBlocks[0] 14:20",
            "error NETWORK-NODE-MASK spec.clusterNetwork.nodeCidrMaskSizeIPv6 17:27",
        ]
    );
    assert!(documents.clusters.is_empty());
}

#[test]
fn what_could_not_be_read_is_not_guessed_at() {
    let found = |network: &str| {
        let (_, findings) = parse(&cluster(&format!("clusterNetwork: {{{network}}}")));
        findings
            .iter()
            .map(|finding| finding.code.to_string())
            .collect::<Vec<_>>()
    };
    let services = "services: {cidrBlocks: [172.25.0.0/20]}";
    assert_eq!(
        found(&format!("pods: 7, nodeCidrMaskSizeIPv4: 12, {services}")),
        ["DOCUMENT-TYPE"]
    );
    let pods = "pods: {cidrBlocks: [10.240.0.0/16, fd00::/48]}";
    assert_eq!(
        found(&format!("{pods}, services: {{cidrBlocks: 7}}")),
        ["DOCUMENT-TYPE"]
    );
    assert_eq!(
        found("nodeCidrMaskSizeIPv4: a, pods: {cidrBlocks: [10.0.0.0/24]}"),
        ["DOCUMENT-TYPE"]
    );
    assert_eq!(
        found("ipFamily: 4, pods: {cidrBlocks: [10.0.0.0/24]}"),
        ["DOCUMENT-TYPE", "NETWORK-NODE-MASK"]
    );
}

#[test]
fn the_parts_of_drivers_are_checked_the_same_way() {
    let text = cluster("").replace(
        "network: front",
        "mode: slac\n      gateway: 10.0.0.256\n      subnets: [{zones: 1.5}, null, {cidr: a, zonse: 1}]",
    );
    let (_, findings) = parse(&text);
    assert_eq!(
        shown(&findings),
        [
            "error DOCUMENT-TYPE spec.cloud.cumulus.mode 9:13",
            "error DOCUMENT-TYPE spec.cloud.cumulus.gateway 10:16",
            "error DOCUMENT-TYPE spec.cloud.cumulus.subnets[0].zones 11:25",
            "error DOCUMENT-MISSING spec.cloud.cumulus.subnets[0].cidr 11:17",
            "error DOCUMENT-TYPE spec.cloud.cumulus.subnets[1] 11:31",
            "warning DOCUMENT-UNKNOWN-FIELD spec.cloud.cumulus.subnets[2].zonse 11:47",
        ]
    );
    assert_eq!(
        findings[0].message,
        "\"slac\" is not one of \"slaac\", \"dhcpv6-stateless\""
    );
    assert_eq!(remedy(&findings[0]), "did you mean slaac?");
    assert_eq!(remedy(&findings[5]), "did you mean zones?");
}

#[test]
fn an_unknown_field_is_named_with_the_nearest_known_one() {
    let finding = only(&cluster(
        "clusterNetwork:\n  pods:\n    cidrBlock: [10.0.0.0/16]",
    ));
    assert_eq!(
        shown(std::slice::from_ref(&finding)),
        ["warning DOCUMENT-UNKNOWN-FIELD spec.clusterNetwork.pods.cidrBlock 12:7",]
    );
    assert_eq!(finding.message, "there is no field \"cidrBlock\" here");
    assert_eq!(remedy(&finding), "did you mean cidrBlocks?");
    let finding = only(&cluster("clusternetwork: {}"));
    assert_eq!(
        remedy(&finding),
        "names are case-sensitive: write clusterNetwork"
    );
}

#[test]
fn strict_makes_an_unknown_field_an_error() {
    let source = Source {
        name: "-".to_owned(),
        bytes: cluster("verison: 1.30.2").into_bytes(),
    };
    let (documents, findings) = Documents::parse(&[source], &schemas(), true);
    assert_eq!(
        shown(&findings),
        ["error DOCUMENT-UNKNOWN-FIELD spec.verison 10:3"]
    );
    assert!(documents.clusters.is_empty());
}

#[test]
fn a_cloud_that_no_driver_knows_is_accepted_and_a_misspelt_one_is_not_silent() {
    let (documents, findings) = parse(&cluster("").replace("cumulus:", "stratus:"));
    assert_eq!(
        shown(&findings),
        ["note DOCUMENT-UNKNOWN-CLOUD spec.cloud.stratus 8:5"]
    );
    assert_eq!(documents.clusters[0].provider().unwrap(), "stratus");
    let finding = only(&cluster("").replace("cumulus:", "cumulos:"));
    assert_eq!(remedy(&finding), "did you mean cumulus?");
    let finding =
        only(&cluster("").replace("    cumulus:", "    providername: cumulus\n    cumulus:"));
    assert_eq!(
        remedy(&finding),
        "names are case-sensitive: write providerName"
    );
    let finding = only(&cluster("").replace("    cumulus:", "    region: east\n    cumulus:"));
    assert_eq!(finding.message, "there is no field \"region\" here");
}

#[test]
fn exactly_one_cloud_has_to_be_set() {
    let provider = |text: &str| {
        let (documents, _) = parse(text);
        let result = documents.clusters[0].provider().map(str::to_owned);
        result.map_err(|finding| {
            (
                shown(std::slice::from_ref(&finding)).concat(),
                finding.message,
            )
        })
    };
    let none = cluster("").replace(
        "    cumulus:\n      network: front\n",
        "    providerName: cumulus\n",
    );
    assert_eq!(
        provider(&none).unwrap_err().0,
        "error DOCUMENT-CLOUD spec.cloud 6:3"
    );
    let empty = "{apiVersion: kubermatic.k8c.io/v1, kind: Cluster, metadata: {name: a}}";
    assert_eq!(
        provider(empty).unwrap_err().0,
        "error DOCUMENT-CLOUD spec.cloud 1:1"
    );
    let two = cluster("").replace("    cumulus:", "    stratus: {}\n    cumulus:");
    let (place, message) = provider(&two).unwrap_err();
    assert_eq!(place, "error DOCUMENT-CLOUD spec.cloud 6:3");
    assert_eq!(
        message,
        "2 clouds are set (cumulus, stratus), but a cluster runs in one"
    );
    let other = cluster("").replace("    cumulus:", "    providerName: stratus\n    cumulus:");
    assert_eq!(
        provider(&other).unwrap_err().0,
        "error DOCUMENT-CLOUD spec.cloud.providerName 8:19"
    );
    let empty_section = cluster("").replace(
        "    cumulus:\n      network: front",
        "    providerName: \"\"\n    cumulus: {}",
    );
    assert_eq!(provider(&empty_section).unwrap(), "cumulus");
}

#[test]
fn a_key_given_twice_is_refused_in_yaml_and_json() {
    let (documents, findings) = parse(&cluster(
        "version: 1.30.2\npause: true\nversion: 1.31.0\npause: false",
    ));
    assert_eq!(
        shown(&findings),
        [
            "error DOCUMENT-DUPLICATE-KEY - 12:3",
            "error DOCUMENT-DUPLICATE-KEY - 13:3",
        ]
    );
    assert!(
        findings[0]
            .message
            .starts_with("the key \"version\" was given in line 10 already")
    );
    assert!(documents.clusters.is_empty());
    let finding = only("{\"kind\": \"Cluster\", \"kind\": \"Seed\"}");
    assert_eq!(shown(&[finding]), ["error DOCUMENT-DUPLICATE-KEY - 1:21"]);
}

#[test]
fn a_malformed_document_does_not_hide_the_others() {
    let text = format!(
        "{}---\nkind: [\n---\n{}",
        cluster(""),
        cluster("").replace("demo", "two")
    );
    let (documents, findings) = parse(&text);
    assert_eq!(documents.clusters.len(), 2);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].code, "DOCUMENT-SYNTAX");
    assert_eq!(findings[0].location.as_ref().unwrap().line, 11);
}

#[test]
fn deep_nesting_is_refused() {
    let nested = |levels: usize| {
        cluster(&format!(
            "oidc: {}1{}",
            "[".repeat(levels),
            "]".repeat(levels)
        ))
    };
    let within = limits::DEPTH_MAX - 2;
    assert_eq!(parse(&nested(within)).1, []);
    for levels in [within + 1, 300, 100_000] {
        let (documents, findings) = parse(&nested(levels));
        assert!(documents.clusters.is_empty());
        assert_eq!(
            findings[0].code, "DOCUMENT-DEPTH",
            "{:?}",
            findings[0].message
        );
    }
    let block: String = (0..100)
        .map(|level| format!("{}a:\n", " ".repeat(level)))
        .collect();
    assert_eq!(parse(&block).1[0].code, "DOCUMENT-DEPTH");
    let through_alias = format!(
        "a: &a {}1{}\nb: {}*a{}",
        "[".repeat(40),
        "]".repeat(40),
        "[".repeat(40),
        "]".repeat(40)
    );
    assert_eq!(parse(&through_alias).1[0].code, "DOCUMENT-DEPTH");
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = format!("*a{}, ", level - 1).repeat(10);
        bomb += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    let finding = only(&bomb);
    assert_eq!(finding.code, "DOCUMENT-ALIASES");
    let long = format!("a: &a {}\nb: [{}]", "x".repeat(1 << 20), "*a, ".repeat(100));
    assert_eq!(only(&long).code, "DOCUMENT-ALIASES");
    let itself = only("a: &a [*a]");
    assert_eq!(itself.code, "DOCUMENT-ALIASES");
    assert_eq!(
        itself.message,
        "the alias stands inside the value that it refers to"
    );
}

#[test]
fn a_large_document_is_refused_and_a_large_list_of_small_ones_is_not() {
    let padding = format!(
        "oidc: {{x: \"{}\"}}",
        "x".repeat(limits::DOCUMENT_BYTES_MAX)
    );
    let finding = only(&cluster(&padding));
    assert_eq!(finding.code, "DOCUMENT-SIZE");
    assert_eq!(
        finding.message,
        "the document is 1025 KiB, and at most 1024 KiB are read"
    );
    let item = |n: usize| {
        format!(
            "{{apiVersion: kubermatic.k8c.io/v1, kind: Cluster, metadata: {{name: c{n}}}, spec: {{pauseReason: {}}}}}",
            "x".repeat(10_000)
        )
    };
    let items: Vec<_> = (0..150).map(item).collect();
    let list = format!("apiVersion: v1\nkind: List\nitems: [{}]", items.join(","));
    assert!(list.len() > limits::DOCUMENT_BYTES_MAX);
    let (documents, findings) = parse(&list);
    assert_eq!((documents.clusters.len(), findings.len()), (150, 0));
}

#[test]
fn a_large_file_is_refused() {
    let (_, findings) = parse_bytes(&vec![b' '; limits::SOURCE_BYTES_MAX + 1]);
    assert_eq!(shown(&findings), ["error DOCUMENT-SIZE - 1:1"]);
    assert_eq!(
        findings[0].message,
        "the file is larger than 16 MiB, and no more is read"
    );
}

#[test]
fn a_file_of_very_many_values_is_refused() {
    let (_, findings) = parse_bytes(format!("[{}]", "1,".repeat(limits::VALUES_MAX)).as_bytes());
    assert_eq!(
        findings[0].message,
        "the file holds more than 1000000 values"
    );
}

#[test]
fn very_many_documents_are_refused() {
    let item = |n: usize| format!("{{apiVersion: v1, kind: Secret, metadata: {{name: s{n}}}}}");
    let items: Vec<_> = (0..=limits::DOCUMENTS_MAX).map(item).collect();
    let (documents, findings) = parse(&format!(
        "apiVersion: v1\nkind: SecretList\nitems: [{}]",
        items.join(",")
    ));
    assert_eq!(documents.secrets.len(), limits::DOCUMENTS_MAX);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].message, "more than 40000 documents are given");
    let (_, findings) = parse(&"---\n[\n".repeat(limits::DOCUMENTS_MAX * 2));
    assert!(
        findings.len() <= limits::DOCUMENTS_MAX + 2,
        "{}",
        findings.len()
    );
    assert_eq!(
        findings.last().unwrap().message,
        "the rest of the file is not read: too much of it is malformed"
    );
}

#[test]
fn very_many_findings_are_counted_and_not_listed() {
    let fields: String = (0..1000).map(|n| format!("zz{n}: 1\n")).collect();
    let (documents, findings) = parse(&cluster(&fields));
    assert_eq!(findings.len(), limits::FINDINGS_MAX + 1);
    assert_eq!(
        findings.last().unwrap().message,
        "800 more findings about this document are not shown"
    );
    assert_eq!(documents.clusters.len(), 1);
    let (_, findings) = parse(&"a: 1\n".repeat(10_000));
    assert_eq!(findings.len(), limits::FINDINGS_MAX);
}

#[test]
fn what_is_not_utf_8_is_refused_with_its_place() {
    let refused = |bytes: &[u8]| {
        let (documents, findings) = parse_bytes(bytes);
        assert!(documents.clusters.is_empty());
        (shown(&findings).concat(), findings[0].message.clone())
    };
    let (place, _) = refused(b"kind: Cluster\nname: \xff");
    assert_eq!(place, "error DOCUMENT-ENCODING - 2:7");
    let utf16: Vec<u8> = cluster("")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let marked: Vec<u8> = [0xff, 0xfe].into_iter().chain(utf16.clone()).collect();
    for bytes in [utf16, marked] {
        let (place, message) = refused(&bytes);
        assert_eq!(place, "error DOCUMENT-ENCODING - 1:1");
        assert!(message.starts_with("the file is UTF-16"), "{message}");
    }
    let (place, message) = refused(b"kind: Cluster\nname: a\0b");
    assert_eq!(place, "error DOCUMENT-ENCODING - 2:8");
    assert!(message.contains("NUL"), "{message}");
}

#[test]
fn a_lone_surrogate_is_refused() {
    let finding = only("{\"kind\": \"\\ud800\"}");
    assert_eq!(finding.code, "DOCUMENT-SYNTAX");
}

#[test]
fn numbers_that_json_does_not_have_are_refused() {
    let (_, findings) = parse(&cluster(
        "oidc: .nan\nclusterNetwork:\n  coreDNSReplicas: 99999999999999999999\n  nodeCidrMaskSizeIPv4: .inf\n  nodeCidrMaskSizeIPv6: -1",
    ));
    assert_eq!(
        shown(&findings),
        [
            "error DOCUMENT-TYPE spec.oidc 10:9",
            "error DOCUMENT-TYPE spec.clusterNetwork.coreDNSReplicas 12:22",
            "error DOCUMENT-TYPE spec.clusterNetwork.nodeCidrMaskSizeIPv4 13:27",
            "error DOCUMENT-TYPE spec.clusterNetwork.nodeCidrMaskSizeIPv6 14:27",
        ]
    );
}

#[test]
fn kinds_are_told_apart_by_api_version_too() {
    let finding = only("apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: a}");
    assert_eq!(
        shown(std::slice::from_ref(&finding)),
        ["warning DOCUMENT-UNKNOWN-KIND kind 1:1"]
    );
    assert_eq!(
        remedy(&finding),
        "did you mean apiVersion kubermatic.k8c.io/v1?"
    );
    let finding = only("apiVersion: kubermatic.k8c.io/v1\nkind: Clutser\nmetadata: {name: a}");
    assert_eq!(remedy(&finding), "did you mean Cluster?");
    let finding = only("kind: Cluster\nmetadata: {name: a}");
    assert_eq!(remedy(&finding), "add apiVersion: kubermatic.k8c.io/v1");
    let finding = only("metadata: {name: a}");
    assert_eq!(finding.message, "the document does not say its kind");
    let finding = only("just a text");
    assert_eq!(
        finding.message,
        "expected a document with kind and apiVersion, found text"
    );
}

#[test]
fn a_name_has_to_be_there_once_and_fit_a_label() {
    let (_, findings) = parse(&cluster("").replace("name: demo", "name: \"\""));
    assert_eq!(
        shown(&findings),
        ["error DOCUMENT-MISSING metadata.name 4:3"]
    );
    let (_, findings) = parse(&cluster("").replace("metadata:\n  name: demo\n", ""));
    assert_eq!(shown(&findings), ["error DOCUMENT-MISSING metadata 1:1"]);
    for name in ["a,b=c", "ü", "Demo", "-a", &"x".repeat(64)] {
        let (_, findings) = parse(&cluster("").replace("demo", name));
        assert_eq!(
            shown(&findings)[0],
            "error DOCUMENT-NAME metadata.name 4:9",
            "{name}"
        );
    }
    let (documents, findings) = parse(&format!("{}---\n{}", cluster(""), cluster("")));
    assert_eq!(
        shown(&findings),
        ["error DOCUMENT-DUPLICATE metadata.name 14:9"]
    );
    assert_eq!(documents.clusters.len(), 1);
}

#[test]
fn a_datacenter_has_to_be_there_once() {
    let seed = |name: &str| {
        format!(
            "---\napiVersion: kubermatic.k8c.io/v1\nkind: Seed\nmetadata: {{name: {name}}}\nspec:\n  datacenters:\n    there: {{}}\n"
        )
    };
    let (documents, findings) = parse(&format!("{}{}{}", cluster(""), seed("a"), seed("b")));
    assert_eq!(
        shown(&findings),
        ["error DOCUMENT-DUPLICATE spec.datacenters.there 23:5"]
    );
    let finding = documents.datacenter_of(&documents.clusters[0]).unwrap_err();
    assert_eq!(
        shown(std::slice::from_ref(&finding)),
        ["error DOCUMENT-REFERENCE spec.cloud.dc 7:9"]
    );
    assert_eq!(remedy(&finding), "did you mean there?");
}

#[test]
fn a_secret_that_is_not_base64_is_refused_without_showing_it() {
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  password: hunter2!\n  binary: //79\n";
    let (documents, findings) = parse(text);
    assert_eq!(
        shown(&findings),
        [
            "warning DOCUMENT-SECRET-VALUE data.binary 6:11",
            "error DOCUMENT-SECRET-VALUE data.password 5:13",
        ]
    );
    assert!(documents.secrets.is_empty());
    assert!(!format!("{findings:?}").contains("hunter2"));
}

#[test]
fn tags_other_than_those_of_json_are_refused() {
    assert_eq!(only("kind: !!python/object x").code, "DOCUMENT-TAG");
    assert_eq!(only("kind: !secret x").code, "DOCUMENT-TAG");
    let (documents, findings) = parse(&cluster("version: !!str 1.30"));
    assert_eq!((documents.clusters.len(), findings.len()), (1, 0));
}

#[test]
fn a_key_that_is_not_text_is_refused() {
    for text in ["[a]: b", "{a: b}: c", "? \n: b"] {
        assert_eq!(only(text).code, "DOCUMENT-SYNTAX", "{text}");
    }
}
