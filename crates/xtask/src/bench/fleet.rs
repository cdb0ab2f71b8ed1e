//! What a fleet costs: a sweep of whole clusters in one account, over HTTP on loopback.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, ensure};
use clap::Args;

use super::{
    measured::{self, Taken},
    served::{Manner, Served},
    side_by_side,
};

/// What to compare with, and how many clusters.
#[derive(Args, Default)]
pub(crate) struct Options {
    /// Another `groundwork` to run over the same clouds.
    #[arg(long, value_name = "BINARY")]
    against: Option<PathBuf>,
    /// How many clusters; 1,000 and 10,000 without it.
    #[arg(long)]
    clusters: Vec<usize>,
}

const CLUSTERS: [usize; 2] = [1_000, 10_000];

/// Sweeps, of which the one of median processor time is told.
const SWEEPS: usize = 5;

/// Measures and prints.
pub(crate) fn run(options: &Options) -> Result<()> {
    let binaries = side_by_side(options.against.as_ref())?;
    println!("OpenStack over HTTP: sweep of whole clusters in one account, nothing to do");
    println!(
        "{:>9} {:<10} {:>8} {:>8} {:>15} {:>9} {:>12}",
        "clusters", "", "wall s", "CPU s", "verifies/CPU s", "peak MB", "kB/cluster"
    );
    let clusters: &[usize] = match options.clusters.as_slice() {
        [] => &CLUSTERS,
        given => given,
    };
    for &clusters in clusters {
        let mut served = Served::start(Manner::default())?;
        make_two(&mut served, &binaries[0].1)?;
        let program = |(_, binary): &(_, PathBuf)| Ok(sweep(&served, binary, 1)?.peak_kib);
        let programs: Vec<u64> = binaries.iter().map(program).collect::<Result<_>>()?;
        // The others are copies of the second.
        served.ask(&format!("copy {clusters}"))?;
        let mut sweeps = vec![Vec::new(); binaries.len()];
        // Each in turn, so that a busy machine is busy for both.
        for _ in 0..SWEEPS {
            for ((_, binary), taken) in binaries.iter().zip(&mut sweeps) {
                taken.push(sweep(&served, binary, clusters)?);
            }
        }
        let mut all = Vec::new();
        for (((name, _), program), sweeps) in binaries.iter().zip(programs).zip(sweeps) {
            let taken = measured::median(sweeps, |one, other| one.cpu.cmp(&other.cpu));
            let each = taken.peak_kib.saturating_sub(program) as f64 / clusters as f64;
            println!("{}", row(name, clusters, taken, each));
            all.push((taken, each));
        }
        if let [(this, own), (other, others)] = all.as_slice() {
            let (cpu, memory) = (ratio(*other, *this), own / others);
            println!(
                "{clusters:>9} {cpu:.1} times the verifies per CPU second, {memory:.2} of the memory a cluster"
            );
        }
    }
    println!();
    Ok(())
}

/// Makes two clusters.
fn make_two(served: &mut Served, binary: &Path) -> Result<()> {
    let state = served.file("state");
    served.verb(binary, "apply", 0, &state)?;
    served.ask("mark")?;
    served.verb(binary, "apply", 1, &state)
}

fn sweep(served: &Served, binary: &Path, clusters: usize) -> Result<Taken> {
    let documents = served.documents(clusters)?;
    let state = served.file("state-of-sweep");
    fs::copy(served.file("state"), &state)?;
    let taken = measured::run(&mut served.command(binary, "sweep", &documents, &state))?;
    ensure!(taken.exit == 0, "the sweep ended with {}", taken.exit);
    Ok(taken)
}

/// `each`: the memory of one cluster, in KiB: what the sweep takes more than one of a single cluster.
fn row(name: &str, clusters: usize, taken: Taken, each: f64) -> String {
    let Taken {
        wall,
        cpu,
        peak_kib,
        ..
    } = taken;
    format!(
        "{clusters:>9} {name:<10} {:>8.2} {:>8.2} {:>15.0} {:>9.1} {each:>12.1}",
        wall.as_secs_f64(),
        cpu.as_secs_f64(),
        clusters as f64 / cpu.as_secs_f64(),
        peak_kib as f64 / 1024.0,
    )
}

/// How many times the processor time of the second the first takes.
fn ratio(one: Taken, other: Taken) -> f64 {
    one.cpu.as_secs_f64() / other.cpu.as_secs_f64()
}
