//! Network namespaces of this machine: what each is called, and how they go with all that runs in them.

use std::path::Path;
use std::process;

use anyhow::Result;

use super::lab::{done, root};

/// What every name begins with.
const OURS: &str = "groundwork-";

/// The name of a namespace, or what several names begin with. It holds the number of this process, so that a later one can
/// tell whether anybody still needs it.
pub(crate) fn name(side: &str, number: u32) -> String {
    format!("{OURS}{side}-{}-{number}", process::id())
}

/// Removes the namespaces of processes that have ended before they could: a signal leaves them nothing to do.
///
/// # Errors
/// Namespaces cannot be listed.
pub fn remove_left_behind() -> Result<()> {
    let listed = done(root("ip").args(["netns", "list"]))?;
    let names = listed
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    let left: Vec<&str> = names.filter(|name| is_left_behind(name)).collect();
    for name in &left {
        end_all(name, "-KILL");
    }
    for name in &left {
        delete(name);
    }
    Ok(())
}

fn is_left_behind(name: &str) -> bool {
    let maker = name
        .strip_prefix(OURS)
        .and_then(|rest| rest.split('-').nth(1));
    let maker = maker.and_then(|text| text.parse::<u32>().ok());
    maker.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists())
}

/// Sends a signal to all that runs in a namespace.
pub(crate) fn end_all(name: &str, signal: &str) {
    let pids = root("ip").args(["netns", "pids", name]).output();
    let pids = pids.map(|output| output.stdout).unwrap_or_default();
    for pid in String::from_utf8_lossy(&pids).split_whitespace() {
        let _ = root("kill").args([signal, pid]).output();
    }
}

/// Removes a namespace. One that another process has removed meanwhile is gone as well.
pub(crate) fn delete(name: &str) {
    let _ = root("ip").args(["netns", "delete", name]).output();
}
