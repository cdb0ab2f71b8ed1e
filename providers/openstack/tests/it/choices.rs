//! What is made, from what the document and the cloud say: findings before anything is made.

use crate::site::{DUAL, IPV4, SEED, errors, rig, with};
use groundwork_provider::Options;
use mock_openstack::Config;
use serde_json::json;

async fn stopped(config: Config, cluster: &str) -> Vec<String> {
    let rig = rig(config);
    let findings = rig.findings(cluster).await;
    assert_eq!(rig.mock.mutating_calls().len(), 0);
    for finding in findings.iter().filter(|finding| finding.is_error()) {
        assert!(finding.remedy.is_some(), "{finding}");
        assert!(finding.field.is_some(), "{finding}");
    }
    errors(&findings).into_iter().map(str::to_owned).collect()
}

#[tokio::test(start_paused = true)]
async fn dual_stack_needs_a_datacenter_that_allows_it() {
    let seed = SEED.replace("ipv6Enabled: true", "ipv6Enabled: false");
    let rig = rig(Config::default());
    let findings = rig.findings_in(&seed, DUAL).await;
    assert_eq!(errors(&findings), ["OPENSTACK-IPV6-DISABLED"]);
    let place = "spec.datacenters.openstack-hamburg.spec.openstack.ipv6Enabled";
    let error = findings.iter().find(|finding| finding.is_error());
    assert_eq!(error.unwrap().field.as_deref(), Some(place));
}

#[tokio::test(start_paused = true)]
async fn several_external_networks_have_to_be_chosen_from() {
    let config = || Config::default().with_external_network("other", &["198.51.100.0/24"]);
    let silent = DUAL.replace("      floatingIPPool: public\n", "");
    assert_eq!(
        stopped(config(), &silent).await,
        ["OPENSTACK-EXTERNAL-NETWORK"]
    );
    let wrong = DUAL.replace("floatingIPPool: public", "floatingIPPool: absent");
    assert_eq!(
        stopped(config(), &wrong).await,
        ["OPENSTACK-EXTERNAL-NETWORK"]
    );
    rig(config()).apply(DUAL).await;
    rig(Config::default()).apply(&silent).await;
}

