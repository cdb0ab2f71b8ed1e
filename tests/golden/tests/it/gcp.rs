//! What a user of Google Cloud reads.

use golden::{GCP, GCP_SEED, Transcript, example, files};
use insta::assert_snapshot;
use mock_gcp::{Config, Gcp};
use serde_json::json;

const NETWORK: &str = "projects/mock-project/global/networks/kubernetes-example";
const SUBNETWORK: &str =
    "projects/mock-project/regions/europe-west3/subnetworks/kubernetes-example";

fn transcript(document: &str) -> Transcript {
    transcript_of(document, Config::default())
}

fn transcript_of(document: &str, config: Config) -> Transcript {
    Transcript::gcp(config, files(document, GCP_SEED))
}

#[tokio::test(start_paused = true)]
async fn the_graph_of_a_network_with_its_rules() {
    let mut transcript = transcript(example(&GCP, "cluster"));
    assert_snapshot!(transcript.graph().await);
}

#[tokio::test(start_paused = true)]
async fn the_life_of_a_network() {
    let mut transcript = transcript(example(&GCP, "cluster"));
    transcript
        .run_each(&["preflight", "apply --yes", "apply --yes"])
        .await;
    transcript.run_each(&["output", "inventory"]).await;
    transcript.note("A colleague opens SSH, and puts a machine and a rule into the network.");
    transcript.mock.with(|cloud: &mut Gcp| {
        let id = "projects/mock-project/global/firewalls/firewall-example-ssh";
        cloud.change("firewalls", id, json!({ "sourceRanges": ["0.0.0.0/0"] }));
        let interface = json!({ "subnetwork": SUBNETWORK });
        let machine = json!({
            "name": "printer", "zone": "europe-west3-a", "networkInterfaces": [interface],
        });
        cloud.make("instances", machine);
        let rule = json!({
            "name": "no-telnet", "network": NETWORK,
            "denied": [{ "IPProtocol": "tcp", "ports": ["23"] }],
        });
        cloud.make("firewalls", rule);
    });
    transcript
        .run_each(&["drift", "apply --yes", "destroy --yes"])
        .await;
    transcript.note("The colleague takes them away again.");
    transcript.mock.with(|cloud: &mut Gcp| {
        cloud.delete(
            "instances",
            "projects/mock-project/zones/europe-west3-a/instances/printer",
        );
        cloud.delete(
            "firewalls",
            "projects/mock-project/global/firewalls/no-telnet",
        );
    });
    transcript.run_each(&["destroy --yes"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn addresses_of_the_network_alone() {
    let mut transcript = transcript(example(&GCP, "internal"));
    transcript.run_each(&["apply --yes", "output"]).await;
    let other =
        example(&GCP, "internal").replace("ipv6AccessType: Internal", "ipv6AccessType: External");
    let other = other.replace("      internalIpv6Range: fd20:1:2::/48\n", "");
    transcript.note("The kind of addresses is chosen once.");
    transcript.write("cluster.yaml", other);
    transcript.run_each(&["plan"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn addresses_of_ones_own() {
    let mut transcript = transcript(example(&GCP, "byoip"));
    transcript.mock.with(|cloud: &mut Gcp| {
        let pool = json!({
            "name": "nodes", "region": "europe-west3", "ipCidrRange": "2001:db8:100::/40",
            "mode": "EXTERNAL_IPV6_SUBNETWORK_CREATION",
        });
        cloud.make("publicDelegatedPrefixes", pool);
    });
    transcript.run_each(&["apply --yes", "verify"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn from_ipv4_to_dual_stack_and_back() {
    let mut transcript = transcript(example(&GCP, "ipv4"));
    transcript.run_each(&["apply --yes"]).await;
    transcript.write("cluster.yaml", example(&GCP, "cluster").to_owned());
    transcript.run_each(&["apply --yes"]).await;
    transcript.write("cluster.yaml", example(&GCP, "ipv4").to_owned());
    transcript.run_each(&["apply --yes", "destroy --yes"]).await;
    assert_snapshot!(transcript.take());
}

/// A network in which little is as it has to be.
fn unfit(cloud: &mut Gcp) {
    let network = "projects/mock-project/global/networks/nodes";
    cloud.make(
        "networks",
        json!({ "name": "nodes", "autoCreateSubnetworks": false }),
    );
    let subnetwork = json!({
        "name": "nodes", "region": "europe-west3", "network": network, "ipCidrRange": "10.50.0.0/28",
    });
    cloud.make("subnetworks", subnetwork);
    let denied = json!({
        "name": "closed", "network": network, "priority": 100, "sourceRanges": ["0.0.0.0/0"],
        "denied": [{ "IPProtocol": "tcp" }],
    });
    cloud.make("firewalls", denied);
}

#[tokio::test(start_paused = true)]
async fn an_existing_network_is_verified() {
    let mut transcript = transcript(example(&GCP, "existing-network"));
    transcript.mock.with(unfit);
    transcript.run_each(&["verify"]).await;
    transcript.note("Its owner makes it fit.");
    transcript.mock.with(|cloud: &mut Gcp| {
        let id = "projects/mock-project/regions/europe-west3/subnetworks/nodes";
        let dual = json!({ "stackType": "IPV4_IPV6", "ipv6AccessType": "EXTERNAL" });
        cloud.change("subnetworks", id, dual);
        let larger = json!({ "ipCidrRange": "10.50.0.0/20" });
        cloud.act("subnetworks", id, "expandIpCidrRange", larger);
        cloud.delete("firewalls", "projects/mock-project/global/firewalls/closed");
    });
    transcript.run_each(&["apply --yes", "destroy --yes"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn rules_of_the_reference_system_are_taken_over() {
    let mut transcript = transcript(example(&GCP, "existing-network"));
    transcript.mock.with(|cloud: &mut Gcp| {
        unfit(cloud);
        cloud.delete("firewalls", "projects/mock-project/global/firewalls/closed");
        let id = "projects/mock-project/regions/europe-west3/subnetworks/nodes";
        let dual = json!({ "stackType": "IPV4_IPV6", "ipv6AccessType": "EXTERNAL" });
        cloud.change("subnetworks", id, dual);
        let rule = json!({
            "name": "firewall-existing-icmp", "network": "global/networks/nodes",
            "sourceRanges": ["0.0.0.0/0"], "allowed": [{ "IPProtocol": "icmp" }],
            "targetTags": ["kubernetes-cluster-existing"],
        });
        cloud.make("firewalls", rule);
    });
    transcript.run_each(&["plan", "plan --adopt"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn documents_that_cannot_be() {
    let document =
        example(&GCP, "cluster").replace("sshSources: [192.0.2.0/24,", "sshSources: [here,");
    let document = document.replace(
        "    gcp:\n      ssh",
        "    gcp:\n      subnetCidr: 10.0.0.0/30\n      internalIpv6Range: fd00:1::/64\n      \
         ipCollection: projects/p/regions/us-central1/publicDelegatedPrefixes/q\n      ssh",
    );
    let document = document.replace("  network: \"\"", "  network: global/networks/Not-A-Name");
    let mut transcript = transcript(&document);
    let seed = GCP_SEED.replace("region: europe-west3", "region: \"\"");
    transcript.write("seed.yaml", seed);
    transcript.run_each(&["plan"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn what_the_project_does_not_allow_is_told_before() {
    let config = Config {
        denied: ["compute.routers.create", "compute.networks.updatePolicy"]
            .map(str::to_owned)
            .into(),
        quotas: [("NETWORKS", 1), ("FIREWALLS", 5)]
            .map(|(metric, most)| (metric.to_owned(), most))
            .into(),
        ..Config::default()
    };
    let mut transcript = transcript_of(example(&GCP, "cluster"), config);
    transcript.run_each(&["preflight"]).await;
    transcript
        .mock
        .with(|cloud: &mut Gcp| cloud.config.is_unpaid = true);
    transcript.run_each(&["plan"]).await;
    transcript.mock.with(|cloud: &mut Gcp| {
        cloud
            .config
            .disabled_apis
            .insert("compute.googleapis.com".to_owned());
    });
    transcript.run_each(&["plan"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn a_region_that_does_not_answer_is_not_nothing() {
    let mut transcript = transcript(example(&GCP, "cluster"));
    transcript.run_each(&["apply --yes"]).await;
    transcript.take();
    transcript.mock.with(|cloud: &mut Gcp| {
        cloud.config.unreachable.insert("europe-west3".to_owned());
    });
    transcript.run_each(&["drift"]).await;
    assert_snapshot!(transcript.take());
}
