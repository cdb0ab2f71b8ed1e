//! `cargo xtask cloud`: clouds that nobody here wrote, by hand.

use anyhow::{Result, bail};
use clap::Subcommand;

use crate::install::Installed;
use crate::{command, openstack};

/// The clouds there are.
#[derive(Subcommand)]
pub(crate) enum Cloud {
    /// The real Keystone and Neutron, from Debian's packages.
    #[command(subcommand)]
    Openstack(Verb),
}

/// What can be done with one.
#[derive(Clone, Copy, Subcommand)]
pub(crate) enum Verb {
    /// Install it if need be and start it. One that runs stays as it is.
    Up,
    /// Stop it and forget its data.
    Down,
    /// Print what tests and clients need in their environment.
    Env,
    /// Ask it what the parity suite asks, and write the answers to tests/real/recordings.
    Record,
}

/// Does it.
pub(crate) fn run(cloud: Cloud) -> Result<()> {
    let Cloud::Openstack(verb) = cloud;
    match verb {
        Verb::Up => up(),
        Verb::Down => openstack::down(),
        Verb::Env => env(),
        Verb::Record => record(),
    }
}

fn up() -> Result<()> {
    if let Installed::No(reason) = openstack::install()? {
        bail!("no OpenStack here: {reason}");
    }
    openstack::up()?;
    env()
}

fn env() -> Result<()> {
    if !openstack::is_up() {
        bail!("it is not running; start it with `cargo xtask cloud openstack up`");
    }
    let clouds = openstack::clouds_yaml();
    println!("export {}={}", openstack::VARIABLE, clouds.display());
    println!(
        "export OS_CLIENT_CONFIG_FILE={} OS_CLOUD=demo",
        clouds.display()
    );
    Ok(())
}

fn record() -> Result<()> {
    up()?;
    let mut tests = command::cargo([
        "test",
        "--package",
        "real",
        "--test",
        "parity",
        "neutron_still",
    ]);
    tests
        .env(openstack::VARIABLE, openstack::clouds_yaml())
        .env("GROUNDWORK_RECORD", "1");
    command::run(&mut tests)
}
