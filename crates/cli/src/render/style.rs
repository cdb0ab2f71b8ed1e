//! Colours. They are always written; the stream takes them out where nobody can see them.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};
use groundwork_model::Severity;
use groundwork_provider::Action;

fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// A heading, a question, the last word.
pub(crate) fn strong(text: impl Display) -> String {
    paint(Style::new().bold(), text)
}

/// What may be skipped.
pub(crate) fn quiet(text: impl Display) -> String {
    paint(Style::new().dimmed(), text)
}

/// In the colour of what is done.
pub(crate) fn of_action(action: Action, text: impl Display) -> String {
    match colour(action) {
        Some(colour) => paint(colour.on_default(), text),
        None => quiet(text),
    }
}

/// In the colour of how bad it is.
pub(crate) fn of_severity(severity: Severity, text: impl Display) -> String {
    let colour = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Note => AnsiColor::Cyan,
    };
    paint(colour.on_default().bold(), text)
}

/// In a colour.
pub(crate) fn in_colour(colour: AnsiColor, text: impl Display) -> String {
    paint(colour.on_default(), text)
}

/// It went well.
pub(crate) fn good(text: impl Display) -> String {
    paint(AnsiColor::Green.on_default(), text)
}

/// It went wrong.
pub(crate) fn bad(text: impl Display) -> String {
    paint(AnsiColor::Red.on_default().bold(), text)
}

fn colour(action: Action) -> Option<AnsiColor> {
    match action {
        Action::Create => Some(AnsiColor::Green),
        Action::Update => Some(AnsiColor::Yellow),
        Action::Replace => Some(AnsiColor::Magenta),
        Action::Delete | Action::Discard | Action::Ambiguous | Action::Violated => {
            Some(AnsiColor::Red)
        }
        Action::Keep | Action::Verified => None,
    }
}
