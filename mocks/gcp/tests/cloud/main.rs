//! The mock Google Cloud as a client sees it, in process and in virtual time. What Google's own
//! client sees is in `google_lifecycle.py`.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod access;
mod client;
mod described;
mod firewalls;
mod networks;
mod operations;
mod requests;
mod routers;
mod subnetworks;
