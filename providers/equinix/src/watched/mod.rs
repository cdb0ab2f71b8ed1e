//! What is only read.

mod metro;

pub use metro::{Metro, MetroState};
