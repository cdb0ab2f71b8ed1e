//! What a user reads, from first look to destroy, over clouds of different kinds.

use golden::{OPENSTACK, OPENSTACK_SEED, Transcript, cluster, documents};
use insta::assert_snapshot;
use mock_cloud::Hand as _;
use mock_openstack::{Config, OpenStack};
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn dual_stack_without_a_pool() {
    let mut transcript = Transcript::new(Config::default(), documents(cluster(&[])));
    let lines = [
        "preflight",
        "plan",
        "apply --yes",
        "apply --yes",
        "output",
        "inventory",
        "destroy --yes",
        "drift",
    ];
    transcript.run_each(&lines).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn dual_stack_from_the_default_pool() {
    let config = Config::default().with_default_v6_pool();
    let mut transcript = Transcript::new(config, documents(cluster(&[])));
    transcript
        .run_each(&["plan", "apply --yes", "output --patch"])
        .await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn dual_stack_from_a_named_pool() {
    let config = Config::default().with_default_v6_pool().with_subnet_pool(
        "team",
        "2001:db8:4000::/40",
        64,
        false,
    );
    let pool = (
        "      subnetCidr",
        "      ipv6SubnetPool: team\n      subnetCidr",
    );
    let mut transcript = Transcript::new(config, documents(cluster(&[pool])));
    transcript
        .run_each(&["plan", "apply --yes", "verify"])
        .await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn a_pool_that_is_not_there() {
    let pool = (
        "      subnetCidr",
        "      ipv6SubnetPool: taem\n      subnetCidr",
    );
    let config = Config::default().with_subnet_pool("team", "2001:db8:4000::/40", 64, false);
    let mut transcript = Transcript::new(config, documents(cluster(&[pool])));
    transcript.run_each(&["preflight"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn from_ipv4_to_dual_stack_and_back() {
    let v6 = [
        ("IPv4+IPv6", "IPv4"),
        ("          - 2001:db8:100::/48\n", ""),
        ("        - 2001:db8:100::/48\n", ""),
    ];
    let ipv4 = cluster(&v6);
    let mut transcript = Transcript::new(Config::default(), documents(ipv4.clone()));
    transcript.run_each(&["plan", "apply --yes"]).await;
    transcript
        .note("The document now asks for both families.")
        .write("cluster.yaml", cluster(&[]));
    transcript
        .run_each(&["plan --detailed-exitcode", "apply --yes", "verify"])
        .await;
    transcript
        .note("And for IPv4 alone again.")
        .write("cluster.yaml", ipv4);
    transcript.run_each(&["apply --yes", "verify"]).await;
    assert_snapshot!(transcript.take());
}

/// A network that a colleague has made, and the document that names it.
fn existing(transcript: &mut Transcript) -> (String, [String; 4]) {
    let ids = transcript.mock.with(|cloud: &mut OpenStack| {
        let external = cloud.named("networks", "public").remove(0);
        let network = cloud.make("demo", "networks", json!({ "name": "team" }));
        let subnet = |version: u8, cidr: &str| {
            let mut body = json!({
                "network_id": network, "ip_version": version, "cidr": cidr, "name": format!("team-v{version}"),
            });
            if version == 6 {
                body["ipv6_address_mode"] = json!("slaac");
                body["ipv6_ra_mode"] = json!("slaac");
            }
            body
        };
        let v4 = cloud.make("demo", "subnets", subnet(4, "10.0.0.0/24"));
        let v6 = cloud.make("demo", "subnets", subnet(6, "2001:db8:77::/64"));
        let gateway = json!({ "name": "team", "external_gateway_info": { "network_id": external } });
        let router = cloud.make("demo", "routers", gateway);
        cloud.join(&router, &v4);
        cloud.join(&router, &v6);
        [network, v4, v6, router]
    });
    let [_, v4, v6, router] = &ids;
    let fields = format!(
        "      network: team\n      subnetID: {v4}\n      ipv6SubnetID: {v6}\n      routerID: {router}\n"
    );
    (
        cluster(&[("      subnetCidr: 192.168.1.0/24\n", &fields)]),
        ids,
    )
}

#[tokio::test(start_paused = true)]
async fn an_existing_network_is_verified() {
    let mut transcript = Transcript::new(Config::default(), documents(cluster(&[])));
    let (document, [_, _, v6, router]) = existing(&mut transcript);
    transcript.write("cluster.yaml", document);
    transcript
        .run_each(&["verify", "apply --yes", "verify", "graph", "destroy --yes"])
        .await;
    transcript.note("A colleague takes the IPv6 subnet off the router.");
    transcript
        .mock
        .with(|cloud: &mut OpenStack| cloud.part(&router, &v6));
    transcript.run_each(&["verify"]).await;
    assert_snapshot!(transcript.take());
}

/// The documents that users are shown, at a cloud that has the pool which one of them names and
/// not the network of another.
#[tokio::test(start_paused = true)]
async fn the_examples() {
    let config = Config::default().with_subnet_pool("cluster-v6", "2001:db8:4000::/40", 64, false);
    let mut transcript = Transcript::new(config, Default::default());
    transcript.write("seed.yaml", OPENSTACK_SEED.to_owned());
    for (name, document) in OPENSTACK {
        transcript.write(&format!("{name}.yaml"), document.to_owned());
        transcript
            .run(&format!("plan -f {name}.yaml -f seed.yaml"))
            .await;
    }
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn what_another_hand_did_is_named() {
    let mut transcript = Transcript::new(Config::default(), documents(cluster(&[])));
    transcript.run_each(&["apply --yes"]).await;
    transcript.take();
    transcript.mock.with(|cloud: &mut OpenStack| {
        let subnet = cloud.named("subnets", "kubernetes-demo").remove(0);
        cloud.change(
            "subnets",
            &subnet,
            json!({ "dns_nameservers": ["9.9.9.9"], "name": "mine" }),
        );
    });
    transcript
        .run_each(&["drift", "sweep", "drift --output json"])
        .await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn events_for_programs() {
    let mut transcript = Transcript::new(Config::default(), documents(cluster(&[])));
    transcript.run_each(&["apply --yes --output json"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn a_router_of_two_clusters_is_left_to_the_other() {
    let mut transcript = Transcript::new(Config::default(), documents(cluster(&[])));
    transcript.run_each(&["apply --yes"]).await;
    transcript.take();
    transcript.mock.with(|cloud: &mut OpenStack| {
        let router = cloud.named("routers", "kubernetes-demo").remove(0);
        let label = "groundwork-cluster=demo";
        cloud.tag(
            "routers",
            &router,
            &["cluster-id.k8c.io:c2", "groundwork", label],
        );
    });
    transcript.run_each(&["destroy --yes"]).await;
    assert_snapshot!(transcript.take());
}
