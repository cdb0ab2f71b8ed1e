//! What is said of the documents without a cloud: everything at once.

use std::sync::Arc;

use crate::site::{DUAL, IPV4, SEED, errors, request, with};
use groundwork_model::{Addressing, Finding, InstallationId};
use groundwork_openstack::OpenStack;
use groundwork_provider::{
    Options,
    erased::{AnyProvider, Erased, target},
};

fn check(seed: &str, cluster: &str) -> Vec<Finding> {
    let request = request(seed, cluster, Options::default());
    let (addressing, findings) = Addressing::resolve(&request.cluster);
    let addressing = addressing.unwrap_or_else(|| panic!("{findings:#?}"));
    let target = target(
        InstallationId::default(),
        request.cluster,
        Arc::new(addressing),
        request.datacenter,
        request.options,
    );
    Erased::new(OpenStack).check(&target)
}

/// The errors, each with its field.
fn wrong(seed: &str, cluster: &str) -> Vec<(String, String)> {
    let findings = check(seed, cluster);
    let wrong = findings.into_iter().filter(Finding::is_error);
    wrong
        .map(|finding| {
            assert!(finding.remedy.is_some(), "{finding}");
            let field = finding.field.expect("it says where");
            let field = field.replace("spec.cloud.openstack.", "");
            (finding.code.into_owned(), field)
        })
        .collect()
}

fn of(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(code, field): &(&str, &str)| ((*code).to_owned(), (*field).to_owned());
    pairs.iter().map(owned).collect()
}

#[test]
fn a_good_document_has_nothing_to_be_said_of() {
    assert_eq!(check(SEED, DUAL), []);
    assert_eq!(check(SEED, IPV4), []);
}

#[test]
fn everything_is_said_at_once() {
    let seed = SEED
        .replace("ipv6Enabled: true", "ipv6Enabled: false")
        .replace("- 9.9.9.9", "- nine")
        .replace(
            "          region:",
            "          authURL: 'ftp://keystone'\n          region:",
        );
    let cluster = with(
        DUAL,
        "username: somebody\nsubnetID: absent\nsubnetCidr: 192.168.1.1/24\nipv6SubnetCidr: fd77::/80\nsubnetAllocationPool: 192.168.1.9",
    )
    .replace("[10.0.0.0/8, \"fd00:10::/32\"]", "[10.0.0.1/8]")
    .replace("sshSources: [10.0.0.0/8]", "sshSources: [everywhere]");
    let datacenter =
        |field: &str| format!("spec.datacenters.openstack-hamburg.spec.openstack.{field}");
    let (ipv6, auth, dns) = (
        datacenter("ipv6Enabled"),
        datacenter("authURL"),
        datacenter("dnsServers[0]"),
    );
    let expected = [
        ("OPENSTACK-IPV6-DISABLED", ipv6.as_str()),
        ("OPENSTACK-AUTH-URL", auth.as_str()),
        ("OPENSTACK-CREDENTIALS", "username"),
        ("OPENSTACK-CREDENTIALS", "username"),
        ("OPENSTACK-NETWORK-UNNAMED", "subnetID"),
        ("NETWORK-CIDR-HOST-BITS", "subnetCidr"),
        ("OPENSTACK-PREFIX-LENGTH", "ipv6SubnetCidr"),
        ("OPENSTACK-ALLOCATION-POOL", "subnetAllocationPool"),
        ("OPENSTACK-DNS-SERVER", dns.as_str()),
        ("NETWORK-CIDR-SYNTAX", "sshSources[0]"),
        (
            "NETWORK-CIDR-HOST-BITS",
            "nodePortsAllowedIPRanges.cidrBlocks[0]",
        ),
    ];
    assert_eq!(wrong(&seed, &cluster), of(&expected));
}

#[test]
fn a_subnet_has_room_for_nodes_and_is_of_its_family() {
    let table = [
        ("subnetCidr: 192.168.1.0/30", "OPENSTACK-SUBNET-SIZE"),
        ("subnetCidr: fd77::/64", "OPENSTACK-SUBNET-FAMILY"),
        ("subnetCidr: 169.254.0.0/24", "NETWORK-CIDR-SPECIAL"),
        ("ipv6SubnetCidr: 10.0.0.0/24", "OPENSTACK-SUBNET-FAMILY"),
        ("subnetCidr: 172.25.7.0/24", "NETWORK-OVERLAP"),
        ("ipv6SubnetCidr: fd01:0:0:5::/64", "NETWORK-OVERLAP"),
    ];
    for (line, code) in table {
        let findings = check(SEED, &with(DUAL, line));
        assert_eq!(errors(&findings), [code], "{line}");
    }
    assert_eq!(wrong(SEED, &with(DUAL, "subnetCidr: 192.168.1.0/29")), []);
}

