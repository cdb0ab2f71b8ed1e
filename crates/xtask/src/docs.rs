//! The pages: generated where a program knows better, and without broken links.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{command, coverage, workspace};

/// A page that a program of ours writes to its standard output.
struct Page {
    path: &'static str,
    /// What `groundwork schema` is asked for.
    schema: &'static str,
}

/// The generated pages. That they are current is a test beside what they are generated from; add one with its program.
const GENERATED: [Page; 4] = [
    Page {
        path: "docs/schema/documents.json",
        schema: "documents",
    },
    Page {
        path: "docs/findings.md",
        schema: "findings",
    },
    Page {
        path: "docs/schema/knowledge.json",
        schema: "knowledge",
    },
    Page {
        path: "docs/schema/output.json",
        schema: "output",
    },
];

/// Write or check.
#[derive(Args)]
pub(crate) struct Options {
    /// Write nothing; fail if a link leads nowhere.
    #[arg(long)]
    check: bool,
}

/// Writes the generated pages again, or checks the links.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.check { check() } else { write() }
}

/// Fails when a link leads nowhere, or when a statement of the documentation is held by nothing.
pub(crate) fn check() -> Result<()> {
    let mut wrong = Vec::new();
    for page in pages(&workspace::root())? {
        let text = fs::read_to_string(&page)?;
        let folder = page.parent().context("a page lies in a folder")?;
        wrong.extend(
            broken_links(&text, folder)
                .map(|link| format!("{}: {link} is not there", page.display())),
        );
    }
    wrong.extend(coverage::faults(&workspace::root())?);
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

fn write() -> Result<()> {
    for page in &GENERATED {
        let path = workspace::root().join(page.path);
        fs::create_dir_all(path.parent().context("a page lies in a folder")?)?;
        fs::write(path, print(page)?)?;
    }
    coverage::write(&workspace::root())
}

fn print(page: &Page) -> Result<String> {
    let mut program = command::cargo(["run", "--quiet", "--package", "groundwork", "--"]);
    command::text(program.args(["schema", page.schema]))
        .with_context(|| format!("{} cannot be generated", page.path))
}

/// The pages at the root and in docs/.
fn pages(root: &Path) -> Result<Vec<PathBuf>> {
    let mut pages = Vec::new();
    for folder in ["", "docs", "docs/decisions"] {
        let Ok(entries) = fs::read_dir(root.join(folder)) else {
            continue;
        };
        for entry in entries {
            pages.push(entry?.path());
        }
    }
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    Ok(pages)
}

/// Targets of Markdown links to files that do not exist. Links into the web are not followed.
fn broken_links<'a>(text: &'a str, folder: &'a Path) -> impl Iterator<Item = &'a str> {
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    targets.filter(move |target| {
        let file = target.split('#').next().unwrap_or_default();
        !target.contains(':') && !file.is_empty() && !folder.join(file).exists()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_nothing_is_found_and_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("there.md"), "").unwrap();
        let text = "[a](there.md#part) [b](https://example.org) [c](#here) [d](gone.md)";
        let broken: Vec<&str> = broken_links(text, folder.path()).collect();
        assert_eq!(broken, ["gone.md"]);
    }
}
