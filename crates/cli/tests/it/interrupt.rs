//! Ctrl-C in the middle of an apply, and what comes after it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Output, Stdio},
};

use crate::common::{Cloud, Ran, Seat, ready};
use rustix::process::{Pid, Signal, kill_process};

const FILES: &str = "-f cluster.yaml -f seed.yaml";

fn interrupt(child: &Child) {
    send(child, Signal::INT);
}

fn send(child: &Child, signal: Signal) {
    let pid = i32::try_from(child.id())
        .ok()
        .and_then(Pid::from_raw)
        .expect("it runs");
    kill_process(pid, signal).expect("it is ours");
}

/// The tags of an object have to wait. They would go on by themselves after some minutes: no run
/// ends before it is interrupted.
const WAITS: &str = "\
rules:
  - match: { method: PUT, path_contains: /tags }
    fault: { kind: throttle, retry_after_s: 600 }
    times: 1
";

/// A subnet takes its time.
const LASTS: &str = "  - match: { method: POST, path_contains: /subnets }
    fault: { kind: latency, extra_ms: 2000 }
    times: 1
";

/// A user at a cloud where that goes wrong.
fn ready_for(faults: &str) -> (Cloud, Seat) {
    let folder = Seat::new();
    let faults = folder.write("faults.yaml", faults);
    ready(&format!("--faults {}", faults.display()))
}

/// An apply that is interrupted once it has written what is waited for.
fn apply_until(seat: &Seat, is_time: impl Fn(&str) -> bool) -> Ran {
    let line = format!("apply --yes --output json {FILES}");
    let mut command = seat.command(&line);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut lines = String::new();
    while !is_time(&lines) {
        assert_ne!(out.read_line(&mut lines).unwrap(), 0, "{lines}");
    }
    interrupt(&child);
    out.read_to_string(&mut lines).unwrap();
    let output = child.wait_with_output().unwrap();
    let stdout = lines.into_bytes();
    Ran::of(&line, Output { stdout, ..output })
}

/// How many lines tell such an event.
fn count(lines: &str, event: &str) -> usize {
    lines.matches(&format!("\"event\":\"{event}\"")).count()
}

#[test]
fn ctrl_c_stops_cleanly_and_resume_finishes() {
    let (_cloud, seat) = ready_for(&format!("{WAITS}{LASTS}"));
    // The first object exists, and something has to wait.
    let is_time = |lines: &str| count(lines, "created") > 0 && count(lines, "retrying") > 0;
    let stopped = apply_until(&seat, is_time).ended(3);
    assert_eq!(stopped.last("outcome")["outcome"], "cancelled");
    assert!(stopped.err.contains("Stopping"), "{}", stopped.err);

    let plan = seat.run(&format!("plan {FILES}")).ended(0);
    assert!(plan.out.contains("ENGINE-INTERRUPTED"), "{}", plan.out);
    let resumed = seat.run(&format!("resume --yes {FILES}")).ended(0);
    assert!(resumed.out.contains("Done"), "{}", resumed.out);
    seat.run(&format!("plan --detailed-exitcode {FILES}"))
        .ended(0);
    assert!(
        seat.run(&format!("resume --yes {FILES}"))
            .ended(0)
            .out
            .contains("Nothing to resume")
    );
    seat.run(&format!("destroy --yes {FILES}")).ended(0);
}

/// The run ends by the wish itself, which is told first.
#[test]
fn ctrl_c_is_heard_where_nothing_is_under_way() {
    let (_cloud, seat) = ready_for(WAITS);
    // Three of the first rank, two subnets, two interfaces; the tags of all but one.
    let is_time = |lines: &str| {
        let all = count(lines, "created") == 7 && count(lines, "updated") == 4;
        all && count(lines, "retrying") == 1
    };
    let stopped = apply_until(&seat, is_time).ended(3);
    assert_eq!(stopped.last("outcome")["outcome"], "cancelled");
    assert!(stopped.err.contains("Stopping"), "{}", stopped.err);
}

