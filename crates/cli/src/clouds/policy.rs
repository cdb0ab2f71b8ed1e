//! What an account of a cloud has to be allowed, and nothing more.

use std::collections::BTreeSet;

use groundwork_provider::{ApiOperation, Use};
use serde_json::Value;

use crate::args::Purpose;

/// What an account of a cloud has to be allowed.
#[derive(Debug)]
pub(crate) enum Policies {
    /// Texts that the cloud takes.
    #[allow(
        dead_code,
        reason = "a binary may be built without a cloud that has some"
    )]
    Texts {
        /// Each, made when it is asked for.
        texts: fn() -> Vec<PolicyText>,
        /// Where they go.
        goes: &'static str,
    },
    /// The cloud takes none; a sentence without its capital and its full stop.
    #[allow(
        dead_code,
        reason = "a binary may be built without a cloud that has none"
    )]
    None(&'static str),
}

/// One text.
#[derive(Debug)]
pub(crate) struct PolicyText {
    /// The file in docs/policies that holds it.
    pub(crate) file: String,
    /// What an account with it can be used for.
    pub(crate) purposes: &'static [Purpose],
    /// The text.
    pub(crate) text: String,
}

impl PolicyText {
    /// A text for one use.
    #[allow(
        dead_code,
        reason = "a binary may be built without a cloud that has some"
    )]
    pub(crate) fn of(purpose: Purpose, file: impl Into<String>, text: String) -> Self {
        let purposes: &[Purpose] = match purpose {
            Purpose::Verify => &[Purpose::Verify],
            Purpose::Provision => &[Purpose::Provision],
            Purpose::Destroy => &[Purpose::Destroy],
        };
        Self {
            file: file.into(),
            purposes,
            text,
        }
    }

    /// A document for one use.
    #[allow(
        dead_code,
        reason = "a binary may be built without a cloud that has some"
    )]
    pub(crate) fn json(purpose: Purpose, file: &str, document: &Value) -> Self {
        let text = serde_json::to_string_pretty(document).expect("it is plain data") + "\n";
        Self::of(purpose, file, text)
    }

    /// The permissions of a driver's operations, one a line, for each use.
    #[allow(
        dead_code,
        reason = "a binary may be built without a cloud that has some"
    )]
    pub(crate) fn lists(cloud: &str, operations: &[ApiOperation]) -> Vec<Self> {
        let list = |(purpose, name): (Purpose, &str)| {
            let of = operations
                .iter()
                .filter(|one| purpose.uses().contains(&one.used_for));
            let permissions: BTreeSet<&str> = of.map(|one| one.permission).collect();
            let lines = permissions.iter().filter(|text| !text.is_empty());
            let text = lines.map(|text| format!("{text}\n")).collect();
            Self::of(purpose, format!("{cloud}-{name}.txt"), text)
        };
        let each = [
            (Purpose::Verify, "verify"),
            (Purpose::Provision, "provision"),
            (Purpose::Destroy, "destroy"),
        ];
        each.into_iter().map(list).collect()
    }
}

impl Purpose {
    /// The operations that it needs.
    fn uses(self) -> &'static [Use] {
        match self {
            Self::Verify => &[Use::List],
            Self::Provision => &[Use::Connect, Use::List, Use::Create, Use::Update],
            Self::Destroy => &[Use::Connect, Use::List, Use::Delete],
        }
    }
}
