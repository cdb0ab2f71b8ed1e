//! What a user of vSphere reads.

use std::{collections::BTreeSet, time::Duration};

use conformance::VirtualClock;
use golden::{FILES, Transcript, VSPHERE, VSPHERE_SEED, example, files};
use groundwork_provider::Clock as _;
use insta::assert_snapshot;
use mock_cloud::{Fault, Faults, Match};
use mock_vsphere::{Config, Kind, Vsphere};
use serde_json::{Value, json};

const CATEGORY: &str =
    "urn:vmomi:InventoryServiceCategory:5b0c6e9a-9a5c-4c65-8f0e-1f6d3f0b7a10:GLOBAL";
const ROLE: &str = include_str!("../../../../docs/policies/vsphere-role.txt");

/// The vCenter that the examples are written for.
pub(crate) fn hamburg() -> Vsphere {
    let mut cloud = Vsphere::new(Config {
        datacenters: Vec::new(),
        // Not as long as it takes until something is told of an object.
        task_delay: Duration::from_secs(3),
        ..Config::default()
    });
    let root = cloud.find("/").expect("there is a root");
    let datacenter = cloud.make(Kind::Datacenter, &root, json!({ "name": "hamburg" }));
    for (kind, path) in [
        (Kind::Cluster, "host/compute-1"),
        (Kind::Pool, "host/compute-1/Resources/kubernetes"),
        (Kind::Portgroup, "network/nodes"),
        (Kind::Portgroup, "network/storage%2fbackup"),
        (Kind::Datastore, "datastore/vsan-1"),
        (Kind::StoragePod, "datastore/gold"),
        (Kind::Datastore, "datastore/gold/gold-1"),
        (Kind::Folder, "vm/kubernetes/shared"),
        (Kind::Machine, "vm/ubuntu-24.04"),
    ] {
        let made = cloud.find_or_make(kind, &format!("/hamburg/{path}"));
        made.expect("the path can be one");
    }
    let template = cloud.find("/hamburg/vm/ubuntu-24.04").expect("it was made");
    cloud.set(&template, "config", json!({ "template": true }));
    cloud.make_category(CATEGORY, "kubernetes");
    cloud.connect(&datacenter);
    cloud
}

/// A machine on the network `nodes` whose tools report an address of IPv6.
fn with_a_machine(mut cloud: Vsphere) -> Vsphere {
    let network = cloud.find("/hamburg/network/nodes").expect("it was made");
    let room = cloud.find("/hamburg/vm").expect("it was made");
    let nic = json!({
        "network": "nodes", "connected": true, "deviceConfigId": 4000,
        "ipAddress": ["192.0.2.17", "fe80::1", "2001:db8:1::17"],
    });
    let machine = json!({ "name": "printer", "network": [network], "guest": { "net": [nic] } });
    cloud.make(Kind::Machine, &room, machine);
    cloud
}

fn transcript(cloud: Vsphere, document: &str) -> Transcript {
    Transcript::vsphere(cloud, files(document, VSPHERE_SEED))
}

