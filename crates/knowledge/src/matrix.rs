//! The compatibility matrix: which operating systems nodes run on, by cloud.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A cloud or an operating system, with its names elsewhere.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Its name here and, of a cloud, in documents.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Its names in documents of machines.
    pub machines: Vec<String>,
}

/// One operating system on one cloud.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The cloud.
    pub provider: String,
    /// The operating system.
    pub system: String,
    /// What the documentation of KKP 2.24 says.
    pub documented: Sign,
    /// What is true today.
    pub today: Sign,
    /// The entries that say why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
}

/// What is known of a cell.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "camelCase")]
pub enum Sign {
    /// It works.
    Works,
    /// It works, with an issue.
    Issue,
    /// It does not work.
    Fails,
    /// It does not exist there, or nobody has tested it.
    Untested,
}

impl Sign {
    /// Every sign, in the order of a legend.
    pub const ALL: [Self; 4] = [Self::Works, Self::Issue, Self::Fails, Self::Untested];

    /// The sign as the documentation writes it.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Works => "✓",
            Self::Issue => "✓ *",
            Self::Fails => "x",
            Self::Untested => "-",
        }
    }

    /// What it means.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Issue => "works, with an issue",
            Self::Fails => "does not work",
            Self::Untested => "not available or not tested",
        }
    }
}

impl Sign {
    /// What it said.
    pub(crate) const fn said(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Issue => "works with an issue",
            Self::Fails => "does not work",
            Self::Untested => "is not available or not tested",
        }
    }
}

impl Cell {
    /// Its name, and the code of its finding: `MATRIX-AWS-CENTOS-7`.
    pub fn id(&self) -> String {
        let Self {
            provider, system, ..
        } = self;
        format!("MATRIX-{provider}-{system}").to_uppercase()
    }
}
