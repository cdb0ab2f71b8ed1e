//! How the test programs are run.

use std::process::Command;

use super::side_by_side::Job;
use crate::command;
use crate::compile::Program;

/// The package whose tests wait for servers more than they compute.
const WAITING: &str = "real";

/// How many of those run at once: as many as the servers have workers. With more, each request waits for those of the others.
const WAITING_THREADS: &str = "4";

/// Each program in the surroundings that cargo gives it. Those that wait come first, and the others leave the processors to them
/// and to their servers: a request that a busy machine does not answer in two minutes has failed.
pub(super) fn jobs(mut programs: Vec<Program>) -> Vec<Job> {
    programs.sort_by_key(|program| !waits(program));
    programs.iter().map(job).collect()
}

fn job(program: &Program) -> Job {
    let mut command = Command::new(&program.file);
    command.current_dir(&program.folder);
    command.env("CARGO_MANIFEST_DIR", &program.folder);
    command.env("CARGO", command::cargo([""; 0]).get_program());
    if waits(program) {
        command.env("RUST_TEST_THREADS", WAITING_THREADS);
        return Job::new(&program.name, command);
    }
    Job::new(&program.name, command::behind(&command))
}

fn waits(program: &Program) -> bool {
    program.folder.ends_with(WAITING)
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
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn those_that_wait_come_first_and_the_others_leave_them_the_processors() {
        let program = |folder: &str| Program {
            name: folder.to_owned(),
            file: PathBuf::from("/bin/true"),
            folder: PathBuf::from(folder),
        };
        let jobs = jobs(vec![program("/w/crates/cli"), program("/w/tests/real")]);
        let folders: Vec<_> = jobs
            .iter()
            .map(|job| job.command.get_current_dir())
            .collect();
        assert_eq!(folders[0], Some("/w/tests/real".as_ref()));
        let programs = jobs.iter().map(|job| job.command.get_program());
        assert_eq!(programs.collect::<Vec<_>>(), ["/bin/true", "nice"]);
        let threads = jobs[0]
            .command
            .get_envs()
            .find(|(name, _)| *name == "RUST_TEST_THREADS");
        assert_eq!(
            threads,
            Some(("RUST_TEST_THREADS".as_ref(), Some("4".as_ref())))
        );
    }
}
