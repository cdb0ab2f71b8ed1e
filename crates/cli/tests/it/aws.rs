//! AWS, over a mock on a port: the life of a network, whose keys are used, death in the middle.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::{
    io::{BufRead, BufReader, Read},
    os::{fd::OwnedFd, unix::net::UnixStream, unix::process::ExitStatusExt},
    process::Stdio,
};

use crate::common::{Cloud, Seat};
use rustix::{net::sockopt::set_socket_send_buffer_size, process::Signal};

const FILES: &str = "-f cluster.yaml -f seed.yaml";

const SEED: &str = "\
apiVersion: kubermatic.k8c.io/v1
kind: Seed
metadata: {name: lab}
spec:
  datacenters:
    lab:
      spec:
        aws: {region: eu-central-1}
";

/// A cluster of which everything is to be made, with more fields of `spec.cloud.aws`.
fn cluster(fields: &str) -> String {
    format!(
        "\
apiVersion: kubermatic.k8c.io/v1
kind: Cluster
metadata: {{name: demo}}
spec:
  version: 1.33.4
  cniPlugin: {{type: cilium, version: 1.16.9}}
  clusterNetwork: {{ipFamily: IPv4+IPv6}}
  cloud:
    dc: lab
    providerName: aws
    aws:
      sshSources: [198.51.100.0/24]
      nodePortsAllowedIPRanges: {{cidrBlocks: [198.51.100.0/24, '2001:db8:100::/48']}}
{fields}"
    )
}

/// A user with documents, at a cloud of its own, with its environment.
fn ready(fields: &str) -> (Cloud, Seat) {
    let cloud = Cloud::of("aws", "");
    let seat = Seat::at(&cloud);
    write(&seat, fields);
    (cloud, seat)
}

fn write(seat: &Seat, fields: &str) {
    seat.write("seed.yaml", SEED);
    seat.write("cluster.yaml", &cluster(fields));
}

/// A user with documents who knows where the cloud is, and has no keys to it.
fn without_keys(cloud: &Cloud, fields: &str) -> Seat {
    let seat = Seat::new()
        .with("AWS_ENDPOINT_URL", &cloud.variables["AWS_ENDPOINT_URL"])
        .with("AWS_EC2_METADATA_DISABLED", "true");
    write(&seat, fields);
    seat
}

fn run(seat: &Seat, line: &str) -> crate::common::Ran {
    seat.run(&format!("{line} {FILES}"))
}

#[test]
fn from_preflight_to_destroy() {
    let (_cloud, seat) = ready("      privateSubnets: true\n      zones: [eu-central-1a]\n");
    run(&seat, "preflight").ended(0);
    run(&seat, "plan --detailed-exitcode").ended(2);
    let applied = run(&seat, "apply --yes").ended(0);
    assert!(
        applied.err.contains("nat-gateway/eu-central-1a"),
        "{}",
        applied.err
    );
    assert!(
        run(&seat, "apply --yes")
            .ended(0)
            .out
            .contains("Nothing to do")
    );
    run(&seat, "verify").ended(0);
    run(&seat, "drift").ended(0);
    run(&seat, "sweep").ended(0);
    let output = run(&seat, "output").ended(0).out;
    assert!(
        output.contains("10.0.0.0/20")
            && output.contains("::/64")
            && output
                .lines()
                .any(|line| line.starts_with("10.0.0.0/16  ") && line.ends_with("::/56")),
        "{output}"
    );
    let inventory = run(&seat, "inventory").ended(0).out;
    assert!(inventory.contains("aws.nat-gateway/1"), "{inventory}");
    let destroyed = seat.run("destroy --cluster demo --yes").ended(0);
    assert!(destroyed.err.contains("deleted"), "{}", destroyed.err);
    let inventory = run(&seat, "inventory").ended(0).out;
    assert!(
        inventory.contains("nothing carries its label"),
        "{inventory}"
    );
}

