//! `verify-cluster` against a real kube-apiserver, etcd and kube-controller-manager.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use mock_byo::scene;
use real::binary::{Run, Seat};
use real::control_plane::{ADMIN, ControlPlane, READER, collection};
use serde_json::{Value, json};

const DUAL: &str = "10.240.16.0/20,fd02::/108";

/// The clusters of `crates/cluster/tests/cases`.
const CASES: [(&str, &str); 10] = [
    (
        "hetzner",
        include_str!("../../../../crates/cluster/tests/cases/hetzner.yaml"),
    ),
    (
        "digitalocean",
        include_str!("../../../../crates/cluster/tests/cases/digitalocean.yaml"),
    ),
    (
        "openstack",
        include_str!("../../../../crates/cluster/tests/cases/openstack.yaml"),
    ),
    (
        "aws",
        include_str!("../../../../crates/cluster/tests/cases/aws.yaml"),
    ),
    (
        "vsphere",
        include_str!("../../../../crates/cluster/tests/cases/vsphere.yaml"),
    ),
    (
        "others",
        include_str!("../../../../crates/cluster/tests/cases/others.yaml"),
    ),
    (
        "ranges",
        include_str!("../../../../crates/cluster/tests/cases/ranges.yaml"),
    ),
    (
        "seed",
        include_str!("../../../../crates/cluster/tests/cases/seed.yaml"),
    ),
    (
        "kernel",
        include_str!("../../../../crates/cluster/tests/cases/kernel.yaml"),
    ),
    (
        "plugins",
        include_str!("../../../../crates/cluster/tests/cases/plugins.yaml"),
    ),
];

/// Runs `verify-cluster` as the user of a kubeconfig.
fn verify(kubeconfig: &str, more: &[&str]) -> Result<Run> {
    let seat = Seat::new()?;
    let mut arguments = vec!["verify-cluster", "--kubeconfig", kubeconfig];
    arguments.extend(more);
    seat.run_without_document(&[], &arguments)
}

/// The findings of a run, each as one text.
fn findings(kubeconfig: &str, more: &[&str]) -> Result<Vec<String>> {
    let mut arguments = vec!["--output", "json"];
    arguments.extend(more);
    let run = verify(kubeconfig, &arguments)?;
    let line = run.json().with_context(|| run.text())?;
    let all = line["findings"].as_array().with_context(|| run.text())?;
    let text = |one: &Value| format!("{} {} → {}", one["code"], one["message"], one["remedy"]);
    Ok(all.iter().map(text).collect())
}

/// Whether a message holds a part, which JSON has escaped.
fn says(text: &str, part: &Value) -> bool {
    let part = part.as_str().unwrap_or_default();
    text.contains(part) || text.contains(&part.replace('"', "\\\""))
}

/// Every cluster of the tables, made on a real API server: what is said of it is what the mock's is.
#[test]
fn furnished_clusters_have_their_findings() -> Result<()> {
    let mut by_ranges: BTreeMap<String, Vec<(String, Value)>> = BTreeMap::new();
    for (file, text) in CASES {
        for case in serde_saphyr::from_str::<Vec<Value>>(text)? {
            if case["fake"] != true {
                let ranges = case["services"].as_str().unwrap_or(DUAL).replace(' ', "");
                by_ranges
                    .entry(ranges)
                    .or_default()
                    .push((format!("{file}: {}", case["name"]), case));
            }
        }
    }
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (ranges, cases) in by_ranges {
        let Some(plane) = ControlPlane::start(&ranges)? else {
            return Ok(());
        };
        let kubeconfig = plane.kubeconfig(ADMIN)?;
        // It is its own seed.
        plane.create(&json!({
            "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": scene::SEED },
        }))?;
        for (name, case) in cases {
            count += 1;
            if let Err(why) = furnished(&plane, &kubeconfig, &case) {
                wrong.push(format!("{name}: {why:#}"));
            }
        }
    }
    ensure!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    ensure!(count > 60, "{count} clusters");
    Ok(())
}

