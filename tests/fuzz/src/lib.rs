//! Fuzzing on the stable compiler: a target takes bytes, and must not panic.
//!
//! A target begins with its seeds and with the files of `corpus/TARGET`, and goes on with damaged
//! copies of them. The same are drawn in every run; `PROPTEST_CASES=100000` draws more, and
//! `PROPTEST_RNG_SEED=7` others. What made a target fail is put into its corpus, and stays there.

mod damage;
mod replies;
mod target;

pub use replies::{Damaged, replies};
pub use target::fuzz;
