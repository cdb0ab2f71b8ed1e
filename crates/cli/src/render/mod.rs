//! What people read.

pub(crate) mod availability;
pub(crate) mod capabilities;
pub(crate) mod explain;
pub(crate) mod facts;
pub(crate) mod findings;
pub(crate) mod graph;
pub(crate) mod inventory;
pub(crate) mod matrix;
pub(crate) mod network;
pub(crate) mod plan;
pub(crate) mod progress;
pub(crate) mod style;
mod table;
pub(crate) mod topology;
pub(crate) mod trace;
pub(crate) mod yaml;

use crate::clean;

/// Why it stopped, and what to do.
pub(crate) fn trouble(message: &str, remedy: Option<&str>) -> String {
    let mut text = format!("{} {}\n", style::bad("error:"), clean::text(message));
    if let Some(remedy) = remedy {
        text += &format!("  → {}\n", clean::text(remedy));
    }
    text
}

/// `1 object`, `2 objects`.
pub(crate) fn counted(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}

/// The same with a capital at its beginning.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// The last line: what to do next.
pub(crate) fn next(what: &str) -> String {
    format!("{} {what}\n", style::strong("Next:"))
}
