//! `cargo xtask sabotage`: breaks a driver on purpose, one line at a time, and runs the conformance
//! suite over it. A break that no promise catches is a promise that is missing.

mod breaks;
mod outcome;
mod scratch;

use anyhow::{Result, bail};
use clap::Args;

use breaks::{BREAKS, Break, Driver};
use outcome::{Outcome, table};

/// What to break.
#[derive(Args)]
pub(crate) struct Options {
    /// The driver: toy, openstack or aws. Without it, all of them.
    #[arg(long, value_name = "NAME")]
    driver: Option<Driver>,
    /// Only breaks with this text in their names.
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
    /// Say whether every break still fits its file, and run nothing.
    #[arg(long)]
    fits: bool,
    /// Write the table into docs/sabotage.md.
    #[arg(long)]
    write: bool,
}

/// Breaks one thing after the other.
pub(crate) fn run(options: &Options) -> Result<()> {
    let chosen = |of: &&Break| {
        options.driver.is_none_or(|driver| driver == of.driver) && of.name.contains(&options.only)
    };
    let chosen: Vec<&Break> = BREAKS.iter().filter(chosen).collect();
    for of in &chosen {
        scratch::broken(of)?;
    }
    if options.fits {
        println!("{} breaks fit", chosen.len());
        return Ok(());
    }
    let mut outcomes = Vec::new();
    for of in chosen {
        let outcome = scratch::suite(of)?;
        println!("{}", outcome::line(of, &outcome));
        outcomes.push((of, outcome));
    }
    if options.write {
        outcome::write(&table(&outcomes))?;
    }
    let uncaught = outcomes
        .iter()
        .filter(|(_, outcome)| !matches!(outcome, Outcome::Caught(_)));
    match uncaught.count() {
        0 => Ok(()),
        count => bail!("{count} breaks were not caught by a promise"),
    }
}
