//! `cargo xtask bench`: hands over to the benchmark program.

use anyhow::Result;
use clap::Args;

use crate::command;

/// Passed on as they are.
#[derive(Args)]
pub(crate) struct Options {
    /// Arguments of the benchmark program.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Builds and runs the example `bench` of the simulation crate, optimised.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut bench = command::cargo([
        "run",
        "--release",
        "--package",
        "simulation",
        "--example",
        "bench",
        "--",
    ]);
    command::run(bench.args(&options.arguments))
}
