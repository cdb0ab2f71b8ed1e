//! What drivers can do is told without a document, a state and a cloud.

use crate::common::Seat;

#[test]
fn features_calls_and_permissions_of_one_cloud() {
    let text = Seat::new().run("capabilities openstack").ended(0).out;
    for part in [
        "OpenStack\n",
        "IPv4 becomes dual-stack in place:  yes",
        "load balancers of both families:  no",
        "POST /v2.0/networks",
        "create_network",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
}

#[test]
fn every_cloud_is_one_line_for_programs() {
    let ran = Seat::new().run("capabilities --output json").ended(0);
    let lines = ran.lines();
    assert!(lines.iter().any(|line| line["cloud"] == "openstack"));
    for line in &lines {
        assert_eq!(line["type"], "capabilities");
        let operations = line["operations"].as_array().unwrap();
        let is_text = |field: &str| operations.iter().all(|of| of[field].is_string());
        assert!(is_text("name") && is_text("usedFor") && is_text("permission"));
        let features = line["features"].as_array().unwrap();
        assert!(features.iter().all(|of| of["reason"].is_string()));
    }
}

#[test]
fn a_cloud_that_was_not_built_in_is_wrong_usage() {
    let ran = Seat::new().run("capabilities mainframe").ended(64);
    assert!(ran.err.contains("openstack"), "{}", ran.err);
}
