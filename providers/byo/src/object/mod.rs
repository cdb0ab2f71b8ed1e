//! What is read of a cluster. All of it is somebody else's, and is verified.

mod node;
mod version;
mod wire;

pub use node::{Node, NodeAddress, NodeState};
pub use version::{Version, VersionState};
pub(crate) use wire::NodeObject;
