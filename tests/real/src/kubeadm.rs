//! kubeadm, in two releases: what it says of a file.

use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::access;

/// The releases, and the variables that hold their programs. `cargo xtask test` sets them.
const RELEASES: [(&str, &str); 2] = [
    ("1.36.3", "GROUNDWORK_REAL_KUBEADM_1_36"),
    ("1.37.2", "GROUNDWORK_REAL_KUBEADM_1_37"),
];

/// kubeadm of one release.
pub struct Kubeadm {
    /// `1.36.3`
    pub release: &'static str,
    program: std::ffi::OsString,
}

/// Each release that is there. Without one, says in one line that it is skipped.
///
/// # Panics
/// In CI, where no test may be skipped.
pub fn each_release() -> impl Iterator<Item = Kubeadm> {
    RELEASES.into_iter().filter_map(|(release, variable)| {
        let program = access::found(variable)?;
        Some(Kubeadm { release, program })
    })
}

impl Kubeadm {
    /// Why it refuses a file; nothing where it takes it.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn refuses(&self, text: &str) -> Result<Option<String>> {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(text.as_bytes())?;
        let mut validate = Command::new(&self.program);
        validate.args(["config", "validate", "--config"]);
        let ended = validate.arg(file.path()).stdin(Stdio::null()).output()?;
        let told = String::from_utf8_lossy(&ended.stderr).into_owned();
        Ok((!ended.status.success()).then_some(told))
    }
}
