//! The mock vCenter as a client sees it, in process and in virtual time. What the vendor's own
//! client sees is in `pyvmomi_lifecycle.py`.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod client;
mod collector;
mod folders;
mod permissions;
mod sessions;
mod tags;
