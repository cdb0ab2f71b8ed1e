//! A network that exists: verified as a whole, and never changed.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use crate::support::{DUAL, Pass, Rig, SEED, any_target, errors, rig, with};
use groundwork_provider::Options;
use mock_cloud::Hand as _;
use mock_openstack::{Config, OpenStack};
use serde_json::{Value, json};

/// Ids of an existing network, and the document that names them.
struct Existing {
    rig: Rig,
    network: String,
    ipv4: String,
    ipv6: String,
    router: String,
    group: String,
}

fn v6(network: &str) -> Value {
    json!({
        "network_id": network, "cidr": "2001:db8:5::/64", "ip_version": 6, "name": "nodes-v6",
        "ipv6_address_mode": "slaac", "ipv6_ra_mode": "slaac",
    })
}

impl Existing {
    async fn new(ipv6: impl FnOnce(&str) -> Value) -> Self {
        let rig = rig(Config::default()).await;
        let (network, ipv4, ipv6, router, group) = rig.with(|os| {
            let network = os.make("demo", "networks", json!({ "name": "nodes" }));
            let cidr = json!({ "network_id": network, "cidr": "10.5.0.0/24", "ip_version": 4 });
            let ipv4 = os.make("demo", "subnets", cidr);
            let ipv6 = os.make("demo", "subnets", ipv6(&network));
            let public = os.named("networks", "public").remove(0);
            let gateway =
                json!({ "external_gateway_info": { "network_id": public }, "name": "out" });
            let router = os.make("demo", "routers", gateway);
            os.join(&router, &ipv4);
            os.join(&router, &ipv6);
            let group = os.make("demo", "security_groups", json!({ "name": "nodes" }));
            icmpv6(os, &group);
            (network, ipv4, ipv6, router, group)
        });
        Self {
            rig,
            network,
            ipv4,
            ipv6,
            router,
            group,
        }
    }

    fn document(&self) -> String {
        let Self {
            rig: _,
            network,
            ipv4,
            ipv6,
            router,
            group,
        } = self;
        let lines = format!(
            "network: {network}\nsubnetID: {ipv4}\nipv6SubnetID: {ipv6}\nrouterID: {router}\nsecurityGroups: {group}"
        );
        with(DUAL, &lines)
    }

    async fn verified(&self, document: &str) -> Pass {
        let before = self.rig.mock.inventory();
        let pass = self.rig.apply(document).await;
        assert_eq!(pass.done, Vec::<String>::new());
        assert!(pass.states.iter().all(|(_, known)| !known.managed));
        assert!(self.rig.mock.inventory() == before);
        pass
    }
}

fn icmpv6(os: &mut OpenStack, group: &str) {
    let rule = json!({
        "security_group_id": group, "direction": "ingress", "ethertype": "IPv6",
        "protocol": "icmpv6",
    });
    os.make("demo", "security_group_rules", rule);
}

#[tokio::test]
async fn a_fit_network_is_verified_and_not_touched() {
    let existing = Existing::new(v6).await;
    let pass = existing.verified(&existing.document()).await;
    assert_eq!(
        errors(&pass.assessed),
        Vec::<&str>::new(),
        "{:#?}",
        pass.assessed
    );
}

#[tokio::test]
async fn names_do_as_well_as_ids_where_exactly_one_has_them() {
    let existing = Existing::new(v6).await;
    let document = existing
        .document()
        .replace(&format!("network: {}", existing.network), "network: nodes")
        .replace(&existing.group, "nodes");
    existing.verified(&document).await;
    existing
        .rig
        .with(|os| os.make("demo", "networks", json!({ "name": "nodes" })));
    assert_eq!(
        errors(&existing.rig.findings(&document).await),
        ["OPENSTACK-SEVERAL"]
    );
}

#[tokio::test]
async fn the_router_is_found_by_the_subnets_ports() {
    let existing = Existing::new(v6).await;
    let line = format!("      routerID: {}\n", existing.router);
    let pass = existing
        .verified(&existing.document().replace(&line, ""))
        .await;
    let router = pass
        .states
        .iter()
        .find(|(address, _)| address.as_str() == "router")
        .unwrap();
    assert_eq!(router.1.id, existing.router);
}

