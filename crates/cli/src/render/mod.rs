//! What people read.

pub(crate) mod facts;
pub(crate) mod findings;
pub(crate) mod graph;
pub(crate) mod inventory;
pub(crate) mod network;
pub(crate) mod plan;
pub(crate) mod progress;
pub(crate) mod style;
mod table;

/// `1 object`, `2 objects`.
pub(crate) fn counted(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}

/// The last line: what to do next.
pub(crate) fn next(what: &str) -> String {
    format!("{} {what}\n", style::strong("Next:"))
}
