//! The promises of the conformance suite, read from its source.

use std::fs;

use anyhow::Result;

use crate::workspace;

/// The names of all promises: the suite's functions over a subject.
pub(super) fn all() -> Result<Vec<String>> {
    let mut promises = Vec::new();
    for entry in fs::read_dir(workspace::root().join("tests/conformance/src/suite"))? {
        promises.extend(of(&fs::read_to_string(entry?.path())?));
    }
    Ok(promises)
}

fn of(source: &str) -> Vec<String> {
    let promise = |line: &str| {
        let name = line.strip_prefix("pub async fn ")?;
        let name = name.strip_suffix("(subject: &dyn Subject) {")?;
        Some(name.to_owned())
    };
    source.lines().filter_map(promise).collect()
}

/// The promise that a test is, whichever module mounts it.
pub(super) fn promise_of(test: &str) -> &str {
    test.rsplit("::").next().unwrap_or(test)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_are_the_functions_over_a_subject() {
        let source = "pub async fn one(subject: &dyn Subject) {\n}\npub fn two() {\n";
        assert_eq!(of(source), ["one"]);
        assert!(all().unwrap().contains(&"each_reply_is_lost".to_owned()));
        assert_eq!(promise_of("toy::numbered::one"), "one");
    }
}
