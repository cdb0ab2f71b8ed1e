//! Probes with pods: which path fails, and what is said of it.

use std::{
    future::{pending, ready},
    time::Duration,
};

use groundwork_cluster::{
    facts::Node,
    probe::{LABEL, Outside, Pods, Probe, probe},
    rbac::{PROBE, PROBE_PODS, QUESTIONS, role},
};
use groundwork_model::Family;
use mock_byo::{
    Apiserver,
    kubelets::{Fate, Kubelets},
};
use serde_json::{Value, json};

use crate::common::{Lab, told};

fn two_nodes() -> Value {
    json!({ "nodes": [
        { "name": "a", "addresses": "I 10.0.0.1, I fd00::1" }, { "name": "b", "addresses": "I 10.0.0.2, I fd00::2" },
    ] })
}

/// A probe of both families with pods.
fn plan<'a>(nodes: &'a [Node], outside: &'a [Outside]) -> Probe<'a> {
    Probe {
        families: &Family::BOTH,
        pods: Some(Pods {
            image: "busybox:none",
            nodes,
            on: &[],
            outside,
        }),
    }
}

/// The kubelets work as long as somebody waits for it.
async fn work(kubelets: &Kubelets, lab: &Lab) -> ! {
    loop {
        lab.clock.sleep(Duration::from_secs(1)).await;
        lab.mock.with(|cloud: &mut Apiserver| kubelets.look(cloud));
    }
}

/// A probe of two nodes on such kubelets; what it says, and that nothing of it stays.
async fn said(lab: &Lab, kubelets: &Kubelets, outside: &[&str]) -> Vec<String> {
    let nodes: Vec<Node> = lab.read().await.expect("the mock answers").nodes;
    let outside: Vec<Outside> = outside
        .iter()
        .map(|text| text.parse().expect("it is one"))
        .collect();
    let plan = plan(&nodes, &outside);
    let client = lab.client();
    let findings = tokio::select! {
        findings = probe(&client, &plan, pending()) => findings,
        never = work(kubelets, lab) => never,
    };
    for kind in ["namespaces", "pods", "services"] {
        let left = lab
            .mock
            .inventory()
            .objects
            .get(kind)
            .map_or(0, |all| all.len());
        assert_eq!(left, 0, "{kind}");
    }
    told(&findings.expect("it can be made and removed"))
}

async fn of(kubelets: Kubelets, outside: &[&str]) -> Vec<String> {
    said(&Lab::of(&two_nodes()), &kubelets, outside).await
}

/// One finding, with all of these parts in this order.
fn holds(said: &[String], parts: &[&str]) {
    assert_eq!(said.len(), 1, "{said:#?}");
    let mut rest = said[0].as_str();
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            panic!("{part:?} is not in {rest}");
        };
        rest = after;
    }
}

