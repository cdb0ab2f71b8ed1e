//! What the documentation of the reference system states, and what holds each statement.
//!
//! `docs/coverage.txt` has a heading a section, a line a statement in our own words, and below it,
//! indented, the entries of knowledge and the tests (`file::name`) that hold it.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result};

const SOURCE: &str = "docs/coverage.txt";
const PAGE: &str = "docs/coverage.md";
/// Where the entries of knowledge are.
const ENTRIES: &str = "crates/knowledge/data";

const HEAD: &str = "# What KKP's documentation states, and what holds it\n\n\
    Every rule, default and limitation of the [page on dual-stack networking of KKP \
    2.24](https://docs.kubermatic.com/kubermatic/v2.24/tutorials-howtos/networking/dual-stack/), shortly and in our own words. \
    An entry of knowledge (`KNOWN-…`)\nsays what is true of it today: `groundwork explain CODE`. A test fails when we no longer do as is said.\n\n\
    This page is generated from [coverage.txt](coverage.txt): `cargo xtask docs`.\n";

/// One statement.
struct Statement<'a> {
    section: &'a str,
    says: &'a str,
    held_by: Vec<&'a str>,
}

/// Writes the page.
pub(crate) fn write(root: &Path) -> Result<()> {
    let text = fs::read_to_string(root.join(SOURCE))?;
    Ok(fs::write(root.join(PAGE), page(&statements(&text)))?)
}

/// What is wrong with the page: stale, an entry or a test that does not exist, an entry about what
/// the documentation says that no statement names.
pub(crate) fn faults(root: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(root.join(SOURCE))?;
    let statements = statements(&text);
    let mut faults = Vec::new();
    if fs::read_to_string(root.join(PAGE)).unwrap_or_default() != page(&statements) {
        faults.push(format!("{PAGE} is stale: cargo xtask docs"));
    }
    let entries = entries(root)?;
    let known: BTreeSet<&str> = entries.iter().map(|(id, _)| id.as_str()).collect();
    for Statement { says, held_by, .. } in &statements {
        if held_by.is_empty() {
            faults.push(format!("{SOURCE}: nothing holds {says:?}"));
        }
        let missing = held_by.iter().filter(|one| !exists(root, one, &known));
        faults.extend(missing.map(|one| format!("{SOURCE}: {one} does not exist ({says})")));
    }
    let named: BTreeSet<&str> = statements
        .iter()
        .flat_map(|one| one.held_by.iter().copied())
        .collect();
    let documented = entries.iter().filter(|(_, is_documented)| *is_documented);
    let unnamed = documented.filter(|(id, _)| !named.contains(id.as_str()));
    faults.extend(unnamed.map(|(id, _)| format!("{SOURCE}: no statement names {id}")));
    Ok(faults)
}

fn statements(text: &str) -> Vec<Statement<'_>> {
    let (mut section, mut statements) = ("", Vec::<Statement<'_>>::new());
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(heading) = line.strip_prefix("# ") {
            section = heading;
        } else if line.starts_with(' ') {
            if let Some(last) = statements.last_mut() {
                last.held_by.push(line.trim());
            }
        } else {
            statements.push(Statement {
                section,
                says: line,
                held_by: Vec::new(),
            });
        }
    }
    statements
}

fn page(statements: &[Statement<'_>]) -> String {
    let (mut text, mut before) = (HEAD.to_owned(), "");
    for Statement {
        section,
        says,
        held_by,
    } in statements
    {
        if *section != before {
            text += &format!("\n## {section}\n\n| Statement | Held by |\n| --- | --- |\n");
            before = section;
        }
        let held_by: Vec<String> = held_by.iter().map(|one| shown(one)).collect();
        text += &format!("| {says} | {} |\n", held_by.join("<br>"));
    }
    text
}

/// An entry as it is, a test with a link to its file.
fn shown(held_by: &str) -> String {
    match held_by.split_once("::") {
        Some((file, name)) => format!("[`{name}`](../{file})"),
        None => format!("`{held_by}`"),
    }
}

fn exists(root: &Path, held_by: &str, known: &BTreeSet<&str>) -> bool {
    let Some((file, name)) = held_by.split_once("::") else {
        return known.contains(held_by);
    };
    let text = fs::read_to_string(root.join(file)).unwrap_or_default();
    text.contains(&format!("fn {name}("))
}

/// The names of the entries, and whether the documentation says something about them.
fn entries(root: &Path) -> Result<Vec<(String, bool)>> {
    let folder = root.join(ENTRIES);
    let files = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let mut entries: Vec<(String, bool)> = Vec::new();
    for file in files {
        for line in fs::read_to_string(file?.path())?.lines() {
            if let Some(id) = line.strip_prefix("- id: ") {
                entries.push((id.to_owned(), false));
            } else if let (true, Some(last)) =
                (line.starts_with("  documented:"), entries.last_mut())
            {
                last.1 = true;
            }
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_that_nothing_holds_and_an_entry_that_none_names_are_found() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("t.rs", "async fn it_holds() {}");
        write(
            "crates/knowledge/data/a.yaml",
            "- id: KNOWN-A\n  documented: x\n- id: KNOWN-B\n  documented: y\n- id: KNOWN-C\n",
        );
        let text =
            "# One\nIt is so.\n  KNOWN-A\n  t.rs::it_holds\n  t.rs::it_does_not\nWhatever.\n";
        write(SOURCE, text);
        super::write(root.path()).unwrap();
        let expected = [
            "docs/coverage.txt: t.rs::it_does_not does not exist (It is so.)",
            "docs/coverage.txt: nothing holds \"Whatever.\"",
            "docs/coverage.txt: no statement names KNOWN-B",
        ];
        assert_eq!(faults(root.path()).unwrap(), expected);
        write(PAGE, "old");
        assert!(faults(root.path()).unwrap()[0].contains("is stale"));
    }
}
