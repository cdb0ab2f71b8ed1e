//! What is known is shown without a document, a state and a cloud; a file may correct it.

use crate::common::Seat;

#[test]
fn the_matrix_says_what_the_documentation_says_and_what_is_so_today() {
    let text = Seat::new().run("matrix").ended(0).out;
    assert!(text.contains("  Azure          ✓       x (✓)"), "{text}");
    assert!(text.contains("KNOWN-CENTOS-7-CILIUM"), "{text}");
    let ran = Seat::new().run("matrix --output json").ended(0);
    let line = &ran.lines()[0];
    assert_eq!(line["type"], "matrix");
    assert_eq!(line["cells"].as_array().unwrap().len(), 40);
    let page = Seat::new().run("matrix --output markdown").ended(0).out;
    assert!(page.starts_with("# Operating systems"), "{page}");
}

#[test]
fn a_code_is_explained_for_people_programs_and_pages() {
    let text = Seat::new()
        .run("explain known-azure-load-balancer")
        .ended(0)
        .out;
    for part in [
        "KKP 2.24",
        "cloud-provider-azure 1.28.0 (2023-08-21)",
        "before 1.27.8",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    let ran = Seat::new()
        .run("explain NETWORK-CNI-VERSION --output json")
        .ended(0);
    let line = &ran.lines()[0];
    assert_eq!(line["type"], "explanation");
    assert_eq!(line["entries"][0]["id"], "KNOWN-CANAL-VERSION");
    let page = Seat::new()
        .run("explain MATRIX-GCP-RHEL --output markdown")
        .ended(0)
        .out;
    assert!(
        page.contains("- **Today**: not available or not tested"),
        "{page}"
    );
}

#[test]
fn an_unknown_code_is_wrong_usage_and_names_the_nearest() {
    let ran = Seat::new().run("explain NETWORK-OVERLAPS").ended(64);
    assert!(
        ran.err.contains("the nearest is NETWORK-OVERLAP"),
        "{}",
        ran.err
    );
}

#[test]
fn a_file_corrects_what_is_known_and_a_bad_one_is_told_with_its_lines() {
    let seat = Seat::new();
    let head = "apiVersion: groundwork.dev/v1alpha1\nkind: Knowledge\nmatrix:\n";
    let cell = "- {provider: gcp, system: flatcar, documented: untested, today: works}\n";
    seat.write("mine.yaml", &format!("{head}{cell}"));
    let text = seat.run("matrix --knowledge mine.yaml").ended(0).out;
    assert!(
        text.contains("Google Cloud   ✓       x (-)     ✓ (-)"),
        "{text}"
    );
    seat.write(
        "mine.yaml",
        &format!("{head}{}", cell.replace("works", "wroks")),
    );
    let ran = seat
        .run("explain KNOWN-PREVIEW --knowledge mine.yaml")
        .ended(1);
    assert!(ran.out.contains("mine.yaml:4:"), "{}", ran.out);
    let gone = seat.run("matrix --knowledge gone.yaml").ended(64);
    assert!(
        gone.err.contains("gone.yaml cannot be read"),
        "{}",
        gone.err
    );
}

#[test]
fn pages_are_for_what_has_pages() {
    let ran = Seat::new().run("capabilities --output markdown").ended(64);
    assert!(ran.err.contains("matrix and explain"), "{}", ran.err);
}
