//! The suite over nodes that the user brings, whose driver creates nothing, and what it alone can show.

use conformance::{Lab, Subject, Variant, merged, subjects::ByoSubject};
use groundwork_engine::Trouble;
use groundwork_model::{Finding, Severity};
use groundwork_provider::Action;
use mock_byo::{Apiserver, Config, Joined};
use serde_json::{Value, json};

conformance::mount!(ByoSubject::default(), creates_nothing);

/// A plan of the usual cluster after a change of the nodes and of the document.
async fn planned(patch: Value, change: impl FnOnce(&mut Apiserver)) -> Vec<Finding> {
    let subject = ByoSubject::default();
    let lab = Lab::open(&subject);
    lab.mock.with(change);
    let document = merged(subject.cluster(Variant::DualStack), &patch);
    lab.process().told(&lab.request(&document)).await
}

/// Errors and warnings, each as severity, code and message.
fn serious(findings: &[Finding]) -> Vec<String> {
    let serious = findings.iter().filter(|one| one.severity < Severity::Note);
    let told = |one: &Finding| format!("{:?} {} {}", one.severity, one.code, one.message);
    serious.map(told).collect()
}

fn nodes(nodes: &Value) -> Value {
    json!({ "spec": { "cloud": { "bringyourown": { "nodes": nodes } } } })
}

#[tokio::test(start_paused = true)]
async fn everything_that_is_wrong_with_a_list_is_said_at_once() {
    let list = json!([
        { "name": "a", "addresses": ["10.0.0.5/24", "fd0a::/64"] },
        { "name": "a", "addresses": ["fd0a::6", "10.0.0.5"] },
        { "name": "", "addresses": ["10.0.0.255/24", "fe80::1"] },
        { "name": "Big", "addresses": ["fd02::9", "x"] },
    ]);
    let findings = planned(nodes(&list), |_| {}).await;
    let told: Vec<String> = findings
        .iter()
        .filter(|one| one.is_error())
        .map(|one| {
            let field = one.field.clone().unwrap_or_default();
            let field = field.replace("spec.cloud.bringyourown.", "");
            format!("{} {field}", one.code)
        })
        .collect();
    assert_eq!(
        told,
        [
            "BYO-ADDRESS nodes[3].addresses[1]",
            "BYO-NODE nodes[1].name",
            "BYO-NODE nodes[2].name",
            "BYO-NODE nodes[3].name",
            "BYO-FAMILIES nodes[1].addresses[0]",
            "BYO-FAMILIES nodes[3].addresses",
            "BYO-ANYCAST nodes[0].addresses[1]",
            "BYO-ADDRESS nodes[2].addresses[0]",
            "BYO-ADDRESS nodes[2].addresses[1]",
            "NETWORK-OVERLAP nodes[3].addresses[0]",
        ]
    );
}

/// Nobody is asked where the document lists the nodes and no kubeconfig is given.
#[tokio::test(start_paused = true)]
async fn a_list_alone_needs_no_cluster() {
    #[derive(Default)]
    struct Alone(ByoSubject);
    impl Subject for Alone {
        fn registry(&self) -> groundwork_engine::Registry {
            self.0.registry()
        }
        fn mock(&self) -> mock_cloud::Mock {
            self.0.mock()
        }
        fn endpoint(&self) -> &str {
            self.0.endpoint()
        }
        fn cluster(&self, variant: Variant) -> Value {
            self.0.cluster(variant)
        }
        fn seed(&self) -> Value {
            self.0.seed()
        }
        fn existing(&self, mock: &mock_cloud::Mock) -> conformance::Existing {
            self.0.existing(mock)
        }
        fn violations(&self) -> Vec<conformance::Violation> {
            self.0.violations()
        }
        fn listing(&self, call: &mock_cloud::Call) -> Option<String> {
            self.0.listing(call)
        }
        fn secrets(&self) -> Vec<String> {
            self.0.secrets()
        }
    }
    let subject = Alone::default();
    let lab = Lab::open(&subject);
    let plan = lab.process().plan(&lab.wanted(Variant::Edited)).await;
    let plan = plan.expect("it is fit").plan;
    assert!(plan.items.is_empty(), "{plan:#?}");
    assert_eq!(serious(&plan.findings), [""; 0]);
    assert_eq!(lab.mock.calls().len(), 0);
    match lab.process().plan(&lab.wanted(Variant::DualStack)).await {
        Err(Trouble::Cloud(error)) => {
            let remedy = error.remedy.unwrap_or_default();
            assert!(remedy.contains("KUBECONFIG"), "{remedy}");
        }
        ran => panic!("{:?}", ran.map(|planned| planned.plan)),
    }
}

