//! `docs/sabotage.md`: each break, and the promise that it broke when it was tried last.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use super::breaks::{Break, Driver};
use super::{promises, trial::Outcome};
use crate::workspace;

const HEAD: &str = "# Sabotage

A green conformance suite has to mean that a driver hurts nobody. `cargo xtask sabotage` breaks each driver on purpose, in one place
at a time, and runs the suite over it until a promise fails. A break that no promise catches is a promise that is missing. Run it
after a change of the suite or of a driver, and before a release: `cargo xtask sabotage --write` writes this page.

The breaks of all drivers are compiled at once, each behind a switch that its own run of the suite turns on; only one that stands
outside of functions is compiled by itself. Promises that caught a break of that name before, of whatever driver, are tried first; the
others follow only if they hold.

| driver | break | what is broken | caught by |
|---|---|---|---|
";

/// What stands where the promise would, for a break that nobody has tried yet.
const UNTRIED: &str = "not tried yet";

/// The page, as rows.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) rows: Vec<Row>,
}

/// One break of one driver.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Row {
    pub(super) driver: String,
    pub(super) name: String,
    what: String,
    /// The test, below the module of its driver; nothing where no promise caught it.
    pub(super) promise: Option<String>,
}

impl Row {
    pub(super) fn new(driver: Driver, of: &Break, outcome: &Outcome) -> Self {
        let promise = match outcome {
            Outcome::Caught(promise) => Some(promise.clone()),
            Outcome::Uncaught | Outcome::Endless | Outcome::DoesNotBuild(_) => None,
        };
        Self {
            driver: driver.name().to_owned(),
            name: of.name.to_owned(),
            what: of.what.to_owned(),
            promise,
        }
    }

    fn parse(line: &str) -> Option<Self> {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", driver, name, what, promise, ""] = cells[..] else {
            return None;
        };
        if promise == UNTRIED {
            return None;
        }
        let promise = promise.strip_prefix('`').and_then(|p| p.strip_suffix('`'));
        Some(Self {
            driver: driver.to_owned(),
            name: name.to_owned(),
            what: what.to_owned(),
            promise: promise.map(str::to_owned),
        })
    }

    fn line(&self) -> String {
        let Self {
            driver,
            name,
            what,
            promise,
        } = self;
        let promise = promise.as_ref().map(|promise| format!("`{promise}`"));
        let promise = promise.unwrap_or_else(|| "**nothing**".to_owned());
        format!("| {driver} | {name} | {what} | {promise} |\n")
    }
}

impl Page {
    /// The page of the checkout; an empty one where there is none.
    pub(super) fn read() -> Result<Self> {
        match path().exists() {
            true => Ok(Self::parse(&fs::read_to_string(path())?)),
            false => Ok(Self::default()),
        }
    }

    fn parse(text: &str) -> Self {
        let rows = text.lines().skip(HEAD.lines().count());
        let rows = rows.filter_map(Row::parse).collect();
        Self { rows }
    }

    /// The promises that caught a break of that name, of whatever driver: they are likely to do it again.
    pub(super) fn promises(&self, name: &str) -> BTreeSet<String> {
        let rows = self.rows.iter().filter(|row| row.name == name);
        let caught = rows.filter_map(|row| row.promise.as_deref());
        caught
            .map(promises::promise_of)
            .map(str::to_owned)
            .collect()
    }

    fn row(&self, driver: Driver, name: &str) -> Option<&Row> {
        let mut rows = self.rows.iter();
        rows.find(|row| row.driver == driver.name() && row.name == name)
    }

    /// Adds a row, or puts it in the place of the former one.
    pub(super) fn put(&mut self, row: Row) {
        let same = |other: &&mut Row| (&other.driver, &other.name) == (&row.driver, &row.name);
        match self.rows.iter_mut().find(same) {
            Some(former) => *former = row,
            None => self.rows.push(row),
        }
    }

    /// In the order of the breaks, without rows of breaks that do not exist any more.
    pub(super) fn write(&self) -> Result<()> {
        Ok(fs::write(path(), self.text())?)
    }

    fn text(&self) -> String {
        let lines = Driver::ALL.into_iter().flat_map(|driver| {
            let line = move |of: &Break| match self.row(driver, of.name) {
                Some(row) => row.line(),
                None => format!(
                    "| {} | {} | {} | {UNTRIED} |\n",
                    driver.name(),
                    of.name,
                    of.what
                ),
            };
            driver.breaks().iter().map(line)
        });
        HEAD.to_owned() + &lines.collect::<String>()
    }
}

fn path() -> PathBuf {
    workspace::root().join("docs/sabotage.md")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sabotage::scratch;

    fn breaks() -> impl Iterator<Item = (Driver, &'static Break)> {
        let of = |driver: Driver| driver.breaks().iter().map(move |of| (driver, of));
        Driver::ALL.into_iter().flat_map(of)
    }

    #[test]
    fn every_break_fits_its_file() {
        let misfit = |(_, of): (Driver, &Break)| scratch::whole(of).err();
        let misfits: Vec<String> = breaks()
            .filter_map(misfit)
            .map(|why| why.to_string())
            .collect();
        assert_eq!(misfits, [""; 0]);
    }

    #[test]
    fn every_break_that_was_tried_was_caught_by_a_promise_that_exists() {
        let page = Page::read().unwrap();
        let promises = promises::all().unwrap();
        for (driver, of) in breaks() {
            let name = of.switch(driver);
            let Some(row) = page.row(driver, of.name) else {
                assert_ne!(driver, Driver::Toy, "{name} was never tried");
                continue;
            };
            let promise = row.promise.as_deref();
            let promise = promise.unwrap_or_else(|| panic!("{name} is caught by no promise"));
            let known = promises
                .iter()
                .any(|one| one == promises::promise_of(promise));
            assert!(known, "{name} is caught by {promise}, which is no promise");
        }
    }

    #[test]
    fn the_page_is_what_would_be_written() {
        let text = fs::read_to_string(path()).unwrap();
        assert_eq!(Page::parse(&text).text(), text);
    }

    #[test]
    fn a_row_is_put_in_the_place_of_the_former_one() {
        let of = &Driver::Toy.breaks()[0];
        let mut page = Page::default();
        page.put(Row::new(Driver::Toy, of, &Outcome::Uncaught));
        page.put(Row::new(
            Driver::Toy,
            of,
            &Outcome::Caught("toy::a".to_owned()),
        ));
        let again = Page::parse(&page.text());
        assert_eq!(again.rows, page.rows);
        assert_eq!(again.promises(of.name), ["a".to_owned()].into());
    }
}
