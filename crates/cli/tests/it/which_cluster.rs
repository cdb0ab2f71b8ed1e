//! Which cluster `verify-cluster` asks, and what it says where none is named.
#![allow(clippy::unwrap_used, reason = "a test may")]

use serde_json::{Value, json};

use crate::common::{Cloud, Ran, Seat};

const FILES: &str = "-f cluster.yaml -f seed.yaml";

/// An API server, and the kubeconfig that opens it.
struct Server {
    _cloud: Cloud,
    kubeconfig: Value,
}

impl Server {
    fn start() -> Self {
        let cloud = Cloud::of("bringyourown", "");
        let kubeconfig = serde_json::from_str(&cloud.variables["GROUNDWORK_KUBECONFIG"]).unwrap();
        Self {
            _cloud: cloud,
            kubeconfig,
        }
    }

    fn address(&self) -> &str {
        self.kubeconfig["clusters"][0]["cluster"]["server"]
            .as_str()
            .unwrap()
    }

    /// Its entries with the name of each.
    fn entries(&self, name: &str) -> Value {
        let config = &self.kubeconfig;
        json!({
            "clusters": [{ "name": name, "cluster": config["clusters"][0]["cluster"] }],
            "users": [{ "name": name, "user": config["users"][0]["user"] }],
            "contexts": [{ "name": name, "context": { "cluster": name, "user": name } }],
        })
    }
}

/// A kubeconfig of two servers without a current context.
fn both(one: &Server, other: &Server) -> Value {
    let (mut config, more) = (one.entries("one"), other.entries("other"));
    for kind in ["clusters", "users", "contexts"] {
        let entry = more[kind][0].clone();
        config[kind].as_array_mut().unwrap().push(entry);
    }
    config
}

fn asks(ran: &Ran, server: &Server) {
    let line = format!("Cluster at {}\n", server.address());
    assert!(ran.out.contains(&line), "{line}{}{}", ran.out, ran.err);
    assert!(!format!("{}{}", ran.out, ran.err).contains("mock-token"));
}

#[test]
fn what_is_named_on_the_command_line_comes_first_then_the_environment() {
    let servers = [(); 4].map(|()| Server::start());
    let [argument, text, files, home] = &servers;
    let seat = Seat::new();
    let write = |name: &str, server: &Server| seat.write(name, &server.kubeconfig.to_string());
    write("argument", argument);
    let named = write("files", files).display().to_string();
    std::fs::create_dir(seat.folder().join(".kube")).unwrap();
    write(".kube/config", home);
    let seat = seat
        .with("GROUNDWORK_KUBECONFIG", &text.kubeconfig.to_string())
        .with("KUBECONFIG", &named);
    asks(&seat.run("verify-cluster --kubeconfig argument"), argument);
    asks(&seat.run("verify-cluster"), text);
    let seat = seat.without(&["GROUNDWORK_KUBECONFIG"]);
    asks(&seat.run("verify-cluster"), files);
    let seat = seat.without(&["KUBECONFIG"]);
    asks(&seat.run("verify-cluster"), home);
}

#[test]
fn a_context_is_picked_by_its_name() {
    let (one, other) = (Server::start(), Server::start());
    let seat = Seat::new();
    seat.write("kubeconfig", &both(&one, &other).to_string());
    let line = "verify-cluster --kubeconfig kubeconfig";
    asks(&seat.run(&format!("{line} --context one")), &one);
    asks(&seat.run(&format!("{line} --context other")), &other);
    let ran = seat.run(&format!("{line} --context third")).ended(3);
    assert!(ran.err.contains("no context \"third\""), "{}", ran.err);
    assert!(
        ran.err.contains("kubectl config get-contexts"),
        "{}",
        ran.err
    );
    let ran = seat.run(line).ended(3);
    assert!(ran.err.contains("no current context"), "{}", ran.err);
    assert!(ran.err.contains("--context"), "{}", ran.err);
}

/// The Secret of a document opens the cluster, in the context that the document names, whatever the environment
/// has; the command line picks another one.
#[test]
fn the_secret_of_a_document_opens_its_cluster() {
    let (one, other, elsewhere) = (Server::start(), Server::start(), Server::start());
    let seat = Seat::new().with("GROUNDWORK_KUBECONFIG", &elsewhere.kubeconfig.to_string());
    seat.write(
        "seed.yaml",
        "apiVersion: kubermatic.k8c.io/v1\nkind: Seed\nmetadata: {name: lab}\nspec: {datacenters: {hall: \
         {spec: {bringyourown: {}}}}}\n",
    );
    let text = both(&one, &other).to_string();
    seat.write(
        "cluster.yaml",
        &format!(
            "apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata: {{name: own}}\nspec:\n  version: \
             1.36.3\n  cloud: {{dc: hall, bringyourown: {{}}}}\n  clusterNetwork: {{ipFamily: \
             IPv4+IPv6}}\n---\napiVersion: groundwork.dev/v1alpha1\nkind: Network\nmetadata: {{name: \
             own}}\nspec: {{cloud: {{bringyourown: {{context: other, credentialsReference: {{name: \
             k}}}}}}}}\n---\napiVersion: v1\nkind: Secret\nmetadata: {{name: k}}\nstringData:\n  kubeconfig: \
             '{text}'\n"
        ),
    );
    asks(&seat.run(&format!("verify-cluster {FILES}")), &other);
    let line = format!("verify-cluster --context one {FILES}");
    asks(&seat.run(&line), &one);
    asks(&seat.run("verify-cluster"), &elsewhere);
}

#[test]
fn where_no_cluster_is_named_it_says_how_one_is() {
    let seat = Seat::new();
    let ran = seat.run("verify-cluster").ended(64);
    assert!(ran.err.contains("--kubeconfig"), "{}", ran.err);
    let seat = seat.with("KUBECONFIG", "/nowhere/config");
    let ran = seat.run("verify-cluster").ended(3);
    assert!(
        ran.err.contains("/nowhere/config of KUBECONFIG"),
        "{}",
        ran.err
    );
    let pod = Seat::new().with("KUBERNETES_SERVICE_HOST", "fd02::1");
    let ran = pod.run("verify-cluster").ended(64);
    assert!(
        ran.err.contains("automountServiceAccountToken"),
        "{}",
        ran.err
    );
}

#[test]
fn a_server_that_nobody_runs_is_told_with_its_address() {
    let mut server = Server::start();
    server.kubeconfig["clusters"][0]["cluster"]["server"] = json!("http://127.0.0.1:1");
    let seat = Seat::new().with("GROUNDWORK_KUBECONFIG", &server.kubeconfig.to_string());
    let ran = seat.run("verify-cluster --wait 3s").ended(3);
    assert!(ran.err.contains("127.0.0.1:1"), "{}", ran.err);
    assert!(ran.err.contains("asking again"), "{}", ran.err);
    assert!(ran.err.contains("server of the kubeconfig"), "{}", ran.err);
}
