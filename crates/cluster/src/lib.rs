//! A cluster that runs, judged: is it dual-stack, and where it is not, which of cloud, machine, cloud
//! controller, control plane and document is the cause.
//!
//! [`read`] asks the API server, and [`Watched`] asks it for what changes after that; [`judge`] gets [`Facts`]
//! and no connection. What is asked, and what a role has
//! to allow for it, is one list: [`rbac::QUESTIONS`].

pub mod codes;
mod controller;
mod expected;
pub mod facts;
mod feed;
mod judge;
pub mod probe;
pub mod rbac;
mod read;
mod retry;
mod seed;
mod source;
mod watched;

pub use facts::Facts;
pub use judge::{families, judge};
pub use read::read;
pub use seed::read_seed;
pub use watched::Watched;
