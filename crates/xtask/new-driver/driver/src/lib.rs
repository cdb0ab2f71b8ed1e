//! The Acorn driver: a network with one subnet, in both address families.
//!
//! [`Acorn`] is the driver; `docs/acorn.md` tells users of it.

mod answer;
mod api;
mod assess;
mod capabilities;
pub mod codes;
mod compile;
mod credentials;
mod object;
mod operations;
mod provider;
mod spec;

pub use api::Api;
pub use provider::Acorn;
pub use spec::{Datacenter, Spec};
