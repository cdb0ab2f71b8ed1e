//! What a node's network is tried with: systemd-networkd, NetworkManager, netplan and cloud-init on the node, radvd and dnsmasq as
//! its router, and busybox, which a probe's pods run. Programs that are there or not; the tests start them, in namespaces of their own.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::cloud::TestCloud;
use crate::install::{self, Installed};

/// Debian's packages. None of their services is started.
const PACKAGES: [&str; 11] = [
    "busybox",
    "cloud-init",
    "dbus",
    "dnsmasq-base",
    "iproute2",
    "netplan.io",
    "network-manager",
    "procps",
    "radvd",
    "systemd",
    "util-linux",
];

/// Nodes in network namespaces.
pub(crate) struct NodeNetwork;

impl TestCloud for NodeNetwork {
    fn name(&self) -> &'static str {
        "systemd-networkd and NetworkManager"
    }

    fn install(&self) -> Result<Installed> {
        match install::packages(&PACKAGES)? {
            Installed::Yes if can_make_namespaces() => Ok(Installed::Yes),
            Installed::Yes => {
                let why = "network namespaces cannot be made here";
                Ok(Installed::No(why.to_owned()))
            }
            no @ Installed::No(_) => Ok(no),
        }
    }

    fn is_up(&self) -> bool {
        can_make_namespaces()
    }

    fn up(&self) -> Result<()> {
        ensure!(self.is_up(), "network namespaces cannot be made here");
        Ok(())
    }

    fn down(&self) -> Result<()> {
        Ok(())
    }

    fn variable(&self) -> &'static str {
        "GROUNDWORK_REAL_NODE"
    }

    fn value(&self) -> Result<String> {
        Ok("yes".to_owned())
    }

    fn for_clients(&self) -> Result<Vec<(&'static str, String)>> {
        Ok(Vec::new())
    }
}

/// Whether a namespace of the network and one of mounts can be made, with a veth and a tmpfs in them.
fn can_make_namespaces() -> bool {
    let script = "ip link add veth0 type veth peer name veth1 && mount -t tmpfs tmpfs /run";
    let mut unshare = match rustix::process::geteuid().is_root() {
        true => Command::new("unshare"),
        false => {
            let mut sudo = Command::new("sudo");
            sudo.args(["--non-interactive", "unshare"]);
            sudo
        }
    };
    unshare.args(["--net", "--mount", "sh", "-c", script]);
    unshare.output().is_ok_and(|output| output.status.success())
}
