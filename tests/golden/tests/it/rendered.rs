//! What is rendered to be pasted somewhere else, and what datacenters offer.

use std::{collections::BTreeMap, path::Path};

#[cfg(feature = "aws")]
use golden::{AWS, AWS_SEED};
#[cfg(feature = "azure")]
use golden::{AZURE, AZURE_SEED};
use golden::{
    BYO, BYO_SEED, DIGITALOCEAN, DIGITALOCEAN_SEED, EQUINIX, EQUINIX_SEED, FILES, GCP, GCP_SEED,
    HETZNER, HETZNER_SEED, OPENSTACK, OPENSTACK_SEED, Transcript, VSPHERE, VSPHERE_SEED, example,
    files,
};
use insta::assert_snapshot;
use mock_openstack::Config;

/// Nobody is asked, so that it does not matter which cloud would answer.
fn over(files: BTreeMap<String, Vec<u8>>) -> Transcript {
    Transcript::new(Config::default(), files)
}

/// The first example of each cloud, with its seed.
fn examples() -> Vec<(&'static str, &'static str, &'static str)> {
    let mut all = vec![
        ("bringyourown", example(&BYO, "cluster"), BYO_SEED),
        (
            "digitalocean",
            example(&DIGITALOCEAN, "cluster"),
            DIGITALOCEAN_SEED,
        ),
        ("gcp", example(&GCP, "cluster"), GCP_SEED),
        ("hetzner", example(&HETZNER, "cluster"), HETZNER_SEED),
        ("openstack", example(&OPENSTACK, "cluster"), OPENSTACK_SEED),
        ("packet", example(&EQUINIX, "cluster"), EQUINIX_SEED),
        ("vsphere", example(&VSPHERE, "cluster"), VSPHERE_SEED),
    ];
    #[cfg(feature = "azure")]
    all.insert(0, ("azure", example(&AZURE, "cluster"), AZURE_SEED));
    #[cfg(feature = "aws")]
    all.insert(0, ("aws", example(&AWS, "cluster"), AWS_SEED));
    all
}

/// Those whose driver is in every build of these tests.
fn light() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let heavy = ["aws", "azure"];
    let all = examples().into_iter();
    all.filter(move |(cloud, _, _)| !heavy.contains(cloud))
}

const WRONG: &str = "\
apiVersion: kubermatic.k8c.io/v1
kind: Cluster
metadata: {name: demo}
spec:
  cloud: {dc: x, openstack: {}}
  clusterNetwork:
    ipFamily: IPv4+IPv6
    pods: {cidrBlocks: [172.25.0.0/16]}
    nodeCidrMaskSizeIPv4: 12
";

const SEED: &str = "\
apiVersion: kubermatic.k8c.io/v1
kind: Seed
metadata: {name: europe}
spec:
  datacenters:
    without-ipv6: {country: DE, location: Hamburg, spec: {openstack: {region: RegionOne}}}
    incomplete: {spec: {vsphere: {endpoint: 'https://vcenter.example.com'}}}
    of-another-system: {spec: {kubevirt: {}}}
    of-no-cloud: {spec: {}}
";

