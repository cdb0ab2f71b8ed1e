//! From what a user asks for to addresses: the defaults of the reference system, and every rule.
#![allow(
    clippy::unwrap_used,
    reason = "a test may fail in what it prepares, too"
)]

use crate::common::{cluster, schemas, shown};
use groundwork_model::{Addressing, Cluster, Family, Finding, IpFamily, NodePorts, Severity};

fn resolve(spec: &str) -> (Option<Addressing>, Vec<Finding>) {
    let cluster = Cluster::parse(&cluster(spec), &schemas()).unwrap();
    Addressing::resolve(&cluster)
}

fn network(lines: &str) -> (Option<Addressing>, Vec<Finding>) {
    let indented: String = lines.lines().map(|line| format!("  {line}\n")).collect();
    resolve(&format!("clusterNetwork:\n{indented}"))
}

fn texts(nets: &[ipnet::IpNet]) -> Vec<String> {
    nets.iter().map(ToString::to_string).collect()
}

/// What is wrong or doubtful: the note on the room that is left apart.
fn faults(findings: &[Finding]) -> Vec<String> {
    let mut lines = shown(findings);
    lines.retain(|line| !line.contains("NETWORK-CAPACITY"));
    lines
}

fn ranges(pods: &str, services: &str) -> String {
    format!("pods: {{cidrBlocks: [{pods}]}}\nservices: {{cidrBlocks: [{services}]}}")
}

#[test]
fn an_empty_network_gets_the_documented_ipv4_defaults() {
    let (addressing, findings) = resolve("");
    let addressing = addressing.unwrap();
    assert_eq!(faults(&findings), Vec::<String>::new());
    assert_eq!(addressing.family, IpFamily::Ipv4);
    assert_eq!(texts(&addressing.pods), ["172.25.0.0/16"]);
    assert_eq!(texts(&addressing.services), ["10.240.16.0/20"]);
    assert_eq!(
        (addressing.node_mask_v4, addressing.node_mask_v6),
        (24, None)
    );
    assert_eq!(
        addressing.node_ports,
        NodePorts {
            first: 30000,
            last: 32767
        }
    );
    let fields: Vec<_> = addressing
        .chosen
        .iter()
        .map(|choice| choice.field.as_str())
        .collect();
    assert_eq!(
        fields,
        [
            "spec.clusterNetwork.ipFamily",
            "spec.clusterNetwork.pods.cidrBlocks[0]",
            "spec.clusterNetwork.services.cidrBlocks[0]",
            "spec.clusterNetwork.nodeCidrMaskSizeIPv4",
            "spec.componentsOverride.apiserver.nodePortRange",
        ]
    );
}

#[test]
fn dual_stack_alone_gets_the_documented_defaults() {
    let (addressing, findings) = network("ipFamily: IPv4+IPv6");
    let addressing = addressing.unwrap();
    assert_eq!(faults(&findings), Vec::<String>::new());
    assert_eq!(texts(&addressing.pods), ["172.25.0.0/16", "fd01::/48"]);
    assert_eq!(
        texts(&addressing.services),
        ["10.240.16.0/20", "fd02::/108"]
    );
    assert_eq!(
        (addressing.node_mask_v4, addressing.node_mask_v6),
        (24, Some(64))
    );
    assert_eq!(
        addressing.pods_of(Family::V6).unwrap().to_string(),
        "fd01::/48"
    );
    assert_eq!(
        addressing.services_of(Family::V4).unwrap().to_string(),
        "10.240.16.0/20"
    );
    assert_eq!(addressing.family.to_string(), "IPv4+IPv6");
    assert_eq!(
        findings[0].message,
        "256 nodes fit, each with 256 IPv4 addresses for pods, and 4094 services"
    );
}

