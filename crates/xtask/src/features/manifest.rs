//! The manifest of `crates/workspace-hack`.

use std::collections::BTreeSet;

use anyhow::{Context, Result};

use super::{Found, Library};

/// The manifest `before`, with these libraries, and all of their features, instead of its own.
///
/// # Errors
/// It has no table of dependencies.
pub(super) fn with(before: &str, libraries: &Found) -> Result<String> {
    const TABLE: &str = "[dependencies]\n";
    let (head, _) = before
        .split_once(TABLE)
        .context("the manifest of workspace-hack has no [dependencies]")?;
    let mut text = format!("{head}{TABLE}{}", rows(libraries, false));
    let for_builds = rows(libraries, true);
    if !for_builds.is_empty() {
        text += &format!("\n[build-dependencies]\n{for_builds}");
    }
    Ok(text)
}

fn rows(libraries: &Found, for_builds: bool) -> String {
    let chosen = libraries
        .iter()
        .filter(|(library, _)| library.for_builds == for_builds);
    let row = |(library, features)| row(library, features, is_alone(library, libraries));
    chosen.map(row).collect()
}

/// Whether no other version of it is in the manifest's table.
fn is_alone(library: &Library, libraries: &Found) -> bool {
    let same =
        |other: &&Library| other.name == library.name && other.for_builds == library.for_builds;
    libraries.keys().filter(same).count() == 1
}

fn row(library: &Library, selections: &BTreeSet<String>, alone: bool) -> String {
    let Library { name, version, .. } = library;
    let version = compatible(version);
    let mut features: BTreeSet<&str> = selections.iter().flat_map(|all| all.split(',')).collect();
    features.remove("");
    let default = match features.remove("default") {
        true => "",
        false => ", default-features = false",
    };
    let named: Vec<String> = features.iter().map(|name| format!("\"{name}\"")).collect();
    let named = match named.as_slice() {
        [] => String::new(),
        _ => format!(", features = [{}]", named.join(", ")),
    };
    let (key, package) = match alone {
        true => (name.clone(), String::new()),
        false => (
            format!("{name}-{version}"),
            format!("package = \"{name}\", "),
        ),
    };
    let key = key.replace('.', "-");
    format!("{key} = {{ {package}version = \"{version}\"{default}{named} }}\n")
}

/// What a requirement has to name: everything up to the first number that is not 0.
fn compatible(version: &str) -> &str {
    let mut end = version.len();
    for (at, _) in version.match_indices('.') {
        end = at;
        if version[..at].rsplit('.').next() != Some("0") {
            break;
        }
        end = version.len();
    }
    &version[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(name: &str, version: &str, for_builds: bool) -> Library {
        Library {
            name: name.to_owned(),
            version: version.to_owned(),
            for_builds,
        }
    }

    #[test]
    fn every_feature_that_somebody_asks_for_is_in_the_manifest() {
        let selections = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
        let libraries = Found::from([
            (library("bare", "0.3.34", false), selections(&["", "std"])),
            (
                library("full", "1.2.3", false),
                selections(&["default,a", "b,default"]),
            ),
            (
                library("plain", "1.0.0", false),
                selections(&["", "default"]),
            ),
            (library("syn", "2.0.1", true), selections(&["", "full"])),
            (library("syn", "3.1.0", true), selections(&["", "fold"])),
        ]);
        let text = with("[package]\n\n[dependencies]\nold = \"1\"\n", &libraries).unwrap();
        let wanted = r#"[package]

[dependencies]
bare = { version = "0.3", default-features = false, features = ["std"] }
full = { version = "1", features = ["a", "b"] }
plain = { version = "1" }

[build-dependencies]
syn-2 = { package = "syn", version = "2", default-features = false, features = ["full"] }
syn-3 = { package = "syn", version = "3", default-features = false, features = ["fold"] }
"#;
        assert_eq!(text, wanted);
    }

    #[test]
    fn a_requirement_names_what_versions_have_to_share() {
        let names = ["1.2.3", "0.4.5", "0.0.7", "12.0.0"].map(compatible);
        assert_eq!(names, ["1", "0.4", "0.0.7", "12"]);
    }
}
