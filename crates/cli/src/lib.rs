//! The command line of Groundwork.
//!
//! [`main`] is the whole program; [`run`] is the same over [`Surroundings`] that a caller chooses,
//! which is how the golden files are made without a clock, a terminal or a network.

mod app;
mod args;
mod ask;
mod availability;
mod beside;
mod catalogue;
mod clean;
mod clouds;
mod context;
#[cfg(all(feature = "mock", feature = "openstack"))]
mod demo;
mod documents;
mod exit;
#[cfg(test)]
mod hostile;
mod known;
mod lines;
mod logging;
mod plan_file;
mod remedies;
mod render;
mod report;
mod stop;
mod surroundings;
mod verbs;

pub use app::{main, run};
pub use exit::Exit;
pub use surroundings::{Page, Surroundings};