#[tokio::test(start_paused = true)]
async fn a_document_is_judged_as_a_whole() {
    let wrong = with(
        DUAL,
        "network: absent\nipv6SubnetPool: absent\nrouterID: absent\nsecurityGroups: absent",
    );
    let codes = stopped(Config::default(), &wrong).await;
    assert_eq!(
        codes,
        [
            "OPENSTACK-MISSING",
            "OPENSTACK-MISSING",
            "OPENSTACK-MISSING",
            "OPENSTACK-MISSING"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn the_ipv6_range_comes_from_the_first_source_that_there_is() {
    let config = || {
        let config = Config::default().with_subnet_pool("named", "fd77:5::/48", 64, false);
        config.with_default_v6_pool()
    };
    let table = [
        ("ipv6SubnetCidr: fd77:1::/64", "fd77:1::/64"),
        (
            "ipv6SubnetCidr: fd77:5:0:5::/64\nipv6SubnetPool: named",
            "fd77:5:0:5::/64",
        ),
        ("ipv6SubnetPool: named", "fd77:5::/64"),
        ("useToken: false", "2001:db8::/64"),
    ];
    for (lines, cidr) in table {
        let pass = rig(config()).apply(&with(DUAL, lines)).await;
        let subnets = pass.network().subnets.clone();
        assert_eq!(subnets[1].cidrs[0].to_string(), cidr, "{lines}");
        assert!(pass.codes().contains("OPENSTACK-IPV6-SOURCE"));
    }
    let pass = rig(Config::default()).apply(DUAL).await;
    assert_eq!(pass.network().subnets[1].cidrs[0].to_string(), "fd00::/64");
    assert!(pass.codes().contains("OPENSTACK-IPV6-FALLBACK"));
}

#[tokio::test(start_paused = true)]
async fn a_pool_has_to_be_of_ipv6_and_give_a_64() {
    let config = || {
        let config = Config::default().with_subnet_pool("v4", "10.9.0.0/16", 24, false);
        config.with_subnet_pool("long", "2001:db8:9::/48", 80, false)
    };
    let named = |name: &str| with(DUAL, &format!("ipv6SubnetPool: {name}"));
    assert_eq!(
        stopped(config(), &named("v4")).await,
        ["OPENSTACK-POOL-FAMILY"]
    );
    assert_eq!(
        stopped(config(), &named("absent")).await,
        ["OPENSTACK-MISSING"]
    );
    let outside = with(DUAL, "ipv6SubnetPool: long\nipv6SubnetCidr: fd77::/64");
    assert!(
        stopped(config(), &outside)
            .await
            .contains(&"OPENSTACK-POOL-PREFIX".to_owned())
    );
}

#[tokio::test(start_paused = true)]
async fn automatic_addresses_need_a_64() {
    let short = with(DUAL, "ipv6SubnetCidr: fd77::/80");
    assert_eq!(
        stopped(Config::default(), &short).await,
        ["OPENSTACK-PREFIX-LENGTH"]
    );
    let stateful = with(
        DUAL,
        "ipv6SubnetCidr: fd77::/80\nipv6RAMode: dhcpv6-stateful",
    );
    rig(Config::default()).apply(&stateful).await;
}

#[tokio::test(start_paused = true)]
async fn nodes_overlap_with_neither_pods_nor_services() {
    let pods = with(IPV4, "subnetCidr: 172.25.0.0/24");
    assert_eq!(stopped(Config::default(), &pods).await, ["NETWORK-OVERLAP"]);
    let ipv6 = with(DUAL, "ipv6SubnetCidr: fd01:0:0:5::/64");
    assert_eq!(stopped(Config::default(), &ipv6).await, ["NETWORK-OVERLAP"]);
}

#[tokio::test(start_paused = true)]
async fn an_allocation_pool_is_two_addresses_of_the_subnet() {
    for pool in [
        "192.168.1.10",
        "192.168.1.20-192.168.1.10",
        "10.0.0.1-10.0.0.9",
        "a-b",
    ] {
        let cluster = with(IPV4, &format!("subnetAllocationPool: {pool}"));
        assert_eq!(
            stopped(Config::default(), &cluster).await,
            ["OPENSTACK-ALLOCATION-POOL"]
        );
    }
    let cluster = with(IPV4, "subnetAllocationPool: 192.168.1.10-192.168.1.99");
    let rig = rig(Config::default());
    rig.apply(&cluster).await;
    assert_eq!(rig.apply(&cluster).await.done(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn no_router_is_made_where_the_way_out_is_somebody_elses() {
    let annotated = IPV4.replace(
        "metadata:\n",
        "metadata:\n  annotations:\n    reconciliation.kubermatic.k8c.io/skip-router: \"true\"\n",
    );
    for cluster in [annotated, with(IPV4, "externalGateway: true")] {
        let pass = rig(Config::default()).apply(&cluster).await;
        assert_eq!(
            pass.made(),
            ["+ network", "+ security-group", "+ subnet/ipv4"]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn ssh_and_node_ports_from_anywhere_are_warned_of() {
    let open = IPV4
        .replace("      sshSources: [10.0.0.0/8]\n", "")
        .replace(
            "      nodePortsAllowedIPRanges:\n        cidrBlocks: [10.0.0.0/8]\n",
            "",
        );
    let pass = rig(Config::default()).apply(&open).await;
    assert!(pass.codes().contains("ACCESS-SSH-OPEN"));
    assert!(pass.codes().contains("NETWORK-NODE-PORTS-OPEN"));
    // Also where the document names the cluster's own group, which is gone and is made anew.
    let named = with(&open, "securityGroups: kubernetes-example");
    let pass = rig(Config::default()).apply(&named).await;
    assert!(pass.codes().contains("ACCESS-SSH-OPEN"));
    assert!(pass.codes().contains("NETWORK-NODE-PORTS-OPEN"));
    let pass = rig(Config::default()).apply(IPV4).await;
    assert!(
        pass.codes().into_iter().eq(["NETWORK-CAPACITY"]),
        "{:?}",
        pass.codes()
    );
}

#[tokio::test(start_paused = true)]
async fn ports_of_others_on_the_network_have_to_be_allowed() {
    let rig = rig(Config::default());
    let shared = rig.with(|os| {
        let network = os.make("demo", "networks", json!({ "name": "office" }));
        let cidr = json!({ "network_id": network, "cidr": "10.5.0.0/24", "ip_version": 4 });
        os.make("demo", "subnets", cidr);
        os.make(
            "demo",
            "ports",
            json!({ "network_id": network, "device_owner": "compute:nova" }),
        );
        network
    });
    let cluster = with(DUAL, &format!("network: {shared}"));
    let findings = rig.findings(&cluster).await;
    assert_eq!(errors(&findings), ["OPENSTACK-NETWORK-SHARED"]);
    assert!(
        findings.iter().any(|f| f.message.contains("1 port")),
        "{findings:#?}"
    );
    let options = Options {
        allow_shared_network: true,
        ..Options::default()
    };
    rig.apply_with(&cluster, options).await;
}

#[tokio::test(start_paused = true)]
async fn a_second_subnet_from_elsewhere_needs_an_address_scope() {
    let rig = rig(Config::default().with_default_v6_pool());
    let network = rig.with(|os| {
        let network = os.make("demo", "networks", json!({ "name": "office" }));
        let cidr = json!({ "network_id": network, "cidr": "fd99::/64", "ip_version": 6 });
        os.make("demo", "subnets", cidr);
        network
    });
    let cluster = with(DUAL, &format!("network: {network}"));
    assert_eq!(
        errors(&rig.findings(&cluster).await),
        ["OPENSTACK-POOL-AFFINITY"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_second_fallback_behind_one_router_is_refused() {
    let rig = rig(Config::default());
    let first = rig.apply(DUAL).await;
    let router = first.known("router").id;
    let second = with(
        DUAL,
        &format!("routerID: {router}\nsubnetCidr: 192.168.7.0/24"),
    )
    .replace("name: example", "name: second")
    .replace("6f01", "6f09")
    .replace("2b1f6f0f6a01", "2b1f6f0f6a09");
    assert_eq!(
        errors(&rig.findings(&second).await),
        ["OPENSTACK-SUBNET-OVERLAP"]
    );
}
