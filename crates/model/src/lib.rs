//! Vocabulary of Groundwork: clusters, datacenters, CIDR arithmetic, labels and findings.
//!
//! No I/O, nothing asynchronous, no cloud by name.

mod finding;
mod id;
mod label;
mod secret;

pub use finding::{Code, Finding, Location, Severity};
pub use id::{Address, ClusterKey, InstallationId, NameError, RunId};
pub use label::Label;
pub use secret::Secret;
