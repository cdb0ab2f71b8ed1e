//! What VPC Block Public Access keeps from the internet, whatever the routes say. Pure.

use serde::{Deserialize, Serialize};

/// What an account keeps from the internet gateways of a subnet, unless the subnet is excluded.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Blocked {
    /// Nothing.
    #[default]
    Nothing,
    /// Everything that comes in, but for the answers that NAT and egress-only gateways let in.
    Ingress,
    /// Everything.
    All,
}

impl Blocked {
    /// As EC2 spells it; what it may come to say besides is nothing that is known.
    pub(crate) fn of(mode: &str) -> Self {
        match mode {
            "block-bidirectional" => Self::All,
            "block-ingress" => Self::Ingress,
            _ => Self::Nothing,
        }
    }

    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }

    /// Why what leaves by an internet gateway comes to nothing.
    pub(crate) fn by_internet_gateway(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Ingress => Some("block-ingress: nothing comes in by it, answers neither"),
            Self::All => Some("block-bidirectional: nothing passes"),
        }
    }

    /// The same of an egress-only gateway, and of a NAT gateway that is in such a subnet.
    pub(crate) fn by_one_way(self) -> Option<&'static str> {
        match self {
            Self::Nothing | Self::Ingress => None,
            Self::All => self.by_internet_gateway(),
        }
    }
}