fn furnished(plane: &ControlPlane, kubeconfig: &str, case: &Value) -> Result<()> {
    let own = |object: &&Value| object["metadata"]["name"] != "kubernetes";
    let objects = scene::objects(case);
    let mut made = Vec::new();
    let mut result = Ok(());
    for object in objects.iter().filter(own) {
        let place = format!(
            "{}/{}",
            collection(object)?,
            object["metadata"]["name"].as_str().unwrap_or_default()
        );
        result = plane.create(object).map(drop);
        made.push(place);
        if result.is_err() {
            break;
        }
    }
    let result = result.and_then(|()| compared(kubeconfig, case));
    for place in made {
        // What was not made needs no removal.
        let _ = plane.ask("DELETE", &place, Some(&json!({ "gracePeriodSeconds": 0 })));
    }
    result
}

fn compared(kubeconfig: &str, case: &Value) -> Result<()> {
    let seed = [
        "--seed-kubeconfig",
        kubeconfig,
        "--seed-namespace",
        scene::SEED,
    ];
    let said = match case["seed"].is_array() {
        true => findings(kubeconfig, &seed)?,
        false => findings(kubeconfig, &[])?,
    };
    let wanted = case["findings"]
        .as_array()
        .context("each says what is found")?;
    let fits = |(said, wanted): (&String, &Value)| says(said, &wanted[0]) && says(said, &wanted[1]);
    let same = said.len() == wanted.len() && said.iter().zip(wanted).all(fits);
    ensure!(same, "said {said:#?}");
    Ok(())
}

fn service(name: &str, policy: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Service", "metadata": { "name": name, "namespace": "default" },
        "spec": { "ipFamilyPolicy": policy, "ports": [{ "port": 80 }] },
    })
}

fn node(name: &str) -> Value {
    let scene =
        json!({ "nodes": [{ "name": name, "addresses": "I 10.0.0.5, I fd00::5", "pods": "" }] });
    scene::objects(&scene).swap_remove(1)
}

/// A service from before the cluster had two families keeps one; what the finding says to do gives it both.
#[test]
fn a_service_of_one_family_gets_both_by_its_remedy() -> Result<()> {
    let Some(mut plane) = ControlPlane::start("10.240.16.0/20")? else {
        return Ok(());
    };
    let kubeconfig = plane.kubeconfig(ADMIN)?;
    plane.create(&service("web", "PreferDualStack"))?;
    let said = findings(&kubeconfig, &[])?;
    ensure!(
        said.len() == 1 && said[0].contains("CLUSTER-SINGLE-STACK"),
        "{said:?}"
    );
    plane.stop_server()?;
    plane.start_server(DUAL)?;
    plane.until("the second range", |plane| {
        let own = plane.ask(
            "GET",
            "/apis/networking.k8s.io/v1/servicecidrs/kubernetes",
            None,
        )?;
        Ok(own["spec"]["cidrs"]
            .as_array()
            .is_some_and(|all| all.len() == 2))
    })?;
    let said = findings(&kubeconfig, &[])?;
    ensure!(
        said.len() == 1 && said[0].contains("CLUSTER-SERVICE-FAMILIES"),
        "{said:?}"
    );
    for policy in ["SingleStack", "PreferDualStack"] {
        let patch = json!({ "spec": { "ipFamilyPolicy": policy } });
        plane.ask(
            "PATCH",
            "/api/v1/namespaces/default/services/web",
            Some(&patch),
        )?;
    }
    let said = findings(&kubeconfig, &[])?;
    ensure!(said.is_empty(), "{said:?}");
    Ok(())
}

