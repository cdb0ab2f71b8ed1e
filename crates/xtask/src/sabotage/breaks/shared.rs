//! Breaks of what drivers share, or have alike.

use super::Break;

const FAILURE: &str = "crates/kit/src/client/failure.rs";

/// A reply that never came.
pub(super) const EFFECT_UNKNOWN_FORGOTTEN: Break = Break::new(
    "effect-unknown-forgotten",
    "a lost reply is taken for a request that had no effect",
    FAILURE,
    "if failure.sent == Sent::Maybe {",
    "if failure.sent == Sent::Maybe && failure.message.is_empty() {",
);

/// A reply of which half came.
pub(super) const UNREADABLE_HAD_NO_EFFECT: Break = Break::new(
    "unreadable-had-no-effect",
    "half a reply is taken for a request that had no effect",
    FAILURE,
    "Error::new(ErrorKind::Unexpected, operation, message).effect_unknown();",
    "Error::new(ErrorKind::Unexpected, operation, message);",
);

/// Changes of which the cloud takes one at a time.
pub(super) const NO_TURNS: Break = Break::new(
    "no-turns",
    "changes that the cloud cannot handle at once do not take turns",
    "crates/provider/src/erased/kind.rs",
    "turns: R::TURNS,",
    "turns: R::TURNS.filter(|_| false),",
);

/// The table of operations, which `provider` answers with.
pub(super) const fn operations(provider: &'static str) -> Break {
    Break::new(
        "operation-not-in-table",
        "calls are missing in the table of operations",
        provider,
        "        OPERATIONS\n",
        "        &OPERATIONS[..OPERATIONS.len() / 2]\n",
    )
}

/// The table of features, which `provider` answers with.
pub(super) const fn features(provider: &'static str) -> Break {
    Break::new(
        "feature-not-as-declared",
        "no feature is declared",
        provider,
        "        &CAPABILITIES\n",
        "        &Capabilities { features: &[] }\n",
    )
}
