//! The mock clouds against their vendors' own clients, which know nothing of us.

use std::panic::resume_unwind;
use std::path::PathBuf;
use std::process::Command;
use std::thread::{self, JoinHandle};

use anyhow::{Result, bail};

use crate::install::Installed;
use crate::{command, python, workspace};

/// A client, and the mock that it goes through the life of networks on.
struct Client {
    /// What people call it.
    name: &'static str,
    /// What pip installs, in the tests of the mock.
    requirements: &'static str,
    /// The crate of the mock, and its folder below `mocks/`.
    mock: (&'static str, &'static str),
    /// The example that serves the mock.
    serve: &'static str,
}

const CLIENTS: &[Client] = &[
    Client {
        name: "azure",
        requirements: "requirements.txt",
        mock: ("mock-azure", "azure"),
        serve: "serve_azure",
    },
    Client {
        name: "boto3",
        requirements: "requirements.txt",
        mock: ("mock-aws", "aws"),
        serve: "serve_aws",
    },
    Client {
        name: "equinix",
        requirements: "requirements.txt",
        mock: ("mock-equinix", "equinix"),
        serve: "serve_equinix",
    },
    Client {
        name: "google",
        requirements: "requirements.txt",
        mock: ("mock-gcp", "gcp"),
        serve: "serve_gcp",
    },
    Client {
        name: "hcloud",
        requirements: "requirements.txt",
        mock: ("mock-hetzner", "hetzner"),
        serve: "serve_hetzner",
    },
    Client {
        name: "kubernetes",
        requirements: "requirements.txt",
        mock: ("mock-byo", "byo"),
        serve: "serve_byo",
    },
    Client {
        name: "metal-python",
        requirements: "requirements-metal-python.txt",
        mock: ("mock-equinix", "equinix"),
        serve: "serve_equinix",
    },
    Client {
        name: "pydo",
        requirements: "requirements.txt",
        mock: ("mock-digitalocean", "digitalocean"),
        serve: "serve_digitalocean",
    },
    Client {
        name: "pyvmomi",
        requirements: "requirements.txt",
        mock: ("mock-vsphere", "vsphere"),
        serve: "serve_vsphere",
    },
];

/// Which client.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only this one: azure, boto3, equinix, google, hcloud, kubernetes, metal-python, pydo, pyvmomi.
    name: Option<String>,
}

/// Builds the mocks, installs the clients beside them, and runs each client on its mock.
///
/// # Errors
/// A client could not read a reply, or was told something else than the cloud would tell it; in CI,
/// also where there is no Python.
pub(crate) fn run(options: &Options) -> Result<()> {
    let wanted = |client: &&Client| options.name.as_ref().is_none_or(|name| name == client.name);
    let clients: Vec<&'static Client> = CLIENTS.iter().filter(wanted).collect();
    if let (true, Some(name)) = (clients.is_empty(), &options.name) {
        bail!("no client is called {name}");
    }
    let proofs = Proofs::of(clients.clone());
    for client in clients {
        let (package, _) = client.mock;
        let example = ["--example", client.serve];
        let build = ["build", "--locked", "--package", package];
        command::run(&mut command::cargo(build.into_iter().chain(example)))?;
    }
    for (_, mut proof) in proofs.commands()? {
        command::run(&mut proof)?;
    }
    Ok(())
}

/// Clients, being installed while something else is done.
pub(crate) struct Proofs(JoinHandle<Result<Vec<(&'static Client, PathBuf)>>>);

impl Proofs {
    /// Begins with every client.
    pub(crate) fn begin() -> Self {
        Self::of(CLIENTS.iter().collect())
    }

    fn of(clients: Vec<&'static Client>) -> Self {
        Self(thread::spawn(move || interpreters(clients)))
    }

    /// What has to run, once the mocks are built, with what it is called; nothing where there is no
    /// Python.
    ///
    /// # Errors
    /// A client cannot be installed; in CI, also where there is no Python.
    pub(crate) fn commands(self) -> Result<Vec<(String, Command)>> {
        let installed = self.0.join().unwrap_or_else(|panic| resume_unwind(panic))?;
        let command = |(client, python): (&Client, PathBuf)| {
            let script = format!("{}_lifecycle.py", client.name);
            let mut proof = Command::new(python);
            proof.arg(client.tests().join(script)).arg(
                workspace::target()
                    .join("debug/examples")
                    .join(client.serve),
            );
            let (package, _) = client.mock;
            (format!("{package} against {}", client.name), proof)
        };
        Ok(installed.into_iter().map(command).collect())
    }
}

impl Client {
    fn tests(&self) -> PathBuf {
        let (_, folder) = self.mock;
        workspace::root().join("mocks").join(folder).join("tests")
    }
}

fn interpreters(clients: Vec<&'static Client>) -> Result<Vec<(&'static Client, PathBuf)>> {
    if let Installed::No(reason) = python::install()? {
        if workspace::is_ci() {
            bail!("clients against mock clouds are never skipped in CI: {reason}");
        }
        println!("skipped: clients against mock clouds ({reason})");
        return Ok(Vec::new());
    }
    let interpreter = |client: &'static Client| {
        let requirements = client.tests().join(client.requirements);
        let python = python::environment(client.name, &requirements)?;
        Ok((client, python))
    };
    clients.into_iter().map(interpreter).collect()
}