/// A range that was deleted while nobody protected it leaves a service with an address that is nobody's.
#[test]
fn a_range_that_is_gone_leaves_a_service_outside() -> Result<()> {
    let Some(plane) = ControlPlane::start(DUAL)? else {
        return Ok(());
    };
    let kubeconfig = plane.kubeconfig(ADMIN)?;
    let range = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": { "name": "more" },
        "spec": { "cidrs": ["10.250.0.0/24", "fd03::/112"] },
    });
    plane.create(&range)?;
    let mut web = service("web", "SingleStack");
    web["spec"]["clusterIP"] = json!("10.250.0.9");
    plane.until("the service with that address", |plane| {
        Ok(plane.create(&web).is_ok())
    })?;
    ensure!(findings(&kubeconfig, &[])?.is_empty());
    plane.ask(
        "DELETE",
        "/apis/networking.k8s.io/v1/servicecidrs/more",
        None,
    )?;
    let said = findings(&kubeconfig, &[])?;
    ensure!(
        said.len() == 1 && said[0].contains("10.250.0.9 is outside"),
        "{said:?}"
    );
    Ok(())
}

/// Nodes as the real node range controller leaves them: one from before the second family, and one for which
/// there is no range left.
#[test]
fn the_ranges_that_the_controller_manager_gives_are_judged() -> Result<()> {
    let Some(mut plane) = ControlPlane::start(DUAL)? else {
        return Ok(());
    };
    let kubeconfig = plane.kubeconfig(ADMIN)?;
    let arguments = [
        "--cluster-cidr=172.25.0.0/23,fd01::/48",
        "--node-cidr-mask-size-ipv4=24",
    ];
    // It was there before the controller manager had two ranges.
    let mut first = node("first");
    first["spec"]["podCIDR"] = json!("172.25.0.0/24");
    first["spec"]["podCIDRs"] = json!(["172.25.0.0/24"]);
    plane.create(&first)?;
    plane.start_manager(&arguments)?;
    plane.create(&node("second"))?;
    let ranges = |plane: &ControlPlane, name: &str| -> Result<usize> {
        let node = plane.ask("GET", &format!("/api/v1/nodes/{name}"), None)?;
        Ok(node["spec"]["podCIDRs"].as_array().map_or(0, Vec::len))
    };
    plane.until("the second node's ranges", |plane| {
        Ok(ranges(plane, "second")? == 2)
    })?;
    plane.create(&node("third"))?;
    plane.until("the event", |plane| {
        let events = plane.ask("GET", "/api/v1/namespaces/default/events", None)?;
        Ok(events.to_string().contains("CIDRNotAvailable"))
    })?;
    let said = findings(&kubeconfig, &[])?.join("\n");
    ensure!(
        said.contains("node first has no IPv6 range for pods"),
        "{said}"
    );
    ensure!(
        said.contains("node third has no range for pods: it gets one of each family or none"),
        "{said}"
    );
    ensure!(!said.contains("node second"), "{said}");
    Ok(())
}

/// An API server that goes away for some seconds makes nobody start again.
#[test]
fn a_server_that_restarts_is_waited_for() -> Result<()> {
    let Some(mut plane) = ControlPlane::start(DUAL)? else {
        return Ok(());
    };
    let kubeconfig = plane.kubeconfig(ADMIN)?;
    plane.stop_server()?;
    let run = thread::spawn(move || verify(&kubeconfig, &[]));
    thread::sleep(Duration::from_secs(2));
    plane.start_server(DUAL)?;
    let run = run.join().expect("the thread runs to its end")?;
    run.ended(0)?;
    Ok(())
}

