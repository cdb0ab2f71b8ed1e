//! Wall time of one cluster's verbs, over HTTP on loopback.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Args;

use super::{
    measured,
    served::{Manner, Served, name},
    side_by_side,
};

/// What to compare with, and how the cloud answers.
#[derive(Args)]
pub(crate) struct Options {
    /// Another `groundwork` to run on the same cloud.
    #[arg(long, value_name = "BINARY")]
    against: Option<PathBuf>,
    /// How long each reply takes.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 50)]
    latency: u64,
    /// How many requests the cloud works on at once; 0: any number.
    #[arg(long, default_value_t = 0)]
    processors: u64,
    /// Measures this tree a second time, with one request after the other.
    #[arg(long)]
    in_a_row: bool,
    /// Lives, of which the median is told.
    #[arg(long, default_value_t = 5)]
    lives: usize,
}

impl Default for Options {
    fn default() -> Self {
        let (against, latency, processors, in_a_row, lives) = (None, 50, 0, false, 5);
        Self {
            against,
            latency,
            processors,
            in_a_row,
            lives,
        }
    }
}

/// This tree again, with one request after the other.
const IN_A_ROW: &str = "in a row";

const VERBS: [(&str, &str); 3] = [
    ("create", "apply"),
    ("no-op", "apply"),
    ("destroy", "destroy"),
];

/// Measures and prints.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut binaries = side_by_side(options.against.as_ref())?;
    if options.in_a_row {
        binaries.push((IN_A_ROW, binaries[0].1.clone()));
    }
    let manner = Manner {
        latency_ms: options.latency,
        processors: options.processors,
    };
    let mut served = Served::start(manner)?;
    println!(
        "OpenStack over HTTP: one cluster, {} ms a reply",
        options.latency
    );
    println!(
        "{:<10} {:>18} {:>18} {:>18}",
        "seconds (calls)", "create", "no-op", "destroy"
    );
    let mut all = vec![[const { Vec::new() }; 3]; binaries.len()];
    let mut calls = vec![[0; 3]; binaries.len()];
    for life in 0..options.lives {
        // Each in turn, so that a busy machine is busy for both.
        for (at, (way, binary)) in binaries.iter().enumerate() {
            let state = served.file(&format!("state-{at}-{life}"));
            let documents = served.documents(1)?;
            for (which, (_, verb)) in VERBS.iter().enumerate() {
                let mut command = served.command(binary, verb, &documents, &state);
                if *way == IN_A_ROW {
                    command.env("GROUNDWORK_REQUESTS_AT_ONCE", "1");
                }
                served.ask("calls")?;
                let taken = measured::run(command.args(["--cluster", &name(0), "--yes"]))?;
                ensure!(taken.exit == 0, "{verb} ended with {}", taken.exit);
                calls[at][which] = served.ask("calls")?;
                all[at][which].push(taken.wall.as_secs_f64());
            }
        }
    }
    let medians: Vec<[f64; 3]> = all
        .into_iter()
        .map(|verbs| verbs.map(|all| measured::median(all, f64::total_cmp)))
        .collect();
    for (at, (name, _)) in binaries.iter().enumerate() {
        let told = |which: usize| format!("{:.3} ({})", medians[at][which], calls[at][which]);
        println!("{name:<15} {:>18} {:>18} {:>18}", told(0), told(1), told(2));
    }
    for (at, (name, _)) in binaries.iter().enumerate().skip(1) {
        let [create, no_op, destroy] =
            [0, 1, 2].map(|which| medians[0][which] / medians[at][which]);
        let of = format!("of {name}");
        println!("{of:<15} {create:>18.2} {no_op:>18.2} {destroy:>18.2}");
    }
    println!();
    Ok(())
}
