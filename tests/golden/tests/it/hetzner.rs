//! What a user of Hetzner Cloud reads.

use golden::{HETZNER, HETZNER_SEED, Transcript, example, files};
use insta::assert_snapshot;
use mock_cloud::Mock;
use mock_hetzner::{Config, Hetzner};
use serde_json::json;

fn transcript(document: &str) -> Transcript {
    Transcript::hetzner(Config::default(), files(document, HETZNER_SEED))
}

/// The only network that the driver made.
fn network(mock: &Mock) -> String {
    let inventory = mock.inventory();
    let mut networks = inventory.kind("networks");
    networks.next().expect("there is one").id.clone()
}

#[tokio::test(start_paused = true)]
async fn the_graph_of_a_network_with_its_firewall() {
    let mut transcript = transcript(example(&HETZNER, "cluster"));
    assert_snapshot!(transcript.graph().await);
}

#[tokio::test(start_paused = true)]
async fn the_life_of_a_network() {
    let mut transcript = transcript(example(&HETZNER, "cluster"));
    transcript
        .run_each(&["preflight", "apply --yes", "apply --yes"])
        .await;
    transcript.run_each(&["output", "inventory"]).await;
    transcript.note("A colleague renames the network, adds a subnet, and puts a server into it.");
    let id = network(&transcript.mock);
    transcript.mock.with(|cloud: &mut Hetzner| {
        cloud.change("networks", &id, json!({ "name": "ours-now" }));
        let subnet = json!({
            "type": "cloud", "ip_range": "10.0.98.0/24", "network_zone": "eu-central",
        });
        cloud.act("networks", &id, "add_subnet", subnet);
        let number: u64 = id.parse().expect("ids are numbers");
        let server = json!({
            "name": "printer", "server_type": "cx23", "image": "debian-13", "networks": [number],
        });
        cloud.make("servers", server);
    });
    transcript
        .run_each(&["drift", "apply --yes", "destroy --yes"])
        .await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn from_ipv4_to_dual_stack_and_back() {
    let mut transcript = transcript(example(&HETZNER, "ipv4"));
    transcript.run_each(&["apply --yes"]).await;
    transcript.write("cluster.yaml", example(&HETZNER, "cluster").to_owned());
    transcript.run_each(&["apply --yes"]).await;
    transcript.write("cluster.yaml", example(&HETZNER, "ipv4").to_owned());
    transcript.run_each(&["plan", "destroy --yes"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn an_existing_network_is_verified() {
    let mut transcript = transcript(example(&HETZNER, "existing-network"));
    transcript.mock.with(|cloud: &mut Hetzner| {
        let subnet = json!({
            "type": "cloud", "ip_range": "10.5.7.0/24", "network_zone": "us-east",
        });
        let network = json!({ "name": "nodes", "ip_range": "10.5.0.0/16", "subnets": [subnet] });
        cloud.make("networks", network);
        let rule = json!({
            "direction": "in", "protocol": "tcp", "port": "22", "source_ips": ["0.0.0.0/0"],
        });
        cloud.make("firewalls", json!({ "name": "nodes", "rules": [rule] }));
    });
    transcript.run_each(&["verify"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn documents_that_cannot_be() {
    let document =
        example(&HETZNER, "cluster").replace("sshSources: [192.0.2.0/24,", "sshSources: [here,");
    let document = document.replace(
        "    hetzner:\n      ssh",
        "    hetzner:\n      networkCidr: 100.64.0.0/16\n      ssh",
    );
    let mut transcript = transcript(&document);
    let seed = HETZNER_SEED.replace("location: fsn1", "location: \"\"");
    transcript.write("seed.yaml", seed);
    transcript.run_each(&["plan"]).await;
    assert_snapshot!(transcript.take());
}
