//! The objects of a network, a file each.

mod network;
mod subnet;

pub(crate) use network::Network;
pub(crate) use subnet::Subnet;
