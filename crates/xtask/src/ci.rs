//! `cargo xtask ci`: everything that has to be right before a change goes in.

use anyhow::Result;

use crate::stages::Stages;
use crate::test::{self, Clouds};
use crate::{command, deny, docs, features, tree};

/// Runs all stages, the quick ones first. None stops the others.
pub(crate) fn run() -> Result<()> {
    // Installed and started while the crates compile.
    let clouds = Clouds::begin(false)?;
    let mut stages = Stages::default();
    stages.run("format", || {
        command::run(&mut command::cargo(["fmt", "--all", "--check"]))
    });
    stages.run("tree", tree::check);
    stages.run("features", features::check);
    stages.run("pages", docs::check);
    stages.run("lints", lints);
    stages.run("api docs", api_docs);
    stages.run("dependencies", deny::check);
    stages.run("tests", || test::all(clouds));
    stages.finish()
}

fn lints() -> Result<()> {
    let arguments = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ];
    command::run(&mut command::cargo(arguments))
}

fn api_docs() -> Result<()> {
    let mut doc = command::cargo(["doc", "--workspace", "--no-deps", "--locked"]);
    command::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
}
