//! Whatever stands in a file, reading it ends with documents or findings, never with a panic.
#![allow(
    clippy::unwrap_used,
    reason = "a test may fail in what it prepares, too"
)]

use crate::common::{cluster, drawn, parse, parse_bytes};
use groundwork_model::{Addressing, Finding};
use proptest::prelude::*;

const LIST: &str = include_str!("data/kubectl-list.yaml");

/// Reads, and uses what was read as a caller would.
fn read(bytes: &[u8]) -> Result<(), TestCaseError> {
    let (documents, findings) = parse_bytes(bytes);
    for cluster in &documents.clusters {
        let (addressing, more) = Addressing::resolve(cluster);
        prop_assert_eq!(addressing.is_none(), more.iter().any(Finding::is_error));
        let _ = (
            cluster.provider().is_ok(),
            documents.datacenter_of(cluster).is_ok(),
        );
        prop_assert!(
            more.iter().all(|finding| finding.location.is_some()),
            "{:?}",
            more
        );
    }
    prop_assert!(
        findings.iter().all(|finding| finding.location.is_some()),
        "{:?}",
        findings
    );
    Ok(())
}

proptest! {
    #![proptest_config(drawn(400))]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read(&bytes)?;
    }

    #[test]
    fn any_text_of_yamls_own_characters(text in "[\\[\\]{}:,&*!|>'\"%@`#?\\-\n \t~<=a0.\u{feff}\\\\]{0,120}") {
        read(text.as_bytes())?;
    }

    #[test]
    fn a_valid_list_with_bytes_changed(
        changes in prop::collection::vec((0..LIST.len(), any::<u8>()), 1..6),
        cut in 0..LIST.len(),
    ) {
        let mut bytes = LIST.as_bytes().to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        read(&bytes)?;
        read(&bytes[cut..])?;
        read(&bytes[..cut])?;
    }

    #[test]
    fn a_valid_list_with_lines_moved(from in 0..150_usize, to in 0..150_usize, indent in 0..6_usize) {
        let mut lines: Vec<_> = LIST.lines().map(str::to_owned).collect();
        let line = lines.remove(from % lines.len());
        lines.insert(to % lines.len(), format!("{}{}", " ".repeat(indent), line.trim_start()));
        read(lines.join("\n").as_bytes())?;
    }

    #[test]
    fn any_value_at_any_field(
        field in prop::sample::select(vec![
            "version", "cloud", "clusterNetwork", "cniPlugin", "componentsOverride", "pause", "oidc",
        ]),
        value in any_json(),
    ) {
        let text = cluster("").replace("spec:\n", &format!("spec:\n  {field}: {value}\n"));
        read(text.as_bytes())?;
    }

    #[test]
    fn any_cidrs(pods in any_cidr_texts(), services in any_cidr_texts(), mask in 0..=255_u8) {
        let spec = format!(
            "clusterNetwork:\n  pods: {{cidrBlocks: {pods:?}}}\n  services: {{cidrBlocks: {services:?}}}\n  \
             nodeCidrMaskSizeIPv4: {mask}\n  nodeCidrMaskSizeIPv6: {mask}"
        );
        read(cluster(&spec).as_bytes())?;
    }

    #[test]
    fn yaml_and_json_of_one_value_are_read_alike(value in any_json()) {
        let json = parse(&format!("{{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{{\"name\":\"a\"}},\"stringData\":{value}}}"));
        let pretty = serde_json::to_string_pretty(&value).unwrap().replace('\n', "\n  ");
        let yaml = parse(&format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\nstringData:\n  {pretty}"));
        prop_assert_eq!(json.0.secrets.len(), yaml.0.secrets.len());
        prop_assert_eq!(json.1.len(), yaml.1.len());
    }
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "\\PC{0,12}".prop_map(Into::into),
    ];
    let key = prop_oneof![
        "[a-zA-Z.]{1,12}",
        Just("cidrBlocks".to_owned()),
        Just("pods".to_owned()),
        Just("dc".to_owned())
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::btree_map(key.clone(), inner, 0..6)
                .prop_map(|fields| serde_json::Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn any_cidr_texts() -> impl Strategy<Value = Vec<String>> {
    let text = prop_oneof![
        (any::<std::net::IpAddr>(), 0..=129_u8)
            .prop_map(|(address, length)| format!("{address}/{length}")),
        "[0-9a-f:./%]{0,20}",
    ];
    prop::collection::vec(text, 0..4)
}
