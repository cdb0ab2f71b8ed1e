//! The machines of an account: what its cloud knows of the nodes of a cluster that runs.

use std::{collections::BTreeMap, net::IpAddr};

use ipnet::IpNet;

/// A machine of an account.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Machine {
    /// The end of the provider id that cloud controllers give its node, behind a slash: `42` of `hcloud://42`. Its case
    /// means nothing.
    pub id: String,
    /// Its interfaces; one that has everything where the cloud tells of no single ones.
    pub interfaces: Vec<Interface>,
    /// Why the cloud does not know its addresses, where it does not.
    pub unknown: Option<Unknown>,
}

/// Why a cloud does not know the addresses of a machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unknown {
    /// It does not run.
    Off,
    /// What is to tell them does not: `VMware Tools do not run`, and what to do about it.
    Silent {
        /// Why.
        why: &'static str,
        /// What to do.
        remedy: &'static str,
    },
}

/// An interface of a machine.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Interface {
    /// What the cloud has for it: single addresses, whole ranges where it is given one, and public addresses that the
    /// cloud translates to its own.
    pub addresses: Vec<IpNet>,
    /// The largest packet that its network carries, in bytes, where the cloud says so.
    pub mtu: Option<u32>,
}

impl Machine {
    /// One whose addresses are told without interfaces.
    pub fn new(id: impl Into<String>, addresses: impl IntoIterator<Item = IpNet>) -> Self {
        let addresses = addresses.into_iter().collect();
        let interface = Interface {
            addresses,
            mtu: None,
        };
        Self {
            id: id.into(),
            interfaces: vec![interface],
            unknown: None,
        }
    }

    /// The addresses of all its interfaces.
    pub fn addresses(&self) -> impl Iterator<Item = &IpNet> {
        self.interfaces.iter().flat_map(|one| &one.addresses)
    }

    /// One address as a range; none where the text is no address.
    pub fn single(text: &str) -> Option<IpNet> {
        text.parse().ok().map(|ip: IpAddr| IpNet::from(ip))
    }
}

/// Every machine that an account holds in the place that was asked.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Machines {
    /// In no order.
    pub all: Vec<Machine>,
    /// Machines that the listing leaves out.
    pub unlisted: Option<Unlisted>,
}

impl Machines {
    /// The machines that interfaces belong to, each interface with the id of its machine.
    pub fn of_interfaces(all: impl IntoIterator<Item = (String, Interface)>) -> Self {
        let mut machines: BTreeMap<String, Vec<Interface>> = BTreeMap::new();
        for (machine, interface) in all {
            machines.entry(machine).or_default().push(interface);
        }
        let machine = |(id, interfaces)| Machine {
            id,
            interfaces,
            unknown: None,
        };
        machines.into_iter().map(machine).collect()
    }
}

impl FromIterator<Machine> for Machines {
    fn from_iter<I: IntoIterator<Item = Machine>>(all: I) -> Self {
        Self {
            all: all.into_iter().collect(),
            unlisted: None,
        }
    }
}

/// Machines that no listing of an account has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Unlisted {
    /// What the provider ids of their nodes have in them: `/virtualMachineScaleSets/`.
    pub part: &'static str,
    /// What they are called: `instances of scale sets`.
    pub what: &'static str,
}