#[test]
fn what_the_user_gave_is_kept_and_dual_lists_mean_dual_stack() {
    let (addressing, findings) = network(&format!(
        "{}\nnodeCidrMaskSizeIPv4: 25\nnodeCidrMaskSizeIPv6: 60",
        ranges("10.1.0.0/16, fd10::/48", "10.2.0.0/20, fd02::/112")
    ));
    let addressing = addressing.unwrap();
    assert_eq!(faults(&findings), Vec::<String>::new());
    assert_eq!(addressing.family, IpFamily::DualStack);
    assert_eq!(texts(&addressing.pods), ["10.1.0.0/16", "fd10::/48"]);
    assert_eq!(texts(&addressing.services), ["10.2.0.0/20", "fd02::/112"]);
    assert_eq!(
        (addressing.node_mask_v4, addressing.node_mask_v6),
        (25, Some(60))
    );
    let (addressing, _) = network("pods: {cidrBlocks: [10.1.0.0/16, fd10::/48]}");
    assert_eq!(
        texts(&addressing.unwrap().services),
        ["10.240.16.0/20", "fd02::/108"]
    );
    let (addressing, _) = network("services: {cidrBlocks: [10.2.0.0/20, fd02::/112]}");
    assert_eq!(
        texts(&addressing.unwrap().pods),
        ["172.25.0.0/16", "fd01::/48"]
    );
}

/// What we would complete without a word, the reference system refuses.
#[test]
fn a_list_that_lacks_the_second_family_is_an_error_when_the_document_says_dual() {
    for (pods, services, list) in [
        ("10.1.0.0/16", "10.2.0.0/20, fd02::/112", "pods"),
        ("10.1.0.0/16, fd01::/48", "10.2.0.0/20", "services"),
    ] {
        let (none, findings) = network(&format!("ipFamily: IPv4+IPv6\n{}", ranges(pods, services)));
        assert_eq!(none, None);
        let line = if list == "pods" { "12:12" } else { "13:16" };
        assert_eq!(
            faults(&findings),
            [format!(
                "error NETWORK-CIDR-COUNT spec.clusterNetwork.{list}.cidrBlocks {line}"
            )]
        );
        let remedy = findings[0].remedy.as_deref().unwrap();
        assert!(remedy.contains("fd0"), "it says what to add: {remedy}");
    }
    let (none, findings) = network("ipFamily: IPv4+IPv6\npods: {cidrBlocks: [10.1.0.0/16]}");
    assert_eq!(none, None, "{findings:?}");
}

/// The API server reads such a range as its canonical form, and so does the reference system.
#[test]
fn ranges_that_are_not_canonical_are_read_as_what_they_are() {
    let (addressing, findings) = network(&ranges(
        "10.1.2.3/16, FD01::5/48",
        "10.2.0.0/20, fd02:0:0::/112",
    ));
    let addressing = addressing.unwrap();
    assert_eq!(texts(&addressing.pods), ["10.1.0.0/16", "fd01::/48"]);
    assert_eq!(texts(&addressing.services), ["10.2.0.0/20", "fd02::/112"]);
    assert_eq!(
        faults(&findings),
        [
            "warning NETWORK-CIDR-HOST-BITS spec.clusterNetwork.pods.cidrBlocks[0] 11:25",
            "warning NETWORK-CIDR-HOST-BITS spec.clusterNetwork.pods.cidrBlocks[1] 11:38",
            "warning NETWORK-CIDR-HOST-BITS spec.clusterNetwork.services.cidrBlocks[1] 12:42",
        ]
    );
    assert_eq!(findings[1].remedy.as_deref(), Some("write fd01::/48"));
}

#[test]
fn counts_of_pods_and_services_have_to_be_equal() {
    let (none, findings) = network(&ranges("10.1.0.0/16, fd10::/48", "10.2.0.0/20"));
    assert_eq!(none, None);
    assert_eq!(
        faults(&findings),
        ["error NETWORK-CIDR-COUNT spec.clusterNetwork.services.cidrBlocks 12:16"]
    );
    assert_eq!(
        findings[0].message,
        "1 CIDR is given for services and 2 for pods: a family of the one has nothing in the other"
    );
}

