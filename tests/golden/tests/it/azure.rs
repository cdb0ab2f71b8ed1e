//! What a user of Azure reads.

use golden::{AZURE, AZURE_SEED, Transcript, example, files};
use insta::assert_snapshot;
use mock_azure::{Azure, Config};
use serde_json::{Value, json};

const NAME: &str = "kubernetes-example";

fn transcript(document: &str) -> Transcript {
    transcript_of(document, Config::default())
}

fn transcript_of(document: &str, config: Config) -> Transcript {
    Transcript::azure(config, files(document, AZURE_SEED))
}

/// Makes something of somebody else's in West Europe.
fn make(cloud: &mut Azure, kind: &str, names: &str, mut body: Value) -> String {
    if !["subnets", "securityRules", "routes"].contains(&kind) {
        body["location"] = json!("westeurope");
    }
    cloud.make(kind, names, body)
}

/// A machine's interface in a subnet.
fn machine(cloud: &mut Azure, names: &str, subnet: &str) -> String {
    let at = json!({ "name": "ipv4", "properties": { "subnet": { "id": subnet } } });
    let body = json!({ "properties": { "ipConfigurations": [at] } });
    make(cloud, "networkInterfaces", names, body)
}

fn rule(access: &str, priority: u32, source: &str, port: &str) -> Value {
    json!({ "properties": {
        "direction": "Inbound", "access": access, "priority": priority, "protocol": "Tcp",
        "sourceAddressPrefix": source, "sourcePortRange": "*", "destinationAddressPrefix": "*",
        "destinationPortRange": port,
    } })
}

#[tokio::test(start_paused = true)]
async fn the_graph_of_a_network() {
    let mut transcript = transcript(example(&AZURE, "cluster"));
    assert_snapshot!(transcript.graph().await);
}

