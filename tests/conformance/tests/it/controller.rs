//! The walk-through of `docs/controller.md` is run, and its code is the example's.

use std::sync::Arc;

use conformance::VirtualClock;

#[allow(
    dead_code,
    unreachable_pub,
    reason = "the example has a main of its own"
)]
#[path = "../../examples/controller.rs"]
mod example;

#[tokio::test(start_paused = true)]
async fn a_controller_prepares_writes_back_pauses_changes_and_deletes() {
    example::live(Arc::new(VirtualClock::start())).await;
}

#[test]
fn the_page_shows_the_code_that_runs() {
    let folder = env!("CARGO_MANIFEST_DIR");
    let page = std::fs::read_to_string(format!("{folder}/../../docs/controller.md"));
    let (page, code) = (
        page.expect("it is there"),
        include_str!("../../examples/controller.rs"),
    );
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let code = squeezed(code);
    let mut blocks = 0;
    for block in page.split("```rust\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        assert!(
            code.contains(&squeezed(block)),
            "not in the example:\n{block}"
        );
        blocks += 1;
    }
    assert!(blocks >= 4, "{blocks} blocks");
}
