//! Killed in the middle, without any chance to clean up: the next run finishes, and nothing is lost, doubled or left.

use std::panic::resume_unwind;
use std::thread;

use anyhow::{Context, Result};
use real::inventory::Inventory;
use real::moto::{self, account::Account, shape};
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

/// Who dies after how many lines of the event stream, or some five more: with the first requests on
/// their way, before and after the IPv6 range is there, among the subnets, while NAT gateways come; at
/// the beginning of a teardown, while NAT gateways go, near its end. There are more than a hundred lines
/// of the one, sixty of the other.
const DEATHS: [(Death, usize); 10] = [
    (Death::Applying, 4),
    (Death::Applying, 15),
    (Death::Applying, 45),
    (Death::Applying, 75),
    (Death::Applying, 85),
    (Death::Destroying, 3),
    (Death::Destroying, 30),
    (Death::Destroying, 45),
    (Death::Forgotten, 20),
    (Death::Forgotten, 60),
];

/// All at once, each in an account of its own.
#[test]
fn killed_anywhere_it_is_finished_by_the_next_run() -> Result<()> {
    let Some(moto) = moto::real() else {
        return Ok(());
    };
    let moto = moto.as_str();
    let one = move |death: Death, lines: usize| -> Result<()> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        runtime
            .block_on(die(moto, death, lines))
            .with_context(|| format!("{death:?} after {lines} lines"))
    };
    thread::scope(|scope| {
        let running = DEATHS.map(|(death, lines)| scope.spawn(move || one(death, lines)));
        let results = running.map(|one| one.join().unwrap_or_else(|panic| resume_unwind(panic)));
        results.into_iter().collect()
    })
}

async fn die(moto: &str, death: Death, lines: usize) -> Result<()> {
    let account = Account::open(moto)?;
    let before = account.inventory().await?;
    let seat = account.seat()?;
    let document = account.document("crash").with("privateSubnets", true);
    match death {
        Death::Applying => {
            seat.kill_after(&document, &["apply", "--yes"], lines)?;
            seat.run(&document, &["resume", "--yes"])?.ended(0)?;
            seat.run(&document, &["plan", "--detailed-exitcode"])?
                .ended(0)?;
            expect_one_of_each(&before, &account.inventory().await?);
        }
        Death::Destroying => {
            seat.run(&document, &["apply", "--yes"])?.ended(0)?;
            seat.kill_after(&document, &["destroy", "--yes"], lines)?;
        }
        Death::Forgotten => {
            seat.kill_after(&document, &["apply", "--yes"], lines)?;
            seat.lose_state()?;
            // Requests that were on their way when the process died arrive; nothing knows of them any more.
            account.settle().await?;
            seat.run(&document, &["apply", "--yes", "--adopt"])?
                .ended(0)?;
            expect_one_of_each(&before, &account.inventory().await?);
        }
    }
    seat.run(&document, &["destroy", "--yes"])?.ended(0)?;
    before.expect_same(&account.inventory().await?);
    Ok(())
}

/// A whole dual-stack network with private subnets beside what was there, nothing twice.
#[track_caller]
fn expect_one_of_each(before: &Inventory, after: &Inventory) {
    assert_eq!(before.added(after), shape::with_private());
}
