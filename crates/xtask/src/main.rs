//! What developers and CI run: `cargo xtask --help`.

mod bench;
mod ci;
mod clients;
mod cloud;
mod command;
mod compile;
mod copy;
mod coverage;
mod deny;
mod docs;
mod features;
mod go;
mod install;
mod kubeadm;
mod kubernetes;
mod members;
mod moto;
mod new_driver;
mod node_network;
mod openstack;
mod process;
mod python;
mod readers;
mod sabotage;
mod socket;
mod stages;
mod storm;
mod test;
mod tree;
mod vcsim;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use compile::wrapper;

/// Tests with their clouds, checks, benchmarks, generated pages.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what the tests need, start the clouds, run every test, stop the clouds.
    Test(test::Options),
    /// Everything CI runs: format, lints, docs, dependencies, tests.
    Ci,
    /// A cloud that nobody here wrote, on this machine.
    #[command(subcommand)]
    Cloud(cloud::Cloud),
    /// The mock clouds against their vendors' clients, alone; `test` runs them too.
    Clients(clients::Options),
    /// Calls and wall time on the mock clouds, beside what is possible.
    Bench(bench::Options),
    /// Write the one selection of features that all builds share; with --check, look whether they do.
    Features(features::Options),
    /// Breaks each driver on purpose and runs the conformance suite over it: every break has to be
    /// caught by a promise. Takes long.
    Sabotage(sabotage::Options),
    /// Applies and destroys killed with SIGKILL on clouds that drop, throttle and delay: nothing may be
    /// lost, doubled, or somebody else's.
    Storm(storm::Options),
    /// A driver for a small REST cloud, with its mock, subject, suite and page: the begin of one for a real cloud.
    NewDriver(new_driver::Options),
    /// Write the generated pages of docs/ again; with --check, look for broken links.
    Docs(docs::Options),
}

fn main() -> ExitCode {
    if wrapper::is_called() {
        return wrapper::run();
    }
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Test(options) => test::run(&options),
        Task::Ci => ci::run(),
        Task::Cloud(cloud) => cloud::run(cloud),
        Task::Clients(options) => clients::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Features(options) => features::run(&options),
        Task::Sabotage(options) => sabotage::run(&options),
        Task::Storm(options) => storm::run(&options),
        Task::NewDriver(options) => new_driver::run(&options),
        Task::Docs(options) => docs::run(&options),
    }
}