#[test]
fn families_come_in_order_and_match_the_document() {
    let order = |pods: &str, services: &str, family: &str| {
        let (none, findings) = network(&format!("ipFamily: {family}\n{}", ranges(pods, services)));
        assert_eq!(none, None);
        faults(&findings)
    };
    assert_eq!(
        order("fd10::/48, 10.1.0.0/16", "10.2.0.0/20, fd02::/112", "\"\""),
        [
            "error NETWORK-CIDR-ORDER spec.clusterNetwork.pods.cidrBlocks[0] 12:25",
            "error NETWORK-CIDR-ORDER spec.clusterNetwork.pods.cidrBlocks[1] 12:36",
        ]
    );
    assert_eq!(
        order(
            "10.3.0.0/16, 10.1.0.0/16",
            "10.2.0.0/20, fd02::/112",
            "IPv4+IPv6"
        ),
        ["error NETWORK-CIDR-ORDER spec.clusterNetwork.pods.cidrBlocks[1] 12:38",]
    );
    assert_eq!(
        order("10.1.0.0/16, fd10::/48", "10.2.0.0/20, fd02::/112", "IPv4"),
        [
            "error NETWORK-FAMILY spec.clusterNetwork.pods.cidrBlocks[1] 12:38",
            "error NETWORK-FAMILY spec.clusterNetwork.services.cidrBlocks[1] 13:42",
        ]
    );
    assert_eq!(
        order("fd10::/48", "fd02::/112", "IPv4"),
        [
            "error NETWORK-CIDR-ORDER spec.clusterNetwork.pods.cidrBlocks[0] 12:25",
            "error NETWORK-CIDR-ORDER spec.clusterNetwork.services.cidrBlocks[0] 13:29",
        ]
    );
    assert_eq!(
        order(
            "10.1.0.0/16, fd10::/48, fd11::/48",
            "10.2.0.0/20, fd02::/112",
            "IPv4+IPv6"
        ),
        ["error NETWORK-CIDR-COUNT spec.clusterNetwork.pods.cidrBlocks 12:12",]
    );
}

#[test]
fn bad_cidrs_are_named_with_their_field_and_what_to_write() {
    for (text, code, remedy) in [
        ("010.0.0.0/16", "NETWORK-CIDR-SYNTAX", "write 10.0.0.0/16"),
        (
            "10.0.0.0/33",
            "NETWORK-CIDR-SYNTAX",
            "write an address and a prefix length, such as 10.0.0.0/16 or fd00::/64",
        ),
        (
            "10.0.0.0",
            "NETWORK-CIDR-SYNTAX",
            "write an address and a prefix length, such as 10.0.0.0/16 or fd00::/64",
        ),
        (
            "10.0.0.0/+16",
            "NETWORK-CIDR-SYNTAX",
            "write an address and a prefix length, such as 10.0.0.0/16 or fd00::/64",
        ),
        (
            "10.0.0.0/ 16",
            "NETWORK-CIDR-SYNTAX",
            "write an address and a prefix length, such as 10.0.0.0/16 or fd00::/64",
        ),
        (
            "\"fe80::1%eth0/64\"",
            "NETWORK-CIDR-SYNTAX",
            "write fe80::1/64",
        ),
        (
            "fd00::/129",
            "NETWORK-CIDR-SYNTAX",
            "write an address and a prefix length, such as 10.0.0.0/16 or fd00::/64",
        ),
        (
            "\"::ffff:10.0.0.0/104\"",
            "NETWORK-CIDR-SPECIAL",
            "write 10.0.0.0/8",
        ),
        ("0.0.0.0/0", "NETWORK-CIDR-SPECIAL", ""),
        ("224.0.0.0/16", "NETWORK-CIDR-SPECIAL", ""),
        ("169.254.0.0/16", "NETWORK-CIDR-SPECIAL", ""),
        ("203.0.113.0/24", "NETWORK-CIDR-SPECIAL", ""),
        ("2002:a00::/32", "NETWORK-CIDR-SPECIAL", ""),
        ("2001:db8:1::/48", "NETWORK-CIDR-SPECIAL", ""),
        ("ff05::/16", "NETWORK-CIDR-SPECIAL", ""),
        ("fe80::/64", "NETWORK-CIDR-SPECIAL", ""),
        ("\"::/0\"", "NETWORK-CIDR-SPECIAL", ""),
    ] {
        let (none, findings) = network(&format!(
            "ipFamily: IPv4+IPv6\n{}",
            ranges(text, "10.2.0.0/20")
        ));
        assert_eq!(none, None);
        let finding = &findings[0];
        assert_eq!(
            (finding.code.as_ref(), finding.severity),
            (code, Severity::Error),
            "{text}"
        );
        assert_eq!(
            finding.field.as_deref(),
            Some("spec.clusterNetwork.pods.cidrBlocks[0]"),
            "{text}"
        );
        assert_eq!(finding.location.as_ref().unwrap().line, 12, "{text}");
        let said = finding.remedy.as_deref().unwrap();
        assert!(remedy.is_empty() || said == remedy, "{text}: {said}");
    }
}

