//! The driver against the mock: create, look again, change, remove.

use crate::site::{DUAL, IPV4, POOL, rig};
use mock_cloud::Hand as _;
use mock_openstack::Config;

#[tokio::test(start_paused = true)]
async fn a_dual_stack_network_is_made_and_then_there_is_nothing_to_do() {
    let rig = rig(Config::default().with_default_v6_pool());
    // Neutron gives a project its default security group on the first look.
    rig.plan(DUAL).await;
    let before = rig.mock.inventory();
    let pass = rig.apply(DUAL).await;
    assert_eq!(
        pass.made(),
        [
            "+ interface/ipv4",
            "+ interface/ipv6",
            "+ network",
            "+ router",
            "+ security-group",
            "+ subnet/ipv4",
            "+ subnet/ipv6"
        ]
    );
    rig.mock.clear_calls();
    let again = rig.apply(DUAL).await;
    assert_eq!(again.done(), Vec::<String>::new());
    assert_eq!(rig.mock.mutating_calls().len(), 0);
    let mut calls = rig.calls();
    calls.sort();
    let listings = [
        "GET /v2.0/extensions",
        "GET /v2.0/networks",
        "GET /v2.0/networks",
        "GET /v2.0/ports",
        "GET /v2.0/routers",
        "GET /v2.0/security-groups",
        "GET /v2.0/subnets",
    ];
    let calls: Vec<_> = calls
        .iter()
        .map(|call| call.replace("/networking", ""))
        .collect();
    assert_eq!(
        calls, listings,
        "one listing a kind: networks, and external networks, since the document names one"
    );
    rig.destroy(DUAL).await;
    assert!(
        rig.mock.inventory() == before,
        "{:#?}",
        rig.mock.inventory()
    );
}

#[tokio::test(start_paused = true)]
async fn where_nothing_is_left_to_choose_nobody_asks_what_there_is() {
    let rig = rig(Config::default().with_default_v6_pool());
    let document = DUAL.replace("      floatingIPPool: public\n", "");
    rig.apply(&document).await;
    rig.mock.clear_calls();
    assert_eq!(rig.apply(&document).await.done(), Vec::<String>::new());
    let calls = rig.calls();
    let times = |path: &str| calls.iter().filter(|call| call.ends_with(path)).count();
    assert_eq!(
        (times("/networks"), times("/subnetpools")),
        (1, 0),
        "{calls:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_cluster_becomes_dual_stack_in_place() {
    let rig = rig(Config::default());
    rig.apply(IPV4).await;
    let pass = rig.apply(DUAL).await;
    assert_eq!(
        pass.done(),
        [
            "~ security-group rule,rule,rule,rule",
            "+ subnet/ipv6",
            "+ interface/ipv6"
        ]
    );
    assert!(pass.codes().contains("OPENSTACK-IPV6-FALLBACK"));
}

#[tokio::test(start_paused = true)]
async fn ids_that_are_written_back_change_nothing() {
    let rig = rig(Config::default().with_default_v6_pool());
    let pass = rig.apply(DUAL).await;
    let patch = &pass.network().patch["spec"]["cloud"]["openstack"];
    let fields: Vec<_> = patch
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| format!("      {name}: {value}\n"))
        .collect();
    // The Cluster comes first, and the document of our own fields after it.
    let written = DUAL.replacen(
        "    openstack:\n",
        &format!("    openstack:\n{}", fields.concat()),
        1,
    );
    let again = rig.apply(&written).await;
    assert_eq!(again.done(), Vec::<String>::new());
    assert!(again.planned.states.iter().all(|(_, known)| known.managed));
}

#[tokio::test(start_paused = true)]
async fn a_pool_that_becomes_the_default_later_changes_no_subnet() {
    let rig = rig(Config::default());
    rig.apply(DUAL).await;
    rig.mock.with(|os: &mut mock_openstack::OpenStack| {
        os.make(
            "admin",
            "subnetpools",
            serde_json::json!({
                "name": "late", "prefixes": ["2001:db8:1::/48"], "is_default": true,
                "shared": true, "default_prefixlen": 64,
            }),
        );
    });
    assert_eq!(rig.apply(DUAL).await.done(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_pool_that_is_missing_is_said_before_anything_is_made() {
    let rig = rig(Config::default());
    let findings = rig.findings(POOL).await;
    assert!(
        findings.iter().any(|f| f.code == "OPENSTACK-MISSING"),
        "{findings:#?}"
    );
    assert_eq!(rig.mock.mutating_calls().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_rule_of_another_hand_stays_and_one_of_ours_comes_back() {
    let rig = rig(Config::default());
    rig.apply(IPV4).await;
    rig.mock.with(|os: &mut mock_openstack::OpenStack| {
        let group = os.named("security_groups", "kubernetes-example").remove(0);
        let rules = os.named("security_group_rules", "");
        let ours = rules.into_iter().find(|id| {
            let body = os.body("security_group_rules", id).unwrap();
            body.get("port_range_min") == Some(&22.into())
        });
        os.vanish("security_group_rules", &ours.expect("SSH is let in"));
        os.make(
            "demo",
            "security_group_rules",
            serde_json::json!({
                "security_group_id": group, "direction": "ingress", "ethertype": "IPv4",
                "protocol": "tcp", "port_range_min": 443, "port_range_max": 443,
            }),
        );
    });
    let pass = rig.apply(IPV4).await;
    assert_eq!(pass.done(), ["~ security-group rule"]);
    assert!(pass.codes().contains("ACCESS-FOREIGN-RULES"));
}
