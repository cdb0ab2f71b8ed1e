//! The mock as its clients see it.

#![allow(clippy::unwrap_used)]

mod access;
mod client;
mod groups;
mod networks;
mod operations;
mod requests;
mod security;