/// The served mock has the pool of the example, and its delays are what its options say.
#[test]
fn the_example_of_a_brought_range_works_on_the_served_mock() {
    let cloud = Cloud::of("aws", "--association-delay 50ms --nat-delay 50ms");
    let seat = Seat::at(&cloud);
    let example = include_str!("../../../../docs/examples/aws/byoip.yaml");
    seat.write("cluster.yaml", example);
    seat.write(
        "seed.yaml",
        include_str!("../../../../docs/examples/aws/seed.yaml"),
    );
    run(&seat, "apply --yes").ended(0);
    let output = run(&seat, "output").ended(0).out;
    assert!(output.contains("2001:db8:b000:"), "{output}");
    run(&seat, "destroy --yes").ended(0);
}

/// Asks whose account it is, and looks: with credentials of every kind that people have.
#[test]
fn keys_come_from_wherever_the_sdk_looks_for_them() {
    let cloud = Cloud::of("aws", "");
    let (id, secret) = (
        &cloud.variables["AWS_ACCESS_KEY_ID"],
        &cloud.variables["AWS_SECRET_ACCESS_KEY"],
    );
    let inline = format!("      accessKeyID: {id}\n      secretAccessKey: {secret}\n");
    run(&without_keys(&cloud, &inline), "plan").ended(0);

    let profile = without_keys(&cloud, "").with("AWS_PROFILE", "work");
    let text = format!("[work]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
    let file = profile.write("credentials", &text);
    let profile = profile.with("AWS_SHARED_CREDENTIALS_FILE", &file.display().to_string());
    run(&profile, "plan").ended(0);

    let workload = without_keys(&cloud, "");
    let token = workload.write("token", "a-token");
    let workload = workload
        .with("AWS_REGION", "eu-central-1")
        .with("AWS_WEB_IDENTITY_TOKEN_FILE", &token.display().to_string())
        .with("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/networks");
    run(&workload, "plan").ended(0);

    let role = "      assumeRoleARN: arn:aws:iam::123456789012:role/networks\n";
    let known = format!("{inline}{role}      assumeRoleExternalID: between-us\n");
    run(&without_keys(&cloud, &known), "plan").ended(0);
}

/// Nor does the SDK print them, which logs what it sends and gets.
#[test]
fn no_key_is_printed_at_the_highest_log_level() {
    let cloud = Cloud::of("aws", "");
    let secret = &cloud.variables["AWS_SECRET_ACCESS_KEY"];
    let role = "      assumeRoleARN: arn:aws:iam::123456789012:role/networks\n";
    let fields = format!("{role}      assumeRoleExternalID: between-us\n");
    let seat = Seat::at(&cloud).with("GROUNDWORK_LOG", "trace");
    write(&seat, &fields);
    let ran = run(&seat, "plan").ended(0);
    let all = format!("{}{}", ran.out, ran.err);
    assert!(all.contains("groundwork_"), "what we do is told");
    assert!(!all.contains("DEBUG aws_"), "what the SDK traces is not");
    for word in [secret, "between-us", "SecretAccessKey>", "SessionToken>"] {
        let line = all.lines().find(|line| line.contains(word));
        assert_eq!(line, None, "{word}");
    }
}

/// What is wrong with them is said, and so is what to do; none of them is.
#[test]
fn keys_that_do_not_fit_are_told_and_not_shown() {
    let cloud = Cloud::of("aws", "");
    let none = run(&without_keys(&cloud, ""), "plan").ended(3);
    assert!(none.err.contains("accessKeyID"), "{}", none.err);
    assert!(
        none.err.contains("there are no credentials"),
        "{}",
        none.err
    );
    let nowhere = without_keys(&cloud, "").with("AWS_ENDPOINT_URL", "not-a-url");
    let nowhere = nowhere
        .with("AWS_ACCESS_KEY_ID", "a")
        .with("AWS_SECRET_ACCESS_KEY", "b");
    let nowhere = run(&nowhere, "plan").ended(3);
    assert!(
        nowhere
            .err
            .contains("correct the datacenter's region, or AWS_ENDPOINT_URL"),
        "{}",
        nowhere.err
    );
    for said in [&none.err, &nowhere.err] {
        let is_rust = said.contains("Failure(") || said.contains(" { ");
        assert!(!is_rust, "the SDK's own layers: {said}");
    }

    let wrong = "      accessKeyID: AKIAIOSFODNN7EXAMPLE\n      secretAccessKey: hunter2hunter2\n";
    let wrong = run(&without_keys(&cloud, wrong), "plan").ended(3);
    assert!(wrong.err.contains("SignatureDoesNotMatch"), "{}", wrong.err);
    assert!(!format!("{wrong:?}").contains("hunter2"), "{wrong:?}");

    let half = run(
        &without_keys(&cloud, "      accessKeyID: AKIAIOSFODNN7EXAMPLE\n"),
        "plan",
    );
    assert!(
        half.code != 0 && format!("{half:?}").contains("one is missing"),
        "{half:?}"
    );

    let role = "      accessKeyID: AKIAIOSFODNN7EXAMPLE\n      secretAccessKey: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n      \
                assumeRoleARN: arn:aws:iam::123456789012:role/networks\n      assumeRoleExternalID: hunter2hunter2\n";
    let role = run(&without_keys(&cloud, role), "plan").ended(3);
    assert!(!format!("{role:?}").contains("hunter2"), "{role:?}");
}

/// Killed after some lines of its story; the next run ends it, and a destroy leaves nothing. What
/// the dead had sent may come late, which is waited for: all at once.
#[test]
fn killed_in_the_middle_it_is_finished_by_the_next_run() {
    std::thread::scope(|scope| {
        // Of some 40 lines, and of 18.
        for lines in [6, 14] {
            scope.spawn(move || die_in_an_apply(lines));
        }
        for lines in [4, 9] {
            scope.spawn(move || die_in_a_destroy(lines));
        }
    });
}

fn die_in_an_apply(lines: usize) {
    let (_cloud, seat) = ready("      zones: [eu-central-1a]\n");
    kill_after(&seat, &format!("apply --yes --output json {FILES}"), lines);
    run(&seat, "resume --yes").ended(0);
    run(&seat, "plan --detailed-exitcode").ended(0);
    let inventory = run(&seat, "inventory").ended(0).out;
    assert_eq!(
        inventory.matches("aws.vpc/1").count(),
        1,
        "{lines}: {inventory}"
    );
}

fn die_in_a_destroy(lines: usize) {
    let (_cloud, seat) = ready("      zones: [eu-central-1a]\n");
    run(&seat, "apply --yes").ended(0);
    kill_after(
        &seat,
        &format!("destroy --yes --output json {FILES}"),
        lines,
    );
    run(&seat, "destroy --yes").ended(0);
    let inventory = run(&seat, "inventory").ended(0).out;
    assert!(
        inventory.contains("nothing carries its label"),
        "{lines}: {inventory}"
    );
}

/// However late it is killed, it has not come to its end: it can write no more than a few lines
/// before they are read.
fn kill_after(seat: &Seat, line: &str, lines: usize) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    // The kernel takes its smallest instead: room for some four lines.
    set_socket_send_buffer_size(&theirs, 0).unwrap();
    let mut command = seat.command(line);
    let mut process = command
        .stdout(OwnedFd::from(theirs))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // With its copy of the other end, or the end of the program would not be seen.
    drop(command);
    // Nothing is read ahead, and the end stays open: without a reader the program runs freely.
    let mut out = BufReader::with_capacity(1, ours);
    let written = out.by_ref().lines().take(lines).count();
    process.kill().unwrap();
    let status = process.wait().unwrap();
    let killed = status.signal() == Some(Signal::KILL.as_raw());
    assert!(
        written == lines && killed,
        "ended by itself, {status}, after {written} lines or some more"
    );
}
