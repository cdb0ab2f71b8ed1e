//! Seeded simulation: whole lives of clusters in clouds where much goes wrong at once.
//!
//! A seed decides everything: which kinds of faults are on and how often they strike, what the
//! operator does in which order, and at which journal entry a process dies. After each life the
//! faults end, and then it must come right: see [`live`] and [`race`]. The same seed gives the same
//! events, byte for byte.
//!
//! `GROUNDWORK_SEEDS` is how many seeds are tried, `GROUNDWORK_SEED` replays one.

mod life;
mod race;
mod seeds;

pub use life::live;
pub use race::race;
pub use seeds::seeds;