#[tokio::test(start_paused = true)]
async fn the_life_of_a_network() {
    let mut transcript = transcript(example(&AZURE, "cluster"));
    transcript
        .run_each(&["preflight", "apply --yes", "apply --yes"])
        .await;
    transcript.run_each(&["output", "inventory"]).await;
    transcript.note("A colleague takes a rule away, adds one, and puts a machine into the subnet.");
    let machine = transcript.mock.with(|cloud: &mut Azure| {
        make(cloud, "resourceGroups", "printers", json!({}));
        let group = format!("{NAME}/{NAME}");
        let ours = cloud.id_of("securityRules", &format!("{group}/icmp_by_allow_all"));
        cloud.delete("securityRules", &ours);
        let theirs = rule("Allow", 1000, "192.0.2.0/24", "631");
        make(cloud, "securityRules", &format!("{group}/printing"), theirs);
        let subnet = cloud.id_of("subnets", &format!("{group}/{NAME}"));
        machine(cloud, "printers/printer", &subnet)
    });
    transcript
        .run_each(&["drift", "apply --yes", "destroy --yes"])
        .await;
    transcript.note("The colleague takes it away again.");
    transcript
        .mock
        .with(|cloud: &mut Azure| cloud.delete("networkInterfaces", &machine));
    transcript.run_each(&["destroy --yes"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn a_nat_gateway_carries_both_families() {
    let mut transcript = transcript(example(&AZURE, "nat-gateway"));
    transcript
        .run_each(&["apply --yes", "output", "destroy --yes"])
        .await;
    transcript.note("A region that has none of that kind.");
    let seed = AZURE_SEED.replace("location: westeurope", "location: qatarcentral");
    transcript.write("seed.yaml", seed);
    transcript.run_each(&["plan"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn from_ipv4_to_dual_stack_and_back() {
    let mut transcript = transcript(example(&AZURE, "ipv4"));
    transcript.run_each(&["apply --yes"]).await;
    transcript.write("cluster.yaml", example(&AZURE, "cluster").to_owned());
    transcript.run_each(&["apply --yes"]).await;
    transcript.write("cluster.yaml", example(&AZURE, "ipv4").to_owned());
    transcript.run_each(&["apply --yes", "destroy --yes"]).await;
    assert_snapshot!(transcript.take());
}

/// A network in which little is as it has to be.
fn unfit(cloud: &mut Azure) {
    for name in ["nodes", "networks"] {
        make(cloud, "resourceGroups", name, json!({}));
    }
    let space = json!({ "addressPrefixes": ["10.50.0.0/16"] });
    let body = json!({ "properties": { "addressSpace": space } });
    make(cloud, "virtualNetworks", "networks/company", body);
    let group = make(cloud, "networkSecurityGroups", "nodes/nodes", json!({}));
    let denied = rule("Deny", 100, "*", "*");
    make(cloud, "securityRules", "nodes/nodes/closed", denied);
    let table = make(cloud, "routeTables", "nodes/nodes", json!({}));
    let delegation = json!({ "serviceName": "Microsoft.Web/serverFarms" });
    let subnet = json!({ "properties": {
        "addressPrefix": "10.50.0.0/28", "networkSecurityGroup": { "id": group },
        "routeTable": { "id": table }, "defaultOutboundAccess": false,
        "delegations": [{ "name": "web", "properties": delegation }],
    } });
    make(cloud, "subnets", "networks/company/nodes", subnet);
}

/// What its owner does about it.
fn made_fit(cloud: &mut Azure) {
    let id = |cloud: &Azure, kind: &str, names: &str| cloud.id_of(kind, names);
    let network = id(cloud, "virtualNetworks", "networks/company");
    let space = json!({ "addressPrefixes": ["10.50.0.0/16", "fd50::/48"] });
    cloud.change(
        "virtualNetworks",
        &network,
        json!({ "properties": { "addressSpace": space } }),
    );
    let subnet = id(cloud, "subnets", "networks/company/nodes");
    let properties = json!({
        "addressPrefix": null, "addressPrefixes": ["10.50.0.0/20", "fd50::/64"], "delegations": [],
        "defaultOutboundAccess": true,
    });
    cloud.change("subnets", &subnet, json!({ "properties": properties }));
    let closed = id(cloud, "securityRules", "nodes/nodes/closed");
    cloud.delete("securityRules", &closed);
}

#[tokio::test(start_paused = true)]
async fn an_existing_network_is_verified() {
    let mut transcript = transcript(example(&AZURE, "existing-network"));
    transcript.mock.with(unfit);
    transcript.run_each(&["verify"]).await;
    transcript.note("Its owner makes it fit.");
    transcript.mock.with(made_fit);
    transcript
        .run_each(&["verify", "apply --yes", "destroy --yes"])
        .await;
    assert_snapshot!(transcript.take());
}

/// As the reference system makes it, with its names and its one IPv6 range for every cluster.
fn made_by_kkp(cloud: &mut Azure) {
    let (name, tags) = ("kubernetes-qvj7pkcb9m", json!({ "cluster": "qvj7pkcb9m" }));
    make(cloud, "resourceGroups", name, json!({ "tags": tags }));
    let at = format!("{name}/{name}");
    let space = json!({ "addressPrefixes": ["10.0.0.0/16", "fd00::/48"] });
    let body = json!({ "tags": tags, "properties": { "addressSpace": space } });
    make(cloud, "virtualNetworks", &at, body);
    let table = make(cloud, "routeTables", &at, json!({}));
    let subnet = json!({ "properties": {
        "addressPrefixes": ["10.0.0.0/16", "fd00::/64"], "routeTable": { "id": table },
        "defaultOutboundAccess": true,
    } });
    make(cloud, "subnets", &format!("{at}/{name}"), subnet);
    make(cloud, "networkSecurityGroups", &at, json!({ "tags": tags }));
    let ssh = rule("Allow", 100, "*", "22");
    make(cloud, "securityRules", &format!("{at}/ssh_ingress"), ssh);
}

#[tokio::test(start_paused = true)]
async fn what_the_reference_system_has_made_is_taken_over() {
    let mut transcript = transcript(example(&AZURE, "kkp"));
    transcript.mock.with(made_by_kkp);
    transcript
        .run_each(&["plan", "plan --adopt", "apply --yes --adopt", "drift"])
        .await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn documents_that_cannot_be() {
    let document = example(&AZURE, "nat-gateway")
        .replace("vnetCidr: 10.20.0.0/16", "vnetCidr: 10.20.0.1/16")
        .replace("\"fd5a:20::/48\"", "\"fd5a:20::/65\"")
        .replace("sshSources: []", "sshSources: [here]");
    let mut transcript = transcript(&document);
    transcript.run_each(&["plan"]).await;
    transcript.note("A subnet outside of its network, of another length.");
    let document = example(&AZURE, "nat-gateway").replace(
        "      natGateway: true",
        "      subnetCidr: 10.21.0.0/24\n      subnetIpv6Cidr: \"fd5a:20::/80\"\n      natGateway: true",
    );
    transcript.write("cluster.yaml", document);
    transcript.run_each(&["plan"]).await;
    transcript.note("A region that does not exist.");
    transcript.write("cluster.yaml", example(&AZURE, "cluster").to_owned());
    let seed = AZURE_SEED.replace("location: westeurope", "location: atlantis");
    transcript.write("seed.yaml", seed);
    transcript.run_each(&["plan"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn a_door_that_stays_closed() {
    let mut transcript = transcript(example(&AZURE, "cluster"));
    let changed = |transcript: &Transcript, change: fn(&mut Config)| {
        transcript.mock.with(|cloud: &mut Azure| {
            cloud.config = Config::default();
            change(&mut cloud.config);
        });
    };
    for (what, change) in [
        (
            "The secret has expired.",
            (|config| config.is_secret_expired = true) as fn(&mut Config),
        ),
        ("The application is in another directory.", |config| {
            let tenant = std::mem::replace(&mut config.tenant, "another".to_owned());
            config.other_tenants.insert(tenant);
        }),
        ("The subscription is disabled.", |config| {
            "Disabled".clone_into(&mut config.subscription_state);
        }),
        ("The provider is not registered.", |config| {
            config.unregistered.insert("Microsoft.Network".to_owned());
        }),
    ] {
        transcript.note(what);
        changed(&transcript, change);
        transcript.run_each(&["plan"]).await;
    }
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn what_the_subscription_does_not_allow_is_told_before() {
    let config = Config {
        not_actions: ["Microsoft.Network/routeTables/write", "*/join/action"]
            .map(str::to_owned)
            .into(),
        quotas: [("VirtualNetworks", 0), ("NetworkSecurityGroups", 5)]
            .map(|(name, most)| (name.to_owned(), most))
            .into(),
        ..Config::default()
    };
    let mut transcript = transcript_of(example(&AZURE, "cluster"), config);
    transcript.run_each(&["preflight"]).await;
    assert_snapshot!(transcript.take());
}
