//! Storms: real processes over real state files and real connections, killed with SIGKILL while a
//! mock cloud drops, throttles and delays. `cargo xtask storm` runs 300 of them.
//!
//! A seed decides what goes wrong, whose state files there are, and when each process is killed; the
//! machine decides what a process had done by then, so a seed replays a storm, not its every call.
//! Clouds and processes live `PACE` times faster than the clock on the wall: windows of a minute
//! pass in seconds.

#![allow(
    clippy::disallowed_methods,
    reason = "real processes live in real time; nothing here is replayed call by call"
)]

mod child;
mod clock;
mod cloud;
mod processes;
mod scenario;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use futures::{StreamExt, stream};

use cloud::Cloud;
use scenario::{Scenario, clean};

/// How many times faster than the clock on the wall everything lives.
pub(crate) const PACE: u32 = 20;

/// Kills applies and destroys in the middle, and looks what comes of it.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    role: Role,
}

#[derive(Subcommand)]
enum Role {
    /// Runs storms.
    Run {
        /// Whose mock.
        cloud: Cloud,
        /// How many, from seed 0.
        #[arg(long, default_value_t = 300)]
        seeds: u64,
        /// This one alone.
        #[arg(long)]
        seed: Option<u64>,
        /// How many at the same time.
        #[arg(long, default_value_t = 4)]
        beside: usize,
    },
    /// Is one of the processes.
    #[command(hide = true)]
    Child {
        /// Whose mock.
        cloud: Cloud,
        /// What to do.
        deed: child::Deed,
        /// The state file.
        state: PathBuf,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match Arguments::parse().role {
        Role::Child { cloud, deed, state } => child::run(cloud, deed, &state).await,
        Role::Run {
            cloud,
            seeds,
            seed,
            beside,
        } => {
            let seeds = seed.map_or(0..seeds, |seed| seed..seed + 1);
            storms(cloud, seeds, beside.max(1)).await
        }
    }
}

async fn storms(cloud: Cloud, seeds: std::ops::Range<u64>, beside: usize) -> ExitCode {
    let shape = match clean(cloud).await {
        Ok(shape) => shape,
        Err(why) => {
            eprintln!("even without a storm it does not come right: {why}");
            return ExitCode::FAILURE;
        }
    };
    let count = seeds.end - seeds.start;
    let all = seeds.map(|seed| {
        let shape = &shape;
        async move {
            let scenario = Scenario::of(cloud, seed);
            (seed, scenario.told(), scenario.run(shape).await)
        }
    });
    let mut ended = stream::iter(all).buffer_unordered(beside);
    let mut failed = Vec::new();
    while let Some((seed, told, result)) = ended.next().await {
        match result {
            Ok(()) => println!("seed {seed}: {told}: right"),
            Err(why) => {
                println!("seed {seed}: {told}: WRONG\n{why}");
                failed.push(seed);
            }
        }
    }
    failed.sort_unstable();
    println!("{count} storms over {cloud}, {} wrong", failed.len());
    for seed in &failed {
        println!("  again: cargo xtask storm {cloud} --seed {seed}");
    }
    match failed.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
