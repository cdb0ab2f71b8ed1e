//! Graphs as data and as pictures.

use golden::{FILES, Transcript, cluster, documents};
use insta::assert_snapshot;
use mock_openstack::Config;
use serde_json::Value;

async fn drawn(arguments: &str) -> String {
    let config = Config::default().with_default_v6_pool();
    let mut transcript = Transcript::new(config, documents(cluster(&[])));
    let exit = transcript
        .quietly(&format!("graph {arguments} {FILES}"))
        .await;
    assert_eq!(exit, 0);
    transcript.take()
}

#[tokio::test(start_paused = true)]
async fn mermaid() {
    assert_snapshot!(drawn("--format mermaid").await);
}

#[tokio::test(start_paused = true)]
async fn dot() {
    assert_snapshot!(drawn("--format dot").await);
}

#[tokio::test(start_paused = true)]
async fn svg() {
    assert_snapshot!(drawn("--format svg").await);
}

#[tokio::test(start_paused = true)]
async fn the_graph_as_it_was_compiled() {
    let line: Value = serde_json::from_str(&drawn("--output json").await).unwrap();
    assert_snapshot!(serde_json::to_string_pretty(&line["graph"]).unwrap());
}
