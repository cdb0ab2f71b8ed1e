//! The life of a network, over a mock cloud on a port: every verb, its exit code, its JSON.

use crate::common::{Seat, cluster, cluster_with, ready};
use serde_json::Value;

const FILES: &str = "-f cluster.yaml -f seed.yaml";

#[test]
fn from_preflight_to_destroy() {
    let (_cloud, seat) = ready("");
    let run = |line: &str| seat.run(&format!("{line} {FILES}"));
    run("preflight").ended(0);
    run("plan").ended(0);
    run("plan --detailed-exitcode").ended(2);
    run("verify").ended(2);
    run("drift").ended(2);
    run("output").ended(3);
    let applied = run("apply --yes").ended(0);
    assert!(
        applied.err.contains("created"),
        "progress is beside the result: {}",
        applied.err
    );
    assert!(
        applied.out.contains("Next: groundwork output"),
        "{}",
        applied.out
    );
    assert!(run("apply --yes").ended(0).out.contains("Nothing to do"));
    run("plan --detailed-exitcode").ended(0);
    run("verify").ended(0);
    run("drift").ended(0);
    run("sweep").ended(0);
    run("resume --yes").ended(0);
    assert!(run("output").ended(0).out.contains("192.168.1.0/24"));
    assert!(run("inventory").ended(0).out.contains("subnet"));
    let destroyed = seat.run("destroy --cluster demo --yes").ended(0);
    assert!(destroyed.err.contains("deleted"), "{}", destroyed.err);
    assert!(
        run("inventory")
            .ended(0)
            .out
            .contains("nothing carries its label")
    );
    assert!(
        seat.run("destroy --cluster demo --yes")
            .ended(0)
            .out
            .contains("Nothing to do")
    );
}

#[test]
fn the_state_is_in_the_users_state_directory() {
    let (_cloud, seat) = ready("");
    seat.run(&format!("plan {FILES}")).ended(0);
    assert!(
        seat.folder()
            .join(".local/state/groundwork/groundwork.db")
            .exists()
    );
    let elsewhere = Seat::new();
    let other = elsewhere.folder().join("other.db");
    seat.run(&format!("plan {FILES} --state {}", other.display()))
        .ended(0);
    assert!(other.exists());
}

#[test]
fn events_are_one_a_line() {
    let (_cloud, seat) = ready("");
    let applied = seat
        .run(&format!("apply --yes --output json {FILES}"))
        .ended(0);
    let lines = applied.lines();
    let types: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["type"].as_str())
        .collect();
    assert_eq!(types.first(), Some(&"plan"));
    assert_eq!(types.last(), Some(&"outcome"));
    let created = lines
        .iter()
        .filter(|line| line["entry"]["event"] == "created")
        .count();
    let planned = lines[0]["plan"]["items"].as_array().unwrap();
    assert_eq!(
        created,
        planned
            .iter()
            .filter(|item| item["action"] == "create")
            .count()
    );
    let outcome = applied.last("outcome");
    assert_eq!(outcome["outcome"], "done");
    assert!(outcome["network"]["patch"]["spec"]["cloud"]["openstack"].is_object());
}

#[test]
fn every_verb_speaks_json() {
    let (_cloud, seat) = ready("");
    seat.run(&format!("apply --yes {FILES}")).ended(0);
    for (line, kind) in [
        ("preflight", "findings"),
        ("plan", "plan"),
        ("verify", "plan"),
        ("drift", "plan"),
        ("sweep", "swept"),
        ("output", "network"),
        ("inventory", "object"),
        ("graph --format dot", "graph"),
        ("resume --yes", "outcome"),
    ] {
        seat.run(&format!("{line} --output json {FILES}"))
            .ended(0)
            .last(kind);
    }
}

#[test]
fn a_plan_in_a_file_is_what_is_applied_or_nothing() {
    let (_cloud, seat) = ready("");
    seat.run(&format!("plan --out plan.json {FILES}")).ended(0);
    let stale = cluster_with("demo", "").replace("192.168.1.0/24", "192.168.2.0/24");
    let original = cluster("demo");
    seat.write("cluster.yaml", &stale);
    let refused = seat
        .run(&format!("apply --yes --plan plan.json {FILES}"))
        .ended(3);
    assert!(refused.err.contains("stale"), "{}", refused.err);
    seat.write("cluster.yaml", &original);
    seat.run(&format!("apply --yes --plan plan.json {FILES}"))
        .ended(0);
    let refused = seat
        .run(&format!("apply --yes --plan plan.json {FILES}"))
        .ended(3);
    assert!(refused.err.contains("stale"), "{}", refused.err);
}