#[tokio::test]
async fn a_subnet_without_modes_is_unfit_unless_another_router_advertises() {
    let bare = |network: &str| json!({ "network_id": network, "cidr": "2001:db8:5::/64", "ip_version": 6 });
    let existing = Existing::new(bare).await;
    let pass = existing.verified(&existing.document()).await;
    assert_eq!(errors(&pass.assessed), ["OPENSTACK-RA-MODE"]);
    let declared = with(&existing.document(), "externalIPv6RA: true");
    assert_eq!(
        errors(&existing.verified(&declared).await.assessed),
        Vec::<&str>::new()
    );
}

#[tokio::test]
async fn a_way_out_is_needed_for_both_families() {
    let existing = Existing::new(v6).await;
    existing
        .rig
        .with(|os| os.part(&existing.router, &existing.ipv6));
    let pass = existing.verified(&existing.document()).await;
    assert_eq!(errors(&pass.assessed), ["OPENSTACK-SUBNET-UNROUTED"]);
    existing.rig.with(|os| {
        os.part(&existing.router, &existing.ipv4);
        os.change(
            "routers",
            &existing.router,
            json!({ "external_gateway_info": {} }),
        );
    });
    let pass = existing.verified(&existing.document()).await;
    let unrouted = "OPENSTACK-SUBNET-UNROUTED";
    assert_eq!(
        errors(&pass.assessed),
        [unrouted, unrouted, "OPENSTACK-ROUTER-GATEWAY"]
    );
    let declared = with(&existing.document(), "externalGateway: true");
    assert_eq!(
        errors(&existing.verified(&declared).await.assessed),
        Vec::<&str>::new()
    );
}

#[tokio::test]
async fn a_group_that_shuts_icmpv6_out_is_unfit() {
    let existing = Existing::new(v6).await;
    let group = existing
        .rig
        .with(|os| os.make("demo", "security_groups", json!({ "name": "shut" })));
    let document = existing.document().replace(&existing.group, &group);
    let pass = existing.verified(&document).await;
    assert_eq!(errors(&pass.assessed), ["OPENSTACK-ICMPV6"]);
}

#[tokio::test]
async fn subnets_are_of_their_family_and_of_the_network() {
    let existing = Existing::new(v6).await;
    let Existing { ipv4, ipv6, .. } = &existing;
    let swapped = existing
        .document()
        .replace(&format!("subnetID: {ipv4}"), &format!("subnetID: {ipv6}"))
        .replace(
            &format!("ipv6SubnetID: {ipv6}"),
            &format!("ipv6SubnetID: {ipv4}"),
        );
    let findings = existing.rig.findings(&swapped).await;
    assert!(
        errors(&findings).contains(&"OPENSTACK-SUBNET-FAMILY"),
        "{findings:#?}"
    );
    let other = existing
        .rig
        .with(|os| os.make("demo", "networks", json!({ "name": "other" })));
    let document = existing.document().replace(&existing.network, &other);
    let findings = existing.rig.findings(&document).await;
    assert_eq!(
        errors(&findings),
        ["OPENSTACK-SUBNET-NETWORK", "OPENSTACK-SUBNET-NETWORK"]
    );
}

#[tokio::test]
async fn an_external_network_is_none_for_nodes() {
    let rig = rig(Config::default()).await;
    let public = rig.with(|os| os.named("networks", "public").remove(0));
    let findings = rig
        .findings(&with(DUAL, &format!("network: {public}")))
        .await;
    assert!(
        errors(&findings).contains(&"OPENSTACK-NETWORK-EXTERNAL"),
        "{findings:#?}"
    );
}

#[tokio::test]
async fn what_is_named_is_not_removed_with_the_cluster() {
    let existing = Existing::new(v6).await;
    existing.verified(&existing.document()).await;
    let before = existing.rig.mock.inventory();
    let target = any_target(SEED, &existing.document(), Options::default());
    let removed = existing.rig.cloud.destroy(&target).await.unwrap();
    assert_eq!(removed, [""; 0]);
    assert!(existing.rig.mock.inventory() == before);
}
