//! The mock DigitalOcean as a client sees it, in process and in virtual time. What the vendor's own
//! client sees is in `pydo_lifecycle.py`.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod client;
mod firewalls;
mod requests;
mod vpcs;
