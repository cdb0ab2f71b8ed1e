//! Probes: what they find, and that nothing of them stays.

use std::{
    future::{pending, ready},
    time::Duration,
};

use groundwork_cluster::probe::{LASTS, Probe, probe};
use groundwork_model::Family;
use mock_byo::Apiserver;
use mock_cloud::Inventory;
use serde_json::json;
use tokio::time::timeout;

use crate::common::{Lab, told};

fn namespaces(inventory: &Inventory) -> usize {
    inventory
        .objects
        .get("namespaces")
        .map_or(0, |all| all.len())
}

/// Services alone.
const SERVICES: Probe<'_> = Probe {
    families: &Family::BOTH,
    pods: None,
};

async fn probed(lab: &Lab) -> Vec<String> {
    let findings = probe(&lab.client(), &SERVICES, pending()).await;
    told(&findings.expect("it can be made and removed"))
}

#[tokio::test(start_paused = true)]
async fn a_cluster_of_two_families_passes_and_nothing_stays() {
    let lab = Lab::of(&json!({}));
    assert_eq!(probed(&lab).await, Vec::<String>::new());
    let made = |path: &str| {
        lab.mock
            .calls()
            .iter()
            .filter(|call| call.method == "POST" && call.path.ends_with(path))
            .count()
    };
    assert_eq!((made("namespaces"), made("services")), (1, 3));
    assert_eq!(namespaces(&lab.mock.inventory()), 0);
    assert!(!lab.mock.inventory().objects.contains_key("services"));
}

#[tokio::test(start_paused = true)]
async fn what_a_policy_does_not_get_is_told() {
    let large = Lab::of(&json!({ "services": "10.240.16.0/20, fd02::/56" }));
    let said = probed(&large).await;
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said.iter().all(|one| one.contains("range is full")),
        "{said:?}"
    );
    let single = Lab::of(&json!({ "services": "10.240.16.0/20" }));
    let said = probed(&single).await;
    assert!(
        said[0].contains("it got IPv4, not IPv4 and IPv6"),
        "{said:?}"
    );
    assert!(
        said[1].contains("not configured for dual-stack"),
        "{said:?}"
    );
    assert_eq!(namespaces(&single.mock.inventory()), 0);
}

/// A user who stops it, in whatever moment, has nothing left in the cluster.
#[tokio::test(start_paused = true)]
async fn a_probe_that_is_stopped_removes_what_it_made() {
    let lab = Lab::of(&json!({}));
    let stopped = probe(&lab.client(), &SERVICES, ready(())).await;
    assert!(stopped.expect("it is removed").is_empty());
    assert_eq!(namespaces(&lab.mock.inventory()), 0);
}

/// The next run removes what a killed one has left, once its time is over, and leaves what may be in use alone.
#[tokio::test(start_paused = true)]
async fn what_a_killed_run_left_is_removed_by_the_next() {
    const REPLY: Duration = Duration::from_secs(1);
    let lab = Lab::slow(REPLY);
    let client = lab.client();
    // It has listed what others left, has made its namespace, and waits for its first service.
    let killed = probe(&client, &SERVICES, pending());
    assert!(timeout(REPLY * 5 / 2, killed).await.is_err());
    assert_eq!(namespaces(&lab.mock.inventory()), 1);
    let said = probed(&lab).await;
    assert!(said[0].contains("another probe"), "{said:?}");
    lab.clock.sleep(LASTS * 2).await;
    assert!(probed(&lab).await.is_empty());
    assert_eq!(namespaces(&lab.mock.inventory()), 0);
}

#[tokio::test(start_paused = true)]
async fn a_namespace_that_nobody_labelled_is_left_alone() {
    let lab = Lab::of(&json!({}));
    lab.mock.with(|cloud: &mut Apiserver| {
        cloud.furnish([
            json!({ "kind": "Namespace", "metadata": { "name": "groundwork-probe-mine" } }),
        ]);
    });
    assert!(probed(&lab).await.is_empty());
    assert_eq!(namespaces(&lab.mock.inventory()), 1);
}