#[test]
fn all_findings_come_at_once() {
    let (none, findings) = resolve(
        "version: 1.19.0\ncniPlugin: {type: canal, version: v3.21}\nclusterNetwork:\n  ipFamily: IPv4+IPv6\n  \
         pods: {cidrBlocks: [10.0.0.1/8, fd01::/40]}\n  services: {cidrBlocks: [10.0.0.0/8, fd01::/64]}\n  \
         nodeCidrMaskSizeIPv4: 33\ncomponentsOverride: {apiserver: {nodePortRange: 3-2}}",
    );
    assert_eq!(none, None);
    assert_eq!(
        faults(&findings),
        [
            "warning NETWORK-CIDR-HOST-BITS spec.clusterNetwork.pods.cidrBlocks[0] 14:25",
            "error NETWORK-NODE-MASK spec.clusterNetwork.nodeCidrMaskSizeIPv4 16:27",
            "error NETWORK-NODE-MASK-SPREAD spec.clusterNetwork.nodeCidrMaskSizeIPv6 12:3",
            "error NETWORK-SERVICE-SIZE spec.clusterNetwork.services.cidrBlocks[0] 15:29",
            "error NETWORK-SERVICE-SIZE spec.clusterNetwork.services.cidrBlocks[1] 15:41",
            "error NETWORK-OVERLAP spec.clusterNetwork.services.cidrBlocks[0] 15:29",
            "error NETWORK-OVERLAP spec.clusterNetwork.services.cidrBlocks[1] 15:41",
            "error NETWORK-KUBERNETES-VERSION spec.version 10:12",
            "error NETWORK-CNI-VERSION spec.cniPlugin.version 11:37",
            "error NETWORK-NODE-PORTS spec.componentsOverride.apiserver.nodePortRange 17:51",
        ]
    );
    assert!(
        findings
            .iter()
            .all(|finding| finding.subject.as_deref() == Some("Cluster demo"))
    );
}

/// What is found about the addresses of a cluster whose control plane the user makes with kubeadm.
fn by_kubeadm(spec: &str) -> Vec<String> {
    let text = cluster(spec).replace("cumulus:\n      network: front", "bringyourown: {}");
    let (_, findings) = Addressing::resolve(&Cluster::parse(&text, &schemas()).unwrap());
    faults(&findings)
}

/// Severity and code of the first finding.
fn first(lines: &[String]) -> Option<String> {
    let line = lines.first()?;
    line.split(" spec").next().map(str::to_owned)
}

#[test]
fn the_node_mask_fits_the_pods() {
    let document = |pods: &str, mask: u8, cni: &str| {
        format!(
            "cniPlugin: {{type: {cni}}}\nclusterNetwork:\n  pods: {{cidrBlocks: [{pods}]}}\n  nodeCidrMaskSizeIPv4: {mask}"
        )
    };
    let mask = |pods, at, cni| first(&faults(&resolve(&document(pods, at, cni)).1));
    let error = Some("error NETWORK-NODE-MASK".to_owned());
    assert_eq!(mask("10.0.0.0/16", 16, "canal"), error);
    assert_eq!(mask("10.0.0.0/16", 15, "cilium"), error);
    assert_eq!(mask("10.0.0.0/16", 33, "cilium"), error);
    assert_eq!(mask("10.0.0.0/16", 17, "canal"), None);
    assert_eq!(mask("10.0.0.0/16", 32, "canal"), None);
    // The controller-manager limits the spread of IPv6 alone; kubeadm that of both families.
    for cni in ["canal", "none", "cilium"] {
        assert_eq!(mask("11.0.0.0/8", 25, cni), None, "{cni}");
    }
    let spread = Some("error NETWORK-NODE-MASK-SPREAD".to_owned());
    assert_eq!(
        first(&by_kubeadm(&document("11.0.0.0/8", 25, "canal"))),
        spread
    );
    assert_eq!(
        first(&by_kubeadm(&document("11.0.0.0/8", 24, "canal"))),
        None
    );
}

