//! What an operator can do when documents, state or readers are gone.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::{io::Read, process::Stdio};

use crate::common::{Cloud, SEED, Seat, cluster_with, ready};

const FILES: &str = "-f cluster.yaml -f seed.yaml";
const AWS_SEED: &str = include_str!("../../../../docs/examples/aws/seed.yaml");
const AWS_CLUSTER: &str = include_str!("../../../../docs/examples/aws/cluster.yaml");

/// The journal knows where the cluster is, and by which name.
#[test]
fn a_name_is_enough_to_destroy_and_to_destroy_again() {
    let cloud = Cloud::of("aws", "");
    let seat = Seat::at(&cloud);
    seat.write("seed.yaml", AWS_SEED);
    seat.write("cluster.yaml", AWS_CLUSTER);
    seat.run(&format!("apply --yes {FILES} --state state.db"))
        .ended(0);
    let seat = seat.without(&["AWS_REGION", "AWS_DEFAULT_REGION"]);
    let destroy = "destroy --yes --cluster example --state state.db";
    let first = seat.run(destroy).ended(0);
    assert!(first.err.contains("deleted"), "{}", first.err);
    let again = seat.run(destroy).ended(0);
    assert!(again.out.contains("Nothing to do"), "{}", again.out);
}

/// With neither document nor state, the driver has to be named.
#[test]
fn what_no_state_knows_is_found_and_removed_through_its_driver() {
    let (_cloud, seat) = ready("");
    seat.run(&format!("apply --yes {FILES} --state lost.db"))
        .ended(0);
    let elsewhere = "--provider openstack --state other.db --output json";
    let object = seat.run(&format!("inventory {elsewhere}")).ended(0);
    let object = object.last("object");
    assert_eq!(object["known"], false);
    let cluster = object["cluster"].as_str().unwrap();
    let destroy = format!("destroy --yes --cluster {cluster} --adopt");
    let nobody = seat.run(&format!("{destroy} --state other.db")).ended(1);
    assert!(nobody.out.contains("--provider"), "{}", nobody.out);
    seat.run(&format!("{destroy} {elsewhere}")).ended(0);
    let left = seat.run(&format!("inventory {elsewhere}")).ended(0);
    assert_eq!(left.out, "");
}

/// The cloud ends with the command, so nothing about it may be left for the next one.
#[test]
fn the_embedded_mock_leaves_the_state_alone() {
    let (_cloud, seat) = ready("");
    let seat = seat.with("GROUNDWORK_STATE", "state.db");
    seat.run(&format!("apply --mock --yes {FILES}")).ended(0);
    assert!(!seat.folder().join("state.db").exists());
    seat.run(&format!("apply --yes {FILES}")).ended(0);
    let mock = seat.run(&format!("plan --mock {FILES}")).ended(0);
    assert!(mock.out.contains("to create"), "{}", mock.out);
    let real = seat.run(&format!("plan {FILES}")).ended(0);
    assert!(!real.out.contains("to create"), "{}", real.out);
}

/// `plan | head -1` ends without a word; what is carried out is carried out.
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let (_cloud, seat) = ready("");
    for (line, code) in [("plan", 141), ("apply --yes", 141), ("demo", 141)] {
        let mut command = seat.command(&format!("{line} {FILES}"));
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        let mut stderr = child.stderr.take().unwrap();
        stderr.read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{line}: {said}");
        assert!(!said.contains("error"), "{line}: {said}");
    }
    let plan = seat.run(&format!("plan {FILES}")).ended(0);
    assert!(
        plan.out.contains("to create"),
        "it went before the plan was read"
    );
}

/// A table in a file is whole.
#[test]
fn ids_and_ranges_are_never_cut_where_there_is_no_terminal() {
    let (_cloud, seat) = ready("");
    let long = cluster_with("a-name-as-long-as-the-names-of-clusters-are", "");
    seat.write("cluster.yaml", &long);
    seat.run(&format!("apply --yes {FILES}")).ended(0);
    let verified = seat.run(&format!("verify {FILES}")).ended(0).out;
    let rows = verified.lines().filter(|line| line.starts_with("  = "));
    let subnet = rows.clone().find(|row| row.contains("fd00::/64"));
    assert!(subnet.is_some_and(|row| row.len() > 100), "{verified}");
    assert!(rows.clone().all(|row| !row.contains('…')), "{verified}");
}

/// A value that there is not is a finding like any other, beside the others.
#[test]
fn a_value_that_there_is_not_has_a_place() {
    let seat = Seat::new();
    seat.write("seed.yaml", AWS_SEED);
    let wrong = AWS_CLUSTER.replace("    aws:\n", "    aws:\n      ipv6Source: Amazon\n");
    seat.write("cluster.yaml", &wrong);
    let ran = seat.run(&format!("preflight --mock {FILES}")).ended(1);
    for said in [
        "cluster.yaml:",
        "spec.cloud.aws.ipv6Source",
        "`amazon`",
        "NETWORK-CAPACITY",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
}

/// Why there is no connection may stand in the documents.
#[test]
fn what_is_odd_in_the_documents_is_said_where_the_connection_fails() {
    let seat = Seat::new();
    seat.write("seed.yaml", &AWS_SEED.replace("region:", "regoin:"));
    seat.write("cluster.yaml", AWS_CLUSTER);
    let ran = seat.run(&format!("plan {FILES}")).ended(3);
    assert!(ran.out.contains("did you mean region?"), "{}", ran.out);
    assert!(ran.err.contains("which region"), "{}", ran.err);
}

/// A warning that stands against an apply is not called an error.
#[test]
fn a_paused_cluster_is_told_what_it_is() {
    let seat = Seat::new();
    seat.write("seed.yaml", SEED);
    let paused = cluster_with("demo", "").replace("spec:\n", "spec:\n  pause: true\n");
    seat.write("cluster.yaml", &paused);
    let ran = seat.run(&format!("apply --mock --yes {FILES}")).ended(1);
    assert!(ran.out.contains("set spec.pause to false"), "{}", ran.out);
    assert!(!ran.out.contains("marked as an error"), "{}", ran.out);
}
