//! moto, a mock AWS that nobody here wrote: a second opinion beside our own mock.
//!
//! moto is lenient, and does some things otherwise than EC2. A [`proxy`] stands between it and the
//! program and puts these right, [fault](faults) by fault. Each test has an account of its own, so
//! that they do not see each other; what an account has is read from moto itself.

pub mod account;
pub mod ask;
pub mod client;
pub mod faults;
pub mod proxy;
pub mod shape;
pub mod xml;

use crate::access;

/// Holds the address of moto. `cargo xtask test` sets it.
pub const VARIABLE: &str = "GROUNDWORK_REAL_MOTO";

/// Where moto is. Without one, says in one line that the test is skipped.
///
/// # Panics
/// In CI, where no test may be skipped.
pub fn real() -> Option<String> {
    let url = access::found(VARIABLE)?;
    Some(url.into_string().expect("an address is plain text"))
}
