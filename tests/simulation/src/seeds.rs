//! Which seeds are tried.

use std::{env, ops::Range};

/// The seeds to try: `GROUNDWORK_SEED` alone if it is set, else the first `GROUNDWORK_SEEDS`, else
/// the first `default`.
///
/// # Panics
/// If a variable is set and is not a number.
#[must_use]
pub fn seeds(default: u64) -> Range<u64> {
    let number = |name: &str| {
        let text = env::var(name).ok()?;
        Some(
            text.parse::<u64>()
                .unwrap_or_else(|why| panic!("{name}={text}: {why}")),
        )
    };
    match number("GROUNDWORK_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("GROUNDWORK_SEEDS").unwrap_or(default),
    }
}

/// Says which seed it was when a test fails.
pub(crate) struct Named(pub(crate) u64);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Self(seed) = self;
            eprintln!("this was seed {seed}: GROUNDWORK_SEED={seed} replays it");
        }
    }
}
