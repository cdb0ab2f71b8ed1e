//! Secrets are never printed, whatever goes wrong.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
};

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

/// A proxy's address may have a user and a password: they are sent to it, and shown to nobody.
#[test]
fn no_password_of_a_proxy_is_shown() {
    let (_cloud, seat) = ready("");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let proxy = format!("http://{CANARY}:{CANARY}@{address}");
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut heard = [0; 4096];
        let length = stream.read(&mut heard).unwrap();
        let refused = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(refused).unwrap();
        String::from_utf8_lossy(&heard[..length]).to_lowercase()
    });
    let seat = seat
        .with("GROUNDWORK_LOG", "trace")
        .with("NO_PROXY", "")
        .with("HTTP_PROXY", &proxy);
    let ran = seat.run("plan -f cluster.yaml -f seed.yaml");
    let all = format!("{}{}", ran.out, ran.err);
    assert!(!all.contains(CANARY), "{all}");
    assert!(all.contains("407"), "{all}");
    let heard = heard.join().unwrap();
    assert!(heard.contains("proxy-authorization: basic "), "{heard}");
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
