//! A node and its router, each in a network namespace of this machine: what real daemons make of files.
//!
//! Nothing outside of the namespaces and a temporary folder is touched: the node has `/run`, `/etc`, a host's name and a D-Bus of
//! its own, and each test looks whether the machine has kept its own. What an interrupted run leaves, the next one removes.

mod lab;
mod pods;
mod profile;
mod spaces;

pub use lab::{FAR, GATEWAY, Lab, State, root};
pub use pods::{FAR_NAME, FAR_PORT, PodNetwork};
pub use profile::{NodeFile, Profile};
pub use spaces::remove_left_behind;

use crate::access;

/// Says that what is needed is installed, and that namespaces can be made. `cargo xtask test` sets it.
const VARIABLE: &str = "GROUNDWORK_REAL_NODE";

/// How the router gives addresses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Method {
    /// Announcements with a prefix.
    Slaac,
    /// The same, with name servers by DHCPv6.
    Stateless,
    /// Addresses by DHCPv6.
    Stateful,
    /// Announcements with a prefix, which the node has to leave alone.
    Static,
}

impl Method {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Slaac, Self::Stateless, Self::Stateful, Self::Static];

    /// What `--ipv6` calls it, with what it needs besides.
    #[must_use]
    pub const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Slaac => &["slaac"],
            Self::Stateless => &["dhcpv6-stateless"],
            Self::Stateful => &["dhcpv6-stateful"],
            Self::Static => &[
                "static",
                "--address",
                "2001:db8:1::10/64",
                "--gateway",
                GATEWAY,
            ],
        }
    }
}

/// What configures the node's network.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Daemon {
    /// The kernel alone.
    Kernel,
    /// systemd-networkd.
    Networkd,
    /// The same, after netplan has written its files.
    Netplan,
    /// NetworkManager.
    NetworkManager,
}

/// Whether nodes can be made here. Where not, says in one line that the test is skipped.
///
/// # Panics
/// In CI, where no test may be skipped.
#[must_use]
pub fn is_there() -> bool {
    access::found(VARIABLE).is_some()
}
