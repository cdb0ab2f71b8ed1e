//! What is heard of a cluster after it was read.

use std::time::Duration;

use groundwork_cluster::{
    Watched,
    rbac::{QUESTIONS, WATCH, role},
};
use groundwork_model::Finding;
use groundwork_provider::Error;
use mock_byo::{Apiserver, Config};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::common::{Lab, told};

/// A node with one address alone, and the configuration of what runs there.
fn unfit() -> Value {
    json!({
        "nodes": [{ "name": "a", "addresses": "I 10.0.0.5" }],
        "configs": { "cilium-config": { "enable-ipv4": "true", "enable-ipv6": "true" }, "other": { "x": "y" } },
        "ipPools": [],
    })
}

fn give_second(lab: &Lab) {
    lab.mock.with(|cloud: &mut Apiserver| {
        cloud.change("a", |node| {
            let addresses = node["status"]["addresses"]
                .as_array_mut()
                .expect("a node has addresses");
            addresses.push(json!({ "type": "InternalIP", "address": "fd00::5" }));
        });
    });
}

fn errors(findings: &[Finding]) -> usize {
    findings.iter().filter(|one| one.is_error()).count()
}

/// Watches until it is so; what is said then. Ten virtual minutes are enough for everything here.
async fn until(
    watched: &Watched<'_>,
    is_so: impl Fn(&Watched<'_>, &[Finding]) -> bool,
) -> Result<Vec<Finding>, Error> {
    let heard = async {
        loop {
            watched.changed().await;
            if let Some(findings) = watched.judge(None)
                && is_so(watched, &findings)
            {
                return findings;
            }
        }
    };
    let both = async {
        tokio::select! {
            error = watched.run() => Err(error),
            findings = heard => Ok(findings),
        }
    };
    let both = timeout(Duration::from_secs(600), both).await;
    both.expect("it happens within ten minutes")
}

/// Watches until nothing is wrong, while something happens.
async fn until_fit(
    watched: &Watched<'_>,
    happens: impl Future<Output = ()>,
) -> Result<Vec<Finding>, Error> {
    let happens = async {
        happens.await;
        std::future::pending().await
    };
    tokio::select! {
        all = until(watched, |_, findings| errors(findings) == 0) => all,
        never = happens => never,
    }
}

/// How many listings and watches were asked for.
fn counted(lab: &Lab) -> (usize, usize) {
    let calls = lab.mock.calls();
    let watches = calls
        .iter()
        .filter(|one| one.query.contains("watch=1"))
        .count();
    (calls.len() - watches, watches)
}

#[tokio::test(start_paused = true)]
async fn an_address_that_comes_is_heard_without_another_listing() {
    let lab = Lab::of(&unfit());
    let client = lab.client();
    let watched = Watched::new(&client);
    let change = async {
        lab.clock.sleep(Duration::from_secs(5)).await;
        lab.mock.clear_calls();
        give_second(&lab);
    };
    let findings = until_fit(&watched, change).await;
    assert_eq!(told(&findings.unwrap()), Vec::<String>::new());
    assert_eq!(counted(&lab), (0, 0));
    assert_eq!(watched.into_facts().nodes.len(), 1);
}

/// What comes and goes in each listing is heard: at the end the facts are those of a fresh look.
#[tokio::test(start_paused = true)]
async fn what_is_heard_is_what_a_fresh_look_sees() {
    let lab = Lab::of(&unfit());
    let client = lab.client();
    let watched = Watched::new(&client);
    let change = async {
        lab.clock.sleep(Duration::from_secs(1)).await;
        lab.furnish(&json!({
            "nodes": [{ "name": "0", "addresses": "I 10.0.0.4, I fd00::4" }, { "name": "z", "addresses": "I 10.0.0.6, I fd00::6" }],
            "service": [{ "name": "s", "ipFamilyPolicy": "SingleStack", "ipFamilies": ["IPv4"], "clusterIPs": ["10.240.16.9"] }],
            "pods": [{ "name": "p", "node": "z", "ips": "172.25.0.9" }, { "name": "q", "node": "z", "ips": "172.25.0.10" }],
            "configs": { "cilium-config": { "enable-ipv4": "true", "enable-ipv6": "false" }, "cloud": { "c": "[Global]" } },
            "deployments": [{ "name": "openstack-cloud-controller-manager", "args": ["--cloud-config=x"], "configs": ["cloud"] }],
            "daemonSets": [{ "name": "cilium", "image": "example.org/cilium" }],
            "events": [{ "node": "z", "reason": "CIDRNotAvailable", "message": "full" }],
            "extraServices": [{ "name": "more", "cidrs": ["10.250.0.0/24"] }],
            "ipPools": [{ "name": "pods", "cidr": "fd01::/48", "natOutgoing": true }],
        }));
        lab.clock.sleep(Duration::from_secs(1)).await;
        lab.mock.with(|cloud: &mut Apiserver| {
            use mock_cloud::Hand as _;
            cloud.vanish("nodes", "0");
            cloud.vanish("pods", "default/q");
        });
        give_second(&lab);
        lab.clock.sleep(Duration::from_secs(5)).await;
    };
    let never = until(&watched, |_, _| false);
    tokio::select! { _ = never => unreachable!(), () = change => {} }
    let fresh = lab.read().await.unwrap();
    let (own, fresh) = (
        format!("{:#?}", watched.into_facts()),
        format!("{fresh:#?}"),
    );
    assert!(
        fresh.contains("[Global]") && fresh.contains("\"more\""),
        "{fresh}"
    );
    assert_eq!(own, fresh);
}

/// A config map changes, and stays wrong. While its new content is read, the old one counts: a node that comes
/// right meanwhile makes nothing fit.
#[tokio::test(start_paused = true)]
async fn what_was_read_counts_until_the_next_reading_is_there() {
    let lab = Lab::slow(Duration::from_millis(500));
    let cilium = |turn: &str| {
        let config = json!({ "enable-ipv4": "true", "enable-ipv6": "false", "turn": turn });
        lab.furnish(&json!({ "configs": { "cilium-config": config } }));
    };
    lab.furnish(&json!({ "nodes": [{ "name": "a", "addresses": "I 10.0.0.5" }] }));
    cilium("first");
    let client = lab.client();
    let watched = Watched::new(&client);
    let change = async {
        lab.clock.sleep(Duration::from_secs(20)).await;
        cilium("second");
        lab.clock.sleep(Duration::from_millis(200)).await;
        give_second(&lab);
        lab.clock.sleep(Duration::from_secs(20)).await;
    };
    let fit = until(&watched, |_, findings| errors(findings) == 0);
    tokio::select! {
        findings = fit => panic!("cilium-config is wrong all the time: {findings:?}"),
        () = change => {}
    }
}

/// An API server that restarts has forgotten what changed before: the listings are read again, once each.
#[tokio::test(start_paused = true)]
async fn after_a_restart_it_goes_on() {
    let lab = Lab::of(&unfit());
    let client = lab.client();
    let watched = Watched::new(&client);
    let change = async {
        lab.clock.sleep(Duration::from_secs(5)).await;
        lab.mock.clear_calls();
        lab.mock.with(|cloud: &mut Apiserver| {
            cloud.change("a", |node| node["metadata"]["labels"]["x"] = json!("y"));
            cloud.restart();
        });
        lab.clock.sleep(Duration::from_secs(1)).await;
        give_second(&lab);
    };
    let findings = until_fit(&watched, change).await;
    assert!(findings.unwrap().is_empty());
    let (lists, watches) = counted(&lab);
    assert!(
        (1..=12).contains(&lists) && watches >= 1,
        "{lists} {watches}"
    );
}

/// A watch is over after less than a minute, and the next one begins where it was: nothing is listed again.
#[tokio::test(start_paused = true)]
async fn a_watch_whose_time_is_over_goes_on_where_it_was() {
    let lab = Lab::new(Config {
        history: Duration::from_secs(20),
        ..Config::default()
    });
    lab.furnish(&unfit());
    let client = lab.client();
    let watched = Watched::new(&client);
    let change = async {
        lab.clock.sleep(Duration::from_secs(1)).await;
        lab.mock.clear_calls();
        // Nodes change, nothing else does: bookmarks keep the other watches young.
        for turn in 0..30 {
            lab.clock.sleep(Duration::from_secs(10)).await;
            lab.mock.with(|cloud: &mut Apiserver| {
                cloud.change("a", |node| {
                    node["metadata"]["labels"]["turn"] = json!(turn.to_string())
                });
            });
        }
        give_second(&lab);
    };
    let findings = until_fit(&watched, change).await;
    assert!(findings.unwrap().is_empty());
    let (lists, watches) = counted(&lab);
    assert_eq!(lists, 0, "{:?}", lab.mock.calls());
    let count = QUESTIONS.len();
    assert!((count * 5..count * 9).contains(&watches), "{watches}");
}

/// Without the verb `watch`, of any one question, the rest is watched and that one is read again.
#[tokio::test(start_paused = true)]
async fn a_listing_that_may_not_be_watched_is_read_again() {
    for question in QUESTIONS {
        let lab = Lab::of(&unfit());
        lab.mock.with(|cloud: &mut Apiserver| {
            cloud.config.tokens[0].refuse(WATCH, question.resource);
        });
        let client = lab.client();
        let watched = Watched::new(&client);
        let change = async {
            lab.clock.sleep(Duration::from_secs(3)).await;
            give_second(&lab);
            std::future::pending::<()>().await;
        };
        let fit = until(&watched, |watched, findings| {
            errors(findings) == 0 && watched.unwatched().is_some()
        });
        let findings = tokio::select! { all = fit => all, () = change => unreachable!() };
        assert!(findings.unwrap().is_empty(), "{}", question.resource);
        let (what, why) = watched.unwatched().unwrap();
        assert_eq!(what, [question.what]);
        let verb = format!("cannot watch resource \"{}\"", question.resource);
        assert!(why.to_string().contains(&verb), "{why}");
    }
}

/// A user who may do what the role for waiting allows is refused nothing, each verb of it is used, and the role
/// for one look allows nothing of it.
#[tokio::test(start_paused = true)]
async fn the_role_for_waiting_is_what_is_used() {
    let lab = Lab::of(&unfit());
    let client = lab.client();
    let watched = Watched::new(&client);
    let never = until(&watched, |_, _| false);
    tokio::select! { _ = never => unreachable!(), () = lab.clock.sleep(Duration::from_secs(9)) => {} }
    let role = role([], true);
    for question in QUESTIONS {
        let calls = lab.mock.calls();
        let mut calls = calls
            .iter()
            .filter(|call| call.path.ends_with(question.resource));
        assert!(
            calls.any(|call| call.query.contains("watch=1")),
            "{}",
            question.resource
        );
        let line = format!("resources: [{}], verbs: [list, watch]", question.resource);
        assert!(role.contains(&line), "{role}");
    }
    assert!(!super::reading::role_of_one_look().contains(WATCH));
}

/// Calico comes while somebody waits: once its pools are defined they are read, and then watched.
#[tokio::test(start_paused = true)]
async fn pools_that_are_defined_later_are_heard() {
    for api in ["crd.projectcalico.org/v1", "projectcalico.org/v3"] {
        let lab =
            Lab::of(&json!({ "nodes": [{ "name": "a", "addresses": "I 10.0.0.5, I fd00::5" }] }));
        let pool = |family: &str, is_disabled: bool| {
            let cidr = if family == "v4" {
                "172.25.0.0/16"
            } else {
                "fd01::/48"
            };
            json!({ "name": family, "cidr": cidr, "natOutgoing": true, "disabled": is_disabled })
        };
        let pools = |is_disabled: bool| {
            lab.furnish(&json!({
                "ipPoolsOf": api, "ipPools": [pool("v4", false), pool("v6", is_disabled)],
            }));
        };
        let client = lab.client();
        let watched = Watched::new(&client);
        let change = async {
            lab.clock.sleep(Duration::from_secs(5)).await;
            pools(true);
            lab.clock.sleep(Duration::from_secs(60)).await;
            let found = watched.judge(None).expect("every question has an answer");
            assert!(
                told(&found)[0].contains("IPPool v6 is disabled"),
                "{found:?}"
            );
            lab.mock.clear_calls();
            pools(false);
            lab.clock.sleep(Duration::from_secs(1)).await;
        };
        let never = until(&watched, |_, _| false);
        tokio::select! { _ = never => unreachable!(), () = change => {} }
        assert_eq!(
            told(&watched.judge(None).unwrap()),
            Vec::<String>::new(),
            "{api}"
        );
        assert_eq!(counted(&lab), (0, 0), "{api}");
    }
}

/// A token that ends while somebody waits: once a watch is over it is told, and a new one in its file goes on.
#[tokio::test(start_paused = true)]
async fn a_token_that_ends_while_somebody_waits_ends_it() {
    let lab = Lab::of(&unfit());
    let client = lab.client();
    let watched = Watched::new(&client);
    let change = async {
        lab.clock.sleep(Duration::from_secs(5)).await;
        lab.mock
            .with(|cloud: &mut Apiserver| cloud.config.tokens.clear());
    };
    let findings = until_fit(&watched, change).await;
    let error = findings.expect_err("nothing can be read any more");
    assert!(error.to_string().contains("Unauthorized"), "{error}");
}

/// A server of 1.30 has no ranges of services as objects, one of 1.32 has them where it was told to serve betas.
#[tokio::test(start_paused = true)]
async fn what_a_version_of_kubernetes_lacks_is_not_waited_for() {
    for (version, has_betas, ranges) in [
        ("v1.30.4", false, None),
        ("v1.32.0", false, None),
        ("v1.32.0", true, Some("v1beta1")),
        ("v1.33.0", true, Some("v1")),
        ("v1.37.2", false, Some("v1")),
    ] {
        let lab = Lab::new(Config {
            version: version.to_owned(),
            has_betas,
            ..Config::default()
        });
        lab.furnish(&unfit());
        let client = lab.client();
        let watched = Watched::new(&client);
        let change = async {
            lab.clock.sleep(Duration::from_secs(2)).await;
            give_second(&lab);
        };
        let findings = until_fit(&watched, change).await;
        assert!(findings.unwrap().is_empty(), "{version}");
        let facts = watched.into_facts();
        assert_eq!(facts.version, version);
        assert_eq!(facts.service_cidrs.is_some(), ranges.is_some(), "{version}");
        assert!(facts.not_asked.is_empty());
        let is_watched = |group: &str| {
            let path = format!("/apis/networking.k8s.io/{group}/servicecidrs");
            let calls = lab.mock.calls();
            let mut calls = calls.iter().filter(|one| one.path == path);
            calls.any(|one| one.query.contains("watch=1"))
        };
        for group in ["v1", "v1beta1"] {
            assert_eq!(
                is_watched(group),
                ranges == Some(group),
                "{version} {group}"
            );
        }
        let fresh = lab.read().await.unwrap();
        assert_eq!(fresh.service_cidrs.is_some(), ranges.is_some(), "{version}");
    }
}
