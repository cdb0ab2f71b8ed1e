//! What is broken, and where: data.

mod aws;
mod azure;
mod byo;
mod digitalocean;
mod equinix;
mod gcp;
mod hetzner;
mod openstack;
mod shared;
mod toy;
mod vsphere;

use clap::ValueEnum;

/// One break.
#[derive(Debug)]
pub(crate) struct Break {
    /// Its name: the same for every driver that can be broken so.
    pub(crate) name: &'static str,
    /// What it is, for people.
    pub(crate) what: &'static str,
    /// The file that is broken.
    pub(crate) file: &'static str,
    /// A text that the file has once.
    pub(crate) find: &'static str,
    /// What is put in its place.
    pub(crate) replace: &'static str,
}

impl Break {
    pub(crate) const fn new(
        name: &'static str,
        what: &'static str,
        file: &'static str,
        find: &'static str,
        replace: &'static str,
    ) -> Self {
        Self {
            name,
            what,
            file,
            find,
            replace,
        }
    }

    /// What its switch is called, where it has one; for people, which break this is.
    pub(crate) fn switch(&self, driver: Driver) -> String {
        format!("{} {}", driver.name(), self.name)
    }
}

/// A driver with a suite.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, ValueEnum)]
pub(crate) enum Driver {
    Aws,
    Azure,
    Byo,
    #[value(name = "digitalocean")]
    DigitalOcean,
    Equinix,
    Gcp,
    Hetzner,
    #[value(name = "openstack")]
    OpenStack,
    Toy,
    Vsphere,
}

/// Where the suite of a driver is mounted.
pub(crate) struct Suite {
    /// The package with the test program `it`.
    pub(crate) package: &'static str,
    /// The module of that program.
    pub(crate) module: &'static str,
}

impl Driver {
    /// Every one, the quickest first.
    pub(crate) const ALL: [Self; 10] = [
        Self::Toy,
        Self::Byo,
        Self::Equinix,
        Self::Vsphere,
        Self::Hetzner,
        Self::DigitalOcean,
        Self::OpenStack,
        Self::Gcp,
        Self::Azure,
        Self::Aws,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::Byo => "byo",
            Self::DigitalOcean => "digitalocean",
            Self::Equinix => "equinix",
            Self::Gcp => "gcp",
            Self::Hetzner => "hetzner",
            Self::OpenStack => "openstack",
            Self::Toy => "toy",
            Self::Vsphere => "vsphere",
        }
    }

    pub(crate) fn suite(self) -> Suite {
        let (package, module) = match self {
            Self::Aws => ("groundwork-aws", "conformance"),
            Self::Azure => ("groundwork-azure", "conformance"),
            Self::Byo => ("conformance", "byo"),
            Self::DigitalOcean => ("conformance", "digitalocean"),
            Self::Equinix => ("conformance", "equinix"),
            Self::Gcp => ("conformance", "gcp"),
            Self::Hetzner => ("groundwork-hetzner", "conformance"),
            Self::OpenStack => ("conformance", "openstack"),
            Self::Toy => ("conformance", "toy"),
            Self::Vsphere => ("conformance", "vsphere"),
        };
        Suite { package, module }
    }

    /// Its breaks.
    pub(crate) fn breaks(self) -> &'static [Break] {
        match self {
            Self::Aws => aws::BREAKS,
            Self::Azure => azure::BREAKS,
            Self::Byo => byo::BREAKS,
            Self::DigitalOcean => digitalocean::BREAKS,
            Self::Equinix => equinix::BREAKS,
            Self::Gcp => gcp::BREAKS,
            Self::Hetzner => hetzner::BREAKS,
            Self::OpenStack => openstack::BREAKS,
            Self::Toy => toy::BREAKS,
            Self::Vsphere => vsphere::BREAKS,
        }
    }
}
