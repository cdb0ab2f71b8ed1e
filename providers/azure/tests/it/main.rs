//! The driver over its mock: the suite, and what Azure alone can show.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod account;
mod bad_input;
mod behaviours;
mod calls;
mod cases;
mod conformance;
mod machines;
mod roles;
mod site;
mod verified;
