//! Tests of what is known.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod common;
mod data;
mod files;
mod judged;
