//! The driver over its mock, asked directly.

mod account;
mod check;
mod choices;
mod defects;
mod existing;
mod groups;
mod lifecycle;
mod rights;
mod support;
mod traps;
