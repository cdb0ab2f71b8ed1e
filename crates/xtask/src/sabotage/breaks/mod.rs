//! What is broken, and where: data.

mod aws;
mod azure;
mod gcp;
mod openstack;
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
    const fn new(
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
}

/// A driver with a suite.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, ValueEnum)]
pub(crate) enum Driver {
    Toy,
    #[value(name = "openstack")]
    OpenStack,
    Gcp,
    Vsphere,
    Azure,
    Aws,
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
    pub(crate) const ALL: [Self; 6] = [
        Self::Toy,
        Self::Vsphere,
        Self::OpenStack,
        Self::Gcp,
        Self::Azure,
        Self::Aws,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Toy => "toy",
            Self::OpenStack => "openstack",
            Self::Gcp => "gcp",
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::Vsphere => "vsphere",
        }
    }

    pub(crate) fn suite(self) -> Suite {
        let (package, module) = match self {
            Self::Toy => ("conformance", "toy"),
            Self::OpenStack => ("conformance", "openstack"),
            Self::Gcp => ("conformance", "gcp"),
            Self::Aws => ("groundwork-aws", "conformance"),
            Self::Azure => ("groundwork-azure", "conformance"),
            Self::Vsphere => ("conformance", "vsphere"),
        };
        Suite { package, module }
    }

    /// Its breaks.
    pub(crate) fn breaks(self) -> &'static [Break] {
        match self {
            Self::Toy => toy::BREAKS,
            Self::OpenStack => openstack::BREAKS,
            Self::Gcp => gcp::BREAKS,
            Self::Aws => aws::BREAKS,
            Self::Azure => azure::BREAKS,
            Self::Vsphere => vsphere::BREAKS,
        }
    }
}
