//! `verify-cluster` with a document: the addresses of nodes against the servers of the document's account.
#![allow(clippy::unwrap_used, reason = "a test may")]

use crate::common::{Cloud, Ran, Seat, cluster, ready};

const LINE: &str = "verify-cluster -f cluster.yaml -f seed.yaml";

/// A cluster that runs, and a user who has its document beside its kubeconfig.
fn running(seat: Seat) -> (Cloud, Seat) {
    let api = Cloud::of("bringyourown", "");
    let seat = seat.with(
        "GROUNDWORK_KUBECONFIG",
        &api.variables["GROUNDWORK_KUBECONFIG"],
    );
    (api, seat)
}

/// What the run says of questions that were not asked.
fn not_asked(ran: &Ran) -> String {
    let all = ran.out.replace("\n         ", " ");
    let mut lines = all
        .lines()
        .filter(|line| line.contains("CLUSTER-NOT-ASKED"));
    lines.next().unwrap_or_default().to_owned()
}

#[test]
fn with_credentials_nothing_is_left_open() {
    let (_cloud, seat) = ready("");
    let (_api, seat) = running(seat);
    let ran = seat.run(LINE).ended(0);
    assert_eq!(not_asked(&ran), "");
}

#[test]
fn without_credentials_the_question_stays_open_and_the_user_reads_which_to_give() {
    let (_cloud, seat) = ready("");
    let (_api, bare) = running(Seat::new());
    bare.write("cluster.yaml", &cluster("demo"));
    std::fs::copy(
        seat.folder().join("seed.yaml"),
        bare.folder().join("seed.yaml"),
    )
    .unwrap();
    let ran = bare.run(LINE).ended(3);
    let said = not_asked(&ran);
    assert!(said.contains("no credentials for OpenStack"), "{said}");
    assert!(said.contains("OS_CLOUD"), "{said}");
    assert!(
        ran.out.contains("1 question could not be asked"),
        "{}",
        ran.out
    );
}

#[test]
fn refused_credentials_are_no_answer() {
    let (_cloud, seat) = ready("");
    let (_api, seat) = running(seat.with("OS_PASSWORD", "wrong"));
    let said = not_asked(&seat.run(LINE).ended(3));
    assert!(said.contains("denied"), "{said}");
}
