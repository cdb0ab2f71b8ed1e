//! Two runs of one cluster with one state file.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use crate::common::{Seat, ready};

const FILES: &str = "-f cluster.yaml -f seed.yaml";

/// The tags of all objects have to wait, for longer than anybody would.
const WAITS: &str = "\
rules:
  - match: { method: PUT, path_contains: /tags }
    fault: { kind: throttle, retry_after_s: 600 }
";

/// Whoever finds the cluster taken says so, and by whom, before anything else: also while the other's
/// call has no reply, and nothing of it is waited for.
#[test]
fn whoever_finds_the_cluster_taken_says_so_at_once() {
    let faults = Seat::new();
    let faults = faults.write("faults.yaml", WAITS);
    let (_cloud, seat) = ready(&format!("--faults {}", faults.display()));
    let mut working = seat
        .command(&format!("apply --yes --output json {FILES}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(working.stdout.take().unwrap());
    let mut lines = String::new();
    while !lines.contains("\"event\":\"retrying\"") {
        assert_ne!(out.read_line(&mut lines).unwrap(), 0, "{lines}");
    }
    for verb in ["apply", "resume", "destroy"] {
        let refused = seat.run(&format!("{verb} --yes {FILES}")).ended(3);
        let told = ["is being worked on by", "wait for the other run to end"];
        for words in told {
            assert!(refused.err.contains(words), "{verb}: {}", refused.err);
        }
        assert!(!refused.out.contains("Plan:"), "{verb}: {}", refused.out);
    }
    assert_eq!(working.try_wait().unwrap(), None, "it still works");
    working.kill().unwrap();
    working.wait().unwrap();
    // What only looks is refused to nobody.
    seat.run(&format!("plan {FILES}")).ended(0);
}
