//! A copy of the checkout.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{command, workspace};

/// Which times the files of a copy have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Times {
    /// Those of the originals: what cargo compiled of these is current for the copy as well, where both share a build directory.
    Kept,
    /// That of the copying: what was compiled of a former copy is not current any more.
    New,
}

/// Brings a folder to the state of the checkout, with what is not committed, and with these files as they are to be there. A file
/// that is equal is left as it is; one that the checkout does not have is deleted.
pub(crate) fn of_checkout(
    to: &Path,
    times: Times,
    changed: &BTreeMap<PathBuf, String>,
) -> Result<()> {
    let root = workspace::root();
    let names = names(&root)?;
    for name in &names {
        let other = changed.get(name).map(String::as_bytes);
        file(&root.join(name), &to.join(name), times, other)
            .with_context(|| name.display().to_string())?;
    }
    for path in files(to)? {
        if !names.contains(path.strip_prefix(to)?) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// The files of the checkout.
fn names(root: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut list = Command::new("git");
    list.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    let listed = command::text(list.current_dir(root))?;
    let names = listed
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(PathBuf::from);
    // One that is deleted here, and not yet committed, is listed too.
    Ok(names.filter(|name| root.join(name).is_file()).collect())
}

/// All files of a folder, and of those inside it.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => all.extend(files(&path)?),
            false => all.push(path),
        }
    }
    all.sort();
    Ok(all)
}

fn file(from: &Path, to: &Path, times: Times, other: Option<&[u8]>) -> Result<()> {
    let content = other.map_or_else(|| fs::read(from), |other| Ok(other.to_vec()))?;
    if fs::read(to).ok().as_ref() == Some(&content) {
        return Ok(());
    }
    fs::create_dir_all(to.parent().context("a file is in a folder")?)?;
    fs::write(to, content)?;
    if times == Times::Kept {
        let time = fs::metadata(from)?.modified()?;
        File::options().write(true).open(to)?.set_modified(time)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_the_files_of_the_checkout_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("former.rs"), "mod gone;").unwrap();
        of_checkout(folder.path(), Times::Kept, &BTreeMap::new()).unwrap();
        assert!(!folder.path().join("former.rs").exists());
        let name = Path::new("Cargo.toml");
        let (here, there) = (workspace::root().join(name), folder.path().join(name));
        let time = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
        assert_eq!(fs::read(&here).unwrap(), fs::read(&there).unwrap());
        assert_eq!(time(&here), time(&there));
    }

    #[test]
    fn a_file_that_is_to_differ_is_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let name = PathBuf::from("Cargo.toml");
        let there = folder.path().join(&name);
        let changed = BTreeMap::from([(name, "other".to_owned())]);
        of_checkout(folder.path(), Times::New, &changed).unwrap();
        let time = || fs::metadata(&there).unwrap().modified().unwrap();
        let first = time();
        of_checkout(folder.path(), Times::New, &changed).unwrap();
        assert_eq!(fs::read_to_string(&there).unwrap(), "other");
        assert_eq!(first, time());
    }
}
