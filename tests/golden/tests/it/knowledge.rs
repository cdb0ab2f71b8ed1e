//! What is known, shown and applied to clusters.

use golden::{Transcript, cluster, documents};
use insta::assert_snapshot;
use mock_openstack::Config;

/// Machines with an operating system each, as machine-controller has them.
fn machines(cloud: &str, systems: &[&str]) -> String {
    let one = |system: &&str| {
        format!(
            "---\n\
             apiVersion: cluster.k8s.io/v1alpha1\n\
             kind: MachineDeployment\n\
             metadata:\n\
             \x20 name: {system}-pool\n\
             \x20 namespace: kube-system\n\
             spec:\n\
             \x20 replicas: 3\n\
             \x20 template:\n\
             \x20   spec:\n\
             \x20     providerSpec:\n\
             \x20       value:\n\
             \x20         cloudProvider: {cloud}\n\
             \x20         operatingSystem: {system}\n"
        )
    };
    systems.iter().map(one).collect()
}

#[tokio::test(start_paused = true)]
async fn the_matrix() {
    let mut transcript = Transcript::new(Config::default(), Default::default());
    for line in ["matrix", "matrix --output markdown"] {
        transcript.run(line).await;
    }
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn explanations() {
    let mut transcript = Transcript::new(Config::default(), Default::default());
    for code in [
        "KNOWN-AZURE-LOAD-BALANCER",
        "NETWORK-SERVICE-SIZE",
        "matrix-aws-centos-7",
        "AWS-NETWORK-MANAGER",
        "NETWORK-OVRELAP",
        "KNOWN-CANAL-VERSION --output json",
        "KNOWN-CANAL-VERSION --output markdown",
    ] {
        transcript.run(&format!("explain {code}")).await;
    }
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn machines_that_fit_and_machines_that_do_not() {
    let mut files = documents(cluster(&[]));
    let pools = machines(
        "openstack",
        &["ubuntu", "centos", "rhel", "flatcar", "amzn2"],
    );
    files.insert("machines.yaml".to_owned(), pools.into_bytes());
    let mut transcript = Transcript::new(Config::default(), files);
    transcript
        .run("preflight -f cluster.yaml -f seed.yaml -f machines.yaml")
        .await;
    assert_snapshot!(transcript.take());
}

/// What is known is told together with what is wrong, also of a cloud without a driver.
#[tokio::test(start_paused = true)]
async fn a_cloud_without_a_driver() {
    let document = "\
apiVersion: kubermatic.k8c.io/v1
kind: Cluster
metadata:
  name: demo
spec:
  version: 1.27.3
  cniPlugin: {type: canal, version: v3.21}
  cloud:
    dc: x
    azure: {}
  clusterNetwork:
    ipFamily: IPv4+IPv6
    pods: {cidrBlocks: [10.0.0.0/16, fd01::/48]}
    services: {cidrBlocks: [10.0.1.0/24, \"fd02::/120\"]}
";
    let files = [("cluster.yaml".to_owned(), document.into())];
    let mut transcript = Transcript::new(Config::default(), files.into());
    transcript.run("preflight -f cluster.yaml").await;
    assert_snapshot!(transcript.take());
}

/// A file silences one finding and says more of a cell.
#[tokio::test(start_paused = true)]
async fn a_file_of_knowledge() {
    let knowledge = "\
apiVersion: groundwork.dev/v1alpha1
kind: Knowledge
matrix:
- {provider: openstack, system: flatcar, documented: works, today: untested, because: [KNOWN-OUR-IMAGE]}
entries:
- id: KNOWN-FLATCAR-BOOTSTRAP
  title: Our image of Flatcar is older
  kind: rule
  today: our image of Flatcar is older than the fault
  state: new
  sources: [\"https://wiki.example.com/images\"]
  checked: 2026-11-28
- id: KNOWN-OUR-IMAGE
  title: Our image of Flatcar
  kind: rule
  today: our image of Flatcar has not been tried with IPv6
  state: new
  remedy: try it, and write it down
  sources: [\"https://wiki.example.com/images\"]
  checked: 2026-11-28
";
    let mut files = documents(cluster(&[]));
    files.insert(
        "machines.yaml".to_owned(),
        machines("openstack", &["flatcar"]).into(),
    );
    files.insert("knowledge.yaml".to_owned(), knowledge.into());
    let broken = knowledge
        .replace("kind: rule\n", "kind: ruel\n")
        .replace("2026-11-28", "soon");
    files.insert("broken.yaml".to_owned(), broken.into_bytes());
    let mut transcript = Transcript::new(Config::default(), files);
    for file in ["knowledge", "broken"] {
        let line = format!(
            "preflight -f cluster.yaml -f seed.yaml -f machines.yaml --knowledge {file}.yaml"
        );
        transcript.run(&line).await;
    }
    assert_snapshot!(transcript.take());
}