#[test]
fn the_ipv6_node_mask_is_within_sixteen_bits_of_the_pods() {
    let document = |pods: &str, cni: &str| {
        format!(
            "cniPlugin: {{type: {cni}}}\nclusterNetwork:\n  pods: {{cidrBlocks: [11.0.0.0/16, '{pods}']}}"
        )
    };
    let mask = |pods, cni| first(&faults(&resolve(&document(pods, cni)).1));
    for cni in ["canal", "none", "cilium"] {
        assert_eq!(mask("fd01::/48", cni), None, "{cni}");
    }
    let spread = |severity| Some(format!("{severity} NETWORK-NODE-MASK-SPREAD"));
    assert_eq!(mask("fd01::/47", "canal"), spread("error"));
    assert_eq!(mask("fd01::/47", "none"), spread("error"));
    assert_eq!(mask("fd01::/47", "cilium"), spread("warning"));
    assert_eq!(
        first(&by_kubeadm(&document("fd01::/47", "cilium"))),
        spread("error")
    );
}

#[test]
fn an_ipv6_mask_without_ipv6_is_said_to_be_unused() {
    let (addressing, findings) = network("nodeCidrMaskSizeIPv6: 64");
    assert_eq!(addressing.unwrap().node_mask_v6, None);
    assert_eq!(
        faults(&findings),
        ["warning NETWORK-NODE-MASK spec.clusterNetwork.nodeCidrMaskSizeIPv6 11:27"]
    );
}

/// Measured on real API servers: who runs the control plane and which version decides.
#[test]
fn the_control_plane_takes_services_of_some_sizes_only() {
    let document = |version: &str, services: &str| {
        let services = format!("services: {{cidrBlocks: [{services}]}}");
        format!("version: {version}\nclusterNetwork:\n  ipFamily: IPv4+IPv6\n  {services}")
    };
    let size = |severity| Some(format!("{severity} NETWORK-SERVICE-SIZE"));
    let on = |version, services| first(&faults(&resolve(&document(version, services)).1));
    let kubeadm = |version, services| first(&by_kubeadm(&document(version, services)));
    for (services, old, new, by_kubeadm) in [
        ("10.0.0.0/12, fd02::/108", None, None, None),
        ("11.0.0.0/8, fd02::/108", size("error"), None, size("error")),
        (
            "10.0.0.0/12, fd02::/107",
            size("error"),
            None,
            size("error"),
        ),
        ("10.0.0.0/12, fd02::/64", size("error"), None, size("error")),
        // It starts, is ready, and never gives an address.
        (
            "10.0.0.0/12, fd02::/56",
            size("error"),
            size("error"),
            size("error"),
        ),
        ("10.0.0.0/12, fd02::/112", None, None, None),
        (
            "10.0.0.0/12, fd02::/120",
            size("warning"),
            size("warning"),
            None,
        ),
        (
            "10.0.0.0/12, fd02::/125",
            size("error"),
            size("error"),
            size("error"),
        ),
        ("10.0.0.0/29, fd02::/112", None, None, size("error")),
        (
            "10.0.0.0/30, fd02::/112",
            size("error"),
            size("error"),
            size("error"),
        ),
    ] {
        assert_eq!(on("1.33.4", services), old, "1.33 {services}");
        assert_eq!(on("1.34.0", services), new, "1.34 {services}");
        assert_eq!(on("1.36.3", services), new, "1.36 {services}");
        for version in ["1.33.4", "1.37.2"] {
            assert_eq!(kubeadm(version, services), by_kubeadm, "kubeadm {services}");
        }
    }
    let (_, findings) = resolve(&document("1.36.3", "10.0.0.0/12, fd02::/56"));
    assert!(
        findings[0].message.contains("never gives"),
        "{}",
        findings[0].message
    );
}

