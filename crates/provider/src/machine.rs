//! The machines of an account: what its cloud knows of the nodes of a cluster that runs.

use std::net::IpAddr;

use ipnet::IpNet;

/// A machine of an account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Machine {
    /// The end of the provider id that cloud controllers give its node, behind a slash: `42` of `hcloud://42`.
    pub id: String,
    /// What the cloud has for it: single addresses, and whole ranges where a machine is given one.
    pub addresses: Vec<IpNet>,
}

impl Machine {
    /// One address as a range; none where the text is no address.
    pub fn single(text: &str) -> Option<IpNet> {
        text.parse().ok().map(|ip: IpAddr| IpNet::from(ip))
    }
}

/// Every machine that an account holds in the place that was asked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Machines {
    /// In no order.
    pub all: Vec<Machine>,
    /// Whether public addresses that the cloud translates to a machine's own are among them.
    pub has_public: bool,
}