#[tokio::test(start_paused = true)]
async fn what_datacenters_offer() {
    let mut transcript = over(BTreeMap::new());
    for (cloud, _, seed) in light() {
        let file = format!("{cloud}.yaml");
        transcript.write(&file, seed.to_owned());
        transcript.run(&format!("availability -f {file}")).await;
    }
    transcript.write("seed.yaml", SEED.to_owned());
    transcript.run("availability -f seed.yaml").await;
    transcript
        .run("availability -f seed.yaml --output json")
        .await;
    transcript.run("availability").await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn the_block_of_a_cluster_network() {
    let mut transcript = over(files(example(&OPENSTACK, "cluster"), OPENSTACK_SEED));
    transcript
        .run(&format!("render cluster-network {FILES}"))
        .await;
    transcript
        .run(&format!("render cluster-network --output json {FILES}"))
        .await;
    transcript
        .note("Of another cloud, with another network plugin, and with an older Kubernetes.")
        .write("cluster.yaml", example(&HETZNER, "cluster").to_owned())
        .write("seed.yaml", HETZNER_SEED.to_owned());
    transcript
        .run(&format!("render cluster-network {FILES}"))
        .await;
    for version in ["1.34.1", "1.36.0"] {
        let cluster = format!(
            "apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata: {{name: demo}}\nspec:\n  version: \
             {version}\n  cloud: {{dc: x, openstack: {{}}}}\n  cniPlugin: {{type: canal, version: v3.31}}\n  clusterNetwork: \
             {{ipFamily: IPv4, nodeCidrMaskSizeIPv4: 25, dnsDomain: cluster.local}}\n"
        );
        transcript.write("cluster.yaml", cluster);
        transcript
            .run(&format!("render cluster-network {FILES}"))
            .await;
    }
    transcript
        .note("Nothing is rendered from what is wrong.")
        .write("cluster.yaml", WRONG.to_owned());
    transcript
        .run(&format!("render cluster-network {FILES}"))
        .await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn services_that_are_reached_in_both_families() {
    let mut transcript = over(BTreeMap::new());
    for (cloud, cluster, seed) in light() {
        transcript
            .note(cloud)
            .write("cluster.yaml", cluster.to_owned());
        transcript.write("seed.yaml", seed.to_owned());
        transcript
            .run(&format!("render loadbalancer-annotations {FILES}"))
            .await;
    }
    let older = example(&OPENSTACK, "cluster");
    let line = older.lines().find(|line| line.starts_with("  version:"));
    let older = older.replace(line.expect("it says its version"), "  version: 1.29.4");
    transcript
        .note("OpenStack, before 1.30")
        .write("cluster.yaml", older);
    transcript.write("seed.yaml", OPENSTACK_SEED.to_owned());
    transcript
        .run(&format!(
            "render loadbalancer-annotations --service shop --output json {FILES}"
        ))
        .await;
    transcript
        .note("IPv4 alone")
        .write("cluster.yaml", example(&OPENSTACK, "ipv4").to_owned());
    transcript
        .run(&format!("render loadbalancer-annotations {FILES}"))
        .await;
    transcript
        .run(&format!(
            "render loadbalancer-annotations --service -x {FILES}"
        ))
        .await;
    assert_snapshot!(transcript.take());
}

/// What is rendered of a cloud whose driver is not in every build.
#[cfg(any(feature = "aws", feature = "azure"))]
async fn of_a_heavy_one(cluster: &str, seed: &str) -> String {
    let mut transcript = over(files(cluster, seed));
    for line in [
        "availability -f seed.yaml",
        "render loadbalancer-annotations -f cluster.yaml -f seed.yaml",
    ] {
        transcript.run(line).await;
    }
    transcript.take()
}

#[cfg(feature = "aws")]
#[tokio::test(start_paused = true)]
async fn what_aws_and_its_cluster_get() {
    assert_snapshot!(of_a_heavy_one(example(&AWS, "cluster"), AWS_SEED).await);
}

#[cfg(feature = "azure")]
#[tokio::test(start_paused = true)]
async fn what_azure_and_its_cluster_get() {
    assert_snapshot!(of_a_heavy_one(example(&AZURE, "cluster"), AZURE_SEED).await);
}

/// The text that is printed is the one in docs/policies; each file there is printed by something.
#[tokio::test(start_paused = true)]
async fn policies_are_those_of_the_documentation() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/policies");
    let mut files: Vec<String> = std::fs::read_dir(&folder)
        .expect("there are policies")
        .map(|file| {
            file.expect("it can be read")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let clouds = examples().into_iter().map(|(cloud, _, _)| cloud);
    // Those of a driver that is not built in cannot be printed.
    files.retain(|file| cfg!(feature = "aws") || !file.starts_with("aws"));
    files.retain(|file| cfg!(feature = "azure") || !file.starts_with("azure"));
    let mut printed = 0;
    for cloud in clouds {
        for purpose in ["verify", "provision", "destroy"] {
            let mut transcript = over(BTreeMap::new());
            let line = format!("render policy {cloud} --for {purpose} --output json");
            if transcript.quietly(&line).await != 0 {
                continue;
            }
            let text = transcript.take();
            let line = text
                .lines()
                .find(|line| line.starts_with('{'))
                .unwrap_or_default();
            let line: serde_json::Value = serde_json::from_str(line).expect("it is JSON");
            let name = line["name"].as_str().expect("it has a name");
            let committed = std::fs::read_to_string(folder.join(name));
            let stale = format!(
                "docs/policies/{name} is stale: groundwork render policy {cloud} --for {purpose}"
            );
            assert_eq!(line["text"].as_str(), committed.ok().as_deref(), "{stale}");
            files.retain(|file| file != name);
            printed += 1;
        }
    }
    assert!(printed > 8, "{printed}");
    assert_eq!(files, Vec::<String>::new(), "nothing prints them");
}

#[tokio::test(start_paused = true)]
async fn policies_and_what_there_is_instead() {
    let mut transcript = over(files(example(&GCP, "cluster"), GCP_SEED));
    for line in [
        "render policy bringyourown",
        "render policy vsphere",
        "render policy digitalocean --for verify",
        "render policy --for destroy -f cluster.yaml -f seed.yaml",
        "render policy gcp",
        "render policy hetzner",
        "render policy openstack",
        "render policy packet",
        "render policy bringyourown --for provision",
    ] {
        transcript.run(line).await;
    }
    assert_snapshot!(transcript.take());
}

/// Each operating system and each way in which an address comes.
#[tokio::test(start_paused = true)]
async fn operating_systems_are_told_of_their_network() {
    let mut transcript = over(files(example(&OPENSTACK, "cluster"), OPENSTACK_SEED));
    let profile = "render operating-system-profile";
    for system in [
        "ubuntu",
        "flatcar",
        "rhel",
        "rhel --release 9.4",
        "centos-7",
    ] {
        for method in [
            "slaac",
            "dhcpv6-stateless",
            "dhcpv6-stateful",
            "static --address 2001:db8:1::10/64 --gateway fe80::1 --interface ens3",
        ] {
            let line = format!("{profile} --system {system} --ipv6 {method}");
            transcript.run(&line).await;
        }
    }
    transcript
        .note("For the cloud of a cluster.")
        .run(&format!(
            "{profile} --system rocky-linux --release 8 --ipv6 slaac {FILES}"
        ))
        .await;
    transcript
        .run(&format!(
            "{profile} --system ubuntu --ipv6 slaac --output json --provider gcp"
        ))
        .await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn a_profile_becomes_part_of_a_whole_one() {
    let mut transcript = over(BTreeMap::new());
    transcript.write("osp.yaml", WHOLE.to_owned());
    let line = "render operating-system-profile --system ubuntu --ipv6 slaac --onto osp.yaml";
    transcript.run(line).await;
    let whole = transcript.take();
    let whole = whole
        .lines()
        .filter(|line| !line.starts_with(['$', '#', '[']));
    let whole: String = whole.map(|line| format!("{line}\n")).collect();
    transcript
        .note("Once more changes nothing.")
        .write("osp.yaml", whole.clone());
    assert_eq!(transcript.quietly(line).await, 0);
    let again = transcript.take();
    assert!(again.contains(whole.trim()), "{again}");
    transcript.write("osp.yaml", WHOLE.to_owned());
    transcript.run(line).await;
    let lists = WHOLE.replace(
        "runcmd:\n      - systemctl restart bootstrap.service",
        "runcmd: all",
    );
    transcript.write("lists.yaml", lists);
    for file in ["cluster.yaml", "seed.yaml", "broken.yaml", "lists.yaml"] {
        transcript.write("cluster.yaml", example(&OPENSTACK, "cluster").to_owned());
        transcript.write(
            "seed.yaml",
            WHOLE.replace("osName: ubuntu", "osName: flatcar"),
        );
        transcript.write("broken.yaml", "a: [".to_owned());
        transcript.run(&line.replace("osp.yaml", file)).await;
    }
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn profiles_that_make_no_sense_are_refused() {
    let mut transcript = over(files(example(&BYO, "cluster"), BYO_SEED));
    for rest in [
        "--system suse --ipv6 slaac",
        "--system rhel --release 7 --ipv6 slaac",
        "--system rhel --release 100 --ipv6 slaac",
        "--system flatcar --release 1\u{7}2 --ipv6 slaac",
        "--system ubuntu --ipv6 static",
        "--system ubuntu --ipv6 static --address 2001:db8::/64 --gateway fe80::1",
        "--system ubuntu --ipv6 static --address fe80::2/64 --gateway fe80::1",
        "--system ubuntu --ipv6 static --address 2001:db8::2/64 --gateway 2001:db8::2",
        "--system ubuntu --ipv6 static --address 192.0.2.1/24 --gateway fe80::1",
        "--system ubuntu --ipv6 slaac --address 2001:db8::2/64",
        "--system ubuntu --ipv6 slaac --interface eth0/../x",
        "--system centos-7 --ipv6 slaac --provider aws",
        "--system ubuntu --ipv6 slaac --provider packet",
        "--system ubuntu --ipv6 slaac --provider bringyourown",
        "--system ubuntu --ipv6 slaac -f cluster.yaml -f seed.yaml",
        "--system ubuntu --ipv6 slaac --provider nowhere",
    ] {
        transcript
            .run(&format!("render operating-system-profile {rest}"))
            .await;
    }
    assert_snapshot!(transcript.take());
}

/// Of the form of KKP's own, and much shorter.
const WHOLE: &str = "\
apiVersion: operatingsystemmanager.k8c.io/v1alpha1
kind: OperatingSystemProfile
metadata:
  name: osp-ubuntu
  namespace: kube-system
  resourceVersion: '7'
spec:
  osName: ubuntu
  osVersion: '22.04'
  version: v1.9.1
  supportedCloudProviders:
  - name: openstack
  bootstrapConfig:
    files:
    - path: /opt/bin/bootstrap
      permissions: 755
      content:
        inline:
          encoding: b64
          data: |
            #!/bin/bash
            set -xeuo pipefail
            apt update && apt install -y curl jq
    modules:
      runcmd:
      - systemctl restart bootstrap.service
  provisioningConfig:
    files: []
";