/// What KKP's admission refuses is not fit.
#[test]
fn what_the_reference_system_refuses_is_an_error() {
    let says = |line: &str| {
        let (_, findings) = resolve(&format!(
            "version: 1.34.1\ncniPlugin: {{type: canal}}\nclusterNetwork:\n  {line}"
        ));
        first(&faults(&findings))
    };
    let error = |code: &str| Some(format!("error {code}"));
    for mode in ["IPVS", "ebpf", "userspace", "\"\""] {
        let said = says(&format!("proxyMode: {mode}"));
        assert_eq!(said, error("NETWORK-PROXY-MODE"), "{mode}");
    }
    for mode in ["ipvs", "iptables", "nftables"] {
        assert_eq!(says(&format!("proxyMode: {mode}")), None, "{mode}");
    }
    assert_eq!(says("dnsDomain: example.com"), error("NETWORK-DNS-DOMAIN"));
    assert_eq!(says("dnsDomain: cluster.local"), None);
    assert_eq!(
        says("konnectivityEnabled: false"),
        error("NETWORK-KONNECTIVITY")
    );
    assert_eq!(says("konnectivityEnabled: true"), None);
    let on = |version: &str, mode: &str| {
        let (_, findings) = resolve(&format!(
            "version: {version}\nclusterNetwork: {{proxyMode: {mode}}}"
        ));
        first(&faults(&findings))
    };
    assert_eq!(on("1.30.1", "nftables"), error("NETWORK-PROXY-MODE"));
    assert_eq!(on("1.34.9", "ipvs"), None);
    assert_eq!(
        on("1.35.0", "ipvs"),
        Some("warning NETWORK-PROXY-MODE".to_owned())
    );
    assert_eq!(on("1.35.0", "ebpf"), None, "Cilium is the default");
}

#[test]
fn pods_and_services_overlap_in_neither_family() {
    let (_, findings) = network(&ranges(
        "10.0.0.0/8, fd00::/48",
        "10.240.16.0/20, fd00::1:0/112",
    ));
    let overlaps: Vec<_> = findings
        .iter()
        .filter(|finding| finding.code == "NETWORK-OVERLAP")
        .collect();
    assert_eq!(overlaps.len(), 2);
    assert_eq!(
        overlaps[0].message,
        "pods (10.0.0.0/8) and services (10.240.16.0/20) overlap: an address in both would reach one of them only"
    );
}

#[test]
fn dual_stack_needs_a_canal_that_has_it() {
    let cni = |plugin: &str| {
        let (addressing, _) = resolve(&format!(
            "version: 1.21.0\ncniPlugin: {plugin}\nclusterNetwork: {{ipFamily: IPv4+IPv6}}"
        ));
        addressing.is_some()
    };
    assert!(cni("{type: canal, version: v3.22}"));
    assert!(cni("{type: canal, version: v3.31}"));
    assert!(cni("{type: canal}"));
    assert!(cni("{type: cilium, version: \"1.11\"}"));
    assert!(cni("{type: none, version: \"\"}"));
    assert!(!cni("{type: canal, version: v3.21}"));
    assert!(!cni("{type: canal, version: newest}"));
}

#[test]
fn node_ports_are_read_as_kube_apiserver_reads_them() {
    let ports = |text: &str| {
        let (addressing, _) = resolve(&format!(
            "componentsOverride: {{apiserver: {{nodePortRange: \"{text}\"}}}}"
        ));
        addressing.map(|addressing| addressing.node_ports.to_string())
    };
    assert_eq!(ports("31000-32000").as_deref(), Some("31000-32000"));
    assert_eq!(ports("31000+100").as_deref(), Some("31000-31100"));
    assert_eq!(ports("31000").as_deref(), Some("31000-31000"));
    assert_eq!(ports("").as_deref(), Some("30000-32767"));
    for bad in [
        "0-10", "2-1", "1-65536", "65535+1", "a-b", "-", "1-2-3", "+1-2",
    ] {
        assert_eq!(ports(bad), None, "{bad}");
    }
}

