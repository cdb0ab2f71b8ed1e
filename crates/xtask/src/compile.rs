//! Everything is compiled once, and looked through while it is: lints and API docs take what the tests take.
//!
//! `cargo clippy` and `cargo doc` read libraries that are only checked, `cargo test` those that are compiled, and cargo keeps the
//! two apart: the SDK of AWS would be gone through twice. So clippy and rustdoc run beside the compiler, crate by crate, as
//! cargo's wrapper for the crates of a workspace: see [`wrapper`].

mod messages;
pub(crate) mod wrapper;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::command;
use crate::members::{self, Member};
pub(crate) use messages::{Message, Program, read as message};

/// Compiles all members, their tests and their examples.
///
/// # Errors
/// Something does not compile, or clippy or rustdoc has something to say.
pub(crate) fn members() -> Result<()> {
    let tests = of(command::cargo(["test", "--workspace", "--no-run"]))?.remarks;
    silent(tests + of(command::cargo(["build", "--workspace"]))?.remarks)
}

/// Compiles the libraries of members with each selection of features that is made of them, while the processors have nothing
/// else to do. No program is linked: tests may be running those that [`members()`] left. Clippy and rustdoc have seen all of it
/// there: what a selection leaves unused, the compiler says.
///
/// # Errors
/// As [`members()`].
pub(crate) fn selections() -> Result<()> {
    let remarks = chosen()?
        .into_iter()
        .map(|selection| wrapper::alone(command::behind(&command::cargo(selection))))
        .map(|build| Ok(of(build)?.remarks));
    silent(remarks.sum::<Result<usize>>()?)
}

fn silent(remarks: usize) -> Result<()> {
    if remarks > 0 {
        bail!("clippy and rustdoc have {remarks} remarks");
    }
    Ok(())
}

/// Compiles the test programs.
///
/// # Errors
/// Something does not compile.
pub(crate) fn programs() -> Result<Vec<Program>> {
    Ok(of(command::cargo(["test", "--workspace", "--no-run"]))?.programs)
}

/// What came of one call of cargo.
#[derive(Default)]
struct Compiled {
    programs: Vec<Program>,
    /// How many warnings there were.
    remarks: usize,
}

/// Builds that choose features: each alone, and none of them where that is what a member has by default. All of them are chosen by
/// the builds of the workspace.
fn chosen() -> Result<Vec<Vec<String>>> {
    let build = |member: &Member, features: &str| {
        let words = [
            "build",
            "--lib",
            "--package",
            &member.name,
            "--no-default-features",
            "--features",
        ];
        words
            .into_iter()
            .chain([features])
            .map(str::to_owned)
            .collect()
    };
    let members = members::all()?;
    let chosen = members.iter().flat_map(|member| {
        let none = (member.is_bare && !member.features.is_empty()).then_some("");
        let features = none
            .into_iter()
            .chain(member.features.iter().map(String::as_str));
        features
            .map(|features| build(member, features))
            .collect::<Vec<_>>()
    });
    Ok(chosen.collect())
}

/// Calls cargo, and prints what people read of its messages.
fn of(mut build: Command) -> Result<Compiled> {
    build.args(["--locked", "--message-format", "json"]);
    let child = build.stdout(Stdio::piped()).spawn();
    let mut child = child.with_context(|| format!("cannot start {build:?}"))?;
    let messages = child.stdout.take().context("it is piped")?;
    let mut compiled = Compiled::default();
    for line in BufReader::new(messages).lines() {
        match message(&line?)? {
            Message::Remark(text) => {
                eprint!("{text}");
                compiled.remarks += 1;
            }
            Message::Test(program) => compiled.programs.push(program),
            Message::Other => {}
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("{build:?} ended with {status}");
    }
    Ok(compiled)
}
