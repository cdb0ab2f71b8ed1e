//! What a look at a large cluster costs: the largest that Kubernetes is built for, over HTTP on loopback.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use clap::Args;

use super::{binary, measured};
use crate::{command, workspace};

/// How large the cluster is.
#[derive(Args)]
pub(crate) struct Options {
    /// How many nodes, each with the names of fifty images.
    #[arg(long, default_value_t = 5_000)]
    nodes: u32,
    /// How many services.
    #[arg(long, default_value_t = 10_000)]
    services: u32,
    /// How many pods.
    #[arg(long, default_value_t = 50_000)]
    pods: u32,
}

/// Measures and prints.
pub(crate) fn run(options: &Options) -> Result<()> {
    let binary = binary("byo")?;
    let mut served = Served::start(options)?;
    let kubeconfig = served.kubeconfig()?;
    let mut verify = Command::new(binary);
    verify.arg("verify-cluster").stdout(Stdio::null());
    verify.env("GROUNDWORK_KUBECONFIG", kubeconfig);
    let taken = measured::run(&mut verify)?;
    ensure!(taken.exit == 0, "it ended with {}", taken.exit);
    println!(
        "{} nodes, {} services, {} pods: {:.2} s, {:.2} s of processor time, {:.0} MB at most",
        options.nodes,
        options.services,
        options.pods,
        taken.wall.as_secs_f64(),
        taken.cpu.as_secs_f64(),
        taken.peak_kib as f64 / 1024.0,
    );
    Ok(())
}

/// The mock API server in a process of its own.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        // One that has ended cannot be ended again.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Served {
    fn start(options: &Options) -> Result<Self> {
        let package = ["--package", "mock-byo", "--example", "serve_byo"];
        let mut build = command::cargo(["build", "--quiet", "--release"]);
        command::run(build.args(package))?;
        let mut program = Command::new(workspace::target().join("release/examples/serve_byo"));
        let Options {
            nodes,
            services,
            pods,
        } = options;
        program.args([
            format!("nodes={nodes}"),
            format!("services={services}"),
            format!("pods={pods}"),
            "images=50".to_owned(),
        ]);
        let child = program.stdout(Stdio::piped()).spawn();
        Ok(Self(child.context("cannot start the API server")?))
    }

    fn kubeconfig(&mut self) -> Result<String> {
        let out = self.0.stdout.take().context("it has a standard output")?;
        for line in BufReader::new(out).lines() {
            if let Some(text) = line?.strip_prefix("export GROUNDWORK_KUBECONFIG=") {
                return Ok(text.to_owned());
            }
        }
        anyhow::bail!("the API server says not how it is entered")
    }
}
