//! What the first release wrote stays readable, and says all that it said. These files are never
//! changed: a new format gets files of its own.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeSet;

use groundwork_engine::{Entry, Fact};
use groundwork_provider::Plan;
use serde_json::Value;

const ENTRIES: &str = include_str!("formats/entries-1.jsonl");
const PLAN: &str = include_str!("formats/plan-1.json");

/// One more kind of fact has to be added to the entries above, and here.
const FACTS: usize = 13;

fn place(fact: &Fact) -> usize {
    match fact {
        Fact::RunStarted { .. } => 0,
        Fact::Intent { .. } => 1,
        Fact::Began { .. } => 2,
        Fact::Pending { .. } => 3,
        Fact::Retrying { .. } => 4,
        Fact::Claimed { .. } => 5,
        Fact::Created { .. } => 6,
        Fact::Absent { .. } => 7,
        Fact::Updated { .. } => 8,
        Fact::Deleted { .. } => 9,
        Fact::Failed { .. } => 10,
        Fact::Skipped { .. } => 11,
        Fact::RunFinished { .. } => 12,
    }
}

#[test]
fn every_fact_of_journal_format_1_is_read_and_loses_nothing() {
    let mut facts = BTreeSet::new();
    for line in ENTRIES.lines() {
        let entry: Entry = serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}"));
        facts.insert(place(&entry.fact));
        let written = serde_json::to_value(&entry).unwrap();
        assert_eq!(written, serde_json::from_str::<Value>(line).unwrap());
    }
    assert_eq!(facts.len(), FACTS, "each kind of fact is among them");
}

#[test]
fn a_plan_file_of_format_1_is_read_and_loses_nothing() {
    let plan: Plan = serde_json::from_str(PLAN).unwrap();
    let written = serde_json::to_value(&plan).unwrap();
    assert_eq!(written, serde_json::from_str::<Value>(PLAN).unwrap());
}

#[test]
fn formats_are_the_ones_of_these_files() {
    assert_eq!((Entry::VERSION, Plan::VERSION), (1, 1));
}
