//! The compiler, with clippy and rustdoc behind it: what `RUSTC_WORKSPACE_WRAPPER` names while `cargo xtask ci` runs.
//!
//! The compiler goes first, so that whoever waits for the crate can go on, and says nothing but errors. Clippy says its own lints
//! and the compiler's, rustdoc those of the docs. Both are capped at warnings: one that is found stops nobody, and is counted.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode, ExitStatus};

use anyhow::{Context, Result};

use crate::workspace;

/// The name by which this program knows that cargo calls it as a compiler.
const NAME: &str = "rustc-and-lints";

/// What cargo reads it from.
const VARIABLE: &str = "RUSTC_WORKSPACE_WRAPPER";

/// Set where only the compiler's own warnings are asked for.
const COMPILER_ALONE: &str = "GROUNDWORK_COMPILER_ALONE";

/// Whether cargo calls this program in place of the compiler.
pub(crate) fn is_called() -> bool {
    env::args_os()
        .next()
        .is_some_and(|program| is_named(&program))
}

fn is_named(program: &OsStr) -> bool {
    PathBuf::from(program).file_name() == Some(OsStr::new(NAME))
}

/// The command again, with this program in the compiler's place; nothing where it is there already.
///
/// # Errors
/// This program cannot be copied: the one that runs is compiled again by what it is about to do.
pub(crate) fn again() -> Result<Option<Command>> {
    if env::var_os(VARIABLE).is_some_and(|program| is_named(&program)) {
        return Ok(None);
    }
    let place = workspace::target().join("tools").join(NAME);
    fs::create_dir_all(place.parent().context("it lies in a folder")?)?;
    // Not over one that may be running.
    let draft = place.with_extension("new");
    fs::copy(env::current_exe()?, &draft)?;
    fs::rename(&draft, &place)?;
    let mut again = Command::new(env::current_exe()?);
    again.args(env::args_os().skip(1)).env(VARIABLE, place);
    Ok(Some(again))
}

/// Takes the variable away from a command that compiles what is not ours.
pub(crate) fn without(command: &mut Command) -> &mut Command {
    command.env_remove(VARIABLE)
}

/// The same command without clippy and rustdoc: the compiler says its warnings itself.
pub(super) fn alone(mut command: Command) -> Command {
    command.env(COMPILER_ALONE, "1");
    command
}

/// Does what cargo asks: the first argument is the compiler, the others are the compiler's.
pub(crate) fn run() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    match arguments
        .split_first()
        .map(|(rustc, rest)| compile(rustc, rest))
    {
        Some(Ok(status)) => match status.code() {
            Some(0) => ExitCode::SUCCESS,
            Some(_) | None => ExitCode::FAILURE,
        },
        Some(Err(why)) => {
            eprintln!("{why:#}");
            ExitCode::FAILURE
        }
        None => ExitCode::FAILURE,
    }
}

fn compile(rustc: &OsStr, rest: &[OsString]) -> Result<ExitStatus> {
    let arguments = Arguments::read(rest);
    let mut compiler = Command::new(rustc);
    compiler.args(rest);
    if !arguments.compiles {
        return status(&mut compiler);
    }
    if env::var_os(COMPILER_ALONE).is_some() {
        return status(compiler.args(["--cap-lints", "warn"]));
    }
    let compiled = status(compiler.args(["--cap-lints", "allow"]))?;
    if !compiled.success() {
        return Ok(compiled);
    }
    let scratch = tempfile::tempdir_in(workspace::target())?;
    let mut clippy = Command::new("clippy-driver");
    clippy.arg(rustc).args(&arguments.to_lint);
    clippy
        .args(["--emit=metadata", "--out-dir"])
        .arg(scratch.path());
    let linted = status(clippy.args(["--cap-lints", "warn"]))?;
    if arguments.is_test || !linted.success() {
        return Ok(linted);
    }
    let mut rustdoc = Command::new("rustdoc");
    rustdoc
        .args(&arguments.to_document)
        .arg("--out-dir")
        .arg(scratch.path());
    if arguments.is_program {
        rustdoc.arg("--document-private-items");
    }
    status(rustdoc.args(["--cap-lints", "warn"]))
}

