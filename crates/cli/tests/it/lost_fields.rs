//! A document that comes back from an API server without our fields changes no network unasked, and
//! what the reference system never lets change is told.
#![allow(clippy::unwrap_used, reason = "a test may")]

use crate::common::{cluster_with, ready};

const FILES: &str = "-f cluster.yaml -f seed.yaml --state state.db";
const UID: &str = "uid: 11111111-2222-4333-8444-555555555555";

/// The usual cluster with a uid, as `kubectl get` prints it, and lines in its section.
fn document(fields: &str) -> String {
    cluster_with("demo", fields).replace("{name: demo}", &format!("{{name: demo, {UID}}}"))
}

/// The text without its line breaks.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_field_that_narrows_is_not_lost_unasked() {
    let (_cloud, seat) = ready("");
    seat.write("cluster.yaml", &document(""));
    seat.run(&format!("apply --yes {FILES}")).ended(0);
    let without = document("").replace("      sshSources: [198.51.100.0/24]\n", "");
    seat.write("cluster.yaml", &without);
    for verb in ["plan", "apply --yes"] {
        let ran = seat.run(&format!("{verb} {FILES}")).ended(1);
        assert!(ran.out.contains("ENGINE-FIELD-LOST"), "{}", ran.out);
        assert!(
            flat(&ran.out).contains("198.51.100.0/24"),
            "it says what was: {}",
            ran.out
        );
    }
    // The document that survives an API server has it.
    seat.write(
        "network.yaml",
        "apiVersion: groundwork.dev/v1alpha1\nkind: Network\nmetadata: {name: demo}\nspec: {cloud: {openstack: {sshSources: [198.51.100.0/24]}}}\n",
    );
    let ran = seat
        .run(&format!("plan --detailed-exitcode -f network.yaml {FILES}"))
        .ended(0);
    assert!(!ran.out.contains("OWN-FIELD"), "{}", ran.out);
    // Or somebody says that it is meant.
    seat.run(&format!("apply --yes --lost sshSources {FILES}"))
        .ended(0);
    seat.run(&format!("plan --detailed-exitcode {FILES}"))
        .ended(0);
}

#[test]
fn a_file_that_no_api_server_has_had_may_say_less() {
    let (_cloud, seat) = ready("");
    seat.run(&format!("apply --yes {FILES}")).ended(0);
    let without = cluster_with("demo", "").replace("      sshSources: [198.51.100.0/24]\n", "");
    seat.write("cluster.yaml", &without);
    let ran = seat.run(&format!("plan {FILES}")).ended(0);
    assert!(!ran.out.contains("FIELD-LOST"), "{}", ran.out);
}

#[test]
fn what_the_reference_system_never_lets_change_is_told() {
    let (_cloud, seat) = ready("");
    let with =
        |network: &str| document("").replace("{ipFamily: IPv4+IPv6}", &format!("{{{network}}}"));
    seat.write(
        "cluster.yaml",
        &with("ipFamily: IPv4+IPv6, proxyMode: iptables"),
    );
    seat.run(&format!("apply --yes {FILES}")).ended(0);
    for changed in [
        "ipFamily: IPv4+IPv6, proxyMode: nftables",
        "pods: {cidrBlocks: [10.99.0.0/16, 'fd01::/48']}, proxyMode: iptables",
        "services: {cidrBlocks: [10.240.16.0/20, 'fd22::/108']}, proxyMode: iptables",
    ] {
        seat.write("cluster.yaml", &with(changed));
        let ran = seat.run(&format!("plan {FILES}")).ended(1);
        assert!(ran.out.contains("error    ENGINE-FIXED"), "{}", ran.out);
        assert!(flat(&ran.out).contains("lets nobody change"), "{}", ran.out);
    }
    seat.write(
        "cluster.yaml",
        &with("ipFamily: IPv4+IPv6, proxyMode: iptables, dnsDomain: cluster.local"),
    );
    let ran = seat.run(&format!("plan {FILES}")).ended(0);
    assert!(
        !ran.out.contains("ENGINE-FIXED"),
        "what was not said before may be said: {}",
        ran.out
    );
}

/// The cloud follows; the reference system's cluster and the nodes that exist do not.
#[test]
fn from_ipv4_to_dual_stack_the_plan_says_who_does_not_follow() {
    let (_cloud, seat) = ready("");
    let ipv4 = document("")
        .replace("IPv4+IPv6", "IPv4")
        .replace(", '2001:db8:100::/48'", "");
    seat.write("cluster.yaml", &ipv4);
    seat.run(&format!("apply --yes {FILES}")).ended(0);
    seat.write("cluster.yaml", &document(""));
    let ran = seat.run(&format!("plan {FILES}")).ended(0);
    assert!(ran.out.contains("warning  ENGINE-FIXED"), "{}", ran.out);
    assert!(
        flat(&ran.out).contains("nodes that exist never"),
        "{}",
        ran.out
    );
    seat.run(&format!("apply --yes {FILES}")).ended(0);
}
