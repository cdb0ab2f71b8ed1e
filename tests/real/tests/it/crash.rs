//! Killed in the middle, without any chance to clean up: the next run finishes, and nothing is lost, doubled or left.

use std::panic::resume_unwind;
use std::thread;

use anyhow::{Context, Result};
use real::access::Clouds;
use real::binary::Seat;
use real::document::Document;
use real::inventory::Inventory;
use real::project::Project;
use tokio::runtime::Builder;

/// How a process dies, and what has to be done about it.
#[derive(Clone, Copy, Debug)]
enum Death {
    /// It applied; `resume` finishes it.
    Applying,
    /// It destroyed; the next destroy finishes it.
    Destroying,
    /// It applied, and the state file is gone too; the labels are enough.
    Forgotten,
}

/// Who dies after how many lines of the event stream, or some five more: with three requests on their way, with the children of
/// the network on their way, around the interfaces; at the beginning of a teardown and in the middle of it. There are 28 lines of
/// the one, 18 of the other.
const DEATHS: [(Death, usize); 6] = [
    (Death::Applying, 5),
    (Death::Applying, 9),
    (Death::Applying, 19),
    (Death::Destroying, 3),
    (Death::Destroying, 8),
    (Death::Forgotten, 9),
];

real::on_each_release!(killed_anywhere_it_is_finished_by_the_next_run);

/// How many of them at once: a server has two workers.
const BESIDE: usize = 2;

/// Each in a project of its own.
async fn killed_anywhere_it_is_finished_by_the_next_run(clouds: &Clouds) -> Result<()> {
    thread::scope(|scope| {
        let deaths = DEATHS.chunks(DEATHS.len().div_ceil(BESIDE));
        let lanes: Vec<_> = deaths
            .map(|deaths| scope.spawn(|| one_by_one(clouds, deaths)))
            .collect();
        let results = lanes
            .into_iter()
            .map(|lane| lane.join().unwrap_or_else(|panic| resume_unwind(panic)));
        results.collect()
    })
}

fn one_by_one(clouds: &Clouds, deaths: &[(Death, usize)]) -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    deaths.iter().try_for_each(|&(death, lines)| {
        runtime
            .block_on(die(clouds, death, lines))
            .with_context(|| format!("{death:?} after {lines} lines"))
    })
}

async fn die(clouds: &Clouds, death: Death, lines: usize) -> Result<()> {
    let project = Project::create(clouds, "crash").await?;
    let before = project.inventory().await?;
    let (seat, document) = (Seat::new()?, Document::dual(&project, "crash"));
    match death {
        Death::Applying => {
            seat.kill_after(&document, &["apply", "--yes"], lines)?;
            seat.run(&document, &["resume", "--yes"])?.ended(0)?;
            seat.run(&document, &["plan", "--detailed-exitcode"])?
                .ended(0)?;
            expect_one_of_each(&project.inventory().await?);
        }
        Death::Destroying => {
            seat.run(&document, &["apply", "--yes"])?.ended(0)?;
            seat.kill_after(&document, &["destroy", "--yes"], lines)?;
        }
        Death::Forgotten => {
            seat.kill_after(&document, &["apply", "--yes"], lines)?;
            seat.lose_state()?;
            // Requests that were on their way when the process died arrive; nothing knows of them any more.
            project.settle().await?;
            seat.run(&document, &["apply", "--yes", "--adopt"])?
                .ended(0)?;
            expect_one_of_each(&project.inventory().await?);
        }
    }
    seat.run(&document, &["destroy", "--yes"])?.ended(0)?;
    before.expect_same(&project.inventory().await?);
    Ok(())
}

/// A whole dual-stack network and the default security group, nothing twice.
#[track_caller]
fn expect_one_of_each(inventory: &Inventory) {
    let wanted = [
        ("networks", 1),
        ("ports", 2),
        ("routers", 1),
        ("security-groups", 2),
        ("subnetpools", 0),
        ("subnets", 2),
    ];
    assert_eq!(inventory.counts(), wanted.into_iter().collect());
}
