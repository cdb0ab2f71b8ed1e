//! A plan file binds what it shows, and nothing else is overwritten by one.
#![allow(clippy::unwrap_used, reason = "a test may")]

use crate::common::ready;
use serde_json::{Value, json};

const FILES: &str = "-f cluster.yaml -f seed.yaml --state state.db";

#[test]
fn an_edited_plan_is_refused() {
    let (_cloud, seat) = ready("");
    seat.run(&format!("plan --out plan.json {FILES}")).ended(0);
    let text = std::fs::read_to_string(seat.folder().join("plan.json")).unwrap();
    let plan: Value = serde_json::from_str(&text).unwrap();
    type Edit = fn(&mut Value);
    let edits: [Edit; 6] = [
        |plan| plan["items"] = json!([plan["items"][0]]),
        |plan| plan["items"][0]["action"] = json!("keep"),
        |plan| plan["goal"] = json!("destroy"),
        |plan| plan["findings"] = json!([]),
        |plan| plan["items"][0]["reason"] = json!("nothing to see"),
        |plan| drop(plan.as_object_mut().unwrap().remove("seal")),
    ];
    for edit in edits {
        let mut edited = plan.clone();
        edit(&mut edited);
        assert_ne!(edited, plan, "the edit changes something");
        seat.write("edited.json", &edited.to_string());
        let ran = seat
            .run(&format!("apply --yes --plan edited.json {FILES}"))
            .ended(3);
        assert!(
            ran.err.contains("was changed after it was written"),
            "{}",
            ran.err
        );
    }
    for version in [json!(0), json!(2), json!("1"), json!(null)] {
        let mut other = plan.clone();
        other["version"] = version;
        seat.write("other.json", &other.to_string());
        let ran = seat
            .run(&format!("apply --yes --plan other.json {FILES}"))
            .ended(3);
        assert!(ran.err.contains("format"), "{}", ran.err);
    }
    // The layout does not matter: what it says is the same.
    seat.write("compact.json", &plan.to_string());
    seat.run(&format!("apply --yes --plan compact.json {FILES}"))
        .ended(0);
}

#[test]
fn a_plan_takes_the_place_of_nothing_else() {
    let (_cloud, seat) = ready("");
    seat.run(&format!("apply --yes {FILES}")).ended(0);
    let state = std::fs::read(seat.folder().join("state.db")).unwrap();
    for path in [
        "state.db",
        "./state.db",
        "state.db-wal",
        "cluster.yaml",
        "./seed.yaml",
    ] {
        let ran = seat.run(&format!("plan --out {path} {FILES}")).ended(64);
        assert!(ran.err.contains("a plan needs another"), "{}", ran.err);
    }
    let after = std::fs::read(seat.folder().join("state.db")).unwrap();
    assert!(state == after, "the state is as it was");
    seat.run(&format!("plan {FILES}")).ended(0);
}

#[cfg(unix)]
#[test]
fn its_owner_alone_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let (_cloud, seat) = ready("");
    // Whatever stood there, and whatever mode it had.
    let path = seat.write("plan.json", "{}");
    for _ in 0..2 {
        seat.run(&format!("plan --out plan.json {FILES}")).ended(0);
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn what_is_named_in_vain_is_told() {
    let (_cloud, seat) = ready("");
    let ran = seat
        .run(&format!("plan --replace subnet/ipv7 {FILES}"))
        .ended(0);
    assert!(ran.out.contains("ENGINE-REPLACE-UNKNOWN"), "{}", ran.out);
    assert!(
        ran.out.contains("subnet/ipv6"),
        "it names those that are there: {}",
        ran.out
    );
    let ran = seat.run(&format!("plan --provider aws {FILES}")).ended(64);
    assert!(ran.err.contains("says openstack"), "{}", ran.err);
    seat.run(&format!("plan --provider openstack {FILES}"))
        .ended(0);
}

#[test]
fn the_state_is_one_file_when_the_program_has_ended() {
    let (_cloud, seat) = ready("");
    for line in ["apply --yes", "plan", "destroy --yes"] {
        seat.run(&format!("{line} {FILES}")).ended(0);
        let names = std::fs::read_dir(seat.folder()).unwrap();
        let names = names.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut beside: Vec<String> = names.filter(|name| name.starts_with("state.db")).collect();
        beside.sort();
        assert_eq!(beside, ["state.db"], "after {line}");
    }
}
