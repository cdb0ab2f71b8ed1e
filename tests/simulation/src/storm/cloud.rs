//! Whose mock a storm is over.

use std::fmt;

use clap::ValueEnum;
#[cfg(feature = "aws")]
use conformance::subjects::AwsSubject;
use conformance::{Subject, subjects::OpenStackSubject};
use jiff::Timestamp;

/// A cloud.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Cloud {
    /// AWS, a private network with all its ways out.
    #[cfg(feature = "aws")]
    Aws,
    /// OpenStack.
    Openstack,
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            #[cfg(feature = "aws")]
            Self::Aws => "aws",
            Self::Openstack => "openstack",
        })
    }
}

impl Cloud {
    /// Driver, mock and documents.
    pub(crate) fn subject(self) -> Box<dyn Subject> {
        match self {
            #[cfg(feature = "aws")]
            Self::Aws => Box::new(AwsSubject::private()),
            Self::Openstack => Box::new(OpenStackSubject::default()),
        }
    }

    /// What time it is in the mock when it starts.
    pub(crate) fn epoch(self) -> Timestamp {
        match self {
            #[cfg(feature = "aws")]
            Self::Aws => AwsSubject::private().config.epoch,
            Self::Openstack => mock_cloud::Calendar::default().epoch,
        }
    }
}
