//! The suite over Hetzner Cloud, and what Hetzner alone can show.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod account;
mod bad_input;
mod conformance;
mod firewalls;
mod networks;
mod site;
