//! Long operations.

use std::time::Duration;

use ::conformance::{Lab, Variant, done};
use mock_azure::Failure;

use super::{failure, subscription};

/// With status 200, and an error inside: it reaches whoever asked, whole.
#[tokio::test(start_paused = true)]
async fn an_operation_that_fails_is_told_with_all_that_it_says() {
    let failed = Failure {
        code: "BadRequest".to_owned(),
        message: "The subnet cannot be.".to_owned(),
        details: vec![(
            "NetcfgInvalidSubnet".to_owned(),
            "Its range is not to be had.".to_owned(),
        )],
    };
    let told = failure(&subscription(|config| {
        config
            .failing_operations
            .insert("subnets.PUT".to_owned(), failed);
    }))
    .await;
    for part in [
        "The subnet cannot be.",
        "Its range is not to be had.",
        "NetcfgInvalidSubnet",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

/// An operation that is forgotten is as good as one that has ended: the look knows.
#[tokio::test(start_paused = true)]
async fn operations_may_be_forgotten() {
    let subject = subscription(|config| config.operations_kept = Duration::ZERO);
    let lab = Lab::open(&subject);
    let (process, request) = (lab.process(), lab.wanted(Variant::DualStack));
    done(process.apply(&request).await, "apply");
    lab.quiet().await;
    let planned = process.plan(&request).await.expect("it looks").plan;
    assert!(planned.is_empty(), "{planned:#?}");
}

/// Nothing is asked before the server says.
#[tokio::test(start_paused = true)]
async fn operations_are_asked_about_at_the_server_s_pace() {
    let slow = subscription(|config| {
        config.operation_delay = Duration::from_secs(60);
        config.retry_after_s = Some(30);
    });
    let lab = Lab::open(&slow);
    done(
        lab.process().apply(&lab.wanted(Variant::DualStack)).await,
        "apply",
    );
    let calls = lab.mock.calls();
    let asked = calls
        .iter()
        .filter(|call| call.path.contains("/operations/"))
        .count();
    // Four of them: network, security group, route table, subnet; each at 30, 60 and, at the latest, 90 s.
    assert!((8..=12).contains(&asked), "{asked}");
}
