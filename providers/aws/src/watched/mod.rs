//! What is looked at and never made: it hangs on a network, or decides what works in it.

pub(crate) mod encryption;
pub(crate) mod endpoint;
pub(crate) mod network_acl;
pub(crate) mod network_interface;
pub(crate) mod peering;
pub(crate) mod pool;
pub(crate) mod public_access;
pub(crate) mod vpn_gateway;
pub(crate) mod zone;
