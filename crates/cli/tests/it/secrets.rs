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
