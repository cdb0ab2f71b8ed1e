//! vSphere as its users see it, over HTTP.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use crate::common::{Cloud, Ran, Seat};

const FILES: &str = "-f cluster.yaml -f seed.yaml";

/// The mock's own inventory, named by a small document.
const CLUSTER: &str = "
apiVersion: kubermatic.k8c.io/v1
kind: Cluster
metadata: {name: example, uid: 7d1f3c1e-6f0a-4a53-9a0c-2b1f6f0f6b01}
spec:
  version: 1.33.1
  cniPlugin: {type: cilium, version: 1.18.10}
  cloud:
    dc: here
    providerName: vsphere
    vsphere: {networks: [nodes], resourcePool: pool-1}
  clusterNetwork: {ipFamily: IPv4+IPv6}
";

/// A user with documents, at a vCenter whose tasks take so long.
fn ready(task_delay: &str) -> (Cloud, Seat) {
    let cloud = Cloud::of("vsphere", &format!("--action-delay {task_delay}"));
    let seat = Seat::at(&cloud);
    seat.write("cluster.yaml", CLUSTER);
    let seed = format!(
        "
apiVersion: kubermatic.k8c.io/v1
kind: Seed
metadata: {{name: example, namespace: kubermatic}}
spec:
  datacenters:
    here:
      spec:
        vsphere:
          endpoint: {}
          datacenter: dc-1
          cluster: cluster-1
          datastore: datastore-1
          templates: {{ubuntu: debian-13}}
          ipv6Enabled: true
",
        cloud.variables["GOVC_URL"]
    );
    seat.write("seed.yaml", &seed);
    (cloud, seat)
}

fn run(seat: &Seat, line: &str) -> Ran {
    seat.run(&format!("{line} {FILES}"))
}

#[test]
fn from_preflight_to_destroy() {
    let (_cloud, seat) = ready("50ms");
    run(&seat, "preflight").ended(0);
    run(&seat, "plan --detailed-exitcode").ended(2);
    let applied = run(&seat, "apply --yes").ended(0);
    assert!(applied.err.contains("folder"), "{}", applied.err);
    let again = run(&seat, "apply --yes").ended(0);
    assert!(again.out.contains("Nothing to do"), "{}", again.out);
    run(&seat, "verify").ended(0);
    run(&seat, "drift").ended(0);
    run(&seat, "sweep").ended(0);
    let output = run(&seat, "output --patch").ended(0).out;
    assert!(output.contains("folder: /dc-1/vm/example"), "{output}");
    let inventory = run(&seat, "inventory").ended(0).out;
    assert!(inventory.contains("vsphere.folder/1"), "{inventory}");
    seat.run("destroy --cluster example --yes").ended(0);
    let inventory = run(&seat, "inventory").ended(0).out;
    assert!(
        inventory.contains("nothing carries its label"),
        "{inventory}"
    );
}

/// The process is killed while the folder gets its name: the next one waits for that, and goes on.
#[test]
fn a_run_that_is_killed_is_resumed() {
    let (_cloud, seat) = ready("1s");
    let mut command = seat.command(&format!("apply --yes --output json {FILES}"));
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut lines = String::new();
    while !lines.contains("\"event\":\"pending\"") {
        assert_ne!(out.read_line(&mut lines).unwrap(), 0, "{lines}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    run(&seat, "resume --yes").ended(0);
    let again = run(&seat, "apply --yes").ended(0);
    assert!(again.out.contains("Nothing to do"), "{}", again.out);
    run(&seat, "destroy --yes").ended(0);
}

#[test]
fn a_password_is_asked_for_and_never_shown() {
    let (cloud, seat) = ready("0s");
    let password = &cloud.variables["GOVC_PASSWORD"];
    let seat = seat.with("GROUNDWORK_LOG", "trace");
    let shown = run(&seat, "plan").ended(0);
    assert!(
        !shown.err.contains(password) && !shown.out.contains(password),
        "{}",
        shown.err
    );
    let nobody = seat.without(&["GOVC_PASSWORD"]);
    let refused = run(&nobody, "plan");
    assert_ne!(refused.code, 0);
    assert!(refused.err.contains("GOVC_PASSWORD"), "{}", refused.err);
}
