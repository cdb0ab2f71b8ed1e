//! `cargo xtask sabotage`: breaks a driver on purpose, one line at a time, and runs the conformance
//! suite over it. A break that no promise catches is a promise that is missing.

mod breaks;
mod page;
mod promises;
mod scratch;
mod trial;

use anyhow::{Result, bail};
use clap::Args;

use breaks::{Break, Driver};
use page::{Page, Row};
use scratch::Scratch;
use trial::{Outcome, Trial};

/// What to break.
#[derive(Args)]
pub(crate) struct Options {
    /// The driver: toy, vsphere, openstack, gcp, azure or aws. Without it, all of them.
    #[arg(long, value_name = "NAME")]
    driver: Option<Driver>,
    /// Only breaks with this text in their names. May be given several times.
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// Take it for granted that the suite is green in a tree that is whole.
    #[arg(long)]
    green: bool,
    /// Write what came of them into docs/sabotage.md.
    #[arg(long)]
    write: bool,
}

impl Options {
    fn is_chosen(&self, of: &Break) -> bool {
        self.only.is_empty() || self.only.iter().any(|text| of.name.contains(text))
    }
}

/// Breaks one thing after the other, and says which promise each of them breaks.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut page = Page::read()?;
    let scratch = Scratch::copy()?;
    let mut uncaught = Vec::new();
    for driver in Driver::ALL {
        if options.driver.is_some_and(|only| only != driver) {
            continue;
        }
        let chosen = |of: &&Break| options.is_chosen(of);
        let chosen: Vec<&Break> = driver.breaks().iter().filter(chosen).collect();
        if chosen.is_empty() {
            continue;
        }
        if !options.green {
            Trial::of(driver, &scratch)?.whole()?;
        }
        for of in chosen {
            let known = page.promise(driver, of.name).map(str::to_owned);
            let outcome = scratch.broken(of, || {
                let trial = Trial::of(driver, &scratch);
                trial.map_or_else(Outcome::of_build, |trial| trial.broken(known.as_deref()))
            })?;
            println!("{} {}: {outcome}", driver.name(), of.name);
            if !matches!(outcome, Outcome::Caught(_)) {
                uncaught.push(format!("{} {}", driver.name(), of.name));
            }
            page.put(Row::new(driver, of, &outcome));
            // At once: a run of many hours may be stopped.
            if options.write {
                page.write()?;
            }
        }
    }
    match uncaught.is_empty() {
        true => Ok(()),
        false => bail!("not caught by a promise: {}", uncaught.join(", ")),
    }
}
