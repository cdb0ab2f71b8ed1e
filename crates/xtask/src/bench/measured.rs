//! What a process took: wall time, processor time, memory. Read from Linux's `/proc`.

#![allow(
    clippy::disallowed_methods,
    reason = "what is measured is real time; nothing here is replayed"
)]

use std::{
    cmp::Ordering,
    fs,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

/// The kernel's unit in `/proc/<pid>/stat`, the same on every platform that Linux runs on.
const TICK: Duration = Duration::from_millis(10);

/// What a process took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Taken {
    /// From its start to its end.
    pub(crate) wall: Duration,
    /// Its processor time, its own and the kernel's for it.
    pub(crate) cpu: Duration,
    /// Its largest resident set, in KiB.
    pub(crate) peak_kib: u64,
    /// Its exit code.
    pub(crate) exit: i32,
}

/// The middle one of several, in the order that `by` gives them.
pub(crate) fn median<T: Copy + Default>(mut all: Vec<T>, by: impl FnMut(&T, &T) -> Ordering) -> T {
    all.sort_by(by);
    all.get(all.len() / 2).copied().unwrap_or_default()
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Result<Taken> {
    let began = Instant::now();
    let started = command.spawn();
    let mut child = started.with_context(|| format!("cannot start {command:?}"))?;
    let mut taken = Taken::default();
    // What has ended keeps its times until it is waited for, and its memory no longer.
    while look(child.id(), &mut taken) {
        thread::sleep(Duration::from_millis(1));
    }
    taken.wall = began.elapsed();
    taken.exit = child.wait()?.code().unwrap_or(-1);
    Ok(taken)
}

/// Notes what the kernel says of a process. Whether it still runs.
fn look(pid: u32, taken: &mut Taken) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
    let peak = peak.and_then(|text| text.parse().ok());
    taken.peak_kib = taken.peak_kib.max(peak.unwrap_or(0));
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The second field is the program's name in brackets and may hold blanks.
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u32>().ok();
    if let (Some(own), Some(kernel)) = (ticks(11), ticks(12)) {
        taken.cpu = TICK * (own + kernel);
    }
    fields.first().is_some_and(|state| *state != "Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_ends_is_measured_to_its_end() {
        let busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; exit 3";
        let taken = run(Command::new("sh").args(["-c", busy])).unwrap();
        assert_eq!(taken.exit, 3);
        assert!(
            taken.cpu > Duration::ZERO && taken.cpu <= taken.wall * 2,
            "{taken:?}"
        );
        assert!(taken.peak_kib > 0, "{taken:?}");
    }
}
