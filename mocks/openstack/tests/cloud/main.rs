//! Keystone and Neutron, by area: what they take, what they refuse and how.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod client;
mod faults;
mod floating_ips;
mod hand;
mod identity;
mod listings;
mod networks;
mod pools;
mod ports;
mod projects;
mod routers;
mod scale;
mod security;
mod subnets;
mod tags;
