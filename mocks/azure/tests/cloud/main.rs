//! The mock as its clients see it.

#![allow(clippy::unwrap_used)]

mod access;
mod client;
mod described;
mod gateways;
mod groups;
mod machines;
mod networks;
mod operations;
mod peerings;
mod requests;
mod security;
