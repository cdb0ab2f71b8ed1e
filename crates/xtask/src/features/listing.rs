//! What `cargo tree` prints, read back.

use std::collections::BTreeSet;
use std::fmt;

use anyhow::{Context, Result};

/// A library that somebody else publishes.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Library {
    pub(super) name: String,
    /// Without the `v`.
    pub(super) version: String,
    /// Compiled for build scripts and macros: with features of its own.
    pub(super) for_builds: bool,
}

/// The libraries of one build, each with its features, joined by commas.
pub(super) type Listing = BTreeSet<(Library, String)>;

impl fmt::Display for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.for_builds { ", for builds" } else { "" };
        write!(f, "{} v{}{what}", self.name, self.version)
    }
}

/// Reads a tree of `--charset ascii --format "{p}|{f}"`.
///
/// # Errors
/// A line is not like that.
pub(super) fn parse(tree: &str) -> Result<Listing> {
    let mut listing = Listing::new();
    let mut above: Vec<Level> = Vec::new();
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let (depth, text) = indented(line);
        if text.starts_with('[') {
            above.truncate(depth + 1);
            let level = above.last_mut().context("a heading stands below a crate")?;
            level.below = level.own || text == "[build-dependencies]";
            continue;
        }
        above.truncate(depth);
        let parent = above.last().is_some_and(|level| level.below);
        let for_builds = parent || text.contains(" (proc-macro)");
        above.push(Level {
            own: for_builds,
            below: for_builds,
        });
        listing.extend(library(text, for_builds)?);
    }
    Ok(listing)
}

/// Of a crate in the tree: whether it, and what is listed below it next, is compiled for builds.
struct Level {
    own: bool,
    below: bool,
}

/// How deep a line is, four characters a level, and its text.
fn indented(line: &str) -> (usize, &str) {
    let text = line.trim_start_matches(['|', '`', '-', ' ']);
    ((line.len() - text.len()) / 4, text)
}

/// The library of a line, with its features; none for a crate of ours.
fn library(text: &str, for_builds: bool) -> Result<Option<(Library, String)>> {
    let (package, features) = text.split_once('|').context(text.to_owned())?;
    let package = package.trim_end_matches(" (proc-macro)");
    if package.ends_with(')') {
        return Ok(None);
    }
    let (name, version) = package.split_once(" v").context(text.to_owned())?;
    let library = Library {
        name: name.to_owned(),
        version: version.to_owned(),
        for_builds,
    };
    Ok(Some((
        library,
        features.trim_end_matches(" (*)").to_owned(),
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "\
ours v0.1.0 (/here)|
|-- macros v1.2.3 (proc-macro)|default
|   `-- syn v3.0.0|full
|-- kept v0.4.0|std (*)
|   [build-dependencies]
|   `-- cc v1.0.0|
|-- late v1.0.0|
[dev-dependencies]
`-- only v2.0.0|a,b

other v0.1.0 (/there)|
`-- syn v3.0.0|
";

    #[test]
    fn libraries_are_read_with_their_features_and_what_they_are_compiled_for() {
        let listing = parse(TREE).unwrap();
        let lines: Vec<String> = listing
            .iter()
            .map(|(library, features)| format!("{library} [{features}]"))
            .collect();
        let wanted = [
            "cc v1.0.0, for builds []",
            "kept v0.4.0 [std]",
            "late v1.0.0 []",
            "macros v1.2.3, for builds [default]",
            "only v2.0.0 [a,b]",
            "syn v3.0.0 []",
            "syn v3.0.0, for builds [full]",
        ];
        assert_eq!(lines, wanted);
    }

    #[test]
    fn a_line_of_another_format_is_no_tree() {
        assert!(parse("error: no such package\n").is_err());
    }
}
