//! `cargo deny`, the parts of it that need no network: licences, sources, banned crates.

use std::path::PathBuf;

use anyhow::Result;

use crate::compile::wrapper;
use crate::{command, workspace};

const VERSION: &str = "0.20.2";

/// Checks, with what [`install`] has installed.
pub(crate) fn check() -> Result<()> {
    let mut deny = std::process::Command::new(program());
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

/// Installs it on first use, beside whatever is compiled meanwhile.
pub(crate) fn install() -> Result<()> {
    if program().exists() {
        return Ok(());
    }
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
    command::twice(|| command::run(wrapper::without(&mut install)))
}

fn program() -> PathBuf {
    tools().join("bin").join("cargo-deny")
}

fn tools() -> PathBuf {
    workspace::target().join("tools")
}
