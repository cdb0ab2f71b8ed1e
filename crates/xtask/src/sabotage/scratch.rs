//! A copy of the tree, broken in one place.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::breaks::Break;
use super::outcome::Outcome;
use crate::{command, workspace};

/// The file of a break with the break in it.
pub(crate) fn broken(of: &Break) -> Result<String> {
    let path = workspace::root().join(of.file);
    let text = fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
    let places = text.matches(of.find).count();
    ensure!(
        places == 1,
        "{} of {:?}: its text stands {places} times in {}, and has to stand there once",
        of.name,
        of.driver,
        of.file
    );
    Ok(text.replace(of.find, of.replace))
}

/// Runs the suite over a tree with a break in it.
pub(crate) fn suite(of: &Break) -> Result<Outcome> {
    let tree = copy()?;
    let path = tree.join(of.file);
    let whole = fs::read_to_string(&path)?;
    fs::write(&path, broken(of)?)?;
    let outcome = tested(of, &tree);
    fs::write(&path, whole)?;
    outcome
}

/// The tree as it is here, in the build directory. What is equal is left as it is, so that only what
/// changed is built again.
fn copy() -> Result<PathBuf> {
    let tree = workspace::target().join("sabotage/tree");
    fs::create_dir_all(&tree)?;
    let list = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(workspace::root())
        .output()?;
    for name in String::from_utf8(list.stdout)?
        .split('\0')
        .filter(|name| !name.is_empty())
    {
        let (from, to) = (workspace::root().join(name), tree.join(name));
        let Ok(content) = fs::read(&from) else {
            continue;
        };
        if fs::read(&to).ok().as_ref() != Some(&content) {
            fs::create_dir_all(to.parent().context("a file is in a folder")?)?;
            fs::write(&to, content)?;
        }
    }
    Ok(tree)
}

fn tested(of: &Break, tree: &Path) -> Result<Outcome> {
    let (package, test) = of.driver.suite();
    let mut cargo = command::cargo(["test", "--no-fail-fast", "--package", package]);
    cargo.args(["--test", test]).current_dir(tree).env(
        "CARGO_TARGET_DIR",
        workspace::target().join("sabotage/target"),
    );
    let output = command::output(&mut cargo)?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !text.contains("test result:") {
        let why = String::from_utf8_lossy(&output.stderr);
        let why: Vec<&str> = why
            .lines()
            .filter(|line| line.starts_with("error"))
            .collect();
        return Ok(Outcome::DoesNotBuild(why.join("; ")));
    }
    Ok(Outcome::of(&text))
}
