//! kubeadm's own documents beside a cluster.

use crate::common::{parse, shown};

const HASH: &str = "sha256:b36ebfbcf51e019e6c763dd95bbc307ee4e96e9534d3133a65cf185c0dd74551";

/// What is said of a document of kubeadm's beside a cluster of that release.
fn told(release: &str, document: &str) -> Vec<String> {
    let text = format!(
        "apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata: {{name: own}}\nspec:\n  \
         version: {release}\n  cloud: {{bringyourown: {{}}}}\n  clusterNetwork: {{ipFamily: \
         IPv4+IPv6}}\n---\n{document}"
    );
    let findings = parse(&text).1;
    let of_kubeadm = findings.into_iter();
    let of_kubeadm = of_kubeadm.filter(|one| {
        let subject = one.subject.as_deref().unwrap_or_default();
        subject.ends_with("Configuration")
    });
    shown(&of_kubeadm.collect::<Vec<_>>())
}

fn join(version: &str, arguments: &str) -> String {
    format!(
        "apiVersion: kubeadm.k8s.io/{version}\nkind: JoinConfiguration\ndiscovery:\n  \
         bootstrapToken:\n    apiServerEndpoint: k.example.org:6443\n    token: \
         9xwn14.ktdfg3s3fqyj0dr9\n    caCertHashes: ['{HASH}']\nnodeRegistration:\n  \
         kubeletExtraArgs:\n{arguments}"
    )
}

fn list(node_ip: &str) -> String {
    join(
        "v1beta4",
        &format!("  - name: node-ip\n    value: {node_ip}\n"),
    )
}

#[test]
fn a_good_file_is_read_in_silence() {
    assert_eq!(told("1.36.3", &list("10.0.6.11,fd0a::11")), [""; 0]);
    let map = join("v1beta3", "    node-ip: 10.0.6.11,fd0a::11\n");
    assert_eq!(told("1.30.1", &map), [""; 0]);
}

#[test]
fn each_release_reads_its_own_versions() {
    let map = join("v1beta3", "    node-ip: 10.0.6.11,fd0a::11\n");
    let new = list("10.0.6.11,fd0a::11");
    let old = new.replace("v1beta4", "v1beta2");
    for (release, document, wanted) in [
        ("1.36.3", &map, "warning KUBEADM-API apiVersion"),
        ("1.37.0", &map, "error KUBEADM-API apiVersion"),
        ("1.30.1", &new, "error KUBEADM-API apiVersion"),
        ("1.36.3", &old, "error KUBEADM-API apiVersion"),
    ] {
        let told = told(release, document);
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].starts_with(wanted), "{told:#?}");
    }
}

/// The map below v1beta4 is at its own line: the file is copied from a page that has it so.
#[test]
fn arguments_of_the_other_form_are_told_at_their_line() {
    let map = join("v1beta4", "    node-ip: 10.0.6.11,fd0a::11\n");
    let told_map = told("1.36.3", &map);
    assert_eq!(
        told_map,
        ["error KUBEADM-EXTRA-ARGS nodeRegistration.kubeletExtraArgs 17:3"]
    );
    let reverse = list("10.0.6.11,fd0a::11").replace("v1beta4", "v1beta3");
    let told_list = told("1.30.1", &reverse);
    assert!(
        told_list[0].starts_with("error KUBEADM-EXTRA-ARGS"),
        "{told_list:#?}"
    );
    let number = told("1.36.3", &list("10"));
    assert!(
        number[0].starts_with("error KUBEADM-EXTRA-ARGS"),
        "{number:#?}"
    );
}

#[test]
fn what_kubeadm_lets_pass_of_node_ip_is_told() {
    for (node_ip, code) in [
        ("not-an-ip,fd0a::11", "KUBEADM-NODE-IP"),
        ("'10.0.6.11, fd0a::11'", "KUBEADM-NODE-IP"),
        ("fd0a::11,10.0.6.11", "KUBEADM-NODE-IP"),
        ("10.0.6.11", "KUBEADM-NODE-IP"),
        ("10.0.6.11,fe80::1", "NETWORK-CIDR-SPECIAL"),
        ("10.240.16.9,fd0a::11", "NETWORK-OVERLAP"),
    ] {
        let told = told("1.36.3", &list(node_ip));
        let wanted = format!("error {code} nodeRegistration.kubeletExtraArgs[0].value 19:12");
        assert_eq!(told, [wanted], "{node_ip}");
    }
}

#[test]
fn what_a_node_joins_with_has_its_form_and_no_token_is_quoted() {
    let good = list("10.0.6.11,fd0a::11");
    for (from, to, field) in [
        ("k.example.org:6443", "k.example.org", "apiServerEndpoint"),
        ("9xwn14.ktdfg3s3fqyj0dr9", "hunter2", "token"),
        (HASH, "sha256:00", "caCertHashes[0]"),
        ("caCertHashes", "hashes", "caCertHashes"),
    ] {
        let told = told("1.36.3", &good.replace(from, to));
        assert_eq!(told.len(), 1, "{told:#?}");
        let wanted = format!("error KUBEADM-DISCOVERY discovery.bootstrapToken.{field} ");
        assert!(told[0].starts_with(&wanted), "{told:#?}");
        assert!(!told[0].contains("hunter2"), "{told:#?}");
    }
}

#[test]
fn ranges_of_a_control_plane_are_held_against_each_other() {
    let cluster = |pods: &str, services: &str| {
        let document = format!(
            "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nnetworking:\n  \
             podSubnet: {pods}\n  serviceSubnet: {services}\n"
        );
        told("1.36.3", &document)
    };
    assert_eq!(
        cluster("10.0.0.0/16,fd01::/48", "10.1.0.0/20,fd02::/112"),
        [""; 0]
    );
    let overlap = cluster("10.0.0.0/16,fd01::/48", "10.0.9.0/24,fd02::/112");
    assert!(
        overlap[0].starts_with("error NETWORK-OVERLAP networking.podSubnet"),
        "{overlap:#?}"
    );
    for services in ["fd02::/112,10.1.0.0/20", "10.1.0.0/20"] {
        let order = cluster("10.0.0.0/16,fd01::/48", services);
        assert!(
            order[0].starts_with("error KUBEADM-NETWORKING"),
            "{order:#?}"
        );
    }
}
