//! `docs/invariants.md` names tests that exist; and the invariants that are seen in the sources.

use std::{
    fs,
    path::{Path, PathBuf},
};

use groundwork_engine::{Entry, Fact};
use groundwork_model::Label;
use groundwork_provider::Plan;
use serde_json::json;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

#[test]
fn each_invariant_has_tests_and_they_exist() {
    let page = read(&root().join("docs/invariants.md"));
    let rows: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("::"))
        .collect();
    assert_eq!(rows.len(), 12, "one row an invariant");
    let suite = read(&root().join("tests/conformance/src/suite/mod.rs"));
    for (number, row) in (1..).zip(rows) {
        assert!(row.starts_with(&format!("| {number} |")), "{row}");
        for name in row.split('`').filter(|text| text.contains(".rs::")) {
            let (file, test) = name.split_once("::").expect("it is there");
            let source = read(&root().join(file));
            let at = source
                .find(&format!("fn {test}("))
                .unwrap_or_else(|| panic!("there is no {name}"));
            let before = &source[..at];
            let attribute = before.rfind("test").map_or("", |from| &before[from..]);
            let is_test = attribute.lines().count() <= 2 && before.contains("#[");
            let mounted = suite.lines().any(|line| line.trim() == test);
            assert!(is_test || mounted, "{name} is no test");
        }
    }
}

/// A driver's sources name no clock, no waiting, no task and no journal.
#[test]
fn a_driver_neither_waits_nor_repeats() {
    let mut sources = Vec::new();
    let providers = fs::read_dir(root().join("providers")).expect("there are drivers");
    for provider in providers {
        collect(
            &provider.expect("it can be read").path().join("src"),
            &mut sources,
        );
    }
    collect(&root().join("tests/conformance/src/toy"), &mut sources);
    assert!(sources.len() > 10, "{sources:?}");
    let never = [
        "::spawn(",
        "::sleep(",
        ".sleep(",
        "Instant::",
        "SystemTime",
        "rand::",
        "Uuid::new",
        "Journal",
        "groundwork_engine",
        "std::env",
        "std::fs",
    ];
    // The seam to a vendor's library hands the injected clock on to it.
    sources.retain(|source| !source.ends_with("src/wire/seam.rs"));
    // Tests that are a file of their own.
    sources.retain(|source| !source.ends_with("tests.rs"));
    for source in sources {
        let text = read(&source);
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        // Of ring: it hides a key that signs; the signature is the same each time (RFC 8017, 8.2).
        let text = text.replace("rand::SystemRandom", "");
        for word in never {
            assert!(!text.contains(word), "{} has {word}", source.display());
        }
    }
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// What the first release wrote: never to be edited, only to be added to.
#[test]
fn formats_of_the_first_release_are_read() {
    let label =
        "groundwork/1 installation=groundwork cluster=c0ffee address=subnet/a incarnation=2";
    let label = Label::parse(label).expect("the label of the first release");
    assert_eq!((label.address.as_str(), label.incarnation), ("subnet/a", 2));

    let entry = json!({
        "version": 1,
        "at": "2027-01-15T08:00:00.15Z",
        "cluster": "c0ffee",
        "run": "31ed29bf8e2226dc0f2a2c560fa0d288",
        "event": "created",
        "address": "gateway",
        "kind": "toy.gateway/1",
        "id": "3d41bf49",
        "incarnation": 1,
    });
    let entry: Entry = serde_json::from_value(entry).expect("an entry of the first release");
    assert!(matches!(entry.fact, Fact::Created { id, .. } if id == "3d41bf49"));

    let account = json!({ "provider": "toy", "endpoint": "e", "project": "p", "region": "" });
    let plan = json!({
        "version": 1,
        "goal": "apply",
        "account": account,
        "installation": "groundwork",
        "cluster": "c0ffee",
        "items": [{ "address": "gateway", "kind": "toy.gateway/1", "action": "create" }],
        "findings": [],
        "hash": "00",
    });
    let plan: Plan = serde_json::from_value(plan).expect("a plan of the first release");
    assert_eq!(plan.items.len(), 1);
}
