//! A copy of the tree with all breaks in it, most of them behind switches.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::breaks::Break;
use super::switch;
use crate::copy::{self, Times};
use crate::{command, workspace};

/// The copy. It has a build directory of its own.
pub(super) struct Scratch {
    tree: PathBuf,
}

impl Scratch {
    /// The tree as it is here, with the switches. What is equal is left as it is, so that only what has
    /// changed since the last time is compiled again.
    pub(super) fn copy() -> Result<Self> {
        let tree = workspace::target().join("sabotage/tree");
        copy::of_checkout(&tree, Times::New, &switch::files()?)?;
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

    /// Does something while a file of the tree has this break, and no switch.
    pub(super) fn broken<T>(&self, of: &Break, does: impl FnOnce() -> Result<T>) -> Result<T> {
        let path = self.tree.join(of.file);
        let switched = fs::read_to_string(&path)?;
        fs::write(&path, whole(of)?.replace(of.find, of.replace))?;
        let done = does();
        fs::write(&path, switched)?;
        done
    }
}

/// The file of a break, as it is in the checkout.
///
/// # Errors
/// The file does not have the text once.
pub(super) fn whole(of: &Break) -> Result<String> {
    let path = workspace::root().join(of.file);
    let text = fs::read_to_string(path).with_context(|| of.file.to_owned())?;
    let places = text.matches(of.find).count();
    ensure!(
        places == 1,
        "{}: its text stands {places} times in {}, and has to stand there once",
        of.name,
        of.file
    );
    Ok(text)
}
