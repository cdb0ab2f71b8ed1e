//! Equinix Metal: the service has ended, and an installation that speaks its API is only read.
#![allow(clippy::unwrap_used, reason = "a test may")]

use crate::common::{Cloud, Seat};

const FILES: &str = "-f cluster.yaml -f seed.yaml";

const SEED: &str = "\
apiVersion: kubermatic.k8c.io/v1
kind: Seed
metadata: {name: lab}
spec:
  datacenters:
    lab:
      spec:
        packet: {metro: da}
";

/// A cluster, and what stands beside it.
fn cluster(network: &str) -> String {
    format!(
        "\
apiVersion: kubermatic.k8c.io/v1
kind: Cluster
metadata: {{name: demo}}
spec:
  version: 1.33.4
  cniPlugin: {{type: cilium, version: 1.16.9}}
  clusterNetwork: {{ipFamily: IPv4+IPv6}}
  cloud:
    dc: lab
    providerName: packet
    packet: {{}}
---
apiVersion: groundwork.dev/v1alpha1
kind: Network
metadata: {{name: demo}}
spec:
  cloud:
    packet: {network}
"
    )
}

fn write(seat: &Seat, network: &str) {
    seat.write("seed.yaml", SEED);
    seat.write("cluster.yaml", &cluster(network));
}

#[test]
fn the_service_has_ended_and_no_variable_changes_that() {
    let cloud = Cloud::of("packet", "");
    let seat = Seat::at(&cloud);
    write(&seat, "{}");
    for verb in ["preflight", "plan", "apply --yes", "verify", "drift"] {
        let text = seat.run(&format!("{verb} {FILES}")).ended(1);
        let text = format!("{}{}", text.out, text.err);
        assert!(text.contains("EQUINIX-SUNSET"), "{verb}: {text}");
        assert!(text.contains("30 June 2026"), "{verb}: {text}");
    }
}

#[test]
fn an_installation_is_read_and_nothing_more() {
    let cloud = Cloud::of("packet", "");
    let seat = Seat::at(&cloud);
    let at = &cloud.variables["EQUINIX_API_ENDPOINT"];
    write(&seat, &format!("{{endpoint: '{at}/metal/v1'}}"));
    let text = seat.run(&format!("preflight {FILES}")).ended(0);
    let text = format!("{}{}", text.out, text.err);
    assert!(text.contains("EQUINIX-IPV6-LATER"), "{text}");
    let text = seat.run(&format!("apply --yes {FILES}")).ended(0);
    let text = format!("{}{}", text.out, text.err);
    assert!(text.contains("Nothing to do"), "{text}");
    // By its name alone, as somebody would who has no document any more.
    let line = "destroy --yes --cluster demo --provider packet";
    let text = seat.run(line).ended(0);
    let text = format!("{}{}", text.out, text.err);
    assert!(text.contains("this driver creates nothing"), "{text}");
    let text = seat.run("inventory --provider packet").ended(0);
    let text = format!("{}{}", text.out, text.err);
    assert!(text.contains("this driver creates nothing"), "{text}");
    assert!(
        !text.contains(&cloud.variables["METAL_AUTH_TOKEN"]),
        "{text}"
    );
}

#[test]
fn a_misspelt_address_a_strange_number_and_a_key_in_the_wrong_place_are_told_at_once() {
    let seat = Seat::new();
    let network = "{endpoint: 'https://me:hunter2@metal.test', vlans: [1, 5000], vlan: 7}";
    write(&seat, network);
    let text = seat.run(&format!("preflight {FILES}"));
    let text = format!("{}{}", text.out, text.err);
    for part in ["expected at least 2", "expected at most 3999", "vlan"] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    assert!(!text.contains("hunter2"), "{text}");
    write(&seat, "{endpoint: 'https://me:hunter2@metal.test'}");
    let text = seat.run(&format!("preflight {FILES}")).ended(1);
    let text = format!("{}{}", text.out, text.err);
    assert!(text.contains("EQUINIX-ENDPOINT"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}
