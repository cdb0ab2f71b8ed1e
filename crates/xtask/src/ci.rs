//! `cargo xtask ci`: everything that has to be right before a change goes in.

use std::panic::resume_unwind;
use std::thread;

use anyhow::Result;

use crate::compile::{self, wrapper};

use crate::stages::Stages;
use crate::test::{self, Clouds};
use crate::{command, deny, docs, features, tree};

/// Runs all stages, the quick ones first. None stops the others.
pub(crate) fn run() -> Result<()> {
    match wrapper::again()? {
        Some(mut again) => command::run(&mut again),
        None => stages(),
    }
}

fn stages() -> Result<()> {
    // Installed, started and built while the crates compile.
    let clouds = Clouds::begin(false)?;
    let deny = thread::spawn(deny::install);
    let mut stages = Stages::default();
    stages.run("format", || {
        command::run(&mut command::cargo(["fmt", "--all", "--check"]))
    });
    stages.run("tree", tree::check);
    stages.run("features", features::check);
    stages.run("pages", docs::check);
    stages.run("lints", compile::members);
    stages.run("dependencies", || {
        deny.join().unwrap_or_else(|panic| resume_unwind(panic))?;
        deny::check()
    });
    // The processors have time for it: tests wait for servers.
    let mut selections = Ok(());
    stages.run("tests", || {
        thread::scope(|scope| {
            let compiling = scope.spawn(compile::selections);
            let tests = test::all(clouds);
            selections = compiling
                .join()
                .unwrap_or_else(|panic| resume_unwind(panic));
            tests
        })
    });
    stages.run("selections", || selections);
    stages.finish()
}
