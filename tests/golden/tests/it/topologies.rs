//! The network as packets see it, on each cloud: the picture, and the ways of packets.

#[cfg(feature = "aws")]
use golden::{AWS, AWS_SEED};
#[cfg(feature = "azure")]
use golden::{AZURE, AZURE_SEED};
use golden::{
    BYO, BYO_SEED, DIGITALOCEAN, DIGITALOCEAN_SEED, FILES, GCP, GCP_SEED, HETZNER, HETZNER_SEED,
    Transcript, VSPHERE, VSPHERE_SEED, cluster, documents, example, files,
};
use insta::assert_snapshot;
use serde_json::Value;

/// The ways that are asked about on each cloud.
const WAYS: [&str; 6] = [
    "--from node --to internet",
    "--from internet --to node",
    "--from internet --to node --port 30080",
    "--from pod --to pod",
    "--from node --to node --port 10250",
    "--from internet --to pod",
];

/// The picture in words, and the ways of packets through what is planned.
async fn of(mut transcript: Transcript) -> String {
    let line = format!("graph --picture topology {FILES}");
    assert_eq!(transcript.quietly(&line).await, 0);
    let picture = transcript.take();
    assert!(picture.starts_with("<svg xmlns="), "{picture}");
    let words = picture.split("<desc id=\"topology-desc\">").nth(1);
    let words = words.and_then(|rest| rest.split("</desc>").next());
    transcript.note(words.unwrap_or_default());
    for way in WAYS {
        transcript.run(&format!("trace {way} {FILES}")).await;
    }
    transcript.take()
}

fn openstack() -> Transcript {
    let config = mock_openstack::Config::default().with_default_v6_pool();
    Transcript::new(config, documents(cluster(&[])))
}

#[tokio::test(start_paused = true)]
async fn of_openstack() {
    assert_snapshot!(of(openstack()).await);
}

/// What exists is as good as what is planned; what a colleague takes away ends the packet there.
#[tokio::test(start_paused = true)]
async fn a_packet_before_and_after_an_apply() {
    let mut transcript = openstack();
    let out = format!("trace --from node --to internet --family ipv6 {FILES}");
    assert_eq!(transcript.quietly(&out).await, 2);
    transcript.take();
    assert_eq!(transcript.quietly(&format!("apply --yes {FILES}")).await, 0);
    transcript.take();
    assert_eq!(transcript.quietly(&out).await, 0);
    let text = transcript.take();
    assert!(text.ends_with("It arrives.\n"), "{text}");
    let json = format!("trace --from internet --to node --family ipv4 --output json {FILES}");
    assert_eq!(transcript.quietly(&json).await, 1);
    let line: Value = serde_json::from_str(&transcript.take()).expect("it is JSON");
    assert_eq!(line["traces"][0]["verdict"], "stops");
    let blamed = line["traces"][0]["hops"]
        .as_array()
        .and_then(|hops| hops.last());
    assert_eq!(blamed.expect("there is one")["part"]["key"], "subnet/ipv4");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_asked() {
    let mut transcript = openstack();
    for line in [
        "--from internet --to 192.0.2.1",
        "--from nobody --to internet",
        "--from 192.0.2.1 --to fd00::1",
        "--from node --to 2001:db8::1 --family ipv4",
    ] {
        transcript.run(&format!("trace {line} {FILES}")).await;
    }
    transcript
        .run(&format!("graph --picture topology --format dot {FILES}"))
        .await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn the_picture() {
    let mut transcript = openstack();
    transcript
        .quietly(&format!("graph --picture topology {FILES}"))
        .await;
    assert_snapshot!(transcript.take());
}

#[cfg(feature = "aws")]
#[tokio::test(start_paused = true)]
async fn of_aws() {
    for name in ["cluster", "private"] {
        let files = files(example(&AWS, name), AWS_SEED);
        let transcript = Transcript::aws(mock_aws::Config::default(), files);
        assert_snapshot!(format!("of_aws_{name}"), of(transcript).await);
    }
}

#[cfg(feature = "azure")]
#[tokio::test(start_paused = true)]
async fn of_azure() {
    for name in ["cluster", "nat-gateway"] {
        let files = files(example(&AZURE, name), AZURE_SEED);
        let transcript = Transcript::azure(mock_azure::Config::default(), files);
        assert_snapshot!(format!("of_azure_{name}"), of(transcript).await);
    }
}

#[tokio::test(start_paused = true)]
async fn of_gcp() {
    let files = files(example(&GCP, "cluster"), GCP_SEED);
    assert_snapshot!(of(Transcript::gcp(mock_gcp::Config::default(), files)).await);
}

#[tokio::test(start_paused = true)]
async fn of_hetzner() {
    let files = files(example(&HETZNER, "cluster"), HETZNER_SEED);
    assert_snapshot!(of(Transcript::hetzner(mock_hetzner::Config::default(), files)).await);
}

#[tokio::test(start_paused = true)]
async fn of_digitalocean() {
    let files = files(example(&DIGITALOCEAN, "cluster"), DIGITALOCEAN_SEED);
    let config = mock_digitalocean::Config::default();
    assert_snapshot!(of(Transcript::digitalocean(config, files)).await);
}

#[tokio::test(start_paused = true)]
async fn of_byo() {
    let files = files(example(&BYO, "cluster"), BYO_SEED);
    assert_snapshot!(of(Transcript::byo(mock_byo::Config::default(), files)).await);
}

#[tokio::test(start_paused = true)]
async fn of_vsphere() {
    let files = files(example(&VSPHERE, "cluster"), VSPHERE_SEED);
    assert_snapshot!(of(Transcript::vsphere(crate::vsphere::hamburg(), files)).await);
}

#[tokio::test(start_paused = true)]
async fn of_equinix() {
    assert_snapshot!(of(crate::equinix::transcript("cluster")).await);
}
