//! What a look at a large cluster costs: the largest that Kubernetes is built for, over HTTP on loopback.

use std::{
    io::{BufRead, BufReader, Lines, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
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
    /// The build for development, which is there sooner than the optimised one, and slower.
    #[arg(long)]
    dev: bool,
}

/// Measures and prints.
pub(crate) fn run(options: &Options) -> Result<()> {
    let binary = match options.dev {
        false => binary("byo")?,
        true => {
            let mut build = command::cargo(["build", "--quiet", "--package", "groundwork"]);
            command::run(&mut build)?;
            workspace::target().join("debug/groundwork")
        }
    };
    let mut served = Served::start(options)?;
    let kubeconfig = served.kubeconfig()?;
    let mut verify = Command::new(binary);
    verify.arg("verify-cluster").stdout(Stdio::null());
    verify.env("GROUNDWORK_KUBECONFIG", kubeconfig);
    let taken = measured::run(&mut verify)?;
    ensure!(taken.exit == 0, "it ended with {}", taken.exit);
    println!(
        "{} nodes, {} services, {} pods: {} calls, {:.2} s, {:.2} s of processor time, {:.0} MB at most",
        options.nodes,
        options.services,
        options.pods,
        served.calls()?,
        taken.wall.as_secs_f64(),
        taken.cpu.as_secs_f64(),
        taken.peak_kib as f64 / 1024.0,
    );
    Ok(())
}

/// The mock API server in a process of its own.
struct Served {
    child: Child,
    to: ChildStdin,
    from: Lines<BufReader<ChildStdout>>,
}

impl Drop for Served {
    fn drop(&mut self) {
        // One that has ended cannot be ended again.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    fn start(options: &Options) -> Result<Self> {
        let package = ["--package", "mock-byo", "--example", "serve_byo"];
        let mut build = command::cargo(["build", "--quiet"]);
        build.args((!options.dev).then_some("--release"));
        command::run(build.args(package))?;
        let profile = if options.dev { "debug" } else { "release" };
        let program = format!("{profile}/examples/serve_byo");
        let mut program = Command::new(workspace::target().join(program));
        let Options {
            nodes,
            services,
            pods,
            dev: _,
        } = options;
        program.args([
            format!("nodes={nodes}"),
            format!("services={services}"),
            format!("pods={pods}"),
            "images=50".to_owned(),
        ]);
        let child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.context("cannot start the API server")?;
        let to = child.stdin.take().context("it has a standard input")?;
        let from = child.stdout.take().context("it has a standard output")?;
        Ok(Self {
            child,
            to,
            from: BufReader::new(from).lines(),
        })
    }

    fn line(&mut self) -> Result<String> {
        Ok(self.from.next().context("the API server has ended")??)
    }

    fn kubeconfig(&mut self) -> Result<String> {
        let mut found = None;
        loop {
            let line = self.line()?;
            if line.is_empty() {
                return found.context("the API server says not how it is entered");
            }
            let own = line.strip_prefix("export GROUNDWORK_KUBECONFIG=");
            found = own.map(str::to_owned).or(found);
        }
    }

    /// How many requests there were.
    fn calls(&mut self) -> Result<usize> {
        writeln!(self.to)?;
        Ok(self.line()?.parse()?)
    }
}
