//! What other projects share: what only their owner can do with it is said beforehand.

use crate::site::{DUAL, IPV4, Pass, Rig, errors, rig, with};
use groundwork_provider::Options;
use mock_cloud::Hand as _;
use mock_openstack::{Config, OpenStack, Release};
use serde_json::json;

/// A network of an administrator's that everybody may use; its id.
fn corporate(os: &mut OpenStack) -> String {
    let network = json!({ "name": "corp", "shared": true });
    os.make("admin", "networks", network)
}

/// The same with a subnet in each family, behind a router that nobody else sees; the subnets' ids.
fn served(os: &mut OpenStack) -> (String, String) {
    let network = corporate(os);
    let v4 = json!({ "network_id": network, "cidr": "10.5.0.0/24", "ip_version": 4 });
    let v6 = json!({
        "network_id": network, "cidr": "2001:db8:5::/64", "ip_version": 6,
        "ipv6_address_mode": "slaac", "ipv6_ra_mode": "slaac",
    });
    let subnets = [v4, v6].map(|subnet| os.make("admin", "subnets", subnet));
    let public = os.named("networks", "public").remove(0);
    let gateway = json!({ "external_gateway_info": { "network_id": public }, "name": "corp" });
    let router = os.make("admin", "routers", gateway);
    subnets.iter().for_each(|subnet| os.join(&router, subnet));
    subnets.into()
}

async fn apply(rig: &Rig, document: &str) -> Pass {
    let options = Options {
        allow_shared_network: true,
        ..Options::default()
    };
    rig.apply_with(document, options).await
}

#[tokio::test(start_paused = true)]
async fn a_subnet_in_a_network_of_others_is_the_owners_to_make() {
    let newest = rig(Config::of(Release::V2026_2));
    newest.with(corporate);
    let findings = newest.findings(&with(DUAL, "network: corp")).await;
    assert_eq!(
        errors(&findings),
        ["OPENSTACK-OWNER"; 2],
        "one of each family: {findings:#?}"
    );
    assert!(newest.mock.mutating_calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_old_release_makes_it_and_the_warning_is_said() {
    let old = rig(Config::of(Release::Zed));
    old.with(corporate);
    let pass = apply(&old, &with(IPV4, "network: corp")).await;
    assert!(pass.done().contains(&"+ subnet/ipv4".to_owned()));
    assert!(pass.codes().contains("OPENSTACK-OWNER"));
}

#[tokio::test(start_paused = true)]
async fn shared_subnets_are_not_attached_by_us_and_no_second_router_is_made() {
    for release in Release::ALL {
        let rig = rig(Config::of(release));
        let (v4, v6) = rig.with(served);
        let lines = format!("network: corp\nsubnetID: {v4}\nipv6SubnetID: {v6}");
        let pass = apply(&rig, &with(DUAL, &lines)).await;
        assert_eq!(pass.done(), ["+ security-group"]);
        assert!(
            pass.codes().contains("OPENSTACK-ROUTER-UNSEEN"),
            "{release}"
        );

        // The owner has said that it leads out.
        let pass = apply(
            &rig,
            &with(DUAL, &format!("{lines}\nexternalGateway: true")),
        )
        .await;
        assert!(
            !pass.codes().contains("OPENSTACK-ROUTER-UNSEEN"),
            "{release}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_router_that_is_named_cannot_be_attached_to_a_subnet_of_others() {
    let rig = rig(Config::default());
    let (v4, router) = rig.with(|os| {
        let router = os.make("demo", "routers", json!({ "name": "ours" }));
        (served(os).0, router)
    });
    let lines = format!("network: corp\nsubnetID: {v4}\nrouterID: {router}");
    let findings = rig.findings(&with(IPV4, &lines)).await;
    assert_eq!(errors(&findings), ["OPENSTACK-OWNER"], "{findings:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_pool_that_is_missing_is_said_and_no_other_range_is_spoken_of() {
    let rig = rig(Config::default());
    let findings = rig.findings(&with(DUAL, "ipv6SubnetPool: nowhere")).await;
    let codes: Vec<_> = findings
        .iter()
        .map(|finding| finding.code.as_ref())
        .collect();
    assert!(codes.contains(&"OPENSTACK-MISSING"));
    for untrue in ["OPENSTACK-IPV6-SOURCE", "OPENSTACK-IPV6-FALLBACK"] {
        assert!(!codes.contains(&untrue), "{untrue}: {findings:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_prefix_that_nobody_asks_for_is_said() {
    for (release, fails) in [(Release::Zed, false), (Release::V2026_2, true)] {
        let rig = rig(Config::of(release));
        let subnet = rig.with(|os| {
            let network = os.make("demo", "networks", json!({ "name": "home" }));
            let v6 = json!({
                "network_id": network, "ip_version": 6, "subnetpool_id": "prefix_delegation",
                "ipv6_address_mode": "slaac", "ipv6_ra_mode": "slaac",
            });
            os.make("demo", "subnets", v6)
        });
        let lines = format!("network: home\nipv6SubnetID: {subnet}");
        let pass = rig.plan(&with(DUAL, &lines)).await;
        assert!(pass.codes().contains("OPENSTACK-PREFIX-DELEGATION"));
        let delegated = |code: &&str| *code == "OPENSTACK-PREFIX-DELEGATION";
        assert_eq!(
            errors(pass.findings()).iter().any(delegated),
            fails,
            "{release}"
        );
    }
}
