//! `cargo xtask new-driver NAME`: a whole driver for a small REST cloud, to be changed into that of a real one.
//!
//! It writes what `crates/xtask/new-driver` holds, under another name: the driver, its mock cloud, the subject, the mount of the suite,
//! the page and the entry of the command line; and names them where the workspace lists its crates.

mod name;
mod wiring;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{command, copy, workspace};
use name::Name;

/// Which cloud.
#[derive(Args)]
pub(crate) struct Options {
    /// Its key in documents: lower-case letters and digits.
    name: String,
    /// What people call it: "Acorn Cloud". Without it, the name with a capital letter.
    #[arg(long)]
    title: Option<String>,
}

/// Writes the driver into this checkout.
pub(crate) fn run(options: &Options) -> Result<()> {
    let name = Name::new(&options.name, options.title.as_deref())?;
    let root = workspace::root();
    let written = write(&name, &root)?;
    for path in &written {
        println!("wrote {}", path.strip_prefix(&root)?.display());
    }
    // The lock file gets the new crates.
    command::output(&mut command::cargo([
        "metadata",
        "--offline",
        "--format-version",
        "1",
    ]))?;
    println!("{}", next(&name));
    Ok(())
}

fn next(name: &Name) -> String {
    let Name { key, title, .. } = name;
    format!(
        "\n{title} is a driver whose suite is green: cargo test -p conformance {key}::\n\
         Now make it that of the real cloud: mocks/{key} first, then providers/{key}/src/api.rs and object/.\n\
         At the end add \"{key}\" to the default features of crates/cli, and run cargo xtask docs."
    )
}

/// Where the templates of a folder or a file go.
const PLACES: [(&str, &str); 6] = [
    ("driver", "providers/acorn"),
    ("mock", "mocks/acorn"),
    ("subject.rs", "tests/conformance/src/subjects/acorn.rs"),
    ("suite.rs", "tests/conformance/tests/it/acorn.rs"),
    ("cloud.rs", "crates/cli/src/clouds/acorn.rs"),
    ("page.md", "docs/acorn.md"),
];

/// Writes the driver into a checkout; every file that is new or changed.
///
/// # Errors
/// There is something of that name, or the checkout is not as this one is.
fn write(name: &Name, root: &Path) -> Result<Vec<PathBuf>> {
    let mut texts = Vec::new();
    let templates = workspace::root().join("crates/xtask/new-driver");
    for (from, to) in PLACES {
        let to = root.join(name.fill(to));
        if to.exists() {
            bail!("{} is there already", to.display());
        }
        for template in files(&templates.join(from))? {
            let text = fs::read_to_string(&template)?;
            let inside = template.strip_prefix(templates.join(from))?;
            let path = match inside.as_os_str().is_empty() {
                true => to.clone(),
                false => to.join(inside),
            };
            texts.push((path, name.fill(&text)));
        }
    }
    // Nothing is written unless everything can be.
    for (path, wire) in wiring::ALL {
        let path = root.join(path);
        let text = fs::read_to_string(&path)?;
        let wired = wire(name, &text).with_context(|| format!("{}", path.display()))?;
        texts.push((path, wired));
    }
    for (path, text) in &texts {
        fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
        fs::write(path, text)?;
    }
    let paths: Vec<PathBuf> = texts.into_iter().map(|(path, _)| path).collect();
    formatted(&paths)?;
    Ok(paths)
}

/// A file, or all files of a folder.
fn files(path: &Path) -> Result<Vec<PathBuf>> {
    match path.is_file() {
        true => Ok(vec![path.to_owned()]),
        false => copy::files(path),
    }
}

/// Names of other lengths break lines elsewhere.
fn formatted(paths: &[PathBuf]) -> Result<()> {
    let is_rust = |path: &&PathBuf| path.extension().is_some_and(|end| end == "rs");
    let mut rustfmt = std::process::Command::new("rustfmt");
    rustfmt
        .args(["--edition", "2024"])
        .args(paths.iter().filter(is_rust));
    command::run(&mut rustfmt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    use crate::copy::Times;

    /// A driver with a name of another length is written into a copy of this tree, and its suite is green there.
    ///
    /// The copy shares the build directory: its files have the times of those here, so that only what is new is compiled.
    #[test]
    fn what_is_written_compiles_and_its_suite_is_green() {
        let tree = workspace::target().join("new-driver/tree");
        drop(fs::remove_dir_all(&tree));
        copy::of_checkout(&tree, Times::Kept, &BTreeMap::new()).unwrap();
        let name = Name::new("example7", Some("Example Cloud")).unwrap();
        write(&name, &tree).unwrap();
        let mut suite = command::cargo(["test", "--offline", "--quiet"]);
        suite.args(["--package", "conformance", "--test", "it", "example7::"]);
        suite.env("CARGO_TARGET_DIR", workspace::target());
        suite.env_remove("RUSTC_WORKSPACE_WRAPPER");
        let output = command::output(suite.current_dir(&tree)).unwrap();
        let (out, err) = (output.stdout, output.stderr);
        let (out, err) = (String::from_utf8_lossy(&out), String::from_utf8_lossy(&err));
        assert!(output.status.success(), "{out}{err}");
        assert!(!out.contains(" 0 passed"), "{out}");
        assert!(write(&name, &tree).is_err(), "it is there already");
    }
}
