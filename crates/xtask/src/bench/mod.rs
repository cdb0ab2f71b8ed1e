//! `cargo xtask bench`: what the product costs, on clouds that are mocked.

mod cluster;
mod fleet;
mod measured;
mod preflight;
mod served;
mod verify_cluster;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::{command, workspace};

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Calls and wall time of one cluster's life, beside what its graph allows, on every cloud.
    Life {
        /// Clouds whose names begin so; all without it.
        cloud: Option<String>,
    },
    /// What a sweep of many clusters costs: processor time and memory of the binary.
    Fleet(fleet::Options),
    /// Wall time of one cluster's verbs, over HTTP.
    Cluster(cluster::Options),
    /// What `verify-cluster` costs on a large cluster: processor time and memory of the binary.
    VerifyCluster(verify_cluster::Options),
    /// Processor time and memory of a preflight that asks no cloud.
    Preflight,
}

/// Measures, and prints.
pub(crate) fn run(options: &Options) -> Result<()> {
    match &options.what {
        Some(What::Life { cloud }) => life(cloud.as_deref()),
        Some(What::Fleet(options)) => fleet::run(options),
        Some(What::Cluster(options)) => cluster::run(options),
        Some(What::VerifyCluster(options)) => verify_cluster::run(options),
        Some(What::Preflight) => preflight::run(),
        None => {
            life(None)?;
            preflight::run()?;
            fleet::run(&fleet::Options::default())?;
            cluster::run(&cluster::Options::default())
        }
    }
}

/// Builds and runs the example `bench` of the simulation crate, optimised.
fn life(cloud: Option<&str>) -> Result<()> {
    let mut bench = command::cargo([
        "run",
        "--release",
        "--package",
        "simulation",
        "--example",
        "bench",
        "--",
    ]);
    command::run(bench.args(cloud))
}

/// Builds the optimised binary with one driver alone.
fn binary(driver: &str) -> Result<PathBuf> {
    let mut build = command::cargo(["build", "--quiet", "--release", "--package", "groundwork"]);
    command::run(build.args(["--no-default-features", "--features", driver]))?;
    Ok(workspace::target().join("release/groundwork"))
}

/// The binaries that are measured side by side: this tree's, and another one if it is given.
fn side_by_side(against: Option<&PathBuf>) -> Result<Vec<(&'static str, PathBuf)>> {
    let mut binaries = vec![("this tree", binary("openstack")?)];
    binaries.extend(against.map(|other| ("the other", other.clone())));
    Ok(binaries)
}