#[tokio::test(start_paused = true)]
async fn the_life_of_a_folder() {
    let mut transcript = transcript(with_a_machine(hamburg()), example(&VSPHERE, "cluster"));
    let lines = ["preflight", "apply --yes", "apply --yes"];
    transcript.run_each(&lines).await;
    transcript.run_each(&["output", "inventory"]).await;
    transcript.note("A colleague renames the folder, and puts a machine into it.");
    transcript.mock.with(|cloud: &mut Vsphere| {
        let folder = cloud.find("/hamburg/vm/kubernetes/example");
        let folder = folder.expect("it was made");
        cloud.rename_to(&folder, "ours now");
        cloud.make(Kind::Machine, &folder, json!({ "name": "scanner" }));
    });
    transcript
        .run_each(&["drift", "apply --yes", "destroy --yes"])
        .await;
    transcript.note("The machine moves out.");
    transcript.mock.with(|cloud: &mut Vsphere| {
        let machine = cloud.find("/hamburg/vm/kubernetes/example/scanner");
        cloud.destroy(&machine.expect("it is there"));
    });
    transcript.run_each(&["destroy --yes"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn from_ipv4_to_dual_stack() {
    let mut transcript = transcript(hamburg(), example(&VSPHERE, "ipv4"));
    transcript.run_each(&["apply --yes"]).await;
    transcript.write("cluster.yaml", example(&VSPHERE, "cluster").to_owned());
    transcript.run_each(&["plan", "destroy --yes"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn an_existing_folder_is_verified() {
    let mut transcript = transcript(hamburg(), example(&VSPHERE, "existing"));
    transcript.run_each(&["verify"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn what_the_vcenter_does_not_have() {
    let mut cloud = hamburg();
    let network = cloud.find("/hamburg/network").expect("it was made");
    let other = cloud.make(Kind::Folder, &network, json!({ "name": "other" }));
    cloud.make(Kind::Portgroup, &other, json!({ "name": "nodes" }));
    let document =
        example(&VSPHERE, "cluster").replace("resourcePool: kubernetes", "resourcePool: gone");
    let mut transcript = transcript(cloud, &document);
    transcript.run_each(&["plan"]).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn documents_that_cannot_be() {
    let document = example(&VSPHERE, "cluster")
        .replace("resourcePool: kubernetes", "vmNetName: nodes")
        .replace("192.0.2.0/24", "10.240.16.0/24")
        .replace("        categoryID:", "        # categoryID:");
    let mut transcript = transcript(hamburg(), &document);
    let seed = VSPHERE_SEED
        .replace("ipv6Enabled: true", "ipv6Enabled: false")
        .replace("datastore: vsan-1", "datastore: \"\"");
    transcript.write("seed.yaml", seed);
    transcript.run_each(&["plan"]).await;
    assert_snapshot!(transcript.take());
}

/// Whatever a command comes to, no session of it stays at the vCenter.
#[tokio::test(start_paused = true)]
async fn every_command_logs_out() {
    let mut transcript = transcript(with_a_machine(hamburg()), example(&VSPHERE, "cluster"));
    for line in [
        "preflight",
        "plan",
        "apply --yes",
        "verify",
        "drift",
        "sweep",
        "output",
        "inventory",
        "graph",
        "apply --yes --cluster other",
        "destroy --yes",
    ] {
        transcript.quietly(&format!("{line} {FILES}")).await;
        assert_eq!(transcript.mock.sessions(), 0, "after {line}");
    }
    let logins = transcript.mock.calls();
    let logins = logins.iter().filter(|call| call.path == "Login");
    assert!(logins.count() >= 9, "they logged in");
}

#[tokio::test(start_paused = true)]
async fn ctrl_c_in_the_middle_of_a_look_logs_out() {
    let mut transcript = transcript(hamburg(), example(&VSPHERE, "cluster"));
    let slow = Fault::Latency { extra_ms: 200 };
    let every = Faults::none().and(Match::default(), slow, None);
    transcript.mock.set_faults(1, every);
    let (mock, stop) = (transcript.mock.clone(), transcript.stop());
    let clock = VirtualClock::start();
    let ctrl_c = async {
        // Both have answered, and the look is not over.
        while mock.sessions() < 2 {
            clock.sleep(Duration::from_millis(10)).await;
        }
        clock.sleep(Duration::from_millis(300)).await;
        stop.cancel();
    };
    let line = format!("plan {FILES}");
    let (exit, ()) = tokio::join!(transcript.quietly(&line), ctrl_c);
    let said = transcript.take();
    assert!(exit != 0 && said.contains("stopped"), "{said}");
    assert_eq!(transcript.mock.sessions(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_role_to_paste_has_what_the_driver_needs() {
    let mut transcript = transcript(hamburg(), example(&VSPHERE, "cluster"));
    transcript
        .quietly("capabilities vsphere --output json")
        .await;
    let text = transcript.take();
    let mut needed = BTreeSet::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).expect("it is JSON");
        permissions(&line, &mut needed);
    }
    let pasted: BTreeSet<String> = ROLE.lines().map(str::to_owned).collect();
    assert_eq!(pasted, needed);
}

/// Every text at `permission`, but for what each role has.
fn permissions(value: &Value, needed: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, value)| match value.as_str() {
                Some(text) if name == "permission" => {
                    if !text.is_empty() && !text.starts_with("System.") {
                        needed.insert(text.to_owned());
                    }
                }
                _ => permissions(value, needed),
            }),
        Value::Array(items) => items.iter().for_each(|item| permissions(item, needed)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
