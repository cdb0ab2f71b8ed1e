//! Findings as text: what, where, why, what to do.

use groundwork_model::{Finding, Severity};
use textwrap::{Options, WordSplitter, fill};

use super::style;
use crate::clean::cleaned;

/// Columns before the message.
const INDENT: &str = "         ";

/// Findings as text, the worst first, each with place, message and remedy.
pub(crate) fn findings<'a>(
    findings: impl IntoIterator<Item = &'a Finding>,
    width: usize,
) -> String {
    let mut sorted: Vec<&Finding> = findings.into_iter().collect();
    sorted.sort_by_key(|finding| finding.severity);
    sorted
        .into_iter()
        .map(|finding| one(finding, width))
        .collect()
}

/// The same under a heading that names the cluster already.
pub(crate) fn of_cluster<'a>(
    name: &str,
    all: impl IntoIterator<Item = &'a Finding>,
    width: usize,
) -> String {
    let cluster = format!("Cluster {name}");
    let all = all.into_iter().cloned().map(|mut finding| {
        finding.subject = finding.subject.filter(|subject| *subject != cluster);
        finding
    });
    findings(&all.collect::<Vec<_>>(), width)
}

/// `2 errors, 1 warning`.
pub(crate) fn counted(findings: &[Finding]) -> String {
    let count = |severity| findings.iter().filter(|f| f.severity == severity).count();
    let words = [
        (count(Severity::Error), "error"),
        (count(Severity::Warning), "warning"),
        (count(Severity::Note), "note"),
    ];
    let words = words.iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = words
        .map(|(count, word)| super::counted(*count, word))
        .collect();
    if words.is_empty() {
        "no findings".to_owned()
    } else {
        words.join(", ")
    }
}

fn one(finding: &Finding, width: usize) -> String {
    let Finding {
        code,
        severity,
        subject,
        field,
        location,
        message,
        remedy,
        reference,
    } = &cleaned(finding);
    let word = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut text = format!(
        "{} {}",
        style::of_severity(*severity, format!("{word:<8}")),
        style::strong(code)
    );
    if let Some(at) = location {
        text += &format!("  {}:{}:{}", at.source, at.line, at.column);
    }
    text.push('\n');
    let about: Vec<&str> = [subject, field]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    if !about.is_empty() {
        text += &format!("{}{}\n", INDENT, style::quiet(about.join(" · ")));
    }
    text += &paragraph(message, "", width);
    if let Some(remedy) = remedy {
        text += &paragraph(remedy, "→ ", width);
    }
    // A code whose reference is a page is worth a line only where something is to be done.
    if let (Some(page), true) = (reference, *severity != Severity::Note) {
        text += &format!("{}{}\n", INDENT, style::quiet(page));
    }
    text
}

fn paragraph(text: &str, mark: &str, width: usize) -> String {
    let first = format!("{INDENT}{mark}");
    let rest = " ".repeat(first.chars().count());
    let options = Options::new(width.max(40))
        .initial_indent(&first)
        .subsequent_indent(&rest)
        .break_words(false)
        // Hyphens are in ids: those are copied, so they stay whole.
        .word_splitter(WordSplitter::NoHyphenation);
    fill(text, options) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    groundwork_model::codes! {
        /// For the test.
        pub LOUD = "TEST-LOUD", "Too loud", "https://example.org/loud";
    }

    #[test]
    fn errors_come_first_and_say_what_to_do() {
        let note = Finding::note(LOUD, "quiet enough");
        let error = Finding::error(LOUD, "the name shouts")
            .at("metadata.name")
            .remedy("whisper");
        let text = anstream::adapter::strip_str(&findings(&[note, error], 80)).to_string();
        let expected = "\
error    TEST-LOUD
         metadata.name
         the name shouts
         → whisper
         https://example.org/loud
note     TEST-LOUD
         quiet enough
";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_long_message_is_broken_between_words() {
        let finding = Finding::note(LOUD, "word ".repeat(30));
        let text = anstream::adapter::strip_str(&findings(&[finding], 60)).to_string();
        assert!(text.lines().all(|line| line.len() <= 60), "{text}");
    }
}
