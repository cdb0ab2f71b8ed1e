//! moto, a mock AWS that nobody here wrote, below `target/test-clouds`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use rustix::process::Signal;

use crate::cloud::{self, TestCloud};
use crate::install::Installed;
use crate::process::Daemon;
use crate::{command, python, socket, workspace};

/// Its folder among those of the test clouds.
const NAME: &str = "aws";

/// The file that says where it listens.
const URL: &str = "url";

/// The file that says which release was started.
const STARTED_AS: &str = "started-as";

/// The cloud.
pub(crate) struct Moto;

impl TestCloud for Moto {
    fn name(&self) -> &'static str {
        "moto"
    }

    fn install(&self) -> Result<Installed> {
        let installed = python::install()?;
        if let Installed::Yes = installed {
            interpreter()?;
        }
        Ok(installed)
    }

    fn is_up(&self) -> bool {
        let read = |name| fs::read(root().join(name)).ok();
        let current =
            read(STARTED_AS).is_some_and(|text| fs::read(requirements()).ok() == Some(text));
        current && daemon(&root()).pid().is_some() && read(URL).is_some()
    }

    fn up(&self) -> Result<()> {
        let _alone = cloud::lock(NAME)?;
        if self.is_up() {
            return Ok(());
        }
        let root = root();
        // The port that was free may be another's by the time that it is taken.
        let started = command::twice(|| clear(&root).and_then(|()| start(&root)));
        if started.is_err() {
            daemon(&root).stop()?;
        }
        started
    }

    fn down(&self) -> Result<()> {
        let _alone = cloud::lock(NAME)?;
        clear(&root())
    }

    fn variable(&self) -> &'static str {
        "GROUNDWORK_REAL_MOTO"
    }

    /// Where it listens.
    fn value(&self) -> Result<String> {
        fs::read_to_string(root().join(URL)).context("moto is not running")
    }

    fn for_clients(&self) -> Result<Vec<(&'static str, String)>> {
        let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
        let mut variables = vec![("AWS_ENDPOINT_URL", self.value()?)];
        // It takes whatever comes.
        variables.extend(keys.map(|name| (name, "testing".to_owned())));
        Ok(variables)
    }
}

fn start(root: &Path) -> Result<()> {
    for folder in ["log", "run"] {
        fs::create_dir_all(root.join(folder))?;
    }
    let port = socket::free(5577)?;
    let daemon = daemon(root);
    let mut server = Command::new(interpreter()?);
    server.args(["-m", "moto.server", "--host", "127.0.0.1", "--port"]);
    daemon.start(server.arg(port.to_string()))?;
    socket::await_http(&daemon, port)?;
    fs::write(root.join(URL), format!("http://127.0.0.1:{port}"))?;
    fs::write(root.join(STARTED_AS), fs::read(requirements())?)?;
    Ok(())
}

fn clear(root: &Path) -> Result<()> {
    daemon(root).stop()?;
    cloud::forget(root)
}

fn daemon(root: &Path) -> Daemon {
    Daemon::new(root, "moto", Signal::TERM)
}

fn interpreter() -> Result<PathBuf> {
    python::environment("moto", &requirements())
}

fn requirements() -> PathBuf {
    workspace::root().join("tests/real/moto/requirements.txt")
}

fn root() -> PathBuf {
    cloud::home(NAME)
}
