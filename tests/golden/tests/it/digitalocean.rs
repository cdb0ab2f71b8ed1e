//! What a user of DigitalOcean reads.

use golden::{DIGITALOCEAN, DIGITALOCEAN_SEED, Transcript, example, files};
use insta::assert_snapshot;
use mock_cloud::{Hand, Mock};
use mock_digitalocean::{Config, DigitalOcean};
use serde_json::json;

fn transcript(document: &str, config: Config) -> Transcript {
    Transcript::digitalocean(config, files(document, DIGITALOCEAN_SEED))
}

/// The only object of a kind that has this name.
fn id(mock: &Mock, kind: &str, name: &str) -> String {
    let inventory = mock.inventory();
    let mut named = inventory
        .kind(kind)
        .filter(|entry| entry.name.starts_with(name));
    named.next().expect("there is one").id.clone()
}

#[tokio::test(start_paused = true)]
async fn the_graph_of_a_vpc_with_subnets() {
    let mut transcript = transcript(example(&DIGITALOCEAN, "subnets"), Config::default());
    assert_snapshot!(transcript.graph().await);
}

#[tokio::test(start_paused = true)]
async fn the_life_of_a_network() {
    let mut transcript = transcript(example(&DIGITALOCEAN, "cluster"), Config::default());
    transcript
        .run_each(&["preflight", "apply --yes", "apply --yes"])
        .await;
    transcript.run_each(&["output", "inventory"]).await;
    transcript.note(
        "A colleague lets a scanner in, takes the tag off the firewall, and makes a droplet in the VPC, \
         without IPv6.",
    );
    let firewall = id(&transcript.mock, "firewalls", "kubernetes-example");
    let vpc = id(&transcript.mock, "vpcs", "kubernetes-example");
    transcript.mock.with(|cloud: &mut DigitalOcean| {
        let rule = json!({
            "protocol": "tcp", "ports": "9100", "sources": { "addresses": ["203.0.113.9"] },
        });
        cloud.change_firewall(&firewall, "rules", true, json!({ "inbound_rules": [rule] }));
        let tags = json!({ "tags": ["kubernetes-cluster-example"] });
        cloud.change_firewall(&firewall, "tags", false, tags.clone());
        let droplet = json!({
            "name": "node-1", "region": "fra1", "size": "s-1vcpu-2gb", "image": "rockylinux-10-x64",
            "vpc_uuid": vpc, "tags": tags["tags"],
        });
        cloud.make("droplets", droplet);
        cloud.settle();
    });
    transcript
        .run_each(&["drift", "apply --yes", "destroy --yes"])
        .await;
    transcript.note("The droplet is deleted.");
    transcript.mock.with(|cloud: &mut DigitalOcean| {
        let droplet = cloud.named("droplets", "node-1").remove(0);
        cloud.delete("droplets", &droplet);
        cloud.settle();
    });
    transcript.run_each(&["destroy --yes"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn from_ipv4_to_dual_stack_and_back() {
    let mut transcript = transcript(example(&DIGITALOCEAN, "ipv4"), Config::default());
    transcript.run_each(&["apply --yes"]).await;
    transcript.write("cluster.yaml", example(&DIGITALOCEAN, "cluster").to_owned());
    transcript.run_each(&["apply --yes"]).await;
    transcript.write("cluster.yaml", example(&DIGITALOCEAN, "ipv4").to_owned());
    transcript.run_each(&["plan", "destroy --yes"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn the_first_vpc_of_a_region() {
    let config = Config {
        default_vpcs: Vec::new(),
        ..Config::default()
    };
    let mut transcript = transcript(example(&DIGITALOCEAN, "cluster"), config);
    transcript.run_each(&["apply --yes", "destroy --yes"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn an_existing_network_is_verified() {
    let mut transcript = transcript(example(&DIGITALOCEAN, "existing"), Config::default());
    transcript.mock.with(|cloud: &mut DigitalOcean| {
        let rule = json!({
            "protocol": "tcp", "ports": "22", "sources": { "addresses": ["0.0.0.0/0"] },
        });
        cloud.make(
            "firewalls",
            json!({ "name": "nodes", "inbound_rules": [rule] }),
        );
    });
    transcript.run_each(&["verify"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn documents_that_cannot_be() {
    let document = example(&DIGITALOCEAN, "subnets")
        .replace("vpcRange: 10.80.0.0/20", "vpcRange: 10.244.0.0/20")
        .replace("range: 10.81.0.0/24", "range: 2001:db8::/64")
        .replace("name: ingress", "name: workers")
        .replace("sshSources: [198.51.100.0/24,", "sshSources: [here,");
    let mut transcript = transcript(&document, Config::default());
    transcript.write(
        "seed.yaml",
        DIGITALOCEAN_SEED.replace("region: fra1", "region: \"\""),
    );
    transcript.run_each(&["plan"]).await;
    assert_snapshot!(transcript.take());
}
