//! Nodes that the user brings: read through the file that `kubectl` reads, and joined by a file of ours.
#![allow(clippy::unwrap_used, reason = "a test may")]

use crate::common::{Cloud, Seat};

const FILES: &str = "-f cluster.yaml -f seed.yaml";
const TOKEN: &str = "9xwn14.ktdfg3s3fqyj0dr9";

const SEED: &str = "\
apiVersion: kubermatic.k8c.io/v1
kind: Seed
metadata: {name: lab}
spec: {datacenters: {hall: {spec: {bringyourown: {}}}}}
";

/// A cluster, and what stands beside it.
fn write(seat: &Seat, network: &str) {
    seat.write("seed.yaml", SEED);
    let text = format!(
        "apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata: {{name: own}}\nspec:\n  version: \
         1.36.3\n  cloud: {{dc: hall, bringyourown: {{}}}}\n  clusterNetwork: {{ipFamily: \
         IPv4+IPv6}}\n---\napiVersion: groundwork.dev/v1alpha1\nkind: Network\nmetadata: {{name: \
         own}}\nspec: {{cloud: {{bringyourown: {network}}}}}\n"
    );
    seat.write("cluster.yaml", &text);
}

#[test]
fn the_file_that_kubectl_reads_opens_the_cluster() {
    let cloud = Cloud::of("bringyourown", "");
    let text = cloud.variables["GROUNDWORK_KUBECONFIG"].clone();
    let seat = Seat::at(&cloud).without(&["GROUNDWORK_KUBECONFIG"]);
    let file = seat.write("kubeconfig", &text);
    let seat = seat.with("KUBECONFIG", &file.display().to_string());
    write(&seat, "{}");
    let ran = seat.run(&format!("verify {FILES}")).ended(0);
    let told = format!("{}{}", ran.out, ran.err);
    for part in ["node/node-a", "node/node-b", "172.25.1.0/24"] {
        assert!(told.contains(part), "{part} is missing in {told}");
    }
    assert!(!told.contains("mock-token"), "{told}");
    // A list of nodes is judged alone: the file may be of another cluster.
    write(
        &seat,
        "{nodes: [{name: c, addresses: [10.0.6.11, 'fd0a::11']}]}",
    );
    let ran = seat.run(&format!("preflight {FILES}")).ended(0);
    assert!(!ran.out.contains("node-a"), "{}", ran.out);
}

#[test]
fn a_node_joins_by_a_file_and_the_token_is_seen_only_where_it_is_asked_for() {
    let seat = Seat::new().with("GROUNDWORK_BOOTSTRAP_TOKEN", TOKEN);
    let hash = format!("sha256:{}", "0a".repeat(32));
    write(
        &seat,
        &format!(
            "{{apiServerEndpoint: 'k.example.org:6443', caCertHashes: ['{hash}'], nodes: [{{name: a, \
             addresses: [10.0.6.11, 'fd0a::11']}}, {{name: b, addresses: [10.0.6.12, 'fd0a::12']}}]}}"
        ),
    );
    let hidden = seat.run(&format!("render join {FILES}")).ended(0);
    assert!(!format!("{}{}", hidden.out, hidden.err).contains(TOKEN));
    let line = format!("render join --node b --show-token {FILES}");
    let shown = seat.run(&line).ended(0);
    assert!(shown.out.contains(TOKEN), "{}", shown.out);
    assert!(shown.out.contains("10.0.6.12,fd0a::12"), "{}", shown.out);
    assert!(!shown.out.contains("10.0.6.11"), "{}", shown.out);
    // What was rendered is a file that a preflight has nothing against.
    seat.write("join.yaml", &shown.out);
    seat.run(&format!("preflight {FILES} -f join.yaml"))
        .ended(0);
    // The page of KKP's documentation: v1beta4 with the map of v1beta3.
    let map = shown
        .out
        .replace("  - name: node-ip\n    value: ", "    node-ip: ");
    seat.write("join.yaml", &map);
    let ran = seat
        .run(&format!("preflight {FILES} -f join.yaml"))
        .ended(1);
    let told = format!("{}{}", ran.out, ran.err);
    assert!(told.contains("KUBEADM-EXTRA-ARGS  join.yaml:1"), "{told}");
    assert!(!told.contains(TOKEN), "{told}");
    seat.run(&format!("render join --node c {FILES}")).ended(64);
}
