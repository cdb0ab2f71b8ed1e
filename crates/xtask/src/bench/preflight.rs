//! What a preflight costs that asks no cloud: reading the documents and all that is known, judging,
//! writing the report.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Result, ensure};

use super::{binary, measured};
use crate::workspace;

/// How often each is run; the least of them is told.
const RUNS: u32 = 10;

/// Measures, and prints: the goal is 100 ms of processor time and 60 MiB.
pub(crate) fn run() -> Result<()> {
    let binary = binary("byo")?;
    let examples = workspace::root().join("docs/examples/byo");
    let state = tempfile::tempdir()?;
    println!(
        "preflight of a cluster with all that is known (goal: 100 ms of processor time, 60 MiB)"
    );
    for output in ["text", "json", "junit", "sarif", "html"] {
        let (mut cpu, mut peak) = (Duration::MAX, u64::MAX);
        for _ in 0..RUNS {
            let mut preflight = Command::new(&binary);
            preflight.args(["preflight", "--output", output, "--state"]);
            preflight.arg(state.path().join("state.db"));
            for file in ["cluster.yaml", "seed.yaml"] {
                preflight.arg("-f").arg(examples.join(file));
            }
            preflight.stdout(Stdio::null()).stderr(Stdio::null());
            let taken = measured::run(&mut preflight)?;
            ensure!(taken.exit == 0, "it ended with {}", taken.exit);
            (cpu, peak) = (cpu.min(taken.cpu), peak.min(taken.peak_kib));
        }
        println!(
            "  {output:6} {:4} ms  {:3} MiB",
            cpu.as_millis(),
            peak / 1024
        );
    }
    Ok(())
}
