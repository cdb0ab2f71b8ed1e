//! Google Cloud as its users see it, over HTTP.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use crate::common::{Cloud, Ran, Seat};

const FILES: &str = "-f cluster.yaml -f seed.yaml";

/// A user with the example's documents, at a cloud whose operations take so long.
fn ready(operation_delay: &str) -> (Cloud, Seat) {
    let cloud = Cloud::of("gcp", &format!("--operation-delay {operation_delay}"));
    let seat = Seat::at(&cloud);
    let examples = [
        (
            "cluster.yaml",
            include_str!("../../../../docs/examples/gcp/cluster.yaml"),
        ),
        (
            "seed.yaml",
            include_str!("../../../../docs/examples/gcp/seed.yaml"),
        ),
    ];
    for (name, text) in examples {
        seat.write(name, text);
    }
    (cloud, seat)
}

fn run(seat: &Seat, line: &str) -> Ran {
    seat.run(&format!("{line} {FILES}"))
}

#[test]
fn from_preflight_to_destroy() {
    let (_cloud, seat) = ready("50ms");
    run(&seat, "preflight").ended(0);
    run(&seat, "plan --detailed-exitcode").ended(2);
    let applied = run(&seat, "apply --yes").ended(0);
    assert!(
        applied.err.contains("firewall/icmp-ipv6"),
        "{}",
        applied.err
    );
    let again = run(&seat, "apply --yes").ended(0);
    assert!(again.out.contains("Nothing to do"), "{}", again.out);
    run(&seat, "verify").ended(0);
    run(&seat, "drift").ended(0);
    run(&seat, "sweep").ended(0);
    let output = run(&seat, "output --patch").ended(0).out;
    assert!(
        output.contains("subnetworks/kubernetes-example"),
        "{output}"
    );
    let inventory = run(&seat, "inventory").ended(0).out;
    assert!(inventory.contains("gcp.router/1"), "{inventory}");
    // No document says where the cloud is, or whose it is.
    seat.run("destroy --cluster example --yes").ended(0);
    let inventory = run(&seat, "inventory").ended(0).out;
    assert!(
        inventory.contains("nothing carries its label"),
        "{inventory}"
    );
}

/// The process is killed while the cloud works on the subnetwork: the next one waits for that, and
/// goes on.
#[test]
fn a_run_that_is_killed_is_resumed() {
    let (_cloud, seat) = ready("1s");
    let mut command = seat.command(&format!("apply --yes --output json {FILES}"));
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut lines = String::new();
    // The network, and what is first made in it.
    while lines.matches("\"event\":\"pending\"").count() < 2 {
        assert_ne!(out.read_line(&mut lines).unwrap(), 0, "{lines}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    run(&seat, "resume --yes").ended(0);
    let again = run(&seat, "apply --yes").ended(0);
    assert!(again.out.contains("Nothing to do"), "{}", again.out);
    run(&seat, "destroy --yes").ended(0);
}

#[test]
fn a_key_is_asked_for_and_never_shown() {
    let (_cloud, seat) = ready("0s");
    let seat = seat.with("GROUNDWORK_LOG", "trace");
    let shown = run(&seat, "plan").ended(0);
    let both = format!("{}{}", shown.err, shown.out);
    for secret in ["PRIVATE KEY", "ya29.", "assertion="] {
        assert!(!both.contains(secret), "{secret}: {both}");
    }
    let nobody = seat.without(&["GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_PROJECT"]);
    let refused = run(&nobody, "plan");
    assert_ne!(refused.code, 0);
    assert!(
        refused.err.contains("GOOGLE_APPLICATION_CREDENTIALS"),
        "{}",
        refused.err
    );
}