/// Sources for a cluster's node ports: what is allowed, and what is said about it.
fn sources(
    family: &str,
    given: &[&str],
    legacy: &str,
    datacenter: &[&str],
) -> (Vec<String>, Vec<String>) {
    let owned = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    let addressing = network(&format!("ipFamily: {family}")).0.unwrap();
    let (nets, findings) = addressing.node_port_sources(
        Some(&owned(given)),
        Some(legacy),
        Some(&owned(datacenter)),
        "spec.cloud.x",
    );
    let said = findings.iter().map(|finding| {
        format!(
            "{:?} {} {}",
            finding.severity,
            finding.code,
            finding.field.as_deref().unwrap()
        )
    });
    (texts(&nets), said.collect())
}

#[test]
fn node_ports_are_open_to_the_union_of_what_the_cluster_allows() {
    let (nets, said) = sources(
        "IPv4",
        &["10.0.0.0/8", "10.0.0.0/8"],
        "192.168.0.0/16",
        &["172.16.0.0/12"],
    );
    assert_eq!(nets, ["10.0.0.0/8", "192.168.0.0/16"]);
    assert_eq!(said, Vec::<String>::new());
}

#[test]
fn the_datacenters_ranges_apply_where_the_cluster_has_none() {
    let (nets, said) = sources("IPv4", &[], "", &["172.16.0.0/12", "fd00::/8"]);
    assert_eq!(nets, ["172.16.0.0/12"]);
    assert_eq!(said, Vec::<String>::new());
    let (nets, _) = sources("IPv4+IPv6", &[], "", &["172.16.0.0/12", "fd00::/8"]);
    assert_eq!(nets, ["172.16.0.0/12", "fd00::/8"]);
}

#[test]
fn without_any_range_node_ports_are_open_to_everybody_and_that_is_said() {
    const OPEN: &str = "Warning NETWORK-NODE-PORTS-OPEN spec.cloud.x.nodePortsAllowedIPRanges";
    assert_eq!(
        sources("IPv4", &[], "", &[]),
        (vec!["0.0.0.0/0".to_owned()], vec![OPEN.to_owned()])
    );
    let (nets, said) = sources("IPv4+IPv6", &[], "", &[]);
    assert_eq!(
        (nets, said),
        (
            vec!["0.0.0.0/0".to_owned(), "::/0".to_owned()],
            vec![OPEN.to_owned(); 2]
        )
    );
    let (_, said) = sources("IPv4", &["0.0.0.0/0"], "", &[]);
    assert_eq!(said, [OPEN]);
}

#[test]
fn ranges_of_a_family_that_the_cluster_does_not_have_are_refused() {
    let (nets, said) = sources("IPv4", &["10.0.0.0/8", "fd00::/8"], "::/0", &[]);
    assert_eq!(nets, ["10.0.0.0/8"]);
    assert_eq!(
        said,
        [
            "Error NETWORK-NODE-PORT-SOURCES spec.cloud.x.nodePortsAllowedIPRanges.cidrBlocks[1]",
            "Error NETWORK-NODE-PORT-SOURCES spec.cloud.x.nodePortsAllowedIPRange",
        ]
    );
    let (_, said) = sources("IPv4+IPv6", &["10.0.0.0/8"], "", &[]);
    assert_eq!(
        said,
        ["Note NETWORK-NODE-PORT-SOURCES spec.cloud.x.nodePortsAllowedIPRanges"]
    );
    let (_, said) = sources("IPv4", &["10.0.0.1/8"], "", &[]);
    assert_eq!(
        said[0],
        "Error NETWORK-CIDR-HOST-BITS spec.cloud.x.nodePortsAllowedIPRanges.cidrBlocks[0]"
    );
}
