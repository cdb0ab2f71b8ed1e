//! Reports for readers that are not there: of a cluster that is fit, and of one that is not.

use golden::{BYO, BYO_SEED, FILES, Transcript, cluster, documents, example, files};
use insta::assert_snapshot;
use mock_openstack::Config;
use serde_json::Value;

/// A cloud that has all that the demo's cluster needs.
fn openstack(document: String) -> Transcript {
    Transcript::new(
        Config::default().with_default_v6_pool(),
        documents(document),
    )
}

/// What a command prints over the documents, and how it ends.
async fn report(transcript: &mut Transcript, command: &str) -> (String, u8) {
    let exit = transcript.quietly(&format!("{command} {FILES}")).await;
    (transcript.take(), exit)
}

#[tokio::test(start_paused = true)]
async fn junit_of_a_cluster_that_is_fit() {
    let mut transcript = openstack(cluster(&[]));
    let (text, exit) = report(&mut transcript, "preflight --output junit").await;
    assert_eq!(exit, 0);
    assert_snapshot!(text);
}

#[tokio::test(start_paused = true)]
async fn junit_of_a_cluster_that_is_not() {
    let files = files(example(&BYO, "mistakes"), BYO_SEED);
    let mut transcript = Transcript::byo(mock_byo::Config::default(), files);
    let (text, exit) = report(&mut transcript, "preflight --output junit").await;
    assert_eq!(exit, 1);
    assert_snapshot!(text);
}

/// Readers follow a test from run to run by its class and its name.
#[tokio::test(start_paused = true)]
async fn a_test_has_one_name_whatever_comes_of_it() {
    let mut transcript = openstack(cluster(&[]));
    let (fit, _) = report(&mut transcript, "preflight --output junit").await;
    let overlap = [("192.168.1.0/24", "10.240.16.0/24")];
    transcript.write("cluster.yaml", cluster(&overlap));
    let (unfit, exit) = report(&mut transcript, "preflight --output junit").await;
    assert_eq!(exit, 1, "{unfit}");
    for text in [fit, unfit] {
        let classes = text.matches("classname=").count();
        assert_eq!(
            text.matches("classname=\"groundwork.preflight.demo\"")
                .count(),
            classes
        );
    }
}

/// What is missing fails where nothing may be missing, and nowhere else.
#[tokio::test(start_paused = true)]
async fn what_is_missing_fails_a_verification_and_no_plan() {
    let mut transcript = openstack(cluster(&[]));
    let (verified, exit) = report(&mut transcript, "verify --output junit").await;
    assert_eq!(exit, 2);
    assert!(
        verified.contains("<failure type=\"create\" message=\"does not exist\">"),
        "{verified}"
    );
    let (planned, exit) = report(&mut transcript, "plan --output junit").await;
    assert_eq!(exit, 0);
    assert!(!planned.contains("<failure"), "{planned}");
    assert!(planned.contains("create: does not exist"), "{planned}");
}

#[tokio::test(start_paused = true)]
async fn sarif_of_a_cluster_that_is_not() {
    let files = files(example(&BYO, "mistakes"), BYO_SEED);
    let mut transcript = Transcript::byo(mock_byo::Config::default(), files);
    let (text, exit) = report(&mut transcript, "preflight --output sarif").await;
    assert_eq!(exit, 1);
    assert_snapshot!(text);
}

/// A finding without a place is at the beginning of the first file: a forge shows no other.
#[tokio::test(start_paused = true)]
async fn every_result_has_a_line() {
    let mut transcript = openstack(cluster(&[]));
    let (text, _) = report(&mut transcript, "preflight --output sarif").await;
    let log: Value = serde_json::from_str(&text).expect("it is JSON");
    let results = log["runs"][0]["results"].as_array().expect("a list");
    assert!(!results.is_empty(), "{text}");
    for result in results {
        let place = &result["locations"][0]["physicalLocation"];
        assert!(place["region"]["startLine"].is_u64(), "{result}");
        let rule = result["ruleIndex"].as_u64().expect("it has one") as usize;
        assert_eq!(
            log["runs"][0]["tool"]["driver"]["rules"][rule]["id"],
            result["ruleId"]
        );
    }
}

/// What failed stands in the one document, with what is known all the same.
#[tokio::test(start_paused = true)]
async fn a_cloud_that_cannot_be_reached() {
    let mut transcript = openstack(cluster(&[]));
    transcript.unreachable();
    transcript
        .run_each(&["preflight", "preflight --output json"])
        .await;
    assert_snapshot!(transcript.take());
    for format in ["junit", "sarif"] {
        let (text, exit) = report(&mut transcript, &format!("preflight --output {format}")).await;
        assert_eq!(exit, 3);
        assert!(text.contains("KNOWN-OPENSTACK"), "{text}");
        assert_snapshot!(format!("a_cloud_that_cannot_be_reached_{format}"), text);
    }
}

#[tokio::test(start_paused = true)]
async fn other_commands_have_no_report() {
    let mut transcript = openstack(cluster(&[]));
    assert_eq!(
        transcript
            .quietly(&format!("apply --output junit {FILES}"))
            .await,
        64
    );
    assert_snapshot!(transcript.take());
}

/// The page, of a cluster that is fit and of one that is not.
#[tokio::test(start_paused = true)]
async fn the_page_of_a_cluster_that_is_fit() {
    let mut transcript = openstack(cluster(&[]));
    let (text, exit) = report(&mut transcript, "preflight --output html").await;
    assert_eq!(exit, 0);
    assert_snapshot!(text);
}

#[tokio::test(start_paused = true)]
async fn the_page_of_a_cluster_that_is_not() {
    let files = files(example(&BYO, "mistakes"), BYO_SEED);
    let mut transcript = Transcript::byo(mock_byo::Config::default(), files);
    let (text, exit) = report(&mut transcript, "preflight --output html").await;
    assert_eq!(exit, 1);
    assert_snapshot!(text);
}

/// Whatever a document says is text on the page: nothing of it is an element, and nothing is fetched.
#[tokio::test(start_paused = true)]
async fn what_comes_from_outside_is_text_on_the_page() {
    let evil = "<script>alert(1)</script><img src=x onerror=alert(1)>";
    let mut transcript = openstack(cluster(&[("192.168.1.0/24", &format!("\"{evil}\""))]));
    let (text, exit) = report(&mut transcript, "preflight --output html").await;
    assert_eq!(exit, 1);
    assert!(text.contains("&lt;script&gt;"), "{text}");
    for word in [
        "<script",
        "<img",
        "<iframe",
        "<link",
        " style=",
        " onerror=\"",
        "src=",
    ] {
        let text = text.replace("&lt;img src=x onerror=alert(1)&gt;", "");
        assert!(!text.contains(word), "{word}: {text}");
    }
    assert!(
        text.contains("default-src &#39;none&#39;") || text.contains("default-src 'none'"),
        "{text}"
    );
}
