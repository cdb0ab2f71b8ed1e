//! The output seam: what comes from outside, made fit for a terminal, a log and a file.
//!
//! Names and ids of a cloud, its words, and the values of documents may hold anything: escape
//! sequences that rewrite the screen, marks that turn the direction of text, line breaks that forge a
//! line of ours. Every renderer cleans what it is given ([`cleaned`], [`text`]); every stream checks
//! the finished text once more ([`page`]), so that only our own colours and line breaks get through.

use std::fmt::Write;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// Most characters of a name, an id or a value.
const VALUE_MAX: usize = 300;
/// Most characters of a sentence: a message, a remedy, a reason.
const SENTENCE_MAX: usize = 4_000;
/// The fields that hold sentences.
const SENTENCES: [&str; 3] = ["message", "remedy", "reason"];

/// The same with every text in it cleaned.
pub(crate) fn cleaned<T: Serialize + DeserializeOwned>(value: &T) -> T {
    let mut tree = serde_json::to_value(value).expect("what is shown is plain data");
    clean(&mut tree, VALUE_MAX);
    serde_json::from_value(tree).expect("a type that checks its text holds clean text already")
}

/// A sentence: control characters, marks of direction and line breaks are written out as in
/// `\u{1b}`, a long one is cut, and what looks like credentials is left out.
pub(crate) fn text(text: &str) -> String {
    shortened(text, SENTENCE_MAX)
}

/// A JSON text with the characters escaped that JSON itself would leave as they are.
pub(crate) fn json(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in without_passwords(text).chars() {
        // JSON has no line breaks in its texts; those between its lines are the printer's.
        if !is_unsafe(c) || c == '\n' {
            safe.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(safe, "\\u{unit:04x}");
        }
    }
    safe
}

/// A finished text: colours and line breaks stay, everything else that moves a cursor is written
/// out.
pub(crate) fn page(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match colour(rest) {
            Some(length) => {
                safe.push_str(&rest[..length]);
                length
            }
            None if c == '\n' => {
                safe.push(c);
                1
            }
            None => {
                push(&mut safe, c);
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    safe
}

/// A line of the log: nothing in it breaks the line, and a key of AWS is named by its ends alone.
pub(crate) fn log_line(line: &str) -> String {
    let line = line.trim_end_matches('\n');
    let mut safe = String::with_capacity(line.len() + 1);
    for c in shortened_keys(&without_passwords(line)).chars() {
        push(&mut safe, c);
    }
    safe + "\n"
}

fn clean(value: &mut Value, most: usize) {
    match value {
        Value::String(text) => *text = shortened(text, most),
        Value::Array(list) => list.iter_mut().for_each(|value| clean(value, most)),
        Value::Object(fields) => {
            *fields = std::mem::take(fields)
                .into_iter()
                .map(|(key, mut value)| {
                    let sentence = SENTENCES.contains(&key.as_str());
                    clean(&mut value, if sentence { SENTENCE_MAX } else { VALUE_MAX });
                    (shortened(&key, VALUE_MAX), value)
                })
                .collect::<Map<_, _>>();
        }
        Value::Bool(_) | Value::Null | Value::Number(_) => {}
    }
}

fn shortened(text: &str, most: usize) -> String {
    let text = shortened_keys(&without_passwords(text));
    let mut safe = String::with_capacity(text.len());
    let mut characters = text.chars();
    characters
        .by_ref()
        .take(most)
        .for_each(|c| push(&mut safe, c));
    match characters.count() {
        0 => safe,
        more => format!("{safe}… ({more} more characters)"),
    }
}

fn push(safe: &mut String, c: char) {
    match c {
        '\n' => safe.push_str("\\n"),
        '\r' => safe.push_str("\\r"),
        '\t' => safe.push_str("\\t"),
        c if is_unsafe(c) => {
            let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
        }
        c => safe.push(c),
    }
}

/// Characters that a terminal obeys, or that cannot be seen and change what is read: C0, DEL and C1,
/// separators of lines, marks of direction, spaces without width, tags.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// How long the colour is that a text begins with: `ESC [ digits m`.
fn colour(text: &str) -> Option<usize> {
    let digits = text.strip_prefix("\u{1b}[")?;
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    digits[end..].starts_with('m').then_some(2 + end + 1)
}

/// Addresses without user and password: `https://user:secret@host` is `https://host`.
fn without_passwords(text: &str) -> String {
    const SCHEME: &str = "://";
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(SCHEME) {
        let (before, after) = rest.split_at(at + SCHEME.len());
        safe.push_str(before);
        let ends = |c: char| c.is_whitespace() || "/?#\"'<>\\".contains(c);
        let authority = &after[..after.find(ends).unwrap_or(after.len())];
        rest = match authority.rfind('@') {
            Some(at) => &after[at + 1..],
            None => after,
        };
    }
    safe + rest
}

/// Ids of AWS's access keys by their ends alone: `AKIA…MPLE`.
fn shortened_keys(text: &str) -> String {
    const KINDS: [&str; 2] = ["AKIA", "ASIA"];
    const LENGTH_MIN: usize = 16;
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = KINDS.iter().filter_map(|kind| rest.find(kind)).min() {
        let (before, after) = rest.split_at(at);
        let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        let key = &after[..after.find(|c: char| !is_part(c)).unwrap_or(after.len())];
        safe.push_str(before);
        if key.len() < LENGTH_MIN {
            safe.push_str(key);
        } else {
            safe.push_str(&format!("{}…{}", &key[..4], &key[key.len() - 4..]));
        }
        rest = &after[key.len()..];
    }
    safe + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_written_out() {
        assert_eq!(
            text("a\u{1b}[2Jb\r\n\u{9b}31m"),
            "a\\u{1b}[2Jb\\r\\n\\u{9b}31m"
        );
        assert_eq!(
            text("x\u{202e}y\u{2028}\u{200b}"),
            "x\\u{202e}y\\u{2028}\\u{200b}"
        );
        assert_eq!(text("Grüße, 日本語 …"), "Grüße, 日本語 …");
    }

    #[test]
    fn a_page_keeps_its_colours_and_lines() {
        assert_eq!(
            page("\u{1b}[1;31mred\u{1b}[0m\n"),
            "\u{1b}[1;31mred\u{1b}[0m\n"
        );
        assert_eq!(
            page("\u{1b}]0;title\u{7}\u{1b}[2J"),
            "\\u{1b}]0;title\\u{7}\\u{1b}[2J"
        );
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(shortened("abcdef", 4), "abcd… (2 more characters)");
        assert_eq!(shortened("abcd", 4), "abcd");
    }

    #[test]
    fn json_says_the_same_in_other_characters() {
        let value = Value::from("a\u{202e}\u{9b}\u{e0041}\u{1b}\n");
        let line = json(&value.to_string());
        assert!(
            line.chars().all(|c| c.is_ascii() && !c.is_control()),
            "{line}"
        );
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
    }

    #[test]
    fn credentials_are_left_out() {
        let said = text("https://user:secret@host:5000/v3 and http://host/a@b");
        assert_eq!(said, "https://host:5000/v3 and http://host/a@b");
        assert_eq!(text("key AKIAIOSFODNN7EXAMPLE."), "key AKIA…MPLE.");
        assert_eq!(text("in ASIA and AKIA1"), "in ASIA and AKIA1");
    }
}
