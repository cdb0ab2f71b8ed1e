//! What a user reads of nodes that he brings.

use golden::{BYO, BYO_SEED, FILES, Transcript, example, files};
use insta::assert_snapshot;
use mock_byo::{Apiserver, Config, Joined};

/// A cluster that two nodes have joined.
fn transcript(name: &str) -> Transcript {
    let transcript = Transcript::byo(Config::default(), files(example(&BYO, name), BYO_SEED));
    transcript.mock.with(|cloud: &mut Apiserver| {
        for (number, name) in [(11, "worker-1"), (12, "worker-2")] {
            let (four, six) = (format!("10.0.6.{number}"), format!("fd0a:6::{number}"));
            let pods = [
                format!("172.25.{number}.0/24"),
                format!("fd01:0:0:{number}::/64"),
            ];
            let node = Joined::new(
                [four.as_str(), six.as_str()],
                pods.iter().map(String::as_str),
            );
            cloud.join(name, &node);
        }
    });
    transcript
}

#[tokio::test(start_paused = true)]
async fn nodes_of_a_list_are_verified() {
    let mut transcript = transcript("cluster");
    for verb in [
        "preflight",
        "plan",
        "apply --yes",
        "verify",
        "drift",
        "output",
        "inventory",
        "destroy --yes",
    ] {
        transcript.run(&format!("{verb} {FILES}")).await;
    }
    transcript.run("capabilities bringyourown").await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn nodes_get_the_file_that_they_join_with() {
    let mut transcript = transcript("cluster");
    transcript.run(&format!("render join {FILES}")).await;
    transcript
        .note("For a program; the token is not there to be shown.")
        .run(&format!(
            "render join --node worker-2 --output json {FILES}"
        ))
        .await;
    transcript
        .run(&format!("render join --show-token {FILES}"))
        .await;
    assert_snapshot!(transcript.take());
}

/// The page that shows `v1beta4` with the map of `v1beta3`, and a good file.
#[tokio::test(start_paused = true)]
async fn a_file_of_ones_own_is_checked() {
    let mut files = files(example(&BYO, "cluster"), BYO_SEED);
    files.insert("join.yaml".to_owned(), JOIN.as_bytes().to_vec());
    let mut transcript = Transcript::byo(Config::default(), files);
    transcript
        .run(&format!("preflight {FILES} -f join.yaml"))
        .await;
    assert_snapshot!(transcript.take());
}

const JOIN: &str = "\
apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery:
  bootstrapToken:
    apiServerEndpoint: fghk7gd5tx.kubermatic.example.org:30038
    token: 9xwn14.ktdfg3s3fqyj0dr9
    caCertHashes:
    - sha256:b36ebfbcf51e019e6c763dd95bbc307ee4e96e9534d3133a65cf185c0dd74551
nodeRegistration:
  kubeletExtraArgs:
    node-ip: 10.0.6.11,fe80::14
";

#[tokio::test(start_paused = true)]
async fn what_kubeadm_lets_pass_is_told_at_once() {
    let mut transcript = transcript("mistakes");
    transcript.run(&format!("preflight {FILES}")).await;
    assert_snapshot!(transcript.take());
}

#[tokio::test(start_paused = true)]
async fn nodes_of_a_cluster_are_verified() {
    let mut transcript = transcript("kubeconfig");
    transcript.run(&format!("verify {FILES}")).await;
    transcript.mock.with(|cloud: &mut Apiserver| {
        let late = Joined {
            is_uninitialized: true,
            ..Joined::new(["10.0.6.13", "fd0a:6::13"], ["172.25.13.0/24"])
        };
        cloud.join("worker-3", &late);
    });
    transcript
        .note("A third node joins: with one pod range, and with --cloud-provider=external.")
        .run(&format!("verify {FILES}"))
        .await;
    assert_snapshot!(transcript.take());
}
