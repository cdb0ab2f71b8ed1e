//! Storms with real processes: a few here, hundreds with `cargo xtask storm`.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::process::Command;

/// Runs killed with SIGKILL, with one state file, two and lost ones.
#[test]
fn storms_over_openstack_come_right() {
    let storm = Command::new(env!("CARGO_BIN_EXE_storm"))
        .args(["run", "openstack", "--seeds", "6", "--beside", "3"])
        .output()
        .unwrap();
    let said = [storm.stdout, storm.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(storm.status.success(), "{said}");
    assert!(said.contains("6 storms over openstack, 0 wrong"), "{said}");
}