#[tokio::test(start_paused = true)]
async fn a_node_that_joins_next_is_held_against_those_that_have_joined() {
    let list = json!([{ "name": "node-c", "addresses": ["10.0.0.6", "fd0a::7"] }]);
    let findings = planned(nodes(&list), |_| {}).await;
    let told = serious(&findings);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(
        told[0].contains("nodes node-b and node-c both have 10.0.0.6"),
        "{told:#?}"
    );
    assert!(findings.iter().any(|one| one.code == "BYO-NOT-JOINED"));
}

/// Each cause of the taint is another sentence: the controller itself tells only its log.
#[tokio::test(start_paused = true)]
async fn the_cause_of_the_taint_is_told() {
    let node = |provider: Option<&str>, node_ip: Option<&str>, tainted: bool| Joined {
        node_ip: node_ip.map(str::to_owned),
        provider_id: provider.map(str::to_owned),
        is_uninitialized: tainted,
        ..Joined::new(
            ["10.0.0.8", "fd0a::8"],
            ["172.25.2.0/24", "fd01:0:0:2::/64"],
        )
    };
    let old = |family: &'static str| Joined {
        provider_id: Some("cloud://1".to_owned()),
        addresses: vec![("InternalIP".to_owned(), family.to_owned())],
        node_ip: None,
        ..Joined::new([], ["172.25.0.0/24", "fd01::/64"])
    };
    for (first, waiting, part) in [
        (
            None,
            node(None, None, true),
            "none has initialized any node",
        ),
        (
            Some(old("10.0.0.5")),
            node(None, Some("10.0.0.8, fd0a::8"), true),
            "blank",
        ),
        (
            Some(old("10.0.0.5")),
            node(None, Some("10.0.0.8,fd0a::8"), true),
            "reports no IPv6 address",
        ),
        (
            Some(old("10.0.0.5")),
            node(None, Some("10.0.0.8"), true),
            "once it reports each address of its node-ip",
        ),
        (
            Some(old("10.0.0.5")),
            node(None, None, true),
            "does not know it",
        ),
    ] {
        let findings = planned(json!({}), |cloud| {
            if let Some(first) = &first {
                cloud.join("node-a", first);
            }
            cloud.join("node-c", &waiting);
        })
        .await;
        let mut told = findings.iter();
        let told = told.find(|one| one.code == "BYO-UNINITIALIZED");
        let told = told.unwrap_or_else(|| panic!("{part}: {findings:#?}"));
        assert!(told.message.contains(part), "{part}: {told:#?}");
        assert_eq!(told.subject.as_deref(), Some("node node-c"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_node_ip_that_is_no_longer_the_status_is_told() {
    for (node_ip, part) in [
        ("10.0.0.6,fd0a::9", "has fd0a::9 in node-ip"),
        ("fd0a::6,10.0.0.6", "another family first"),
        ("10.0.0.6,x", "not an address"),
    ] {
        let findings = planned(json!({}), |cloud| {
            cloud.change("node-b", |node| {
                node["metadata"]["annotations"]["alpha.kubernetes.io/provided-node-ip"] =
                    json!(node_ip);
            });
        })
        .await;
        let told = serious(&findings);
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].starts_with("Warning BYO-NODE-IP"), "{told:#?}");
        assert!(told[0].contains(part), "{told:#?}");
    }
}

/// External addresses count where a family has no internal one.
#[tokio::test(start_paused = true)]
async fn external_addresses_stand_in_for_a_family_without_internal_ones() {
    let node = Joined {
        addresses: vec![
            ("ExternalIP".to_owned(), "203.1.1.7".to_owned()),
            ("InternalIP".to_owned(), "10.0.0.6".to_owned()),
            ("ExternalIP".to_owned(), "fd0a::6".to_owned()),
        ],
        node_ip: None,
        ..Joined::new([], ["172.25.1.0/24", "fd01:0:0:1::/64"])
    };
    let findings = planned(json!({}), |cloud| cloud.join("node-b", &node)).await;
    assert_eq!(serious(&findings), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_plugin_that_routes_by_pod_ranges_needs_them_on_each_node() {
    let take = |cloud: &mut Apiserver| {
        cloud.change("node-b", |node| node["spec"] = json!({}));
    };
    for (cni, severity) in [("canal", Some(Severity::Error)), ("cilium", None)] {
        let patch = json!({ "spec": { "cniPlugin": { "type": cni } } });
        let findings = planned(patch, take).await;
        let mut told = findings.iter();
        let told = told.find(|one| one.code == "BYO-POD-CIDRS");
        assert_eq!(told.map(|one| one.severity), severity, "{findings:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn another_version_than_the_documents_is_told() {
    let patch = json!({ "spec": { "version": "1.35.1" } });
    let told = serious(&planned(patch, |_| {}).await);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].starts_with("Warning BYO-VERSION"), "{told:#?}");
}

/// A fault that every node has is told some times, and counted for the rest.
#[tokio::test(start_paused = true)]
async fn a_fault_of_a_thousand_nodes_is_told_twenty_times() {
    let findings = planned(json!({}), |cloud| {
        for number in 0..1000 {
            let address = format!("10.1.{}.{}", number / 250, number % 250 + 1);
            let node = Joined::new([address.as_str()], []);
            cloud.join(&format!("n{number}"), &node);
        }
    })
    .await;
    let of_code = findings.iter().filter(|one| one.code == "BYO-FAMILIES");
    let told: Vec<_> = of_code.map(|one| one.message.clone()).collect();
    assert_eq!(told.len(), 21);
    assert!(told[20].contains("980 more"), "{}", told[20]);
}

/// Who asks wrongly is told so, with what to do.
#[tokio::test(start_paused = true)]
async fn a_token_that_opens_nothing_or_may_not_list_is_told() {
    let mut may_not = Config::default();
    may_not.tokens[0].refuse("*", "*");
    let mut other = Config::default();
    other.tokens[0].text = "another".to_owned();
    for (config, status, part) in [
        (may_not, "nodes is forbidden", "ClusterRole"),
        (other, "Unauthorized", "expired"),
    ] {
        let subject = ByoSubject::default();
        let lab = Lab::open(&subject);
        lab.mock.with(|cloud: &mut Apiserver| cloud.config = config);
        match lab.process().plan(&lab.wanted(Variant::DualStack)).await {
            Err(Trouble::Cloud(error)) => {
                assert!(error.to_string().contains(status), "{error}");
                let remedy = error.remedy.unwrap_or_default();
                assert!(remedy.contains(part), "{remedy}");
            }
            ran => panic!("{:?}", ran.map(|planned| planned.plan)),
        }
    }
}

/// A listing that takes longer than the server keeps its beginning is begun again.
#[tokio::test(start_paused = true)]
async fn a_listing_that_expires_is_begun_again() {
    let subject = ByoSubject::default();
    let lab = Lab::paged(&subject, 1);
    let fault = mock_cloud::Fault::Latency { extra_ms: 301_000 };
    lab.mock
        .set_faults(1, mock_cloud::Faults::at_call(2, fault));
    let planned = lab.process().plan(&lab.wanted(Variant::DualStack)).await;
    let plan = planned.expect("it is fit").plan;
    assert_eq!(plan.items.len(), 2, "{plan:#?}");
    assert!(
        plan.items
            .iter()
            .all(|item| item.action == Action::Verified)
    );
}

/// A thousand clusters that one kubeconfig opens cost no more calls than one.
#[tokio::test(start_paused = true)]
async fn a_sweep_of_a_thousand_clusters_costs_one_look() {
    let subject = ByoSubject::default();
    let lab = Lab::open(&subject);
    let document = subject.cluster(Variant::DualStack);
    let of = |number: u32| {
        let metadata = json!({ "name": format!("c{number}"), "uid": format!("uid-{number}") });
        lab.request(&merged(document.clone(), &json!({ "metadata": metadata })))
    };
    let requests: Vec<_> = (0..1000).map(of).collect();
    let mut fit = 0;
    let mut swept = |swept: groundwork_engine::Swept| {
        fit += usize::from(swept.plan.is_ok_and(|plan| plan.is_empty()));
    };
    lab.process().engine.sweep(&requests, &mut swept).await;
    assert_eq!((fit, lab.mock.calls().len()), (1000, 2));
}
