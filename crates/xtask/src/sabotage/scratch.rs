//! A copy of the tree, broken in one place at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::breaks::Break;
use crate::copy::{self, Times};
use crate::{command, workspace};

/// The copy. It has a build directory of its own, where each break compiles only what it touches.
pub(super) struct Scratch {
    tree: PathBuf,
}

impl Scratch {
    /// The tree as it is here. What is equal is left as it is, so that only what has changed since the
    /// last time is compiled again.
    pub(super) fn copy() -> Result<Self> {
        let tree = workspace::target().join("sabotage/tree");
        copy::of_checkout(&tree, Times::New)?;
        Ok(Self { tree })
    }

    /// `cargo` in the copy.
    pub(super) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = command::cargo(arguments);
        let target = workspace::target().join("sabotage/target");
        cargo
            .current_dir(&self.tree)
            .env("CARGO_TARGET_DIR", target)
            // Nobody reads where a break panics: what is left out need not be linked each time.
            .env("CARGO_PROFILE_DEV_DEBUG", "0");
        cargo
    }

    /// Does something while the tree is broken.
    pub(super) fn broken<T>(&self, of: &Break, does: impl FnOnce() -> Result<T>) -> Result<T> {
        let path = self.tree.join(of.file);
        let whole = fs::read_to_string(&path)?;
        fs::write(&path, sabotaged(of, &self.tree)?)?;
        let done = does();
        fs::write(&path, whole)?;
        done
    }
}

/// The file of a break with the break in it.
///
/// # Errors
/// The file does not have the text once.
pub(super) fn sabotaged(of: &Break, tree: &Path) -> Result<String> {
    let path = tree.join(of.file);
    let text = fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
    let places = text.matches(of.find).count();
    ensure!(
        places == 1,
        "{}: its text stands {places} times in {}, and has to stand there once",
        of.name,
        of.file
    );
    Ok(text.replace(of.find, of.replace))
}
