//! The test programs of the workspace, as cargo builds them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::side_by_side::Job;
use crate::command;

/// The package whose tests wait for servers more than they compute.
const WAITING: &str = "real";

/// How many of those run at once.
const WAITING_THREADS: &str = "16";

/// One of them.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Program {
    /// The package, and the file it is made of.
    name: String,
    file: PathBuf,
    /// Where cargo would run it.
    folder: PathBuf,
}

/// Compiles all of them, with the programs and examples beside them.
///
/// # Errors
/// Something does not compile.
pub(super) fn build() -> Result<Vec<Program>> {
    let mut build = command::cargo(["test", "--workspace", "--no-run", "--locked"]);
    build.args(["--message-format", "json-render-diagnostics"]);
    // What people read goes to the other stream.
    let output = command::output(build.stderr(Stdio::inherit()))?;
    if !output.status.success() {
        bail!("{build:?} ended with {}", output.status);
    }
    parse(&String::from_utf8(output.stdout)?)
}

/// Those that wait come first, so that the others run meanwhile.
fn parse(messages: &str) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for line in messages.lines() {
        let message: Value = serde_json::from_str(line).context(line.to_owned())?;
        programs.extend(program(&message));
    }
    programs.sort_by_key(|program| !waits(program));
    Ok(programs)
}

fn program(message: &Value) -> Option<Program> {
    if message["reason"] != "compiler-artifact" || message["profile"]["test"] != true {
        return None;
    }
    let file = Path::new(message["executable"].as_str()?).to_owned();
    let folder = Path::new(message["manifest_path"].as_str()?).parent()?;
    let source = Path::new(message["target"]["src_path"].as_str()?);
    let source = source.strip_prefix(folder).unwrap_or(source);
    let package = folder.file_name()?.to_string_lossy();
    Some(Program {
        name: format!("{package} {}", source.display()),
        file,
        folder: folder.to_owned(),
    })
}

fn waits(program: &Program) -> bool {
    program.folder.ends_with(WAITING)
}

/// The program in the surroundings that cargo gives it.
pub(super) fn job(program: &Program) -> Job {
    let mut command = Command::new(&program.file);
    command.current_dir(&program.folder);
    command.env("CARGO_MANIFEST_DIR", &program.folder);
    command.env("CARGO", command::cargo([""; 0]).get_program());
    if waits(program) {
        command.env("RUST_TEST_THREADS", WAITING_THREADS);
    }
    Job::new(&program.name, command)
}

/// Whether `cargo nextest` is installed.
pub(super) fn is_nextest_there() -> bool {
    let mut ask = command::cargo(["nextest", "--version"]);
    ask.output().is_ok_and(|output| output.status.success())
}

/// All of them, run by nextest.
pub(super) fn nextest() -> Command {
    let mut nextest = command::cargo(["nextest", "run", "--workspace", "--locked"]);
    nextest.args(["--no-fail-fast", "--no-tests", "pass"]);
    nextest
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGES: &str = r#"{"reason":"compiler-artifact","manifest_path":"/w/crates/cli/Cargo.toml","target":{"src_path":"/w/crates/cli/src/main.rs"},"profile":{"test":false},"executable":"/w/target/debug/groundwork"}
{"reason":"compiler-artifact","manifest_path":"/w/crates/cli/Cargo.toml","target":{"src_path":"/w/crates/cli/tests/it/main.rs"},"profile":{"test":true},"executable":"/w/target/debug/deps/it-1"}
{"reason":"compiler-artifact","manifest_path":"/w/tests/real/Cargo.toml","target":{"src_path":"/w/tests/real/src/lib.rs"},"profile":{"test":true},"executable":"/w/target/debug/deps/real-2"}
{"reason":"build-finished","success":true}
"#;

    #[test]
    fn test_programs_are_found_and_those_that_wait_come_first() {
        let programs = parse(MESSAGES).unwrap();
        let names: Vec<&str> = programs
            .iter()
            .map(|program| program.name.as_str())
            .collect();
        assert_eq!(names, ["real src/lib.rs", "cli tests/it/main.rs"]);
        assert_eq!(programs[1].file, Path::new("/w/target/debug/deps/it-1"));
        assert_eq!(programs[1].folder, Path::new("/w/crates/cli"));
    }
}
