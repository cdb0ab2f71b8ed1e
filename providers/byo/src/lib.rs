//! The driver for nodes that the user brings and joins with kubeadm: it verifies, and makes nothing.
//!
//! Nodes come from a list in the document, from a cluster that a kubeconfig opens, or from both; what
//! is verified stands in `docs/byo.md`.

mod api;
mod assess;
mod capabilities;
mod check;
pub mod codes;
mod compile;
mod connect;
mod join;
mod judge;
mod node;
mod object;
mod operations;
mod provider;
mod spec;
mod survey;
mod topology;

pub use api::Api;
pub use join::{JoinFile, join_files};
pub use object::{Node, NodeAddress, NodeState, Version, VersionState};
pub use provider::Byo;
pub use spec::{Datacenter, NodeSpec, Spec};
pub use survey::Survey;
