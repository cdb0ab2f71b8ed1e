//! The mock's core over the smallest cloud: faults, replay, checker, port.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod checker;
mod faults;
mod port;
mod replay;
mod shelf;
mod store;
