//! `cargo xtask storm`: processes that are killed while a mock cloud does its worst.

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::command;

/// Which storms.
#[derive(Args)]
pub(crate) struct Options {
    /// Whose mock: all without it.
    cloud: Option<Cloud>,
    /// How many, from seed 0.
    #[arg(long, default_value_t = 300)]
    seeds: u64,
    /// This one alone, again.
    #[arg(long)]
    seed: Option<u64>,
    /// How many at the same time.
    #[arg(long, default_value_t = 4)]
    beside: usize,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Cloud {
    Openstack,
    Aws,
}

/// Runs them.
///
/// # Errors
/// Something was lost, doubled, or somebody else's.
pub(crate) fn run(options: &Options) -> Result<()> {
    let clouds = options
        .cloud
        .map_or(vec![Cloud::Openstack, Cloud::Aws], |cloud| vec![cloud]);
    let all = clouds.into_iter().map(|cloud| over(cloud, options));
    // Of each cloud, whatever came of the one before.
    all.fold(Ok(()), Result::and)
}

fn over(cloud: Cloud, options: &Options) -> Result<()> {
    let mut storm = command::cargo(["run", "--quiet", "--package", "simulation"]);
    storm.args(["--bin", "storm", "--no-default-features"]);
    match cloud {
        Cloud::Openstack => storm.args(["--", "run", "openstack"]),
        Cloud::Aws => storm.args(["--features", "aws", "--", "run", "aws"]),
    };
    storm.args(["--seeds", &options.seeds.to_string()]);
    storm.args(["--beside", &options.beside.to_string()]);
    if let Some(seed) = options.seed {
        storm.args(["--seed", &seed.to_string()]);
    }
    command::run(&mut storm)
}
