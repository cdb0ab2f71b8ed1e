//! What is only read: regions, droplets and NAT gateways, and what others hang on our objects.

pub(crate) mod applied;
pub(crate) mod droplet;
pub(crate) mod gateway;
pub(crate) mod member;
pub(crate) mod peering;
pub(crate) mod region;
