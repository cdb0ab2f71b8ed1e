//! Which run of the tests this is.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

/// A number that no other run has: drawn, since process ids come again and a cloud may be kept.
pub(crate) fn number() -> u64 {
    static NUMBER: OnceLock<u64> = OnceLock::new();
    // The standard library's one source of random bits.
    *NUMBER.get_or_init(|| RandomState::new().hash_one(std::process::id()))
}
