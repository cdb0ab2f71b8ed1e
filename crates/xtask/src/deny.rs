//! `cargo deny`, the parts of it that need no network: licences, sources, banned crates.

use std::path::PathBuf;

use anyhow::Result;

use crate::{command, workspace};

const VERSION: &str = "0.20.2";

/// Installs it on first use, then checks.
pub(crate) fn check() -> Result<()> {
    let program = tools().join("bin").join("cargo-deny");
    if !program.exists() {
        install()?;
    }
    let mut deny = std::process::Command::new(program);
    deny.current_dir(workspace::root());
    command::run(deny.args([
        "--offline",
        "--all-features",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))
}

fn install() -> Result<()> {
    println!("installing cargo-deny {VERSION}, about a minute");
    // Unoptimised: it runs for a second, and would build for five minutes.
    let mut install = command::cargo([
        "install",
        "cargo-deny",
        "--version",
        VERSION,
        "--locked",
        "--debug",
    ]);
    install.arg("--quiet").arg("--root").arg(tools());
    // A registry may be short of breath for longer than cargo itself tries.
    command::twice(|| command::run(&mut install))
}

fn tools() -> PathBuf {
    workspace::target().join("tools")
}
