//! What is looked at and never made: it hangs on a network, or decides where a range comes from.

pub(crate) mod port;
pub(crate) mod subnet_pool;
