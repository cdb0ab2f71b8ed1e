//! The driver over its mock.

mod cases;
mod checks;
mod conformance;
mod policies;
