//! `cargo xtask sabotage`: breaks a driver on purpose, one line at a time, and runs the conformance
//! suite over it. A break that no promise catches is a promise that is missing.

mod breaks;
mod page;
mod promises;
mod scratch;
mod switch;
mod trial;

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use clap::Args;

use breaks::{Break, Driver};
use page::{Page, Row};
use scratch::Scratch;
use trial::{Outcome, Trial};

/// What to break.
#[derive(Args)]
pub(crate) struct Options {
    /// The driver: one of those in docs/sabotage.md. Without it, all of them.
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
    fn drivers(&self) -> impl Iterator<Item = Driver> {
        let is_chosen = |of: &Driver| self.driver.is_none_or(|only| only == *of);
        Driver::ALL.into_iter().filter(is_chosen)
    }

    /// Those with a switch first: they need no build of their own.
    fn breaks(&self, driver: Driver) -> Result<Vec<(&'static Break, Cut)>> {
        let is_chosen = |of: &&Break| {
            self.only.is_empty() || self.only.iter().any(|text| of.name.contains(text))
        };
        let chosen = driver.breaks().iter().filter(is_chosen);
        let cut = |of: &'static Break| Ok((of, Cut::of(of)?));
        let mut breaks: Vec<_> = chosen.map(cut).collect::<Result<_>>()?;
        breaks.sort_by_key(|(_, cut)| *cut);
        Ok(breaks)
    }
}

/// How a break comes into the program.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
enum Cut {
    /// It is there, and turned on.
    Switch,
    /// The program is compiled with it.
    Build,
}

impl Cut {
    fn of(of: &Break) -> Result<Self> {
        Ok(match switch::body(&scratch::whole(of)?, of) {
            Some(_) => Self::Switch,
            None => Self::Build,
        })
    }
}

/// Breaks one thing after the other, and says which promise each of them breaks.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut page = Page::read()?;
    let scratch = Scratch::copy()?;
    let mut uncaught = Vec::new();
    for driver in options.drivers() {
        let breaks = options.breaks(driver)?;
        if breaks.is_empty() {
            continue;
        }
        let mut trial = Trial::of(driver, &scratch).context("the breaks do not build together")?;
        if !options.green {
            trial.whole()?;
        }
        for (of, cut) in breaks {
            let name = of.switch(driver);
            let likely = page.promises(of.name);
            let outcome = match cut {
                Cut::Switch => trial.broken(&name, &likely)?,
                Cut::Build => built(of, &trial, &scratch, &likely)?,
            };
            println!("{name}: {outcome}");
            if !matches!(outcome, Outcome::Caught(_)) {
                uncaught.push(name);
            }
            page.put(Row::new(driver, of, &outcome));
            // At once: a long run may be stopped.
            if options.write {
                page.write()?;
            }
        }
    }
    if options.write {
        page.write()?;
    }
    match uncaught.is_empty() {
        true => Ok(()),
        false => bail!("not caught by a promise: {}", uncaught.join(", ")),
    }
}

/// What comes of a break that has a build of its own.
fn built(
    of: &Break,
    trial: &Trial,
    scratch: &Scratch,
    likely: &BTreeSet<String>,
) -> Result<Outcome> {
    scratch.broken(of, || match trial.again(scratch) {
        Ok(trial) => trial.broken("", likely),
        Err(error) => Outcome::of_build(error),
    })
}
