//! What the API server refuses, loses or answers oddly.

use std::time::Duration;

use groundwork_cluster::rbac::{QUESTIONS, role, seed_role};
use mock_byo::{Apiserver, Config};
use serde_json::json;

use crate::common::{Lab, told};

pub(crate) fn role_of_one_look() -> String {
    role([], false)
}

fn healthy() -> serde_json::Value {
    json!({ "nodes": [{ "name": "a", "addresses": "I 10.0.0.5, I fd00::5" }] })
}

/// Each permission, taken away alone: what it is for is not asked, and everything else is. Without nodes
/// there is nothing to be said.
#[tokio::test(start_paused = true)]
async fn a_permission_that_is_missing_is_a_question_that_was_not_asked() {
    for question in QUESTIONS {
        let lab = Lab::of(&healthy());
        lab.mock.with(|cloud: &mut Apiserver| {
            for verb in question.verbs {
                cloud.config.tokens[0].refuse(verb, question.resource);
            }
        });
        if question.resource == "nodes" {
            let error = lab.read().await.expect_err("nothing can be said");
            assert!(
                error.to_string().contains("cannot list resource \"nodes\""),
                "{error}"
            );
            continue;
        }
        let said = told(&lab.findings().await);
        assert_eq!(said.len(), 1, "{}: {said:?}", question.resource);
        assert!(said[0].contains("CLUSTER-NOT-ASKED"), "{said:?}");
        assert!(said[0].contains(question.what), "{said:?}");
        assert!(said[0].contains("--print-rbac"), "{said:?}");
    }
}

/// A user who may do exactly what the printed role allows is refused nothing, and each verb of it is used.
#[tokio::test(start_paused = true)]
async fn the_printed_role_is_what_is_used_and_no_more() {
    let lab = Lab::of(&healthy());
    assert!(lab.findings().await.is_empty());
    let role = role_of_one_look();
    let calls = lab.mock.calls();
    for call in calls.iter().filter(|call| !call.path.ends_with("/version")) {
        let path = &call.path;
        let resource = path.rsplit('/').next().unwrap_or_default();
        assert_eq!(call.method, "GET", "{path}");
        assert!(
            role.contains(&format!("resources: [{resource}], verbs: [list]")),
            "{role}"
        );
    }
    for question in QUESTIONS {
        for group in question.groups {
            let is_used = calls
                .iter()
                .any(|call| call.path.contains(group) && call.path.ends_with(question.resource));
            assert!(is_used, "{group} {}", question.resource);
        }
    }
    assert!(!role.contains("create") && !role.contains("*"));
    // What the cluster does not have is asked for once in each place.
    let pools = calls.iter().filter(|call| call.path.ends_with("ippools"));
    assert_eq!(pools.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_listing_of_many_pages_is_the_whole_listing() {
    let lab = Lab::new(Config {
        page: Some(3),
        ..Config::default()
    });
    let node =
        |at: usize| json!({ "name": format!("n{at}"), "addresses": format!("I 10.0.0.{at}") });
    let nodes: Vec<_> = (1..=10).map(node).collect();
    lab.furnish(&json!({ "nodes": nodes }));
    assert_eq!(lab.read().await.unwrap().nodes.len(), 10);
}

/// A cause that five thousand nodes have in common is told once, and ten of them are named.
#[tokio::test(start_paused = true)]
async fn one_cause_of_every_node_is_told_once() {
    let node = |at: usize| {
        json!({
            "name": format!("n{at}"), "addresses": format!("I 10.{}.{}.5", at / 250, at % 250), "pods": "",
        })
    };
    let nodes: Vec<_> = (0..5000).map(node).collect();
    let lab = Lab::of(&json!({ "nodes": nodes }));
    let said = told(&lab.findings().await);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains("5000 nodes have no IPv6 address (n0, "),
        "{}",
        said[0]
    );
    assert!(said[0].contains(" and 4990 more): "), "{}", said[0]);
}

/// A fault of sixteen nodes that has a cause of its own at each is told eleven times.
#[tokio::test(start_paused = true)]
async fn many_findings_of_one_code_are_told_a_few_times() {
    let node = |at: usize| {
        json!({
            "name": format!("n{at}"), "addresses": format!("I 10.0.0.{at}, I fd00::{at}"),
            "pods": "172.25.0.0/24, fd01::/64",
        })
    };
    let nodes: Vec<_> = (1..=16).map(node).collect();
    let lab = Lab::of(&json!({ "nodes": nodes }));
    let said = told(&lab.findings().await);
    assert_eq!(said.len(), 11, "{said:?}");
    assert!(said[0].contains("CLUSTER-POD-CIDR-TWICE"), "{}", said[0]);
    assert!(said[10].contains("20 more"), "{}", said[10]);
}

/// The contents of config maps are read of those that are judged, and of the others their names alone: one may
/// have a megabyte.
#[tokio::test(start_paused = true)]
async fn config_maps_are_read_by_name() {
    let lab = Lab::of(&json!({
        "nodes": [{ "name": "a", "addresses": "I 10.0.0.5, I fd00::5" }],
        "configs": { "large": { "x": "y".repeat(1 << 20) }, "kube-proxy": { "config.conf": "mode: nftables" } },
    }));
    let facts = lab.read().await.unwrap();
    let names: Vec<_> = facts
        .configs
        .unwrap()
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(names, ["kube-proxy"]);
    let asked = lab.mock.calls().into_iter();
    let asked: Vec<String> = asked
        .filter(|call| call.path.ends_with("configmaps"))
        .map(|call| call.query)
        .collect();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked[1].contains("metadata.name%3Dkube-proxy"), "{asked:?}");
}

