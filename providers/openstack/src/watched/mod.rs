//! What is looked at and never made: it decides where a range comes from.

pub(crate) mod subnet_pool;