#[test]
fn the_default_range_may_not_overlap_with_pods_either() {
    let pods = IPV4.replace(
        "    ipFamily: IPv4\n",
        "    ipFamily: IPv4\n    pods:\n      cidrBlocks: [192.168.0.0/16]\n",
    );
    assert_eq!(errors(&check(SEED, &pods)), ["NETWORK-OVERLAP"]);
    let named = with(&pods, "network: nodes\nsubnetID: s4");
    assert_eq!(wrong(SEED, &named), []);
}

#[test]
fn the_routers_address_is_not_given_to_nodes() {
    let pool = with(IPV4, "subnetAllocationPool: 192.168.1.1-192.168.1.99");
    assert_eq!(errors(&check(SEED, &pool)), ["OPENSTACK-ALLOCATION-POOL"]);
}

#[test]
fn credentials_are_whole_and_of_one_kind() {
    let table = [
        ("username: a\npassword: b\nproject: c", ""),
        ("username: a\npassword: b\nprojectID: c", ""),
        (
            "applicationCredentialID: a\napplicationCredentialSecret: b",
            "",
        ),
        ("useToken: true\ntoken: a\nprojectID: c", ""),
        ("username: a\nproject: c", "username"),
        ("username: a\npassword: b", "username"),
        ("password: b", "password"),
        ("applicationCredentialID: a", "applicationCredentialID"),
        (
            "applicationCredentialSecret: a",
            "applicationCredentialSecret",
        ),
        ("useToken: true", "useToken"),
        (
            "applicationCredentialID: a\napplicationCredentialSecret: b\nusername: c",
            "username",
        ),
        // A Secret may complete what stands in the document.
        ("username: a\ncredentialsReference:\n|  name: secret", ""),
    ];
    for (lines, field) in table {
        let expected = match field {
            "" => Vec::new(),
            field => of(&[("OPENSTACK-CREDENTIALS", field)]),
        };
        assert_eq!(wrong(SEED, &with(IPV4, lines)), expected, "{lines}");
    }
}

#[test]
fn an_application_credential_excuses_nothing_else() {
    let lines = "applicationCredentialID: a\napplicationCredentialSecret: b";
    let cluster = with(IPV4, lines).replace("cidrBlocks: [10.0.0.0/8]", "cidrBlocks: [all]");
    let field = "nodePortsAllowedIPRanges.cidrBlocks[0]";
    assert_eq!(wrong(SEED, &cluster), of(&[("NETWORK-CIDR-SYNTAX", field)]));
}

#[test]
fn ranges_are_of_families_that_the_cluster_has() {
    let cluster = IPV4
        .replace("cidrBlocks: [10.0.0.0/8]", "cidrBlocks: [\"fd00::/8\"]")
        .replace("sshSources: [10.0.0.0/8]", "sshSources: [\"fd00::/8\"]");
    let codes: Vec<_> = wrong(SEED, &cluster)
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    assert_eq!(codes, ["ACCESS-SSH-SOURCE", "NETWORK-NODE-PORT-SOURCES"]);
}

#[test]
fn ssh_from_all_of_ipv6_is_warned_of() {
    let cluster = DUAL.replace(
        "sshSources: [10.0.0.0/8]",
        "sshSources: [10.0.0.0/8, \"::/0\"]",
    );
    let findings = check(SEED, &cluster);
    let codes: Vec<_> = findings.iter().map(|f| f.code.as_ref()).collect();
    assert_eq!(codes, ["ACCESS-SSH-OPEN"]);
    assert!(findings[0].message.contains("::/0"), "{findings:#?}");
}

/// The reference system lets the whole world in where the older field is used.
#[test]
fn one_range_in_the_older_field_is_the_only_one() {
    let cluster = IPV4.replace(
        "      nodePortsAllowedIPRanges:\n        cidrBlocks: [10.0.0.0/8]\n",
        "      nodePortsAllowedIPRange: 10.1.0.0/16\n",
    );
    assert_eq!(check(SEED, &cluster), []);
}

/// The reference system ignores it where the cluster gives none.
#[test]
fn the_datacenters_node_port_ranges_hold_where_the_cluster_gives_none() {
    let cluster = IPV4.replace(
        "      nodePortsAllowedIPRanges:\n        cidrBlocks: [10.0.0.0/8]\n",
        "",
    );
    let codes = |seed: &str| errors_and_warnings(&check(seed, &cluster));
    assert_eq!(codes(SEED), ["NETWORK-NODE-PORTS-OPEN"]);
    let seed = SEED.replace(
        "          ipv6Enabled: true\n",
        "          ipv6Enabled: true\n          nodePortsAllowedIPRange:\n            cidrBlocks: [10.2.0.0/16]\n",
    );
    assert_eq!(codes(&seed), [""; 0]);
}

fn errors_and_warnings(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|f| f.code.clone().into_owned())
        .collect()
}
