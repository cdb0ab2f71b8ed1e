//! The mock AWS as a client sees it, in process and in virtual time. What an independent client
//! sees is in `boto3_lifecycle.py`.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod client;
mod delays;
mod encryption;
mod faults;
mod hand;
mod identity;
mod key_pairs;
mod nat_gateways;
mod network_acls;
mod networks;
mod permissions;
mod requests;
