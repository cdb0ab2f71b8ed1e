//! Documents that cannot be: what is said about each, and that nothing happens; and on each cloud the
//! page for a person, of the example and of the first of them.

use std::collections::BTreeMap;

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
use serde::Deserialize;

/// A mistake: one text of an example, replaced.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mistake {
    name: String,
    #[serde(default, rename = "in")]
    file: File,
    from: String,
    to: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum File {
    #[default]
    Cluster,
    Seed,
}

impl Mistake {
    /// The example's files with the mistake in them.
    fn made_in(&self, cluster: &str, seed: &str) -> BTreeMap<String, Vec<u8>> {
        let text = match self.file {
            File::Cluster => cluster,
            File::Seed => seed,
        };
        assert!(
            text.contains(&self.from),
            "{}: the example has changed",
            self.name
        );
        let text = text.replacen(&self.from, &self.to, 1);
        match self.file {
            File::Cluster => files(&text, seed),
            File::Seed => files(cluster, &text),
        }
    }
}

/// What a user is told about each mistake of a list. None of them changes anything.
async fn told(
    mistakes: &str,
    examples: &[(&str, &'static str)],
    seed: &str,
    cloud: impl Fn(BTreeMap<String, Vec<u8>>) -> Transcript,
) -> String {
    let mistakes: Vec<Mistake> = serde_saphyr::from_str(mistakes).expect("the list is well-formed");
    let mut told = String::new();
    let mut taken_for_right = Vec::new();
    for mistake in mistakes {
        let mut transcript = cloud(mistake.made_in(example(examples, "cluster"), seed));
        let exit = transcript.quietly(&format!("apply --yes {FILES}")).await;
        let text = transcript.take();
        let errors = without_advice(&text);
        told.push_str(&format!("# {}\n{errors}[{exit}]\n\n", mistake.name));
        let calls = transcript.mock.mutating_calls();
        if exit == 0 || !calls.is_empty() {
            taken_for_right.push(mistake.name);
        }
    }
    assert_eq!(taken_for_right, Vec::<String>::new(), "{told}");
    told
}

/// The page of a cluster that is fit, and of one that is not.
async fn pages(
    name: &str,
    mistakes: &str,
    examples: &[(&str, &'static str)],
    seed: &str,
    cloud: impl Fn(BTreeMap<String, Vec<u8>>) -> Transcript,
) {
    let mistakes: Vec<Mistake> = serde_saphyr::from_str(mistakes).expect("the list is well-formed");
    let document = example(examples, "cluster");
    for (kind, files, exit) in [
        ("fit", files(document, seed), 0),
        ("unfit", mistakes[0].made_in(document, seed), 1),
    ] {
        let mut transcript = cloud(files);
        let line = format!("preflight --output html {FILES}");
        assert_eq!(transcript.quietly(&line).await, exit, "{name}, {kind}");
        assert_snapshot!(format!("page_of_{name}_{kind}"), transcript.take());
    }
}

/// The text without warnings and notes: they are the example's, not the mistake's.
fn without_advice(text: &str) -> String {
    let mut is_advice = false;
    let lines = text.lines().filter(|line| {
        if !line.starts_with(' ') {
            is_advice = line.starts_with("warning ") || line.starts_with("note ");
        }
        !is_advice
    });
    lines.map(|line| format!("{line}\n")).collect()
}

#[tokio::test(start_paused = true)]
async fn of_whatever_cloud() {
    let list = include_str!("../../bad/common.yaml");
    let cloud = |files| Transcript::new(mock_openstack::Config::default(), files);
    assert_snapshot!(told(list, &OPENSTACK, OPENSTACK_SEED, cloud).await);
}

#[tokio::test(start_paused = true)]
async fn of_openstack() {
    let list = include_str!("../../bad/openstack.yaml");
    let cloud = |files| Transcript::new(mock_openstack::Config::default(), files);
    assert_snapshot!(told(list, &OPENSTACK, OPENSTACK_SEED, cloud).await);
    pages("openstack", list, &OPENSTACK, OPENSTACK_SEED, cloud).await;
}

#[cfg(feature = "azure")]
#[tokio::test(start_paused = true)]
async fn of_azure() {
    let list = include_str!("../../bad/azure.yaml");
    let cloud = |files| Transcript::azure(mock_azure::Config::default(), files);
    assert_snapshot!(told(list, &AZURE, AZURE_SEED, cloud).await);
    pages("azure", list, &AZURE, AZURE_SEED, cloud).await;
}

#[cfg(feature = "aws")]
#[tokio::test(start_paused = true)]
async fn of_aws() {
    let list = include_str!("../../bad/aws.yaml");
    let cloud = |files| Transcript::aws(mock_aws::Config::default(), files);
    assert_snapshot!(told(list, &AWS, AWS_SEED, cloud).await);
    pages("aws", list, &AWS, AWS_SEED, cloud).await;
}

#[tokio::test(start_paused = true)]
async fn of_gcp() {
    let list = include_str!("../../bad/gcp.yaml");
    let cloud = |files| Transcript::gcp(mock_gcp::Config::default(), files);
    assert_snapshot!(told(list, &GCP, GCP_SEED, cloud).await);
    pages("gcp", list, &GCP, GCP_SEED, cloud).await;
}

#[tokio::test(start_paused = true)]
async fn of_hetzner() {
    let list = include_str!("../../bad/hetzner.yaml");
    let cloud = |files| Transcript::hetzner(mock_hetzner::Config::default(), files);
    assert_snapshot!(told(list, &HETZNER, HETZNER_SEED, cloud).await);
    pages("hetzner", list, &HETZNER, HETZNER_SEED, cloud).await;
}

#[tokio::test(start_paused = true)]
async fn of_digitalocean() {
    let list = include_str!("../../bad/digitalocean.yaml");
    let cloud = |files| Transcript::digitalocean(mock_digitalocean::Config::default(), files);
    assert_snapshot!(told(list, &DIGITALOCEAN, DIGITALOCEAN_SEED, cloud).await);
    pages(
        "digitalocean",
        list,
        &DIGITALOCEAN,
        DIGITALOCEAN_SEED,
        cloud,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn of_vsphere() {
    let list = include_str!("../../bad/vsphere.yaml");
    let cloud = |files| Transcript::vsphere(crate::vsphere::hamburg(), files);
    assert_snapshot!(told(list, &VSPHERE, VSPHERE_SEED, cloud).await);
    pages("vsphere", list, &VSPHERE, VSPHERE_SEED, cloud).await;
}

#[tokio::test(start_paused = true)]
async fn of_equinix() {
    let list = include_str!("../../bad/equinix.yaml");
    let cloud = |files| Transcript::equinix(mock_equinix::Config::default(), files);
    assert_snapshot!(told(list, &EQUINIX, EQUINIX_SEED, cloud).await);
    pages("equinix", list, &EQUINIX, EQUINIX_SEED, cloud).await;
}

#[tokio::test(start_paused = true)]
async fn of_nodes_of_ones_own() {
    let list = include_str!("../../bad/byo.yaml");
    let cloud = |files| Transcript::byo(mock_byo::Config::default(), files);
    assert_snapshot!(told(list, &BYO, BYO_SEED, cloud).await);
    pages("byo", list, &BYO, BYO_SEED, cloud).await;
}
