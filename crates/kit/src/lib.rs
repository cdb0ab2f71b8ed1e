//! What drivers share, so that a driver holds only what its cloud alone knows.
//!
//! A driver for a REST cloud starts with [`client`]: a base address, an
//! [`Authenticate`](client::Authenticate) and a table of [`Failures`](client::Failures) are all
//! that it writes of HTTP. `docs/writing-a-driver.md` shows how. What a
//! cluster's firewall allows is in [`access`] and [`rules`], and [`existing`] asks what keeps the
//! nodes of a network that exists from working. [`kubernetes`] opens a
//! cluster's own API.

pub mod access;
pub mod client;
pub mod codes;
pub mod credentials;
pub mod document;
pub mod existing;
pub mod kubernetes;
pub mod named;
pub mod quota;
pub mod rules;
