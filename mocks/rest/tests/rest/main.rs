//! Tables, queries and pages over a resource of no particular cloud.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod bodies;
mod listings;
