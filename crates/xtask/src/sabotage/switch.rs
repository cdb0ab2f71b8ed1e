//! Breaks behind switches: one build holds them all, and a variable says which of them is on.
//!
//! The function around a break becomes `if <it is on> { the broken body } else { the whole body }`. The
//! code is formatted, so a function ends with the brace that stands below its first word.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use anyhow::Result;

use super::breaks::{Break, Driver};
use super::scratch;

/// The variable that holds the [`Break::switch`] of the one that is on.
pub(super) const VARIABLE: &str = "SABOTAGE";

/// A file that is broken.
#[derive(Default)]
struct Source {
    text: String,
    /// Each with its switch.
    breaks: Vec<(String, &'static Break)>,
}

/// Every file of the checkout that has switches, as it is with them.
pub(super) fn files() -> Result<BTreeMap<PathBuf, String>> {
    let mut files: BTreeMap<&str, Source> = BTreeMap::new();
    for driver in Driver::ALL {
        for of in driver.breaks() {
            let source = files.entry(of.file).or_default();
            source.text = scratch::whole(of)?;
            source.breaks.push((of.switch(driver), of));
        }
    }
    let files = files.into_iter();
    let switched = files.map(|(file, of)| (file.into(), switched(&of.text, &of.breaks)));
    Ok(switched.collect())
}

/// A text with the breaks of it behind their switches. One that is inside no [`body`] is left out.
fn switched(text: &str, breaks: &[(String, &Break)]) -> String {
    let mut broken: BTreeMap<usize, (usize, String)> = BTreeMap::new();
    for (switch, of) in breaks {
        let Some(Range { start, end }) = body(text, of) else {
            continue;
        };
        let body = text[start..end].replace(of.find, of.replace);
        let (_, branches) = broken.entry(start).or_insert((end, String::new()));
        *branches += &format!(
            "if ::std::env::var_os({VARIABLE:?}).is_some_and(|on| on == {switch:?}) {{\n{body}}} else "
        );
    }
    let (mut whole, mut at) = (String::new(), 0);
    for (start, (end, branches)) in broken {
        whole += &text[at..start];
        whole += &format!("{branches}{{\n{}}}\n", &text[start..end]);
        at = end;
    }
    whole + &text[at..]
}

/// What stands between the braces of the function that a break is inside of. There is none where the
/// break is outside of functions, or in one that cannot have two bodies.
pub(super) fn body(text: &str, of: &Break) -> Option<Range<usize>> {
    let start = text.find(of.find)?;
    let end = start + of.find.len();
    let mut bodies = bodies(text).into_iter();
    bodies.find(|body| body.start <= start && end <= body.end)
}

/// A line, and where it begins.
#[derive(Clone, Copy)]
struct Line<'a> {
    text: &'a str,
    start: usize,
}

impl Line<'_> {
    fn indentation(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    fn begins_a_function(&self) -> bool {
        const BEFORE: [&str; 6] = [
            "async",
            "const",
            "pub",
            "pub(crate)",
            "pub(super)",
            "unsafe",
        ];
        let mut words = self.text.trim_start().split(' ');
        words.find(|word| !BEFORE.contains(word)) == Some("fn")
    }

    /// Whether the signature of a function that begins so far to the right ends here.
    fn ends_a_signature(&self, indentation: usize) -> bool {
        self.indentation() == indentation && self.text.ends_with(['{', '}', ';'])
    }

    fn ends_a_function(&self, indentation: usize) -> bool {
        self.indentation() == indentation && self.text.trim_start() == "}"
    }
}

/// The bodies of all functions that are inside no other one, and may have two.
fn bodies(text: &str) -> Vec<Range<usize>> {
    let mut next = 0;
    let mut lines = text.split_inclusive('\n').map(|line| {
        let start = next;
        next += line.len();
        let text = line.trim_end();
        Line { text, start }
    });
    let mut bodies = Vec::new();
    while let Some(first) = lines.next() {
        if !first.begins_a_function() {
            continue;
        }
        let indentation = first.indentation();
        let mut last = first;
        while !last.ends_a_signature(indentation) {
            let Some(line) = lines.next() else {
                return bodies;
            };
            last = line;
        }
        if !last.text.ends_with('{') {
            continue;
        }
        let start = last.start + last.text.len() + 1;
        let Some(end) = lines.find(|line| line.ends_a_function(indentation)) else {
            return bodies;
        };
        if may_have_two(&text[first.start..start]) {
            bodies.push(start..end.start);
        }
    }
    bodies
}

/// Whether a function of this signature may choose between two bodies: a constant one reads no
/// variable, and each body would have another type where the type has no name.
fn may_have_two(signature: &str) -> bool {
    !signature.contains("const fn ") && !signature.contains("-> impl ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
const LIMIT: usize = 7;

trait Counts {
    fn count(&self) -> usize;
    fn none() {}
}

impl Counts for Row {
    /// Counts.
    fn count(
        &self,
    ) -> usize
    where
        Self: Sized,
    {
        fn inner() -> usize {
            6
        }
        inner() + LIMIT
    }
}

pub(crate) async fn last() {
    go().await;
}

const fn constant() -> usize {
    8
}

fn nameless() -> impl Fn() -> usize {
    || 9
}
";

    fn of(find: &'static str, replace: &'static str) -> Break {
        Break::new("name", "what", "file", find, replace)
    }

    #[test]
    fn the_body_of_a_function_is_found_whatever_its_signature() {
        let bodies = bodies(SOURCE);
        let texts: Vec<&str> = bodies.iter().map(|body| &SOURCE[body.clone()]).collect();
        let count =
            "        fn inner() -> usize {\n            6\n        }\n        inner() + LIMIT\n";
        assert_eq!(texts, [count, "    go().await;\n"]);
    }

    #[test]
    fn what_is_outside_of_functions_or_cannot_be_there_twice_has_no_switch() {
        for find in ["LIMIT: usize = 7", "count(\n", "8", "9", "nowhere"] {
            assert_eq!(body(SOURCE, &of(find, "")), None, "{find}");
        }
    }

    #[test]
    fn breaks_of_one_function_are_a_chain_and_without_a_switch_the_body_is_whole() {
        let text = "fn a() -> u8 {\n    1 + 2\n}\n\nfn b() {}\n";
        let (first, second) = (of("1", "3"), of("2", "4"));
        let breaks = [("x one".to_owned(), &first), ("x two".to_owned(), &second)];
        let is_on = |switch| {
            format!("if ::std::env::var_os(\"SABOTAGE\").is_some_and(|on| on == \"{switch}\") {{")
        };
        let expected = [
            "fn a() -> u8 {",
            &is_on("x one"),
            "    3 + 2",
            &format!("}} else {}", is_on("x two")),
            "    1 + 4",
            "} else {",
            "    1 + 2",
            "}",
            "}",
            "",
            "fn b() {}\n",
        ];
        assert_eq!(switched(text, &breaks), expected.join("\n"));
    }

    #[test]
    fn a_break_without_a_switch_leaves_the_text_as_it_is() {
        let of = of("LIMIT: usize = 7", "LIMIT: usize = 8");
        assert_eq!(switched(SOURCE, &[("x".to_owned(), &of)]), SOURCE);
    }
}
