//! The command line of Groundwork.
//!
//! [`main`] is the whole program; [`run`] is the same over [`Surroundings`] that a caller chooses,
//! which is how the golden files are made without a clock, a terminal or a network.

mod app;
mod args;
mod ask;
mod context;
mod demo;
mod documents;
mod drivers;
mod exit;
mod lines;
mod logging;
#[cfg_attr(
    not(feature = "openstack"),
    allow(dead_code, reason = "each cloud brings its own mock")
)]
mod mock;
mod plan_file;
mod render;
mod stop;
mod surroundings;
mod verbs;

pub use app::{main, run};
pub use exit::Exit;
pub use surroundings::{Page, Surroundings};