fn status(command: &mut Command) -> Result<ExitStatus> {
    let status = command.status();
    status.with_context(|| format!("cannot start {:?}", command.get_program()))
}

/// What cargo hands to the compiler, as the others need it.
#[derive(Default)]
struct Arguments {
    /// A crate is compiled; else the compiler is asked about itself.
    compiles: bool,
    /// With its tests: the same crate without them is documented.
    is_test: bool,
    /// Nothing of it is public, and its docs are for those who work on it.
    is_program: bool,
    to_lint: Vec<OsString>,
    to_document: Vec<OsString>,
}

impl Arguments {
    fn read(rest: &[OsString]) -> Self {
        let mut read = Self::default();
        let mut rest = rest.iter();
        while let Some(argument) = rest.next() {
            let text = argument.to_string_lossy();
            match text.as_ref() {
                // Where the result goes, and what is kept for the next time.
                "--out-dir" => drop(rest.next()),
                "-C" => read.codegen(rest.next()),
                "--test" => {
                    read.is_test = true;
                    read.to_lint.push(argument.clone());
                }
                "bin" => {
                    read.is_program = true;
                    read.both(argument);
                }
                _ if text.starts_with("--emit=") => read.compiles = true,
                _ if text.starts_with("--json=") => read.both(&without_artifacts(&text)),
                // What the compiler does not do, rustdoc need not know.
                _ if is_of_clippy(&text) => read.to_lint.push(argument.clone()),
                _ => read.both(argument),
            }
        }
        read
    }

    fn both(&mut self, argument: &OsStr) {
        self.to_lint.push(argument.to_owned());
        self.to_document.push(argument.to_owned());
    }

    /// An option of code generation. Panics and optimisation show in lints; what is kept is the compiler's own.
    fn codegen(&mut self, option: Option<&OsString>) {
        if let Some(option) = option
            && !option.to_string_lossy().starts_with("incremental=")
        {
            self.to_lint.extend([OsString::from("-C"), option.clone()]);
        }
    }
}

fn is_of_clippy(text: &str) -> bool {
    let levels = ["--allow=", "--warn=", "--deny=", "--forbid="];
    let lint = levels.iter().find_map(|level| text.strip_prefix(level));
    lint.is_some_and(|lint| lint.starts_with("clippy::"))
}

/// Files that clippy writes are none that cargo may hand on.
fn without_artifacts(json: &str) -> OsString {
    let kinds = json.trim_start_matches("--json=").split(',');
    let kinds: Vec<&str> = kinds.filter(|kind| *kind != "artifacts").collect();
    format!("--json={}", kinds.join(",")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(arguments: &[OsString]) -> Vec<String> {
        let text = |one: &OsString| one.to_string_lossy().into_owned();
        arguments.iter().map(text).collect()
    }

    #[test]
    fn clippy_and_rustdoc_get_what_the_compiler_gets_but_for_its_results() {
        let line = "--crate-name a src/lib.rs --error-format=json --json=artifacts,future-incompat --crate-type lib \
            --emit=dep-info,metadata,link -C embed-bitcode=no --warn=clippy::unwrap_used --deny=unsafe_code \
            --out-dir /t/deps -C incremental=/t/i -L dependency=/t/deps --extern b=/t/libb.rmeta";
        let words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        let read = Arguments::read(&words);
        assert!(read.compiles && !read.is_test && !read.is_program);
        let shared =
            "--crate-name a src/lib.rs --error-format=json --json=future-incompat --crate-type lib";
        let end = "--deny=unsafe_code -L dependency=/t/deps --extern b=/t/libb.rmeta";
        assert_eq!(
            texts(&read.to_lint).join(" "),
            format!("{shared} -C embed-bitcode=no --warn=clippy::unwrap_used {end}")
        );
        assert_eq!(
            texts(&read.to_document).join(" "),
            format!("{shared} {end}")
        );
    }

    #[test]
    fn a_question_about_the_compiler_is_no_compilation() {
        assert!(!Arguments::read(&["-vV".into()]).compiles);
    }
}
