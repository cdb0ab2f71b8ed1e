//! Signs of life of the processes that share a state file on one machine.
//!
//! A process that holds a lease keeps a file locked beside the state file. The operating system
//! drops the lock when the process ends, however it ends, so that a lease whose holder was killed
//! need not be waited for. The lock is a shared one: whoever shows the same name shows it himself.

use std::{
    collections::BTreeMap,
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use sha2::{Digest, Sha256};

/// The signs beside one state file. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct Signs {
    state: PathBuf,
    shown: Arc<Mutex<BTreeMap<String, Sign>>>,
}

/// A locked file, which goes with its holder.
#[derive(Debug)]
struct Sign {
    path: PathBuf,
    locked: File,
}

impl Drop for Sign {
    fn drop(&mut self) {
        // One that stays behind is an unlocked file, which says the same as none.
        if self.locked.unlock().is_ok() {
            clear(&self.path);
        }
    }
}

/// Takes a sign away that nobody shows. Whether there is none now.
fn clear(path: &Path) -> bool {
    loop {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(why) => return why.kind() == io::ErrorKind::NotFound,
        };
        if file.try_lock().is_err() {
            return false;
        }
        match is_away(&file) {
            // Somebody else took it away, and another may be there by now.
            Ok(true) => {}
            Ok(false) => {
                let _ = std::fs::remove_file(path);
                return true;
            }
            Err(_) => return false,
        }
    }
}

/// Whether an open file has been removed. Elsewhere an open file is not.
#[cfg_attr(not(unix), expect(clippy::unnecessary_wraps, reason = "Unix asks"))]
fn is_away(file: &File) -> io::Result<bool> {
    #[cfg(unix)]
    return Ok(std::os::unix::fs::MetadataExt::nlink(&file.metadata()?) == 0);
    #[cfg(not(unix))]
    return Ok(false);
}

impl Signs {
    /// The signs beside that state file.
    pub(super) fn beside(state: &Path) -> Self {
        Self {
            state: state.to_owned(),
            shown: Arc::default(),
        }
    }

    /// Shows that `holder` lives, as long as these signs do.
    pub(super) fn show(&self, holder: &str) -> io::Result<()> {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.contains_key(holder) {
            return Ok(());
        }
        let path = self.path(holder);
        let locked = loop {
            let file = super::sqlite::open_private(&path)?;
            // It waits for no longer than somebody asks whether the holder is gone, and takes the
            // file away.
            file.lock_shared()?;
            if !is_away(&file)? {
                break file;
            }
        };
        shown.insert(holder.to_owned(), Sign { path, locked });
        Ok(())
    }

    /// Whether `holder` has come to its end. Where that cannot be told, it lives.
    pub(super) fn is_gone(&self, holder: &str) -> bool {
        clear(&self.path(holder))
    }

    /// The file of a holder: no two have the same, and any name can be a file's.
    fn path(&self, holder: &str) -> PathBuf {
        let digest = Sha256::digest(holder);
        let name: String = digest[..8].iter().map(|b| format!("{b:02x}")).collect();
        let mut path = self.state.clone().into_os_string();
        path.push(format!(".{name}.alive"));
        path.into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may")]

    use super::*;

    /// Somebody asks all the time, and takes away what nobody shows.
    #[test]
    fn what_is_shown_is_seen_whoever_asks_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state.db");
        std::thread::scope(|threads| {
            let asks = || {
                for _ in 0..20_000 {
                    Signs::beside(&state).is_gone("one");
                }
            };
            let asker = threads.spawn(asks);
            while !asker.is_finished() {
                let signs = Signs::beside(&state);
                signs.show("one").unwrap();
                assert!(!Signs::beside(&state).is_gone("one"), "it is shown");
            }
        });
    }
}