/// The roles that are printed are enough, and none of them is too much: each one, taken away, is a question
/// that was not asked, and then the exit code is not that of a cluster that is fit.
#[test]
fn the_printed_roles_are_exactly_enough() -> Result<()> {
    let Some(plane) = ControlPlane::start(DUAL)? else {
        return Ok(());
    };
    let kubeconfig = plane.kubeconfig(READER)?;
    let printed = verify(&kubeconfig, &["--print-rbac"])?.ended(0)?.out;
    let roles: Vec<Value> = serde_saphyr::from_multiple(&printed)?;
    ensure!(roles.len() == 3, "{printed}");
    for role in &roles {
        plane.create(role)?;
        plane.create(&binding(role))?;
    }
    plane.until("the roles", |_| Ok(verify(&kubeconfig, &[])?.code == 0))?;
    for role in &roles {
        let place = format!("{}/groundwork-verify-cluster", collection(role)?);
        let rules = role["rules"].as_array().context("it has rules")?;
        for nth in 0..rules.len() {
            let resource = rules[nth]["resources"][0]
                .as_str()
                .context("it has a resource")?;
            let mut less = rules.clone();
            less.remove(nth);
            plane.ask("PATCH", &place, Some(&json!({ "rules": less })))?;
            plane.until(resource, |_| Ok(verify(&kubeconfig, &[])?.code == 3))?;
            let run = verify(&kubeconfig, &[])?;
            let part = format!("cannot list resource \"{resource}\"");
            ensure!(
                run.text().replace("\n         ", " ").contains(&part),
                "{}",
                run.text()
            );
            plane.ask("PATCH", &place, Some(&json!({ "rules": rules })))?;
            plane.until(
                "the rule again",
                |_| Ok(verify(&kubeconfig, &[])?.code == 0),
            )?;
        }
    }
    Ok(())
}

fn binding(role: &Value) -> Value {
    let kind = role["kind"].as_str().unwrap_or_default();
    json!({
        "apiVersion": role["apiVersion"], "kind": format!("{kind}Binding"), "metadata": role["metadata"],
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": "groundwork-verify-cluster" },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "reader" }],
    })
}

/// A token that the server does not take is told as that; once its file is written anew, it opens the server.
#[test]
fn a_token_that_has_ended_is_told_and_its_file_is_read_again() -> Result<()> {
    let Some(plane) = ControlPlane::start(DUAL)? else {
        return Ok(());
    };
    let file = plane.folder().join("token");
    std::fs::write(&file, "ended")?;
    let kubeconfig = plane.kubeconfig_of(json!({ "tokenFile": file }))?;
    let run = verify(&kubeconfig, &[])?.ended(3)?;
    ensure!(run.text().contains("has expired"), "{}", run.text());
    std::fs::write(&file, ADMIN)?;
    verify(&kubeconfig, &[])?.ended(0)?;
    Ok(())
}

/// `--wait` ends as soon as the cluster is fit, and at its deadline where it never is. What changes is heard: no
/// listing is read again for it.
#[test]
fn a_cluster_that_gets_fit_is_waited_for() -> Result<()> {
    let Some(plane) = ControlPlane::start(DUAL)? else {
        return Ok(());
    };
    let kubeconfig = plane.kubeconfig(ADMIN)?;
    plane.create(&late())?;
    let run = verify(&kubeconfig, &["--wait", "1s"])?.ended(1)?;
    ensure!(
        run.err.contains("CLUSTER-NODE-FAMILY of node late"),
        "{}",
        run.err
    );
    let waiting = thread::spawn(move || verify(&kubeconfig, &["--wait", "2m"]));
    thread::sleep(Duration::from_secs(1));
    give_second(&plane)?;
    waiting
        .join()
        .expect("the thread runs to its end")?
        .ended(0)?;
    Ok(())
}

/// An API server that restarts while somebody waits is waited for, too, and what it changed after that is heard.
#[test]
fn a_server_that_restarts_while_somebody_waits_is_heard_again() -> Result<()> {
    let Some(mut plane) = ControlPlane::start(DUAL)? else {
        return Ok(());
    };
    let kubeconfig = plane.kubeconfig(ADMIN)?;
    plane.create(&late())?;
    let waiting = thread::spawn(move || verify(&kubeconfig, &["--wait", "3m"]));
    thread::sleep(Duration::from_secs(2));
    plane.stop_server()?;
    thread::sleep(Duration::from_secs(2));
    plane.start_server(DUAL)?;
    give_second(&plane)?;
    let run = waiting.join().expect("the thread runs to its end")?;
    let run = run.ended(0)?;
    ensure!(run.err.contains("asking again"), "{}", run.err);
    Ok(())
}

