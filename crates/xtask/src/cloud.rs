//! `cargo xtask cloud`: clouds that nobody here wrote, by hand.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Subcommand;

use crate::install::Installed;
use crate::kubeadm;
use crate::kubernetes;
use crate::moto::Moto;
use crate::node_network::NodeNetwork;
use crate::openstack::{OpenStack, Release};
use crate::vcsim::{self, Vcsim};
use crate::{command, readers, workspace};

/// A cloud that nobody here wrote, on this machine, below `target/test-clouds`.
pub(crate) trait TestCloud: Sync {
    /// As people are told of it.
    fn name(&self) -> &'static str;
    /// Installs what it needs, if this machine lets us.
    fn install(&self) -> Result<Installed>;
    /// Whether it runs, and as it would be started now.
    fn is_up(&self) -> bool;
    /// Starts it, with nothing in it. One that runs already stays as it is.
    fn up(&self) -> Result<()>;
    /// Stops it and forgets its data.
    fn down(&self) -> Result<()>;
    /// The environment variable by which the tests find it.
    fn variable(&self) -> &'static str;
    /// Its value, while the cloud runs.
    fn value(&self) -> Result<String>;
    /// What other clients need in their environment.
    fn for_clients(&self) -> Result<Vec<(&'static str, String)>>;
}

/// All of them.
pub(crate) const ALL: [&dyn TestCloud; 11] = [
    &OpenStack(Release::Zed),
    &OpenStack(Release::V2026_2),
    &Moto,
    &Vcsim(vcsim::Release::V0_24),
    &Vcsim(vcsim::Release::V0_55),
    &kubeadm::of(kubeadm::Release::V1_36),
    &kubeadm::of(kubeadm::Release::V1_37),
    &readers::Parsers,
    &readers::Browser,
    &NodeNetwork,
    // One release in every run: a build takes minutes.
    &kubernetes::of(kubernetes::Release::V1_37),
];

/// The clouds there are.
#[derive(Subcommand)]
pub(crate) enum Cloud {
    /// The real Keystone and Neutron: Zed from Debian's packages, 2026.2 from PyPI.
    Openstack {
        /// What to do.
        #[command(subcommand)]
        verb: OpenStackVerb,
        /// Of which release.
        #[arg(long, global = true, default_value = "zed")]
        release: Release,
    },
    /// moto, a mock AWS of others, from PyPI.
    #[command(subcommand)]
    Aws(Verb),
    /// kubeadm, which only says what it thinks of a file, from Go's module proxy.
    Kubeadm {
        /// What to do.
        #[command(subcommand)]
        verb: Verb,
        /// Of which release.
        #[arg(long, global = true, default_value = "1.37")]
        release: kubeadm::Release,
    },
    /// What reads JUnit and SARIF, from PyPI.
    #[command(subcommand)]
    Readers(Verb),
    /// Headless Chromium, which shows the page of a report, from Debian.
    #[command(subcommand)]
    Browser(Verb),
    /// etcd, kube-apiserver and kube-controller-manager in one program, from Go's module proxy.
    Kubernetes {
        /// What to do.
        #[command(subcommand)]
        verb: Verb,
        /// Of which release.
        #[arg(long, global = true, default_value = "1.37")]
        release: kubernetes::Release,
    },
    /// What a node's network is tried with, in namespaces: Debian's packages.
    #[command(subcommand)]
    Node(Verb),
    /// govmomi's simulator of a vCenter, from Go's module proxy.
    Vsphere {
        /// What to do.
        #[command(subcommand)]
        verb: Verb,
        /// Of which release.
        #[arg(long, global = true, default_value = "0.55")]
        release: vcsim::Release,
    },
}

/// What can be done with each.
#[derive(Clone, Copy, Subcommand)]
pub(crate) enum Verb {
    /// Install it if need be and start it. One that runs stays as it is.
    Up,
    /// Stop it and forget its data.
    Down,
    /// Print what tests and clients need in their environment.
    Env,
}

/// What can be done with OpenStack.
#[derive(Clone, Copy, Subcommand)]
pub(crate) enum OpenStackVerb {
    #[command(flatten)]
    Any(Verb),
    /// Ask it what the parity suite asks, and write the answers to tests/real/recordings.
    Record,
}

/// Does it.
pub(crate) fn run(cloud: Cloud) -> Result<()> {
    match cloud {
        Cloud::Openstack { verb, release } => match verb {
            OpenStackVerb::Any(verb) => with(&OpenStack(release), verb),
            OpenStackVerb::Record => record(&OpenStack(release)),
        },
        Cloud::Aws(verb) => with(&Moto, verb),
        Cloud::Readers(verb) => with(&readers::Parsers, verb),
        Cloud::Browser(verb) => with(&readers::Browser, verb),
        Cloud::Node(verb) => with(&NodeNetwork, verb),
        Cloud::Kubeadm { verb, release } => with(&kubeadm::of(release), verb),
        Cloud::Kubernetes { verb, release } => with(&kubernetes::of(release), verb),
        Cloud::Vsphere { verb, release } => with(&Vcsim(release), verb),
    }
}

fn with(cloud: &dyn TestCloud, verb: Verb) -> Result<()> {
    match verb {
        Verb::Up => up(cloud),
        Verb::Down => cloud.down(),
        Verb::Env => env(cloud),
    }
}

fn up(cloud: &dyn TestCloud) -> Result<()> {
    if let Installed::No(reason) = cloud.install()? {
        bail!("{} cannot be had here: {reason}", cloud.name());
    }
    cloud.up()?;
    env(cloud)
}

fn env(cloud: &dyn TestCloud) -> Result<()> {
    if !cloud.is_up() {
        bail!("it is not running; `up` starts it");
    }
    println!("export {}={}", cloud.variable(), cloud.value()?);
    for (name, value) in cloud.for_clients()? {
        println!("export {name}={value}");
    }
    Ok(())
}

fn record(cloud: &OpenStack) -> Result<()> {
    up(cloud)?;
    let mut tests = command::cargo([
        "test",
        "--package",
        "real",
        "--test",
        "it",
        "still_answers_as_recorded",
    ]);
    tests
        .env(cloud.variable(), cloud.value()?)
        .env("GROUNDWORK_RECORD", "1");
    command::run(&mut tests)
}

/// The folder of a cloud's data.
pub(crate) fn home(name: &str) -> PathBuf {
    workspace::target().join("test-clouds").join(name)
}

/// Two starts at once would take each other's ports.
pub(crate) fn lock(name: &str) -> Result<File> {
    let home = home(name);
    fs::create_dir_all(home.parent().context("it lies in a folder")?)?;
    let file = File::create(home.with_extension("lock"))?;
    file.lock()?;
    Ok(file)
}

/// Removes a folder. One that is not there is no error.
pub(crate) fn forget(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
