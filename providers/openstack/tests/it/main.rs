//! The driver over its mock, asked directly.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod account;
mod check;
mod choices;
mod defects;
mod existing;
mod groups;
mod lifecycle;
mod rights;
mod site;
mod traps;