/// The roles for waiting are enough; each `watch` of them, taken away, is told, and the cluster is waited for all
/// the same.
#[test]
fn the_roles_for_waiting_are_exactly_enough() -> Result<()> {
    let Some(plane) = ControlPlane::start(DUAL)? else {
        return Ok(());
    };
    let kubeconfig = plane.kubeconfig(READER)?;
    // What is not there cannot be watched.
    define_pools(&plane)?;
    let printed = verify(&kubeconfig, &["--print-rbac", "--wait"])?
        .ended(0)?
        .out;
    let roles: Vec<Value> = serde_saphyr::from_multiple(&printed)?;
    for role in &roles {
        plane.create(role)?;
        plane.create(&binding(role))?;
    }
    plane.until("the roles", |_| Ok(verify(&kubeconfig, &[])?.code == 0))?;
    plane.create(&late())?;
    let told = |plane: &ControlPlane| -> Result<String> {
        let run = verify(&kubeconfig, &["--wait", "1s"])?.ended(1)?;
        ensure!(plane.folder().exists());
        Ok(run.err)
    };
    let said = told(&plane)?;
    ensure!(!said.contains("not watched"), "{said}");
    for role in &roles {
        let place = format!("{}/groundwork-verify-cluster", collection(role)?);
        let rules = role["rules"].as_array().context("it has rules")?;
        for nth in 0..rules.len() {
            let resource = rules[nth]["resources"][0]
                .as_str()
                .context("it has a resource")?;
            let mut less = rules.clone();
            less[nth]["verbs"] = json!(["list"]);
            plane.ask("PATCH", &place, Some(&json!({ "rules": less })))?;
            let part = format!("cannot watch resource \"{resource}\"");
            plane.until(resource, |plane| Ok(told(plane)?.contains(&part)))?;
            plane.ask("PATCH", &place, Some(&json!({ "rules": rules })))?;
            plane.until("the rule again", |plane| {
                Ok(!told(plane)?.contains("not watched"))
            })?;
        }
    }
    Ok(())
}

/// Where Calico's pools are once they are defined.
const POOLS: &str = "/apis/crd.projectcalico.org/v1/ippools";

/// Defines them as Calico does, and waits until the server has them.
fn define_pools(plane: &ControlPlane) -> Result<()> {
    let objects = scene::objects(&json!({ "ipPools": [] }));
    let of_pools = |object: &&Value| object["kind"] == "CustomResourceDefinition";
    let definition = objects.iter().find(of_pools);
    plane.create(definition.context("the scene has it")?)?;
    plane.until("Calico's pools", |plane| {
        Ok(plane.ask("GET", POOLS, None).is_ok())
    })
}

/// Objects that Calico has defined are read as the server gives them.
#[test]
fn pools_of_calico_are_judged() -> Result<()> {
    let Some(plane) = ControlPlane::start(DUAL)? else {
        return Ok(());
    };
    let kubeconfig = plane.kubeconfig(ADMIN)?;
    plane.create(&node("a"))?;
    ensure!(findings(&kubeconfig, &[])?.is_empty(), "there is no Calico");
    define_pools(&plane)?;
    ensure!(
        findings(&kubeconfig, &[])?.is_empty(),
        "no pool is Calico's"
    );
    let scene = json!({ "ipPools": [
        { "name": "v4", "cidr": "172.25.0.0/16", "natOutgoing": true },
        { "name": "v6", "cidr": "fd01::/48", "disabled": true },
    ] });
    for pool in scene::objects(&scene)
        .iter()
        .filter(|one| one["kind"] == "IPPool")
    {
        plane.create(pool)?;
    }
    let said = findings(&kubeconfig, &[])?;
    ensure!(
        said.len() == 1 && said[0].contains("IPPool v6 is disabled"),
        "{said:?}"
    );
    let on = json!({ "spec": { "disabled": false, "natOutgoing": true } });
    plane.ask("PATCH", &format!("{POOLS}/v6"), Some(&on))?;
    ensure!(
        findings(&kubeconfig, &[])?.is_empty(),
        "both pools are right"
    );
    Ok(())
}

/// A node with one address.
fn late() -> Value {
    let mut late = node("late");
    late["status"]["addresses"] = json!([{ "type": "InternalIP", "address": "10.0.0.5" }]);
    late
}