/// A token that ends after the nodes were read: what was not read any more is not asked, and says why.
#[tokio::test(start_paused = true)]
async fn a_token_that_ends_in_the_middle_is_told() {
    const REPLY: Duration = Duration::from_secs(1);
    let lab = Lab::slow(REPLY);
    let end = async {
        lab.clock.sleep(REPLY * 3 / 2).await;
        lab.mock
            .with(|cloud: &mut Apiserver| cloud.config.tokens.clear());
    };
    let (findings, ()) = tokio::join!(lab.findings(), end);
    let said = told(&findings);
    assert_eq!(said.len(), QUESTIONS.len() - 1, "{said:?}");
    for one in said {
        assert!(
            one.contains("CLUSTER-NOT-ASKED") && one.contains("Unauthorized"),
            "{one}"
        );
    }
}

/// Texts that no address or range is are judged, not refused, and nothing is left out.
#[tokio::test(start_paused = true)]
async fn odd_content_ends_nothing() {
    let lab = Lab::of(&json!({
        "services": "nonsense, fd02::/108",
        "nodes": [
            { "name": "a", "nodeIP": "10.0.0.5, fd00::5", "addresses": "I 10.0.0.5, I fd00::5, I nowhere" },
            { "name": "b", "nodeIP": "", "tainted": true, "addresses": "Odd ::" },
        ],
        "service": [{ "name": "s", "ipFamilyPolicy": "Whatever", "ipFamilies": ["IPX"], "clusterIPs": ["x"] }],
        "pods": [{ "name": "p", "node": "nobody", "ips": "nowhere, fd01::9" }],
        "configs": {
            "cilium-config": {}, "kube-proxy": { "config.conf": "- 1" }, "kubeadm-config": { "ClusterConfiguration": "}" },
        },
        "deployments": [{ "name": "hcloud-cloud-controller-manager", "args": ["--cluster-cidr"], "env": { "HCLOUD_INSTANCES_ADDRESS_FAMILY": "\u{1b}[31m" } }],
    }));
    let said = told(&lab.findings().await).join("\n");
    for part in [
        "blank beside the address",
        "it is empty",
        "in lower case",
        "enable-ipv4",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

/// The seed is another cluster, whose role allows nothing but the Deployments of one namespace.
#[tokio::test(start_paused = true)]
async fn a_seed_that_refuses_is_a_question_that_was_not_asked() {
    let lab = Lab::of(&healthy());
    lab.mock
        .with(|cloud: &mut Apiserver| cloud.config.tokens[0].refuse("list", "deployments"));
    let said = told(&lab.findings_with_seed().await);
    let seed = said
        .iter()
        .find(|one| one.contains("Deployments of the seed were not read"));
    let seed = seed.unwrap_or_else(|| panic!("{said:?}"));
    assert!(
        seed.contains("verify-cluster --print-rbac --seed-namespace cluster-abcdef`"),
        "{seed}"
    );
    let role = seed_role("cluster-abcdef");
    let used = "namespace: cluster-abcdef\nrules:\n- { apiGroups: [\"apps\"], resources: [deployments], verbs: [list] }\n";
    assert!(role.ends_with(used), "{role}");
}
