//! What is looked at and never made: it hangs on a network, or decides where a range comes from.

pub(crate) mod port;
mod subnet_pool;

pub(crate) use port::{DevicePort, NetworkPort, Port, Ports};
pub(crate) use subnet_pool::{SubnetPool, SubnetPoolState};
