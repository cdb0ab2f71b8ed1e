//! `cargo xtask features`: one selection of features for every build, kept in `crates/workspace-hack`.
//!
//! Cargo compiles a library once for each selection of its features, and a selection follows from what is built together:
//! `-p`, `--workspace` and the light binary each had their own SDK of AWS. A crate on which all members depend, and which
//! asks of each library what anybody asks of it, leaves one.

mod listing;
mod manifest;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use crate::members::Member;
use crate::{command, members, workspace};
use listing::{Library, Listing};

/// Write or check.
#[derive(Args)]
pub(crate) struct Options {
    /// Write nothing; fail if two builds would compile a library with different features.
    #[arg(long)]
    check: bool,
}

/// Writes the manifest, or checks it.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.check { check() } else { write() }
}

/// Fails when two builds would compile a library with different features.
pub(crate) fn check() -> Result<()> {
    let varying: Vec<String> = varying(&listings(&["--locked"])?)
        .iter()
        .map(|(library, features)| describe(library, features))
        .collect();
    if !varying.is_empty() {
        bail!(
            "compiled more than once; `cargo xtask features` puts it right:\n{}",
            varying.join("\n")
        );
    }
    Ok(())
}

fn describe(library: &Library, features: &BTreeSet<String>) -> String {
    let selections: Vec<&str> = features.iter().map(String::as_str).collect();
    format!("{library}: with {}", selections.join("; or with "))
}

/// How often the manifest is written until nothing is compiled twice: what it asks of one library
/// can make another one vary.
const ROUNDS: usize = 4;

/// Looks at the builds as they are without the manifest's libraries, and writes it anew.
fn write() -> Result<()> {
    let path = manifest();
    let before = fs::read_to_string(&path)?;
    let mut found = Found::new();
    for _ in 0..ROUNDS {
        fs::write(&path, manifest::with(&before, &found)?)?;
        let varying = match listings(&[]) {
            Ok(listings) => varying(&listings),
            Err(why) => {
                // Whatever has happened: not without its libraries.
                fs::write(&path, &before)?;
                return Err(why);
            }
        };
        if varying.is_empty() {
            break;
        }
        for (library, features) in varying {
            found.entry(library).or_default().extend(features);
        }
    }
    check_written()
}

/// The lock file follows the manifest here, and only here.
fn check_written() -> Result<()> {
    command::output(&mut command::cargo(["metadata", "--format-version", "1"]))?;
    check()
}

fn manifest() -> PathBuf {
    workspace::root().join("crates/workspace-hack/Cargo.toml")
}

/// The features with which each library is compiled, in some build or other.
type Found = BTreeMap<Library, BTreeSet<String>>;

/// The libraries that are compiled with more than one selection.
fn varying(listings: &[Listing]) -> Found {
    let mut found = Found::new();
    for (library, features) in listings.iter().flatten() {
        let known = found.entry(library.clone()).or_default();
        known.insert(features.clone());
    }
    found.retain(|_, features| features.len() > 1);
    found
}

/// What each build compiles: the whole workspace, each member alone, the program without the SDK of AWS.
fn listings(options: &[&str]) -> Result<Vec<Listing>> {
    let light = ["--no-default-features", "--features", "openstack"];
    let mut builds = vec![
        vec!["--workspace".to_owned()],
        ["--package", "groundwork"]
            .into_iter()
            .chain(light)
            .map(str::to_owned)
            .collect(),
    ];
    let alone = |member: Member| vec!["--package".to_owned(), member.name];
    builds.extend(members::all()?.into_iter().map(alone));
    builds.iter().map(|build| listing(build, options)).collect()
}

fn listing(build: &[String], options: &[&str]) -> Result<Listing> {
    let mut tree = command::cargo(["tree", "--edges", "normal,build,dev", "--charset", "ascii"]);
    tree.args(["--format", "{p}|{f}"]).args(build).args(options);
    listing::parse(&command::text(&mut tree)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_of_two_selections_is_found_and_one_of_one_is_not() {
        let one = listing::parse("a v0.1.0 (/a)|\n|-- b v1.0.0|std\n`-- c v1.0.0|x\n").unwrap();
        let two = listing::parse("d v0.1.0 (/d)|\n|-- b v1.0.0|std\n`-- c v1.0.0|\n").unwrap();
        let varying = varying(&[one, two]);
        let names: Vec<String> = varying.keys().map(ToString::to_string).collect();
        assert_eq!(names, ["c v1.0.0"]);
    }
}
