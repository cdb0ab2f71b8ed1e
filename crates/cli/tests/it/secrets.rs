//! Secrets are never printed, whatever goes wrong.

use crate::common::{SEED, cluster_with, ready};

const CANARY: &str = "c4n4ry-in-a-coal-mine";

fn planted(seat: &crate::common::Seat, fields: &str) {
    seat.write("cluster.yaml", &cluster_with("demo", fields));
    seat.write("seed.yaml", SEED);
    let secret = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: login}}\nstringData: {{username: demo, password: {CANARY}, project: demo, domain: Default}}\n"
    );
    seat.write("secret.yaml", &secret);
}

#[test]
fn no_secret_is_printed() {
    let (_cloud, seat) = ready("");
    let seat = seat.with("GROUNDWORK_LOG", "trace");
    let inline = format!(
        "      username: demo\n      password: {CANARY}\n      project: demo\n      domain: Default\n"
    );
    let reference = "      credentialsReference: {name: login}\n";
    let wrong = format!("      password: [{CANARY}]\n");
    for fields in [inline.as_str(), reference, wrong.as_str()] {
        planted(&seat, fields);
        for verb in [
            "preflight",
            "plan",
            "apply --yes",
            "sweep",
            "output",
            "inventory",
            "destroy --yes",
        ] {
            for output in ["text", "json"] {
                for log in ["text", "json"] {
                    let files = "-f cluster.yaml -f seed.yaml -f secret.yaml";
                    let line = format!("{verb} {files} --output {output} --log-format {log}");
                    let ran = seat.run(&line);
                    assert_ne!(ran.code, 0, "the password is wrong: {line}");
                    let all = format!("{}{}", ran.out, ran.err);
                    assert!(!all.contains(CANARY), "groundwork {line}\n{all}");
                }
            }
        }
    }
}

/// A password without quotes, beginning with whatever means something to YAML.
#[test]
fn no_secret_is_printed_however_it_begins() {
    let (_cloud, seat) = ready("");
    let marks = [
        "!", "!!", "!<", "&", "*", "%", "@", "`", "|", ">", "{", "[", "]", "}", "? ", "- ", ": ",
        ",", "\"", "'", "#", "!a!", "!e!x ", "a: ", "a: b: ", "<<: ", "~", "\t",
    ];
    for mark in marks {
        let inline = format!("      username: demo\n      password: {mark}{CANARY}\n");
        let secret = format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: login}}\nstringData:\n  username: demo\n  password: {mark}{CANARY}\n"
        );
        planted(&seat, &inline);
        seat.write("secret.yaml", &secret);
        for output in ["text", "json"] {
            let line =
                format!("plan -f cluster.yaml -f seed.yaml -f secret.yaml --output {output}");
            let ran = seat.run(&line);
            let all = format!("{}{}", ran.out, ran.err);
            assert!(!all.contains(CANARY), "password: {mark}…\n{all}");
        }
    }
}

/// What a document says reaches neither a terminal nor a log as it is.
#[test]
fn what_a_document_says_moves_no_cursor() {
    let (_cloud, seat) = ready("");
    let seat = seat.with("GROUNDWORK_LOG", "debug");
    let evil = "\"evil\\e[2J\\u009b31m\\u202e\\r\\nDone: forged\"";
    let named = format!("      network: {evil}\n");
    seat.write("cluster.yaml", &cluster_with("demo", &named));
    for verb in ["preflight", "plan", "apply --yes", "graph", "sweep"] {
        for log in ["text", "json"] {
            let line = format!("{verb} -f cluster.yaml -f seed.yaml --log-format {log}");
            let ran = seat.run(&line);
            let all = format!("{}{}", ran.out, ran.err);
            assert!(all.contains("evil"), "it is named: {line}\n{all}");
            let wild = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!all.contains(wild), "{line}\n{all:?}");
            assert!(
                !all.lines().any(|line| line.starts_with("Done: forged")),
                "{all}"
            );
        }
    }
}

#[test]
fn no_secret_is_kept() {
    let (_cloud, seat) = ready("");
    let fields = "      username: demo\n      password: secret\n      project: demo\n      domain: Default\n";
    seat.write("cluster.yaml", &cluster_with("demo", fields));
    let files = "-f cluster.yaml -f seed.yaml --state state.db";
    seat.run(&format!("plan --out plan.json {files}")).ended(0);
    seat.run(&format!("apply --yes {files}")).ended(0);
    for file in std::fs::read_dir(seat.folder()).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() || path.ends_with("cluster.yaml") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(6).any(|window| window == b"secret");
        assert!(!found, "{} has the password", path.display());
    }
}
