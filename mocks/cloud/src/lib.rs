//! The stateful core of every mock cloud: objects, virtual clock, seeded faults, call log, checker.
//!
//! A cloud is a plain value behind [`Cloud`]: it takes a request and the time, and returns a
//! response. It opens no socket and reads no clock, so the same seed and the same requests give the
//! same replies. [`Mock`] puts the [faults](mod@faults), the call log and the [checker](Violation)
//! in front of it; [`serve`](fn@serve) puts a port in front of that.

mod calls;
mod checker;
mod cloud;
pub mod faults;
mod injector;
mod inventory;
mod mock;
mod serve;
mod store;
mod swarm;

pub use calls::Call;
pub use checker::{Breach, Violation};
pub use cloud::{Cloud, Description, Refusal, Request, Response};
pub use faults::{Effect, Fault, Faults, Match, Rule};
pub use inventory::{Entry, Inventory};
pub use mock::{Mock, Options, Outcome, Reply, first_half};
pub use serve::serve;
pub use store::{Author, Body, Object, Store, Touch, Verb};
pub use swarm::Bounds;
