//! Wrong usage is told apart from everything else, and nothing is done about it.

use crate::common::{SEED, Seat, cluster};

#[test]
fn help_and_version_are_answers() {
    let seat = Seat::new();
    let help = seat.run("--help").ended(0).out;
    for verb in [
        "preflight",
        "plan",
        "apply",
        "verify",
        "drift",
        "sweep",
        "destroy",
        "resume",
    ] {
        assert!(help.contains(verb), "{verb} is missing");
    }
    assert!(help.contains("64  wrong usage"));
    assert!(
        seat.run("--version")
            .ended(0)
            .out
            .starts_with("groundwork ")
    );
}

#[test]
fn wrong_arguments_end_with_64() {
    let seat = Seat::new();
    seat.write("cluster.yaml", &cluster("demo"));
    for line in [
        "",
        "plam -f cluster.yaml",
        "plan --frobnicate",
        "plan",
        "plan -f absent.yaml",
        "plan -f cluster.yaml --cluster other",
        "plan -f cluster.yaml --output xml",
        "destroy --yes",
        "resume --yes",
        "sweep",
        "mock openstack --latency soon",
        "mock openstack --nat-delay 1s",
        "mock aws --default-pool",
        "mock mainframe",
        "mock openstack --faults absent.yaml",
        "plan -f cluster.yaml --replace not/an/address!",
    ] {
        let ran = seat.run(line).ended(64);
        assert!(
            !ran.err.is_empty() && ran.out.is_empty(),
            "groundwork {line}: {ran:?}"
        );
    }
}

#[test]
fn several_clusters_need_a_choice() {
    let seat = Seat::new();
    let both = format!("{}---\n{}---\n{SEED}", cluster("one"), cluster("two"));
    seat.write("all.yaml", &both);
    let ran = seat.run("plan -f all.yaml").ended(64);
    assert!(ran.err.contains("--cluster (one, two)"), "{}", ran.err);
}

#[test]
fn of_many_clusters_ten_are_named() {
    let seat = Seat::new();
    let all: String = (0..2000)
        .map(|n| format!("{}---\n", cluster(&format!("c{n}"))))
        .collect();
    seat.write("all.yaml", &format!("{all}{SEED}"));
    for line in ["plan -f all.yaml", "plan -f all.yaml --cluster other"] {
        let ran = seat.run(line).ended(64);
        assert!(ran.err.contains("c9 and 1990 more"), "{}", ran.err);
        assert!(ran.err.len() < 400, "{}", ran.err);
    }
}

#[test]
fn without_a_terminal_nothing_is_changed_unasked() {
    let seat = Seat::new();
    seat.write("cluster.yaml", &cluster("demo"));
    for line in [
        "apply -f cluster.yaml",
        "destroy -f cluster.yaml",
        "resume -f cluster.yaml",
    ] {
        let ran = seat.run(line).ended(64);
        assert!(ran.err.contains("--yes"), "{}", ran.err);
    }
    assert!(!seat.folder().join(".local").exists(), "no state was made");
}

#[test]
fn troubles_are_lines_for_programs_too() {
    let ran = Seat::new().run("plan --output json").ended(64);
    assert_eq!(ran.last("trouble")["exit"], 64);
}

#[test]
fn completions_know_the_verbs() {
    for shell in ["bash", "zsh", "fish"] {
        let out = Seat::new()
            .run(&format!("completions {shell}"))
            .ended(0)
            .out;
        assert!(out.contains("preflight"), "{shell}");
    }
}

#[test]
fn schemas_are_schemas() {
    let seat = Seat::new();
    for of in ["documents", "output"] {
        let text = seat.run(&format!("schema {of}")).ended(0).out;
        let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(schema["$schema"].is_string(), "{of}");
    }
}
