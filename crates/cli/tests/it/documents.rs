//! Documents that cannot be used: everything that is wrong with them, at once, with its place.

use crate::common::{SEED, Seat, cluster};

/// Examples that name what exists, each with its seed and a word of them.
const EXISTING: [(&str, &str, &str); 3] = [
    (
        include_str!("../../../../docs/examples/digitalocean/existing.yaml"),
        include_str!("../../../../docs/examples/digitalocean/seed.yaml"),
        "firewall: nodes",
    ),
    (
        include_str!("../../../../docs/examples/hetzner/existing-network.yaml"),
        include_str!("../../../../docs/examples/hetzner/seed.yaml"),
        "network: nodes",
    ),
    (
        include_str!("../../../../docs/examples/vsphere/existing.yaml"),
        include_str!("../../../../docs/examples/vsphere/seed.yaml"),
        "datastoreCluster: gold",
    ),
];

#[test]
fn mock_clouds_have_what_documents_name_unless_no_cloud_could() {
    for (cluster, seed, named) in EXISTING {
        let seat = Seat::new();
        seat.write("cluster.yaml", cluster);
        seat.write("seed.yaml", seed);
        let line = "preflight --mock -f cluster.yaml -f seed.yaml";
        seat.run(line).ended(0);
        let word = named.rsplit(' ').next().unwrap_or(named);
        let impossible = named.replace(word, &format!("\"{} !\"", "n".repeat(300)));
        seat.write("cluster.yaml", &cluster.replace(named, &impossible));
        let out = seat.run(line).ended(1).out;
        assert!(out.contains("nnn"), "{out}");
    }
}

#[test]
fn all_findings_are_shown_with_file_line_and_column() {
    let seat = Seat::new();
    let text = cluster("demo")
        .replace(
            "ipFamily: IPv4+IPv6",
            "ipFamily: IPv4+IPv6, pods: {cidrBlocks: [172.25.0.1/16]}",
        )
        .replace("version: 1.33.4", "version: 1.19.0")
        .replace("dc: lab", "dc: lap");
    let file = seat.write("cluster.yaml", &text);
    seat.write("seed.yaml", SEED);
    let out = seat.run("plan -f cluster.yaml -f seed.yaml").ended(1).out;
    for place in ["cluster.yaml:7:", "cluster.yaml:9:"] {
        assert!(
            out.contains(place),
            "{place} is not in\n{out}\n{}",
            file.display()
        );
    }
    assert!(out.contains("did you mean lab?"), "{out}");
}

#[test]
fn a_file_that_is_no_document_is_told() {
    let seat = Seat::new();
    seat.write("broken.yaml", "kind: [Cluster\n");
    let ran = seat.run("preflight -f broken.yaml").ended(1);
    assert!(ran.out.contains("broken.yaml:"), "{}", ran.out);
    let ran = seat.run("preflight -f broken.yaml --output json").ended(1);
    let findings = ran.last("findings");
    assert_eq!(findings["findings"][0]["location"]["source"], "broken.yaml");
}

#[test]
fn a_misspelt_field_is_an_error_if_asked_for() {
    let seat = Seat::new();
    let text = cluster("demo").replace("subnetCidr", "subnetCIDR");
    seat.write("cluster.yaml", &text);
    seat.write("seed.yaml", SEED);
    let out = seat
        .run("plan --strict -f cluster.yaml -f seed.yaml")
        .ended(1)
        .out;
    assert!(
        out.contains("subnetCidr"),
        "the nearest name is said\n{out}"
    );
}

#[test]
fn standard_input_is_a_file_too() {
    let seat = Seat::new();
    let mut command = assert_cmd::Command::from_std(seat.command("preflight -f -"));
    let output = command.write_stdin("kind: [Cluster\n").output().unwrap();
    let ran = crate::common::Ran::of("preflight -f -", output).ended(1);
    assert!(ran.out.contains("-:"), "{}", ran.out);
}
