//! Killed in the middle, without any chance to clean up: the next run finishes, and nothing is lost, doubled or left.

use anyhow::{Result, ensure};
use real::access::Clouds;
use real::binary::Seat;
use real::document::Document;
use real::inventory::Inventory;
use real::project::Project;

/// After how many lines of the event stream the process dies: at the start, between objects, near the end.
const DEATHS: [usize; 4] = [2, 5, 9, 14];

#[tokio::test]
async fn killed_while_it_applies_it_is_resumed() -> Result<()> {
    let Some(clouds) = Clouds::real() else {
        return Ok(());
    };
    for lines in DEATHS {
        let project = Project::create(&clouds, "crash").await?;
        let before = project.inventory().await?;
        let (seat, document) = (Seat::new()?, Document::dual(&project, "crash"));
        let written = seat.kill_after(&document, &["apply", "--yes"], lines)?;

        seat.run(&document, &["resume", "--yes"])?.ended(0)?;
        seat.run(&document, &["plan", "--detailed-exitcode"])?
            .ended(0)?;
        expect_one_of_each(&project.inventory().await?, written);
        seat.run(&document, &["destroy", "--yes"])?.ended(0)?;
        expect_same(&before, &project.inventory().await?);
    }
    Ok(())
}

#[tokio::test]
async fn killed_while_it_destroys_it_is_resumed() -> Result<()> {
    let Some(clouds) = Clouds::real() else {
        return Ok(());
    };
    for lines in [3, 8] {
        let project = Project::create(&clouds, "fall").await?;
        let before = project.inventory().await?;
        let (seat, document) = (Seat::new()?, Document::dual(&project, "fall"));
        seat.run(&document, &["apply", "--yes"])?.ended(0)?;
        seat.kill_after(&document, &["destroy", "--yes"], lines)?;
        seat.run(&document, &["destroy", "--yes"])?.ended(0)?;
        expect_same(&before, &project.inventory().await?);
    }
    Ok(())
}

#[tokio::test]
async fn killed_and_the_state_file_lost_it_is_taken_up_from_the_labels() -> Result<()> {
    let Some(clouds) = Clouds::real() else {
        return Ok(());
    };
    let project = Project::create(&clouds, "lost").await?;
    let before = project.inventory().await?;
    let (seat, document) = (Seat::new()?, Document::dual(&project, "lost"));
    let written = seat.kill_after(&document, &["apply", "--yes"], 9)?;
    seat.lose_state()?;

    seat.run(&document, &["apply", "--yes", "--adopt"])?
        .ended(0)?;
    expect_one_of_each(&project.inventory().await?, written);
    seat.run(&document, &["destroy", "--yes"])?.ended(0)?;
    expect_same(&before, &project.inventory().await?);
    Ok(())
}

/// A whole dual-stack network and the default security group, nothing twice.
#[track_caller]
fn expect_one_of_each(inventory: &Inventory, lines: usize) {
    let counts = inventory.counts();
    let wanted = [
        ("networks", 1),
        ("ports", 2),
        ("routers", 1),
        ("security-groups", 2),
        ("subnetpools", 0),
        ("subnets", 2),
    ];
    assert_eq!(
        counts,
        wanted.into_iter().collect(),
        "killed after {lines} lines"
    );
}

#[track_caller]
fn expect_same(before: &Inventory, after: &Inventory) {
    let lines = before.differences(after);
    assert!(
        lines.is_empty(),
        "the project differs:\n{}",
        lines.join("\n")
    );
}

/// The deaths have to be different ones.
#[test]
fn the_deaths_are_in_order() -> Result<()> {
    ensure!(DEATHS.is_sorted(), "{DEATHS:?}");
    Ok(())
}