#[test]
fn ids_that_are_written_back_change_nothing() {
    let (_cloud, seat) = ready("");
    seat.run(&format!("apply --yes {FILES}")).ended(0);
    let network = seat
        .run(&format!("output --output json {FILES}"))
        .ended(0)
        .last("network");
    let Value::Object(ids) = network["network"]["patch"]["spec"]["cloud"]["openstack"].clone()
    else {
        panic!("{network}")
    };
    let fields: String = ids
        .iter()
        .map(|(key, value)| format!("      {key}: {value}\n"))
        .collect();
    seat.write("cluster.yaml", &cluster_with("demo", &fields));
    seat.run(&format!("plan --detailed-exitcode {FILES}"))
        .ended(0);
    let patch = seat.run(&format!("output --patch {FILES}")).ended(0).out;
    assert!(patch.starts_with("spec:\n"), "{patch}");
}

#[test]
fn a_sweep_tells_the_clusters_apart() {
    let (_cloud, seat) = ready("");
    seat.run(&format!("apply --yes {FILES}")).ended(0);
    seat.write("other.yaml", &cluster("other"));
    let swept = seat
        .run(&format!("sweep --output json {FILES} -f other.yaml"))
        .ended(2);
    let differs = |name: &str| {
        let lines = swept.lines();
        let line = lines.iter().find(|line| line["name"] == name).cloned();
        line.map(|line| line["differs"].clone())
    };
    assert_eq!(differs("demo"), Some(false.into()));
    assert_eq!(differs("other"), Some(true.into()));
}

#[test]
fn pictures_show_the_ranges() {
    let (_cloud, seat) = ready("");
    for (format, mark) in [
        ("mermaid", "flowchart"),
        ("dot", "digraph"),
        ("svg", "<svg"),
    ] {
        let out = seat
            .run(&format!("graph --format {format} {FILES}"))
            .ended(0)
            .out;
        assert!(
            out.contains(mark) && out.contains("192.168.1.0/24"),
            "{out}"
        );
    }
}

#[test]
fn a_cloud_that_lets_nobody_in_is_a_failure() {
    let (_cloud, seat) = ready("");
    let seat = seat.with("OS_PASSWORD", "wrong");
    let ran = seat.run(&format!("plan {FILES}")).ended(3);
    // A machine without certificates is warned of that first.
    let said = ran.err.lines().any(|line| line.starts_with("error: "));
    // What is doubtful in the document may be why; nothing else is said.
    let plan = ran.out.contains("Plan:");
    assert!(said && !plan, "{ran:?}");
    let ran = seat.run(&format!("plan --output json {FILES}")).ended(3);
    assert_eq!(ran.last("trouble")["exit"], 3);
}

#[test]
fn the_embedded_mock_needs_nothing() {
    let seat = Seat::new();
    seat.write("seed.yaml", crate::common::SEED);
    seat.write(
        "cluster.yaml",
        &cluster_with("demo", "      floatingIPPool: theirs\n"),
    );
    seat.run(&format!("apply --mock --yes {FILES}")).ended(0);
    assert!(
        !seat.folder().join(".local").exists(),
        "no state is kept of it"
    );
}

#[test]
fn a_run_that_fails_keeps_what_it_made_and_says_how_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let faults = folder.path().join("faults.yaml");
    let rule = "rules: [{match: {method: POST, path_contains: /routers}, fault: {kind: quota}, times: 1}]\n";
    std::fs::write(&faults, rule).unwrap();
    let (_cloud, seat) = ready(&format!("--faults {}", faults.display()));
    let failed = seat.run(&format!("apply --yes {FILES}")).ended(3);
    assert!(
        failed.err.contains("router") && failed.err.contains("failed"),
        "{}",
        failed.err
    );
    assert!(
        failed.err.contains("skipped"),
        "what needs it is not tried: {}",
        failed.err
    );
    assert!(
        failed.out.contains("then groundwork apply -f cluster.yaml"),
        "{}",
        failed.out
    );
    seat.run(&format!("apply --yes {FILES}")).ended(0);
    seat.run(&format!("drift {FILES}")).ended(0);
}
