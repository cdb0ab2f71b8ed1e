//! Every field that a driver reads, and every field of an example, is one that the reference system
//! keeps, or is marked as ours.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::common::Seat;
use serde_json::Value;

/// The paths of KKP's fields, by kind.
fn fields() -> BTreeMap<String, BTreeSet<String>> {
    let mut fields: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let lines = include_str!("kkp/fields.tsv").lines();
    for line in lines.filter(|line| !line.starts_with('#')).skip(1) {
        let mut columns = line.split('\t');
        let (kind, path) = (columns.next().unwrap(), columns.next().unwrap());
        fields
            .entry(kind.to_owned())
            .or_default()
            .insert(path.to_owned());
    }
    fields
}

/// The names directly below a path.
fn below<'a>(fields: &'a BTreeSet<String>, path: &str) -> BTreeSet<&'a str> {
    let rest = fields
        .iter()
        .filter_map(|field| field.strip_prefix(path)?.strip_prefix('.'));
    rest.map(|rest| rest.split(['.', '[', '{']).next().unwrap())
        .collect()
}

/// What a section of a schema knows, and which of it is ours.
fn known(schema: &Value, name: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let properties = schema["$defs"][name]["properties"].as_object().unwrap();
    let own = |schema: &&Value| schema.get("x-groundwork-own").is_some();
    let all = properties.keys().cloned().collect();
    let own = properties.iter().filter(|(_, schema)| own(schema));
    (all, own.map(|(name, _)| name.clone()).collect())
}

#[test]
fn what_the_reference_system_has_is_read_and_what_it_does_not_have_is_marked_as_ours() {
    let schema = Seat::new().run("schema documents").ended(0).out;
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let fields = fields();
    for cloud in [
        "aws",
        "azure",
        "digitalocean",
        "gcp",
        "hetzner",
        "openstack",
        "packet",
        "vsphere",
    ] {
        for (kind, part, path) in [
            ("Cluster", "cloud", format!("spec.cloud.{cloud}")),
            (
                "Seed",
                "datacenter",
                format!("spec.datacenters{{}}.spec.{cloud}"),
            ),
        ] {
            let theirs = below(&fields[kind], &path);
            let (all, own) = known(&schema, &format!("{part}.{cloud}"));
            for field in &theirs {
                assert!(all.contains(*field), "{kind} {path}.{field} is not read");
                assert!(!own.contains(*field), "{kind} {path}.{field} is KKP's");
            }
            for field in &all {
                let is_theirs = theirs.contains(field.as_str());
                assert!(
                    is_theirs || own.contains(field),
                    "{kind} {path}.{field} is not KKP's"
                );
            }
        }
    }
    for (kind, definition, path) in [
        ("Cluster", "ClusterNetwork", "spec.clusterNetwork"),
        ("Seed", "Datacenter", "spec.datacenters{}"),
    ] {
        let (all, _) = known(&schema, definition);
        let all: BTreeSet<&str> = all.iter().map(String::as_str).collect();
        assert_eq!(all, below(&fields[kind], path), "{kind} {path}");
    }
    let (of_a_datacenter, _) = known(&schema, "DatacenterSpec");
    for field in below(&fields["Seed"], "spec.datacenters{}.spec") {
        let is_cloud = fields["Seed"].iter().any(|path| {
            path.strip_prefix("spec.datacenters{}.spec.")
                .and_then(|rest| rest.strip_prefix(field))
                .is_some_and(|rest| {
                    rest == ".region" || rest == ".location" || rest == ".datacenter"
                })
        });
        let is_empty = ["bringyourown"].contains(&field);
        assert!(
            is_cloud || is_empty || of_a_datacenter.contains(field),
            "{field} is not known"
        );
    }
}

#[test]
fn examples_say_nothing_that_an_api_server_would_drop() {
    let fields = fields();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples");
    let mut read = 0;
    for cloud in std::fs::read_dir(folder).unwrap() {
        for file in std::fs::read_dir(cloud.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            for document in text.split("\n---\n") {
                let value: Value = serde_saphyr::from_str(document).unwrap();
                let Some(known) = fields.get(value["kind"].as_str().unwrap()) else {
                    continue;
                };
                read += 1;
                // Of a Seed, the list has the datacenters alone.
                match value["kind"].as_str() {
                    Some("Seed") => {
                        let datacenters = &value["spec"]["datacenters"];
                        check(datacenters, "spec.datacenters", known, &path);
                    }
                    _ => check(&value["spec"], "spec", known, &path),
                }
            }
        }
    }
    assert!(read > 10, "there are examples");
}

/// What `render` prints for KKP has the fields, the values and the forms of KKP's CRDs.
#[test]
fn what_is_rendered_is_what_an_api_server_keeps() {
    let (fields, seat) = (fields(), Seat::new());
    let rendered = |line: &str| -> Value {
        let line: Value = serde_json::from_str(&seat.run(line).ended(0).out).unwrap();
        serde_saphyr::from_str(line["text"].as_str().unwrap()).unwrap()
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples");
    for cloud in ["hetzner", "openstack", "byo"] {
        let file = folder.join(cloud).join("cluster.yaml");
        let line = format!("render cluster-network --output json -f {}", file.display());
        let block = rendered(&line);
        check(&block["spec"], "spec", &fields["Cluster"], &file);
        for required in ["pods", "services", "proxyMode", "dnsDomain"] {
            assert!(
                !block["spec"]["clusterNetwork"][required].is_null(),
                "{required}"
            );
        }
    }
    let fields = &fields["CustomOperatingSystemProfile"];
    let required = [
        "bootstrapConfig",
        "osName",
        "osVersion",
        "provisioningConfig",
        "supportedCloudProviders",
        "version",
    ];
    for system in ["ubuntu", "flatcar", "rhel", "rocky-linux", "centos-7"] {
        let profile = rendered(&format!(
            "render operating-system-profile --system {system} --ipv6 slaac --output json"
        ));
        check(&profile["spec"], "spec", fields, Path::new(system));
        assert!(required.iter().all(|name| !profile["spec"][name].is_null()));
        let name = profile["spec"]["osName"].as_str().unwrap();
        assert!(["flatcar", "rhel", "centos", "ubuntu", "rockylinux"].contains(&name));
        let clouds = profile["spec"]["supportedCloudProviders"]
            .as_array()
            .unwrap();
        let is_known = |name: &str| {
            let names = "aws azure digitalocean gce hetzner openstack vsphere";
            names.split(' ').any(|known| known == name)
        };
        assert!(
            clouds
                .iter()
                .all(|cloud| is_known(cloud["name"].as_str().unwrap())),
            "{profile}"
        );
    }
}

/// Every field of a value, by its path as the list writes it.
fn check(value: &Value, path: &str, known: &BTreeSet<String>, file: &Path) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let (field, map) = (format!("{path}.{key}"), format!("{path}{{}}"));
                let field = if known.contains(&field) { field } else { map };
                assert!(known.contains(&field), "{}: {path}.{key}", file.display());
                check(value, &field, known, file);
            }
        }
        Value::Array(items) => {
            let field = format!("{path}[]");
            assert!(known.contains(&field), "{}: {field}", file.display());
            items
                .iter()
                .for_each(|item| check(item, &field, known, file));
        }
        Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) => {}
    }
}