#[tokio::test(start_paused = true)]
async fn a_network_that_carries_everything_has_no_finding() {
    let said = of(Kubelets::default(), &["example.org", "192.0.2.1:53"]).await;
    assert_eq!(said, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn ipv6_that_the_nodes_do_not_pass_is_one_finding_and_not_one_of_services_too() {
    let kubelets = Kubelets {
        says: |path| match path.is_v6() && path.server() != Some(path.node) && !path.is_outside() {
            // A service leads from b to a.
            true if !(path.is_service() && path.node == "a") => "silent",
            _ => "whole",
        },
        ..Kubelets::default()
    };
    let said = of(kubelets, &["2001:db8::1"]).await;
    holds(
        &said,
        &[
            "CLUSTER-PROBE-NODES",
            "over IPv6: from node a to node b nobody answers; from node b to node a nobody answers",
            "over IPv4 they do",
            "firewall or security group of the nodes pass IPv6",
            "network plugin carry IPv6",
        ],
    );
}

#[tokio::test(start_paused = true)]
async fn a_tunnel_that_nobody_passes_is_a_finding_of_each_family_that_names_its_ports() {
    let kubelets = Kubelets {
        says: |path| match path.server().is_some_and(|server| server != path.node)
            || (path.is_service() && path.node == "b")
        {
            true => "silent",
            false => "whole",
        },
        ..Kubelets::default()
    };
    let said = of(kubelets, &[]).await;
    assert_eq!(said.len(), 2, "{said:#?}");
    for (one, family) in said.iter().zip(["over IPv4", "over IPv6"]) {
        assert!(one.contains(family) && one.contains("UDP 8472"), "{one}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_direction_that_has_no_route_names_the_node_that_lacks_it() {
    let kubelets = Kubelets {
        says: |path| match path.node == "a" && path.is_v6() && path.server() == Some("b") {
            true => "unreachable",
            false => "whole",
        },
        ..Kubelets::default()
    };
    let said = of(kubelets, &[]).await;
    holds(
        &said,
        &[
            "from node a to node b there is no route; over IPv4 they do →",
            "podCIDRs of both nodes",
        ],
    );
}

#[tokio::test(start_paused = true)]
async fn pods_that_a_policy_keeps_apart_are_told_for_their_node_alone() {
    let kubelets = Kubelets {
        says: |path| match path.server() == Some("a") || path.is_service() {
            true => "refused",
            false => "whole",
        },
        ..Kubelets::default()
    };
    let said = of(kubelets, &[]).await;
    assert_eq!(said.len(), 2, "{said:#?}");
    for one in &said {
        assert!(
            one.contains("CLUSTER-PROBE-PODS") && one.contains("node a"),
            "{one}"
        );
        assert!(one.contains("a policy of the whole cluster"), "{one}");
    }
}

#[tokio::test(start_paused = true)]
async fn services_of_one_family_that_nobody_forwards_are_kube_proxys() {
    let kubelets = Kubelets {
        says: |path| match path.is_service() && path.is_v6() {
            true => "silent",
            false => "whole",
        },
        ..Kubelets::default()
    };
    let said = of(kubelets, &[]).await;
    holds(
        &said,
        &[
            "CLUSTER-PROBE-SERVICES",
            "over IPv6, pods on node a and node b",
            "with PreferDualStack and with RequireDualStack, though",
            "in this order: kube-proxy",
            "EndpointSlice of IPv6",
        ],
    );
}

#[tokio::test(start_paused = true)]
async fn large_packets_that_get_lost_are_a_matter_of_mtu_and_not_of_services() {
    let kubelets = Kubelets {
        says: |path| match path.is_v6() && path.node == "b" && path.server() != Some("b") {
            true if !path.is_outside() => "part",
            _ => "whole",
        },
        ..Kubelets::default()
    };
    let said = of(kubelets, &[]).await;
    holds(
        &said,
        &[
            "CLUSTER-PROBE-MTU",
            "large ones do not: from node a to node b →",
            "network plugin's MTU",
            "70 over IPv6",
            "packet too big",
        ],
    );
}

#[tokio::test(start_paused = true)]
async fn private_ipv6_addresses_that_nobody_masquerades_do_not_reach_the_outside() {
    let kubelets = Kubelets {
        says: |path| match path.is_outside() && path.is_v6() {
            true => "silent",
            false => "whole",
        },
        ..Kubelets::default()
    };
    let said = of(kubelets, &["example.org"]).await;
    holds(
        &said,
        &[
            "CLUSTER-PROBE-OUTSIDE",
            "node a and node b do not reach example.org:443 over IPv6: nobody answers; over IPv4 they do",
            "masquerade IPv6 too",
            "IPv6 default route",
            "security group pass IPv6",
        ],
    );
}

#[tokio::test(start_paused = true)]
async fn one_node_without_a_way_out_is_compared_with_the_other() {
    let kubelets = Kubelets {
        says: |path| match path.is_outside() && path.node == "b" {
            true => "unreachable",
            false => "whole",
        },
        ..Kubelets::default()
    };
    let said = of(kubelets, &["192.0.2.1:53"]).await;
    holds(
        &said,
        &[
            "pods on node b do not reach 192.0.2.1:53",
            "from the other node they do",
            "compare the two nodes",
        ],
    );
}

#[tokio::test(start_paused = true)]
async fn a_name_without_an_ipv6_address_is_not_asked_and_names_servers_that_do_not_answer_are_told()
{
    let nameless = Kubelets {
        says: |path| match path.way {
            "aaaa" => "nameless",
            _ => "whole",
        },
        ..Kubelets::default()
    };
    let said = of(nameless, &["example.org"]).await;
    holds(
        &said,
        &[
            "CLUSTER-NOT-ASKED",
            "example.org:443 was not tried over IPv6",
        ],
    );
    let mute = Kubelets {
        says: |path| match path.way {
            "a" | "aaaa" => "mute",
            _ => "whole",
        },
        ..Kubelets::default()
    };
    let said = of(mute, &["example.org"]).await;
    holds(
        &said,
        &[
            "CLUSTER-PROBE-DNS",
            "no name server answers pods on node a and node b",
        ],
    );
}

#[tokio::test(start_paused = true)]
async fn a_pod_without_an_ipv6_address_is_told_and_ipv4_is_tried_all_the_same() {
    let kubelets = Kubelets {
        ips: |number| vec![format!("172.25.{number}.10")],
        says: |path| match path.server() {
            Some(server) if server != path.node => "silent",
            _ => "whole",
        },
        ..Kubelets::default()
    };
    let said = of(kubelets, &[]).await.join("\n");
    for part in [
        "CLUSTER-POD-FAMILY: a new pod on node a got 172.25.1.10, and no address of IPv6",
        "a new pod on node b",
        "CLUSTER-PROBE-NODES: pods of two nodes do not reach each other over IPv4",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

/// A pod that does not run is no path that fails.
#[tokio::test(start_paused = true)]
async fn what_keeps_a_pod_from_running_is_not_asked_in_the_words_of_who_keeps_it() {
    let fates: [(Fate, &[&str]); 3] = [
        (
            Fate::Pull,
            &[
                "Back-off pulling image",
                "name an image that this node can pull",
            ],
        ),
        (Fate::NoPlace, &["1 Insufficient memory", "make room"]),
        (Fate::Forgotten, &["no scheduler", "kubectl describe node"]),
    ];
    for (fate, parts) in fates {
        let kubelets = Kubelets {
            fate: match fate {
                Fate::Pull => |_| Fate::Pull,
                Fate::NoPlace => |_| Fate::NoPlace,
                Fate::Forgotten | Fate::Runs => |_| Fate::Forgotten,
            },
            ..Kubelets::default()
        };
        let said = of(kubelets, &[]).await;
        assert_eq!(said.len(), 2, "{said:#?}");
        for one in &said {
            assert!(one.starts_with("warning CLUSTER-NOT-ASKED"), "{one}");
            for part in parts {
                assert!(one.contains(part), "{part}: {one}");
            }
        }
    }
}

/// One node that cannot pull the image: what the other one tries is judged.
#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_run_leaves_the_other_ones_paths() {
    let kubelets = Kubelets {
        fate: |node| match node {
            "a" => Fate::Pull,
            _ => Fate::Runs,
        },
        says: |path| match path.is_outside() {
            true => "silent",
            false => "whole",
        },
        ..Kubelets::default()
    };
    let said = of(kubelets, &["192.0.2.1"]).await;
    assert_eq!(said.len(), 2, "{said:#?}");
    assert!(
        said[0].contains("on node a did not do its work"),
        "{said:#?}"
    );
    assert!(said[1].contains("pods on node b do not reach"), "{said:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_cluster_whose_second_node_takes_no_pods_is_not_known_to_carry_any_between_nodes() {
    let mut scene = two_nodes();
    scene["nodes"][1]["tainted"] = json!(true);
    let said = said(&Lab::of(&scene), &Kubelets::default(), &[]).await;
    holds(&said, &["warning CLUSTER-NOT-ASKED", "of 2 nodes, a alone"]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_says_half_of_it_is_told() {
    let kubelets = Kubelets {
        says: |path| match path.is_v6() {
            true => "\u{1b}[2J",
            false => "whole",
        },
        ..Kubelets::default()
    };
    holds(
        &of(kubelets, &[]).await,
        &[
            "warning CLUSTER-NOT-ASKED",
            "were not said to work or to fail",
        ],
    );
}

/// The pods are of the strictest standard, which their namespace demands, and no token is in them.
#[tokio::test(start_paused = true)]
async fn the_pods_may_do_nothing_but_open_connections() {
    let lab = Lab::of(&two_nodes());
    let look = async {
        lab.clock.sleep(Duration::from_secs(3)).await;
        lab.mock.inventory()
    };
    let kubelets = Kubelets {
        fate: |_| Fate::Forgotten,
        ..Kubelets::default()
    };
    let (_, inventory) = tokio::join!(said(&lab, &kubelets, &[]), look);
    let (_, namespace) = inventory.objects["namespaces"]
        .iter()
        .next()
        .expect("it is there");
    let labels = &namespace.body["metadata"]["labels"];
    assert_eq!(labels["pod-security.kubernetes.io/enforce"], "restricted");
    assert_eq!(labels[LABEL], "verify-cluster");
    let pods = &inventory.objects["pods"];
    assert_eq!(pods.len(), 2);
    for pod in pods.values() {
        let spec = &pod.body["spec"];
        assert_eq!(spec["automountServiceAccountToken"], false);
        assert_eq!(spec["securityContext"]["runAsNonRoot"], true);
        assert_eq!(
            spec["securityContext"]["seccompProfile"]["type"],
            "RuntimeDefault"
        );
        let own = &spec["containers"][0]["securityContext"];
        assert_eq!(own["capabilities"]["drop"], json!(["ALL"]));
        assert_eq!(own["allowPrivilegeEscalation"], false);
        assert!(
            spec["activeDeadlineSeconds"]
                .as_u64()
                .is_some_and(|seconds| seconds <= 300)
        );
    }
}

/// A user who stops it while pods run has nothing left in the cluster.
#[tokio::test(start_paused = true)]
async fn a_probe_that_is_stopped_while_pods_run_removes_them() {
    let lab = Lab::of(&two_nodes());
    let nodes = lab.read().await.expect("the mock answers").nodes;
    let plan = plan(&nodes, &[]);
    let client = lab.client();
    let stop = async {
        lab.clock.sleep(Duration::from_secs(5)).await;
        assert_eq!(lab.mock.inventory().objects["pods"].len(), 2);
    };
    let stopped = probe(&client, &plan, stop).await;
    assert!(stopped.expect("it is removed").is_empty());
    assert!(!lab.mock.inventory().objects.contains_key("pods"));
    let unstarted = probe(&client, &plan, ready(())).await;
    assert!(unstarted.expect("it is removed").is_empty());
}

/// The pods of a killed run stay until its time is over; then the next one removes them.
#[tokio::test(start_paused = true)]
async fn pods_that_a_killed_run_left_are_removed_by_the_next() {
    let lab = Lab::of(&two_nodes());
    let nodes = lab.read().await.expect("the mock answers").nodes;
    let plan = plan(&nodes, &[]);
    let client = lab.client();
    let killed = probe(&client, &plan, pending());
    assert!(
        tokio::time::timeout(Duration::from_secs(5), killed)
            .await
            .is_err()
    );
    assert_eq!(lab.mock.inventory().objects["pods"].len(), 2);
    lab.clock.sleep(plan.lasts() * 2).await;
    assert_eq!(
        said(&lab, &Kubelets::default(), &[]).await,
        Vec::<String>::new()
    );
}

/// Each verb that a probe needs, taken away alone: the probe says so, and is never said to have gone well.
#[tokio::test(start_paused = true)]
async fn a_probe_needs_each_verb_of_its_role_and_no_other() {
    let all = || QUESTIONS.iter().chain(PROBE).chain(PROBE_PODS);
    let lab = Lab::of(&two_nodes());
    assert!(
        said(&lab, &Kubelets::default(), &["192.0.2.1"])
            .await
            .is_empty()
    );
    for call in lab
        .mock
        .calls()
        .iter()
        .filter(|call| !call.path.ends_with("/version"))
    {
        let verb = match call.method.as_str() {
            "GET" => "list",
            "POST" => "create",
            "DELETE" => "delete",
            other => panic!("{other} {}", call.path),
        };
        let resource = call
            .path
            .split('/')
            .rfind(|part| all().any(|one| one.resource == *part));
        let resource = resource.expect("it is asked for in the role");
        let is_allowed = all().any(|one| one.resource == resource && one.verbs.contains(&verb));
        assert!(is_allowed, "{verb} {resource}");
    }
    for question in PROBE.iter().chain(PROBE_PODS) {
        for verb in question.verbs {
            let lab = Lab::of(&two_nodes());
            let nodes = lab.read().await.expect("the mock answers").nodes;
            lab.mock.with(|cloud: &mut Apiserver| {
                cloud.config.tokens[0].refuse(verb, question.resource)
            });
            let plan = plan(&nodes, &[]);
            let client = lab.client();
            let kubelets = Kubelets::default();
            let findings = tokio::select! {
                findings = probe(&client, &plan, pending()) => findings,
                never = work(&kubelets, &lab) => never,
            };
            let text = match findings {
                Ok(findings) => told(&findings).join("\n"),
                Err(error) => error.to_string(),
            };
            let refused = format!("cannot {verb} resource \"{}\"", question.resource);
            assert!(text.contains(&refused), "{refused}: {text}");
        }
    }
    let printed = role(PROBE.iter().chain(PROBE_PODS), false);
    assert!(
        printed.contains("resources: [pods], verbs: [create]"),
        "{printed}"
    );
    assert!(!role(PROBE, false).contains("resources: [pods], verbs: [create]"));
}
