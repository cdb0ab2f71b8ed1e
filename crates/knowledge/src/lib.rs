//! What is known of clouds, operating systems and versions under dual-stack clusters.
//!
//! It is data: files in `data/`, each entry with what the documentation of the reference system
//! (KKP 2.24) says, what is true today, since which version of what, and where that is known from.
//! The code reads, merges and applies them, and knows none of it.

mod cluster_network;
mod entry;
mod file;
mod judge;
mod known;
mod load_balancer;
mod matrix;
mod profile;
mod subject;

pub use cluster_network::{CompletedNetwork, ProxyDefault};
pub use entry::{Case, Entry, Kind, Range, Since, State, Touches};
pub use file::schema;
pub use known::Known;
pub use load_balancer::{LoadBalancer, ServiceShape};
pub use matrix::{Cell, Named, Sign};
pub use profile::{Interface, Ipv6Method, NetworkForm, NodeFile, SystemProfile};
pub use subject::Subject;
