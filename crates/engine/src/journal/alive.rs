//! Signs of life of the processes that share a state file on one machine.
//!
//! A process that holds a lease keeps a file locked beside the state file. The operating system
//! drops the lock when the process ends, however it ends, so that a lease whose holder was killed
//! need not be waited for.

use std::{
    collections::BTreeMap,
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

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
    _locked: File,
}

impl Drop for Sign {
    fn drop(&mut self) {
        // One that stays behind is an unlocked file, which says the same as none.
        let _ = std::fs::remove_file(&self.path);
    }
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
        let file = super::sqlite::open_private(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            // Another engine of this process shows the same name: it lives all the same.
            Err(TryLockError::WouldBlock) => return Ok(()),
            Err(TryLockError::Error(why)) => return Err(why),
        }
        shown.insert(
            holder.to_owned(),
            Sign {
                path,
                _locked: file,
            },
        );
        Ok(())
    }

    /// Whether `holder` has come to its end. Where that cannot be told, it lives.
    pub(super) fn is_gone(&self, holder: &str) -> bool {
        let path = self.path(holder);
        match File::open(&path) {
            Ok(file) => {
                let gone = file.try_lock().is_ok();
                if gone {
                    let _ = std::fs::remove_file(&path);
                }
                gone
            }
            Err(why) => why.kind() == io::ErrorKind::NotFound,
        }
    }

    fn path(&self, holder: &str) -> PathBuf {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = holder.chars().map(plain).take(60).collect();
        let mut path = self.state.clone().into_os_string();
        path.push(format!(".{name}.alive"));
        path.into()
    }
}