#[test]
fn what_only_looks_stops_at_once() {
    let (_cloud, seat) = ready("--latency 60s");
    let line = format!("plan --state state.db {FILES}");
    let mut command = seat.command(&line);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It is on its way once it has a state.
    crate::common::until(&mut child, || seat.folder().join("state.db").exists());
    interrupt(&child);
    let stopped = Ran::of(&line, child.wait_with_output().unwrap()).ended(3);
    assert!(
        stopped.err.contains("nothing was changed"),
        "{}",
        stopped.err
    );
}

/// Somebody who waits for a cluster stops: at once, with Ctrl-C as with SIGTERM, and nothing of it stays. A second
/// wish, or a kill, has nothing to tidy up either: it only reads.
#[cfg(target_os = "linux")]
#[test]
fn who_waits_for_a_cluster_stops_at_once() {
    for signal in [Signal::INT, Signal::TERM] {
        let cloud = Cloud::of("bringyourown", "");
        let seat = Seat::at(&cloud);
        // Of another cluster: nobody there ever gets fit.
        let mut config: serde_json::Value =
            serde_json::from_str(&cloud.variables["GROUNDWORK_KUBECONFIG"]).unwrap();
        config["clusters"][0]["cluster"]["server"] = serde_json::json!("http://127.0.0.1:1");
        let seat = seat.with("GROUNDWORK_KUBECONFIG", &config.to_string());
        let line = "verify-cluster --wait 10m";
        let mut child = seat
            .command(line)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut lines = String::new();
        while !lines.contains("asking again") {
            assert_ne!(err.read_line(&mut lines).unwrap(), 0, "{lines}");
        }
        send(&child, signal);
        err.read_to_string(&mut lines).unwrap();
        let stopped = Ran::of(line, child.wait_with_output().unwrap()).ended(3);
        assert!(lines.contains("stopped; nothing was changed"), "{lines}");
        assert_eq!(stopped.out, "");
    }
}

/// Whether a process hears SIGINT by now: before, the signal ends it as any other.
#[cfg(target_os = "linux")]
fn hears(child: &Child) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = u64::from_str_radix(caught.unwrap().trim(), 16).unwrap();
    caught & 0b10 != 0
}

#[cfg(target_os = "linux")]
#[test]
fn who_waits_for_documents_hears_ctrl_c() {
    let seat = Seat::new();
    let made = std::process::Command::new("mkfifo")
        .arg(seat.folder().join("pipe.yaml"))
        .status();
    assert!(made.unwrap().success());
    for line in [
        "plan --mock -f -",
        "plan --mock -f pipe.yaml",
        "apply --mock --yes -f pipe.yaml",
    ] {
        let mut child = seat
            .command(line)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Kept, so that it does not come to its end.
        let _input = child.stdin.take();
        while !hears(&child) {
            assert_eq!(child.try_wait().unwrap(), None, "it waits");
            std::thread::yield_now();
        }
        interrupt(&child);
        let ran = Ran::of(line, child.wait_with_output().unwrap()).ended(3);
        assert!(ran.err.contains("nothing was changed"), "{}", ran.err);
    }
}

#[test]
fn a_state_that_is_no_file_is_refused() {
    let (_cloud, seat) = ready("");
    let made = std::process::Command::new("mkfifo")
        .arg(seat.folder().join("state.db"))
        .status();
    assert!(made.unwrap().success());
    let ran = seat.run(&format!("plan --state state.db {FILES}")).ended(3);
    assert!(ran.err.contains("is not a file"), "{}", ran.err);
}

#[test]
fn the_mock_ends_with_ctrl_c() {
    let seat = crate::common::Seat::new();
    let mut child = seat
        .command("mock openstack")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    assert!(line.starts_with("export OS_"), "{line}");
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
