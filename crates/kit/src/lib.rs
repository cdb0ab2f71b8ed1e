//! What drivers share, so that a driver holds only what its cloud alone knows.
//!
//! A driver for a REST cloud starts with [`client`]: a base address, an
//! [`Authenticate`](client::Authenticate) and a table of [`Failures`](client::Failures) are all
//! that it writes of HTTP. `docs/writing-a-driver.md` shows how.

pub mod client;
