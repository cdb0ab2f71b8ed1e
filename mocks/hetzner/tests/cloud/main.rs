//! The mock Hetzner Cloud as a client sees it, in process and in virtual time. What the vendor's
//! own client sees is in `hcloud_lifecycle.py`.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod client;
mod firewalls;
mod networks;
mod primary_ips;
mod requests;
mod servers;
