//! The driver over its mock, asked directly.

mod account;
mod check;
mod choices;
mod defects;
mod existing;
mod lifecycle;
mod support;
mod traps;
