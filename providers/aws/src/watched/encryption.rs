//! Encryption in transit that a VPC or an account enforces, and the gateways that may be there all
//! the same:
//! <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-encryption-controls.html>. Pure.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A gateway that carries packets which nobody encrypts.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Gateway {
    /// An internet gateway.
    Internet,
    /// An egress-only gateway.
    EgressOnly,
    /// A NAT gateway.
    Nat,
}

impl Gateway {
    /// What a route leads through, by the id of its target: a NAT gateway has the internet gateway
    /// of its VPC behind it.
    pub(crate) fn on_the_way(target: &str) -> &'static [Self] {
        match target.split('-').next() {
            Some("igw") => &[Self::Internet],
            Some("eigw") => &[Self::EgressOnly],
            Some("nat") => &[Self::Internet, Self::Nat],
            _ => &[],
        }
    }

    /// As EC2 names it in options of `aws`.
    pub(crate) fn option(self) -> &'static str {
        match self {
            Self::Internet => "--internet-gateway-exclusion",
            Self::EgressOnly => "--egress-only-internet-gateway-exclusion",
            Self::Nat => "--nat-gateway-exclusion",
        }
    }

    fn told(self) -> &'static str {
        match self {
            Self::Internet => "internet gateways",
            Self::EgressOnly => "egress-only gateways",
            Self::Nat => "NAT gateways",
        }
    }
}

/// The control of a VPC that enforces encryption.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Enforced {
    /// The id of the control.
    pub control: String,
    /// What may be there all the same.
    pub excluded: BTreeSet<Gateway>,
}

impl Enforced {
    /// Those of the gateways that have no exclusion, each once.
    pub(crate) fn lacks(&self, gateways: impl IntoIterator<Item = Gateway>) -> Vec<Gateway> {
        lacks(&self.excluded, gateways)
    }
}

/// What an account attempts to enforce in its VPCs. What that does to a VPC which is made under it,
/// no source says:
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyAccountVpcEncryptionControl.html>.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Attempted {
    /// Whether a declarative policy of the organization wants it, over the account's head.
    pub(crate) by_policy: bool,
    /// What may be there all the same.
    pub(crate) excluded: BTreeSet<Gateway>,
}

impl Attempted {
    /// Those of the gateways that have no exclusion, each once.
    pub(crate) fn lacks(&self, gateways: impl IntoIterator<Item = Gateway>) -> Vec<Gateway> {
        lacks(&self.excluded, gateways)
    }
}

fn lacks(
    excluded: &BTreeSet<Gateway>,
    gateways: impl IntoIterator<Item = Gateway>,
) -> Vec<Gateway> {
    let all: BTreeSet<Gateway> = gateways.into_iter().collect();
    all.difference(excluded).copied().collect()
}

/// Gateways as people are told of them.
pub(crate) fn told(gateways: &[Gateway]) -> String {
    let told: Vec<&str> = gateways.iter().map(|gateway| gateway.told()).collect();
    told.join(" and ")
}
