//! The contract between the Groundwork engine and a cloud driver.
//!
//! A driver is a [`Provider`] (pure `compile` and `assess`, a `survey` that reads) and some
//! [`Resource`]s (one object each). Everything else here is what they talk with. The engine
//! decides order, parallelism, retries, waiting and journalling; a driver never does.

mod capability;
mod cx;
mod diff;
#[doc(hidden)]
pub mod erased;
mod error;
mod fields;
mod found;
mod graph;
mod listed;
mod look;
mod machine;
mod network;
mod plan;
mod postings;
mod provider;
mod resource;
pub mod rule;
mod target;
mod told;
pub mod topology;
mod world;

pub use capability::{ApiOperation, Capabilities, Capability, Feature, Support, Use};
pub use cx::{ClaimBook, Claims, Cx, Facts, IdempotencyToken, Known, Later, States};
pub use diff::{Change, Diff, Progress, Want};
pub use error::{Effect, Error, ErrorKind, Result, Retry};
pub use fields::{AnyFields, Fields, Typed};
pub use found::{AnyFound, Found, Key, ObjectRef, Operation, Owner, Owners, Phase, Scope};
pub use graph::{Edge, Graph, Handle, Node};
pub use listed::Listed;
pub use look::Look;
#[doc(hidden)]
pub use look::LookCache;
pub use machine::{Interface, Machine, Machines, Unknown, Unlisted};
pub use network::{Network, NetworkObject, NetworkSubnet};
pub use plan::{Action, Goal, Item, Plan};
pub use provider::{Kinds, Provider};
pub use resource::{External, Listing, Reach, Resource};
pub use target::{Access, Account, Environment, Options, Target};
pub use told::Told;
pub use topology::Topology;
pub use world::{Clock, Random, World};