fn give_second(plane: &ControlPlane) -> Result<()> {
    let status = node("late")["status"].clone();
    let patch = json!({ "status": status });
    plane.ask("PATCH", "/api/v1/nodes/late/status", Some(&patch))?;
    Ok(())
}

/// What a mock has to do as the real API server does: how watches begin, end and refuse, and metadata alone.
#[test]
fn watches_are_what_the_mock_takes_them_for() -> Result<()> {
    let Some(mut plane) = ControlPlane::start(DUAL)? else {
        return Ok(());
    };
    let list = plane.ask("GET", "/api/v1/namespaces", None)?;
    let version = list["metadata"]["resourceVersion"]
        .as_str()
        .context("a list has a version")?;
    let made = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "one" } });
    plane.create(&made)?;
    let watch = |query: &str| plane.lines(&format!("/api/v1/namespaces?watch=1&{query}"));
    let kinds = |lines: &[Value]| -> Vec<String> {
        let of = |line: &Value| {
            let (kind, object) = (&line["type"], &line["object"]);
            format!(
                "{} {}",
                kind.as_str().unwrap_or_default(),
                object["metadata"]["name"].as_str().unwrap_or("-")
            )
        };
        lines.iter().map(of).collect()
    };
    let since = format!("resourceVersion={version}&timeoutSeconds=10&allowWatchBookmarks=true");
    let (status, lines) = watch(&since)?;
    ensure!(status == 200, "{status}");
    let told = kinds(&lines);
    // Bookmarks come as often as the server likes, on a busy machine none.
    let (first, others) = told.split_first().context("something has changed")?;
    ensure!(first == "ADDED one", "{told:?}");
    ensure!(others.iter().all(|one| one == "BOOKMARK -"), "{told:?}");
    let (_, lines) = watch("timeoutSeconds=1")?;
    ensure!(kinds(&lines).contains(&"ADDED one".to_owned()), "{lines:?}");
    plane.stop_server()?;
    plane.start_server(DUAL)?;
    let watch = |query: &str| plane.lines(&format!("/api/v1/namespaces?watch=1&{query}"));
    let (status, lines) = watch(&format!("resourceVersion={version}&timeoutSeconds=1"))?;
    ensure!(
        status == 200 && lines[0]["type"] == "ERROR",
        "{status} {lines:?}"
    );
    ensure!(lines[0]["object"]["code"] == 410, "{lines:?}");
    ensure!(lines[0]["object"]["reason"] == "Expired", "{lines:?}");
    let (status, lines) = watch("resourceVersion=abc&timeoutSeconds=1")?;
    ensure!(status == 500, "{status} {lines:?}");
    Ok(())
}

/// A probe says what a large range gives, and nothing of it stays, not even what a killed one has left.
#[test]
fn a_probe_leaves_nothing() -> Result<()> {
    let Some(mut plane) = ControlPlane::start("10.240.16.0/20,fd02::/56")? else {
        return Ok(());
    };
    // Its controllers remove what is in a namespace.
    plane.start_manager(&["--cluster-cidr=172.25.0.0/16,fd01::/48"])?;
    let kubeconfig = plane.kubeconfig(ADMIN)?;
    let left = json!({
        "apiVersion": "v1", "kind": "Namespace", "metadata": {
            "name": "groundwork-probe-left", "labels": { "groundwork-probe": "verify-cluster" },
            "annotations": { "groundwork-probe-until": "2026-01-01T00:00:00Z" },
        },
    });
    plane.create(&left)?;
    let run = verify(&kubeconfig, &["--probe"])?.ended(1)?;
    ensure!(run.text().contains("range is full"), "{}", run.text());
    plane.until("the end of the namespaces", |plane| {
        let all = plane.ask(
            "GET",
            "/api/v1/namespaces?labelSelector=groundwork-probe",
            None,
        )?;
        Ok(all["items"].as_array().is_some_and(Vec::is_empty))
    })?;
    Ok(())
}
